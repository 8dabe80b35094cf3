"""Scales features to 0..1, the interval that encoders take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Scaling"]


@dataclass(frozen=True, eq=False)
class Scaling:
    """Min-max scaling to 0..1, learnt from the training part alone.

    Attributes:
        low: ``(n_features,)`` float64, the value that becomes 0.
        high: ``(n_features,)`` float64, the value that becomes 1; ``low`` for a feature that
            is constant (or always missing) in training, which becomes 0 throughout.
        mean: ``(n_features,)`` float64, the value that stands in for a missing one.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]

    @classmethod
    def fit(cls, x: NDArray[np.float64]) -> Scaling:
        """Learn the scaling.

        Args:
            x: ``(n_samples, n_features)``, the training part; NaN where a value is missing.
        """
        known = ~np.isnan(x)
        count = known.sum(axis=0)
        low = np.where(known, x, np.inf).min(axis=0)
        high = np.where(known, x, -np.inf).max(axis=0)
        with np.errstate(over="ignore"):
            mean = np.where(known, x, 0.0).sum(axis=0) / np.maximum(count, 1)
        beyond = ~np.isfinite(mean)  # the sum of huge values is infinite, that of their shares not
        if beyond.any():
            shares = np.where(known, x, 0.0) / np.maximum(count, 1)
            mean = np.where(beyond, shares.sum(axis=0), mean)
        seen = count > 0
        return cls(np.where(seen, low, 0.0), np.where(seen, high, 0.0), mean)

    def apply(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``x`` scaled, values outside the training range clipped to 0 or 1.

        Args:
            x: ``(n_samples, n_features)``, in the data's own units; NaN where missing.

        Returns:
            ``(n_samples, n_features)`` float64, 0 to 1.
        """
        filled = np.where(np.isnan(x), self.mean, x)
        varies = self.high > self.low
        with np.errstate(over="ignore"):
            # A huge span is infinite; half of it is not, and the ratio is the same.
            unit = np.where(np.isfinite(self.high - self.low), 1.0, 0.5)
            low, high = unit * self.low, unit * self.high
            span = np.where(varies, high - low, 1.0)
            # Above a tiny span the ratio is infinite; it is clipped.
            place = (unit * np.clip(filled, self.low, self.high) - low) / span
        return np.where(varies, np.clip(place, 0.0, 1.0), 0.0)
