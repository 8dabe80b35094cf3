"""An encoder whose inputs carry a feature in the time of a single spike."""

from __future__ import annotations

from typing import Literal, Self, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field, model_validator

from evosnn.tasks.encoders.base import Encoder, nearest

__all__ = ["FirstSpikeEncoder"]


@final
class FirstSpikeEncoder(Encoder):
    """One spike a feature, the earlier the larger the value.

    It is in timestep ``first + round((1 - x) * (last - first))``, halves to even. One input a
    feature.

    Attributes:
        first: Timestep of the largest value.
        last: Timestep of the smallest value; the last of the window if absent.
        silent_below: A value below it sends no spike.
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
        """Return the number of network inputs: one a feature."""
        return n_features

    def _needs(self) -> tuple[int, str]:
        if self.last is None:
            return self.first + 1, f"first {self.first}"
        return self.last + 1, f"last {self.last}"

    def _drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.bool_]:
        del rng
        last = timesteps - 1 if self.last is None else self.last
        time = self.first + nearest((1 - x) * (last - self.first))
        t = np.arange(timesteps)[:, None, None]
        return np.asarray((time == t) & (x >= self.silent_below))
