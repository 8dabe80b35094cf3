"""The first-spike (latency) encoder: the larger a value, the earlier its single spike."""

from __future__ import annotations

from typing import Literal, Self, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field, model_validator

from evosnn.tasks.encoders.base import Encoder, EncoderC, nearest

__all__ = ["FirstSpikeEncoder"]


_C = """
/* One spike, the earlier the larger the value; an amount of TIMESTEPS is silence. */
static void encode_feature(double x, ${{name}}_amount *amount)
{{
    amount[0] = (x >= {silent_below})
        ? (${{name}}_amount)({first} + nearest((1.0 - x) * {span}))
        : (${{name}}_amount)TIMESTEPS;
}}

static ${{name}}_charge charge_of(${{name}}_amount amount, uint32_t timestep)
{{
    return ((uint32_t)amount == timestep) ? FULL_SPIKE : 0;
}}

"""


@final
class FirstSpikeEncoder(Encoder):
    """One spike for each feature, the earlier the larger the value.

    The spike is in timestep ``first + round((1 - x) * (last - first))``, halves to even. One input
    for each feature.

    Attributes:
        first: Timestep of the spike of the largest value.
        last: Timestep of the spike of the smallest value; the last one of the window if absent.
        silent_below: Values below it send no spike, 0 to 1.
    """

    kind: Literal["first-spike"] = "first-spike"
    first: int = Field(default=0, ge=0)
    last: int | None = Field(default=None, ge=0)
    silent_below: float = Field(default=0.0, ge=0, le=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"last {self.last} is before first {self.first}")
        return self

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: one for each feature."""
        return n_features

    def shortest_window(self) -> tuple[int, str]:
        """Return the shortest window in timesteps, and what needs it."""
        if self.last is None:
            return self.first + 1, f"first {self.first}"
        return self.last + 1, f"last {self.last}"

    def drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.bool_]:
        """Return the input of each timestep, ``(timesteps, n_inputs, n_samples)``."""
        del rng
        last = timesteps - 1 if self.last is None else self.last
        time = self.first + nearest((1 - x) * (last - self.first))
        t = np.arange(timesteps)[:, None, None]
        return np.asarray((time == t) & (x >= self.silent_below))

    def describe(self, timesteps: int) -> str:
        """Return sentences from which a reader could encode a feature by hand."""
        last = timesteps - 1 if self.last is None else self.last
        return (
            f"One spike, in timestep {self.first} + round((1 - x) * {last - self.first}) "
            f"(halves to even); none if x < {self.silent_below:g}."
        )

    def c_code(self, timesteps: int, spike_value: float, integer: bool) -> EncoderC:
        """Return the encoder as C99."""
        del spike_value, integer
        last = timesteps - 1 if self.last is None else self.last
        source = _C.format(
            first=float(self.first), span=float(last - self.first), silent_below=self.silent_below
        )
        return EncoderC(source, amount="timestep")
