"""Encoders whose inputs carry the level of a feature throughout the window."""

from __future__ import annotations

from typing import Literal, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from evosnn.tasks.encoders.base import Encoder, nearest, spread

__all__ = ["DirectEncoder", "PoissonEncoder", "RateEncoder"]


@final
class DirectEncoder(Encoder):
    """The same charge in every timestep: ``x * scale`` full spikes.

    The input neuron integrates it, so that its first layer does the encoding. One input a
    feature.

    Attributes:
        scale: Charge of the largest value, in full spikes.
    """

    kind: Literal["direct"] = "direct"
    scale: float = Field(default=1.0, gt=0, allow_inf_nan=False)

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: one a feature."""
        return n_features

    def _needs(self) -> tuple[int, str]:
        return 1, "a charge"

    def _drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.float64]:
        del rng
        return np.broadcast_to(x * self.scale, (timesteps, *x.shape))


@final
class RateEncoder(Encoder):
    """``round(x * max_spikes)`` spikes (halves to even), evenly spread over the window.

    Spike ``j`` of ``k`` is at timestep ``floor(j * timesteps / k)``. One input a feature, or
    two with ``pair``.

    Attributes:
        max_spikes: Spikes of the largest value; one every timestep if absent.
        pair: Whether a second input a feature sends ``round((1 - x) * max_spikes)`` spikes.
            A silent feature then speaks, too.
    """

    kind: Literal["rate"] = "rate"
    max_spikes: int | None = Field(default=None, ge=1)
    pair: bool = False

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: one a feature, two with ``pair``."""
        return 2 * n_features if self.pair else n_features

    def _needs(self) -> tuple[int, str]:
        if self.max_spikes is None:
            return 1, "a spike"
        return self.max_spikes, f"max_spikes {self.max_spikes}"

    def _drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.bool_]:
        del rng
        if self.pair:
            x = np.stack([x, 1 - x], axis=1).reshape(2 * len(x), x.shape[1])
        most = timesteps if self.max_spikes is None else self.max_spikes
        return spread(nearest(x * most).astype(np.int64), timesteps)


@final
class PoissonEncoder(Encoder):
    """In every timestep a spike with probability ``x * rate``, independent of all others.

    (The discrete counterpart of a Poisson process.) The draw is made once: a campaign shows
    a sample's spike train to every network alike. One input a feature.

    Attributes:
        rate: Probability of a spike of the largest value, a timestep.
    """

    kind: Literal["poisson"] = "poisson"
    rate: float = Field(default=1.0, gt=0, le=1)

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: one a feature."""
        return n_features

    def _needs(self) -> tuple[int, str]:
        return 1, "a spike"

    def _drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.bool_]:
        return rng.random((timesteps, *x.shape)) < x * self.rate
