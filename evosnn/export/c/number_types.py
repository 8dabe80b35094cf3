"""Chooses the C types that hold a network's numbers, and writes numbers as C literals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evosnn.errors import ExportError
from evosnn.export.common.plan import Plan
from evosnn.simulation import potential_ranges

__all__ = [
    "CNumber",
    "choose_number",
    "literal",
    "magnitude_type",
    "own_number",
    "signed_type",
    "unsigned_type",
]

_ANY_REAL = 1e300
_LEAST_BITS = 16  # narrower potentials save no instructions


@dataclass(frozen=True)
class CNumber:
    """The type of charges and potentials.

    Attributes:
        type: C name of the type.
        bits: Width; 0 for ``double``.
        charge: ``(least, largest)`` input charge for which no sum can overflow.
        proof: The reason, as one sentence.
        steps: Steps of potentials, weights and thresholds per unit of charge.
    """

    type: str
    bits: int
    charge: tuple[float, float]
    proof: str
    steps: int = 1


def choose_number(plan: Plan) -> CNumber:
    """Return the narrowest type in which no sum of this network can overflow.

    Input charges may then be as large as the type allows; on a chip without a lowest potential, as
    large as planned.

    Raises:
        ExportError: If 64 bits do not hold the sums.
    """
    if not plan.chip.integer:
        return CNumber("double", 0, (-_ANY_REAL, _ANY_REAL), "Real, as on the chip.")
    bits = _bits(plan, 1)
    least, most = plan.charge
    if plan.chip.neuron.min_potential is not None:
        least, most = _widest(plan, 2 ** (bits - 1) - 1)
    return CNumber(f"int{bits}_t", bits, (int(least), int(most)), _proof(plan))


def own_number(plan: Plan) -> CNumber:
    """Return the type for a chip's own arithmetic: integer steps, or ``double`` without steps.

    Input charges may be as large as planned.

    Raises:
        ExportError: If a unit is not a whole number of steps, or 64 bits do not hold the sums.
    """
    resolution = plan.chip.resolution
    if not (plan.chip.integer and resolution):
        return CNumber("double", 0, (-_ANY_REAL, _ANY_REAL), "Real, as on the chip.")
    steps = round(1 / resolution)
    if steps < 1 or steps * resolution != 1:
        raise ExportError(
            f"chip '{plan.chip.name}' keeps potentials in steps of {resolution:g}, and 1 is not "
            "a multiple of that; set neuron.resolution in the chip's file to 1, 0.5, 0.25, ..."
        )
    bits = _bits(plan, steps)
    least, most = plan.charge
    return CNumber(f"int{bits}_t", bits, (int(least), int(most)), _proof(plan), steps)


def _bits(plan: Plan, steps: int) -> int:
    """Return the narrowest width that holds all sums, in steps."""
    low, high = plan.peak
    for bits in (16, 32, 64):
        limit = 2 ** (bits - 1) - 1
        if bits >= _LEAST_BITS and -limit <= low * steps and high * steps <= limit:
            return bits
    raise ExportError(
        f"potentials reach {low:g}..{high:g}, which 64 bits do not hold; set "
        "neuron.min_potential (and max_potential) in the chip's file"
    )


def _proof(plan: Plan) -> str:
    low, high = plan.peak
    return (
        f"With charges of {plan.charge[0]:g} to {plan.charge[1]:g} no sum leaves "
        f"{low:g} to {high:g}."
    )


def _widest(plan: Plan, limit: int) -> tuple[float, float]:
    """Return nearly the widest charge range that leaves all sums within a limit.

    The proof relies on inputs of one sign, so only bounds other than 0 are widened. A larger charge
    can make further neurons fire or raise potentials, so each width is proven separately.
    """
    least, most = plan.charge
    fed = [n.peak for n in plan.neurons if n.input is not None]
    below = int(limit + min(peak[0] for peak in fed)) if least < 0 else 0
    above = int(limit - max(peak[1] for peak in fed)) if most > 0 else 0
    exact = limit < 2**53  # beyond, a double does not hold the sums exactly
    for halvings in range(0 if exact else 1, limit.bit_length() + 1):
        charge = (float(least - (below >> halvings)), float(most + (above >> halvings)))
        peak = potential_ranges(plan.network, plan.chip, charge).peak
        if -limit <= peak.min() and peak.max() <= limit:
            return charge
    return least, most


def literal(value: float, number: CNumber) -> str:
    """Return a charge as an exact C literal."""
    if not number.bits:
        return f"{float(value).hex()} /* {float(value)!r} */" if value else "0.0"
    return f"INT64_C({int(value)})" if number.bits == 64 else str(int(value))


def unsigned_type(values: Iterable[int]) -> str:
    """Return the narrowest unsigned type that holds these values."""
    most = max(values, default=0)
    return next(f"uint{bits}_t" for bits in (8, 16, 32) if most < 2**bits)


def magnitude_type(largest: float) -> str:
    """Return the unsigned type of 32 or 64 bits that holds a product.

    Raises:
        ExportError: If 64 bits do not hold it.
    """
    if largest >= 2.0**64:
        raise ExportError(
            f"a leak multiplies up to {largest:g}, which 64 bits do not hold; set "
            "neuron.min_potential (and max_potential) in the chip's file"
        )
    return "uint32_t" if largest < 2.0**32 else "uint64_t"


def signed_type(values: Iterable[float]) -> str:
    """Return the narrowest signed type that holds these whole numbers."""
    most = max((max(v, -v - 1) for v in values), default=0)
    return next(f"int{bits}_t" for bits in (8, 16, 32, 64) if most < 2 ** (bits - 1))
