"""Training samples shown several times, each time with features a little off.

A search that counts right answers on few samples finds networks whose decisions pass just
beside them. Noise on the inputs rewards a margin instead (Bishop, "Training with noise is
equivalent to Tikhonov regularization", Neural Computation 7(1), 1995), and what search
believes comes nearer to what held-out samples say.
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
    """How training samples are multiplied; other parts never are.

    Attributes:
        copies: How often each sample is shown; the first time exactly, then with noise.
            1 is no jitter.
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
        spec: How often and how far off.
        rng: Where the noise comes from.

    Returns:
        ``(copies * n_samples, n_features)`` features, still in 0..1, and their labels; the
        samples as they are come first.
    """
    noise = spec.sigma * rng.standard_normal((spec.copies - 1, *x.shape))
    shown = [x, *np.clip(x + noise, 0.0, 1.0)]
    return np.concatenate(shown), np.tile(y, spec.copies)
