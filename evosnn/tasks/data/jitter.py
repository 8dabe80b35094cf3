"""Jitter: copies of training samples with Gaussian noise on their features.

A search that counts correct answers on few samples finds networks whose decision boundaries pass
close to them. Noise on the inputs rewards a margin (Bishop, "Training with noise is equivalent to
Tikhonov regularization", Neural Computation 7(1), 1995), and brings the training score closer to
that on held-out samples.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from evosnn.validation import Table

__all__ = ["JitterSpec", "jitter"]


class JitterSpec(Table):
    """Copies of training samples with noise; validation and test samples have none.

    Attributes:
        copies: Number of copies of each sample, the first of them without noise; 1 is no jitter.
        sigma: Standard deviation of the noise, as a share of a feature's range.
    """

    copies: Annotated[int, Field(ge=1, le=1000)] = 4
    sigma: Annotated[float, Field(ge=0, le=1)] = 0.05


def jitter(
    x: NDArray[np.float64], y: NDArray[np.int64], spec: JitterSpec, rng: Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return samples and labels, repeated ``copies`` times.

    Args:
        x: ``(n_samples, n_features)``, features in 0..1.
        y: ``(n_samples,)``, labels.
        spec: Number of copies and size of the noise.
        rng: Source of the noise.

    Returns:
        ``(copies * n_samples, n_features)`` features, still in 0..1, and their labels; the
        copies without noise come first.
    """
    noise = spec.sigma * rng.standard_normal((spec.copies - 1, *x.shape))
    shown = [x, *np.clip(x + noise, 0.0, 1.0)]
    return np.concatenate(shown), np.tile(y, spec.copies)
