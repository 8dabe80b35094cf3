"""Delta and level-crossing encoders: spikes when a value changes from one instant to the next.

Both are level-crossing samplers. The levels of the first move with the signal, as in sensors and
neuromorphic analogue-to-digital converters ("send on delta": Miskowicz, Sensors 6(1):49, 2006;
asynchronous delta modulator: Corradi and Indiveri, IEEE TBioCAS 9(5):699, 2015); those of the
second are fixed (Sayiner, Sorensen and Viswanathan, IEEE TCAS-II 43(4):335, 1996).
"""

from __future__ import annotations

from typing import ClassVar, Literal, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from evosnn.tasks.encoders.base import SLACK, Encoder

__all__ = ["CrossingEncoder", "DeltaEncoder"]


class _ChangeEncoder(Encoder):
    """Base class: a spike count for each input and instant.

    The spikes of an instant are in its first timesteps, one in each; those that do not fit are
    dropped.
    """

    sequential: ClassVar[bool] = True

    def shortest_window(self) -> tuple[int, str]:
        """Return the shortest window in timesteps, and what needs it."""
        return 1, "a spike"

    def drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.bool_]:
        """Return the input of each timestep, ``(timesteps, n_inputs, n_samples)``."""
        raise NotImplementedError  # encode refuses: a single instant has no change

    def _counts(self, x: NDArray[np.float64], most: int) -> NDArray[np.int64]:
        """Return spike counts, ``(length, n_inputs, n_samples)``.

        Args:
            x: ``(n_samples, length, n_features)``, 0 to 1.
            most: Timesteps of an instant.
        """
        raise NotImplementedError

    def drive_sequence(
        self, x: NDArray[np.float64], each: int, rng: Generator
    ) -> NDArray[np.bool_]:
        """Return the input of each timestep, ``(each * length, n_inputs, n_samples)``."""
        del rng
        counts = self._counts(x, each)
        shown = np.arange(each)[None, :, None, None] < counts[:, None]
        return shown.reshape(len(counts) * each, *counts.shape[1:])


@final
class DeltaEncoder(_ChangeEncoder):
    """Each rise by ``delta`` is a spike of the first of two inputs, each fall one of the second.

    A reference ``r`` starts at the first value. At each later instant
    ``k = floor(|x - r| / delta)`` spikes are sent, at most as many as an instant has timesteps, and
    ``r`` moves by ``k * delta`` towards ``x``. Two inputs for each feature.

    Attributes:
        delta: Change that makes a spike, as a share of the feature's range.
    """

    kind: Literal["delta"] = "delta"
    delta: float = Field(default=0.1, gt=0, le=1)

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: two for each feature."""
        return 2 * n_features

    def _counts(self, x: NDArray[np.float64], most: int) -> NDArray[np.int64]:
        n_samples, length, n_features = x.shape
        counts = np.zeros((length, n_features, 2, n_samples), np.int64)
        reference = x[:, 0].T.copy()
        for t in range(1, length):
            gap = x[:, t].T - reference
            k = np.minimum(np.floor(np.abs(gap) / self.delta + SLACK), most)
            reference += np.sign(gap) * k * self.delta
            counts[t, :, 0] = np.where(gap > 0, k, 0)
            counts[t, :, 1] = np.where(gap < 0, k, 0)
        return counts.reshape(length, 2 * n_features, n_samples)

    def describe(self, timesteps: int) -> str:
        """Return sentences from which a reader could encode a feature by hand."""
        del timesteps
        return (
            "Two inputs a feature and a reference r that starts at the first x. At each later "
            f"instant k = floor(|x - r| / {self.delta:g}) spikes, one a timestep and no more "
            "than an instant has, go to the first input if x rose above r, to the second if it "
            f"fell; r moves towards x by k * {self.delta:g}."
        )


@final
class CrossingEncoder(_ChangeEncoder):
    """A level's input spikes in the first timestep of an instant at which the value crosses it.

    Level ``k`` is at ``k / (levels + 1)``, ``k = 1, ..., levels``; a value on a level counts as
    above it. ``levels`` inputs for each feature, or twice as many with ``pair``: for each level one
    input for upward and one for downward crossings.

    Attributes:
        levels: Number of levels.
        pair: Whether upward and downward crossings have separate inputs.
    """

    kind: Literal["crossing"] = "crossing"
    levels: int = Field(default=3, ge=1)
    pair: bool = True

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: one or two for each level and feature."""
        return (2 if self.pair else 1) * self.levels * n_features

    def _counts(self, x: NDArray[np.float64], most: int) -> NDArray[np.int64]:
        del most
        n_samples, length, _ = x.shape
        level = np.arange(1, self.levels + 1) / (self.levels + 1)
        above = x.transpose(1, 2, 0)[:, :, None] >= level[:, None] - SLACK
        before = np.concatenate([above[:1], above[:-1]])
        up, down = above & ~before, ~above & before
        found = np.stack([up, down], axis=3) if self.pair else up | down
        return found.reshape(length, -1, n_samples).astype(np.int64)

    def describe(self, timesteps: int) -> str:
        """Return sentences from which a reader could encode a feature by hand."""
        del timesteps
        n = self.levels
        sides = "one for the way up, one for the way down" if self.pair else "one for both ways"
        return (
            f"For each of the levels j / {n + 1}, j from 1 to {n}, {sides}: a spike at the first "
            "timestep of an instant whose x is on the other side of the level than before."
        )
