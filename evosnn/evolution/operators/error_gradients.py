"""Where a network errs, and which inputs speak for the answers that it should have given.

The delta rule (Widrow and Hoff, IRE WESCON 1960; with a softmax, the gradient of logistic
regression) on spike counts: an input that spikes on samples whose right output lags behind
should drive that output more, and the output that leads in its place less. Exact for an output
that adds up its inputs' spikes; a hint for all others, which selection judges.
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

__all__ = ["ErrorGradient", "ErrorGradients", "error_gradient", "error_gradients"]

_MOST_SAMPLES = 2000  # more would cost time and change little
_PARTS = 2.0**20  # of a share, the finest that is told apart
_MOST_PAIRS = 256  # the rest is too unlikely to be kept


@dataclass(frozen=True)
class ErrorGradient:
    """Which synapses from inputs to outputs would mend what a network gets wrong.

    Attributes:
        pairs: Number of an input and number of an output, the likeliest pairs.
        slopes: For each pair how much more the input should drive the output, or less if it is
            negative; 1 is the most.
        edges: Running sum of the pairs' shares, to draw one by.
    """

    pairs: list[tuple[int, int]]
    slopes: list[float]
    edges: list[float]


ErrorGradients = Callable[[Sequence[Network]], list[ErrorGradient]]
"""Simulates networks and says what each gets wrong."""


def error_gradients(
    task: ClassificationTask, chip: Chip, threads: int | None = None
) -> ErrorGradients:
    """Return what looks for the errors of networks on the chip as drawn.

    Args:
        task: The task; only what the search sees of it is looked at, noise on it included.
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
        if first:  # the earlier the better
            lead = -np.minimum(response.first, task.timesteps)
        return [error_gradient(row[:, 0], counts, labels) for row in lead]

    return gradients


def error_gradient(
    lead: NDArray[np.integer], counts: NDArray[np.float64], labels: NDArray[np.int64]
) -> ErrorGradient:
    """Return what a network gets wrong.

    Args:
        lead: ``(n_outputs, n_samples)``, what each output scored; the most should be the right
            one's.
        counts: ``(n_inputs, n_samples)``, spikes that each input got.
        labels: ``(n_samples,)``, the output that should lead.

    Returns:
        Slopes of the logistic likelihood of a softmax over ``lead``, by the weight from each input
        to each output.
    """
    share = np.exp(lead - lead.max(axis=0, keepdims=True).astype(np.float64))
    share /= -share.sum(axis=0)
    share[labels, np.arange(labels.size)] += 1.0
    # In whole numbers the sums are exact, in whatever order a library adds up.
    slope = (counts @ np.rint(_PARTS * share).T).ravel()
    order = np.argsort(-np.abs(slope), kind="stable")[:_MOST_PAIRS]
    kept = slope[order] / (np.abs(slope[order[0]]) or 1.0) + 1e-9
    outputs = len(lead)
    return ErrorGradient(
        pairs=[divmod(at, outputs) for at in order.tolist()],
        slopes=kept.tolist(),
        edges=np.cumsum(kept**2).tolist(),
    )
