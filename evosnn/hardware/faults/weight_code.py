"""Binary codes of weights in a chip's memory, and the effect of a flipped bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import SpecError
from evosnn.hardware._mechanism import Parts

__all__ = ["Sign", "WeightCode", "code_for", "weight_code"]

Sign = Literal["twos-complement", "sign-magnitude"]
_FLOAT_BITS = 8  # default width on a chip without integer weights


@dataclass(frozen=True)
class WeightCode:
    """A fixed-point code of weights.

    Attributes:
        bits: Width, sign included.
        signed: Whether the code can hold negative numbers.
        sign: Representation of negative numbers.
        step: Weight of the least significant bit.
    """

    bits: int
    signed: bool
    sign: Sign
    step: float

    @property
    def lowest(self) -> int:
        """Lowest number that the code holds."""
        if not self.signed:
            return 0
        half = 1 << (self.bits - 1)
        return -half if self.sign == "twos-complement" else 1 - half

    @property
    def highest(self) -> int:
        """Highest number that the code holds."""
        return (1 << (self.bits - self.signed)) - 1

    def flip(self, weight: NDArray[np.float64], mask: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return weights after flipping bits of their codes.

        Args:
            weight: ``(...)``, weights; the flip is applied to the nearest value that the code can
                hold, and the change of that value is added to the weight.
            mask: ``(...)``, the bits to flip, bit 0 the least significant.
        """
        number = np.clip(np.rint(weight / self.step), self.lowest, self.highest).astype(np.int64)
        flipped = self._decode(self._encode(number) ^ mask)
        return weight + (flipped - number) * self.step

    def _encode(self, number: NDArray[np.int64]) -> NDArray[np.int64]:
        if self.signed and self.sign == "sign-magnitude":
            top = np.int64(1 << (self.bits - 1))
            return np.asarray(np.abs(number) + top * (number < 0), np.int64)
        return np.asarray(number & ((1 << self.bits) - 1), np.int64)

    def _decode(self, code: NDArray[np.int64]) -> NDArray[np.int64]:
        top = np.int64(1 << (self.bits - 1))
        if not self.signed:
            return code
        if self.sign == "sign-magnitude":
            return np.where((code & top) != 0, -(code & ~top), code)
        return code - 2 * (code & top)


def weight_code(
    low: float, high: float, *, integer: bool, sign: Sign, bits: int | None = None
) -> WeightCode:
    """Return the code of weights in ``low..high``.

    Args:
        low: Lowest weight.
        high: Highest weight.
        integer: Whether weights are whole numbers; else the code's steps divide the range.
        sign: Representation of negative numbers.
        bits: Width; by default the fewest bits that hold the range, or 8 for weights that are not
            whole.

    Raises:
        SpecError: If the width cannot hold the range.
    """
    signed = low < 0
    most = max(high, -low)
    if not integer:
        width = bits or _FLOAT_BITS
        if width - signed < 1:
            raise SpecError(f"bits is {bits}; signed weights take at least 2 bits")
        return WeightCode(width, signed, sign, most / ((1 << (width - signed)) - 1))
    span = max(int(high), -int(low) - 1) if sign == "twos-complement" else int(most)
    least = max(span.bit_length(), 1) + signed
    if bits is not None and bits < least:
        raise SpecError(f"bits is {bits}; weights in {low:g}..{high:g} take at least {least}")
    return WeightCode(bits or least, signed, sign, 1.0)


def code_for(parts: Parts, sign: Sign, bits: int | None) -> WeightCode:
    """Return the code of the weights of a chip's parts; see :func:`weight_code`."""
    return weight_code(
        parts.weight_min, parts.weight_max, integer=parts.integer, sign=sign, bits=bits
    )
