"""TENNLab's encoders: a feature's range cut into bins, a burst of spikes on one or two.

Both are those of Plank, Rizzo, White and Schuman, "The Cart-Pole Application as a Benchmark
for Neuromorphic Computing", JLPEA 15(1):5, 2025. A feature of limits ``-limit..limit`` is
``x = (v + limit) / (2 * limit)`` here.
"""

from __future__ import annotations

from typing import Literal, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from evosnn.tasks.encoders.base import SLACK, Encoder, burst

__all__ = ["ArgyleEncoder", "FlipFlopEncoder"]


class _BurstEncoder(Encoder):
    """Bursts of at most ``max_spikes`` spikes, one every ``interval`` timesteps from 0 on."""

    max_spikes: int = Field(default=8, ge=1)
    interval: int = Field(default=3, ge=1)

    def _needs(self) -> tuple[int, str]:
        every = "every timestep" if self.interval == 1 else f"every {self.interval} timesteps"
        needed = (self.max_spikes - 1) * self.interval + 1
        return needed, f"max_spikes {self.max_spikes}, one {every},"


@final
class FlipFlopEncoder(_BurstEncoder):
    """Spikes on the input of the bin that the value is in, by its distance from the bin's edge.

    With two bins, as published: ``v = 2 * x - 1`` sends ``ceil(max_spikes * |v|)`` spikes to
    the first input of its pair if ``v < 0``, else to the second; the middle is silent. With
    more bins of equal width, the count falls from left to right in the first, third, ...
    (counted from the left) and rises in the others, so that it is the same on both sides of an
    edge; this generalisation is ours. ``bins`` inputs a feature.

    Attributes:
        max_spikes: Spikes of the value farthest from the edge.
        interval: Timesteps from one spike to the next; the first is in timestep 0.
        bins: Number of bins.
    """

    kind: Literal["flip-flop"] = "flip-flop"
    bins: int = Field(default=2, ge=2)

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: ``bins`` a feature."""
        return self.bins * n_features

    def _drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.bool_]:
        del rng
        place = x * self.bins
        own = np.minimum(np.floor(place), self.bins - 1)
        within = place - own
        height = np.where(own % 2 == 0, 1 - within, within)
        spikes = np.ceil(self.max_spikes * height - SLACK).astype(np.int64)
        count = np.where(own[:, None] == np.arange(self.bins)[:, None], spikes[:, None], 0)
        return burst(count.reshape(self.bins * len(x), x.shape[1]), self.interval, timesteps)


@final
class ArgyleEncoder(_BurstEncoder):
    """``max_spikes + 1`` spikes, shared by the two inputs that the value lies between.

    The inputs of a feature stand at equal distances from 0 to 1. A value a share ``f`` of the
    way from input ``i`` to ``i + 1`` sends ``k = 1 + floor(max_spikes * f)`` spikes, at most
    ``max_spikes``, to ``i + 1`` and ``max_spikes + 1 - k`` to ``i``. ``neurons`` inputs a
    feature.

    Attributes:
        max_spikes: The most spikes that one input gets.
        interval: Timesteps from one spike to the next; the first is in timestep 0.
        neurons: Number of inputs a feature.
    """

    kind: Literal["argyle"] = "argyle"
    neurons: int = Field(default=4, ge=2)

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: ``neurons`` a feature."""
        return self.neurons * n_features

    def _drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.bool_]:
        del rng
        place = x * (self.neurons - 1)
        left = np.minimum(np.floor(place + SLACK), self.neurons - 2)
        share = np.floor(self.max_spikes * (place - left) + SLACK)
        upper = np.minimum(1 + share, self.max_spikes).astype(np.int64)
        neuron = np.arange(self.neurons)[:, None]
        count = np.where(neuron == left[:, None], self.max_spikes + 1 - upper[:, None], 0)
        count += np.where(neuron == left[:, None] + 1, upper[:, None], 0)
        return burst(count.reshape(self.neurons * len(x), x.shape[1]), self.interval, timesteps)
