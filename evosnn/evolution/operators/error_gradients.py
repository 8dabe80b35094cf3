"""Gradients of a classification's errors by the weights from inputs to outputs.

The delta rule (Widrow and Hoff, IRE WESCON 1960; with a softmax, the gradient of logistic
regression) on spike counts: an input that spikes on samples whose right output lags behind should
drive that output more, and the output that leads in its place less. The gradient is exact for an
output that adds up its inputs' spikes, and a heuristic for all others; selection decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.network import Network
from evosnn.simulation import PreparedStimulus, simulate
from evosnn.tasks import ClassificationTask

__all__ = ["ErrorGradient", "FindErrorGradients", "error_gradient", "error_gradients"]

_MOST_SAMPLES = 2000  # more cost time and hardly change the direction
_PARTS = 2.0**20  # steps of a share of probability, so that sums are of whole numbers
_MOST_PAIRS = 256  # those of smaller slopes are too unlikely to be drawn


@dataclass(frozen=True)
class ErrorGradient:
    """The direction in which the weights from inputs to outputs should change.

    Attributes:
        pairs: ``(input, output)`` numbers of the pairs with the steepest slopes.
        slopes: For each pair the slope in units of the steepest, -1 to 1; positive if the input
            should drive the output more.
        edges: Cumulative sums of the squared slopes, to draw a pair by.
    """

    pairs: list[tuple[int, int]]
    slopes: list[float]
    edges: list[float]


FindErrorGradients = Callable[[Sequence[Network]], list[ErrorGradient]]
"""Simulates networks and returns the error gradient of each."""


def error_gradients(
    task: ClassificationTask, chip: Chip, threads: int | None = None
) -> FindErrorGradients:
    """Return a function that finds the error gradients of networks on the nominal chip.

    Args:
        task: The task; its training samples are used, jittered copies included.
        chip: The chip.
        threads: Processor cores to use; all if not given.
    """
    n = min(task.train.n_samples, _MOST_SAMPLES)
    charge = task.train.stimulus.charge[:, :, :n]
    counts = (charge != 0).sum(axis=0).astype(np.float64)
    stimulus = PreparedStimulus(task.train.stimulus).part(0, n)
    first, labels = task.decoder.compares == "first", task.train.labels[:n]

    def gradients(networks: Sequence[Network]) -> list[ErrorGradient]:
        response = simulate(networks, stimulus, chip, threads=threads)
        lead = response.counts
        if first:  # the earliest output leads
            lead = -np.minimum(response.first, task.timesteps)
        return [error_gradient(row[:, 0], counts, labels) for row in lead]

    return gradients


def error_gradient(
    lead: NDArray[np.integer], counts: NDArray[np.float64], labels: NDArray[np.int64]
) -> ErrorGradient:
    """Return the slopes of the log-likelihood of a softmax over ``lead``, by each weight.

    Args:
        lead: ``(n_outputs, n_samples)``, spike counts of the outputs, or negative first spike
            times in timesteps; the right output's should be the largest.
        counts: ``(n_inputs, n_samples)``, spikes that each input received.
        labels: ``(n_samples,)``, the right output for each sample.
    """
    share = np.exp(lead - lead.max(axis=0, keepdims=True).astype(np.float64))
    share /= -share.sum(axis=0)
    share[labels, np.arange(labels.size)] += 1.0
    # In whole numbers the sums are exact, in whatever order a library adds up.
    slope = (counts @ np.rint(_PARTS * share).T).ravel()
    order = np.argsort(-np.abs(slope), kind="stable")[:_MOST_PAIRS]
    steepest = slope[order] / (np.abs(slope[order[0]]) or 1.0) + 1e-9
    outputs = len(lead)
    return ErrorGradient(
        pairs=[divmod(at, outputs) for at in order.tolist()],
        slopes=steepest.tolist(),
        edges=np.cumsum(steepest**2).tolist(),
    )
