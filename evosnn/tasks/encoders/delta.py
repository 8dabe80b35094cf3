"""Encoders that follow a value in time and spike when it has changed, not while it stays.

Both are level-crossing samplers: the first moves its levels along with the signal, as sensors
and neuromorphic analogue-to-digital converters do ("send on delta": Miskowicz, Sensors 6(1):49,
2006; asynchronous delta modulator: Corradi and Indiveri, IEEE TBioCAS 9(5):699, 2015), the
second has levels that stay (Sayiner, Sorensen and Viswanathan, IEEE TCAS-II 43(4):335, 1996).
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
    """Base: a number of spikes of each input at each instant, one a timestep from its first on.

    More than an instant has timesteps are not sent.
    """

    sequential: ClassVar[bool] = True

    def _needs(self) -> tuple[int, str]:
        return 1, "a spike"

    def _drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.bool_]:
        raise NotImplementedError  # one instant has no change; encode refuses before it asks

    def _counts(self, x: NDArray[np.float64], most: int) -> NDArray[np.int64]:
        """Return the spikes wanted, ``(length, n_inputs, n_samples)``, of ``x`` as ``_follow``."""
        raise NotImplementedError

    def _follow(self, x: NDArray[np.float64], each: int, rng: Generator) -> NDArray[np.bool_]:
        del rng
        counts = self._counts(x, each)
        shown = np.arange(each)[None, :, None, None] < counts[:, None]
        return shown.reshape(len(counts) * each, *counts.shape[1:])


@final
class DeltaEncoder(_ChangeEncoder):
    """A spike on the first of two inputs for each ``delta`` risen, on the second for each fallen.

    A reference starts at the first value. At each later instant ``k = floor(|x - reference| /
    delta)`` spikes are sent, at most as many as an instant has timesteps, and the reference
    moves by ``k * delta`` towards the value. Two inputs a feature.

    Attributes:
        delta: Change that makes a spike, as a share of the feature's range.
    """

    kind: Literal["delta"] = "delta"
    delta: float = Field(default=0.1, gt=0, le=1)

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: two a feature."""
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


@final
class CrossingEncoder(_ChangeEncoder):
    """A spike on a level's input whenever the value has come to its other side.

    The ``levels`` stand at ``k / (levels + 1)``, ``k`` from 1; a value on a level is above it.
    ``levels`` inputs a feature, or twice as many with ``pair``: for each level one that spikes
    on the way up and one that spikes on the way down.

    Attributes:
        levels: Number of levels.
        pair: Whether up and down are told apart.
    """

    kind: Literal["crossing"] = "crossing"
    levels: int = Field(default=3, ge=1)
    pair: bool = True

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: one or two a level and feature."""
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
