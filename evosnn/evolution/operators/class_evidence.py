"""Standardised differences of class means: how strongly each input speaks for each class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["class_evidence"]


def class_evidence(
    charge: NDArray[np.float64], labels: NDArray[np.int64], n_outputs: int
) -> NDArray[np.float64]:
    """Return how much more charge an input receives from one class than from the others.

    Args:
        charge: ``(timesteps, n_inputs, n_samples)``, charge that the inputs receive.
        labels: ``(n_samples,)``, the right output for each sample.
        n_outputs: Number of outputs.

    Returns:
        ``(n_inputs, n_outputs)``, difference of class means in standard deviations of the
        input; 0 for an input that receives the same from all samples.
    """
    total = charge.sum(axis=0)
    spread = total.std(axis=1)
    evidence = np.zeros((total.shape[0], n_outputs))
    for output in range(n_outputs):
        own = labels == output
        if own.any() and not own.all():
            evidence[:, output] = total[:, own].mean(axis=1) - total[:, ~own].mean(axis=1)
    return evidence / np.where(spread > 0, spread, np.inf)[:, None]
