"""What networks are worth on many chips at once, for who tries steps of a network.

Shares of right answers are a staircase, on which most steps lead nowhere. Where the samples of a
classification are answered by spikes, each counts by how far its own output leads or lags behind
the best of the others: a little more than half a right answer where it is just ahead, all of one
far ahead. Steps that change no answer then still lead somewhere: to answers that stand firm on
chips that vary, and on other samples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import expit

from evosnn.chips import Chip
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation import PreparedStimulus, simulate
from evosnn.tasks import ClassificationTask
from evosnn.tasks.control import ControlTask, run_episodes

__all__ = ["ScoreNetworks", "margin_score", "margin_scorer"]

ScoreNetworks = Callable[[Sequence[Network], Instances], NDArray[np.float64]]
"""Says what networks are worth on each chip, ``(n_networks, n_instances)``, 0 to 1."""

_MOST_SAMPLES = 2000  # more would cost time and change little
_PARTS = 2.0**20  # of a sample; sums of whole numbers are exact, in whatever order
_FAR = 16  # a lead of more is worth as much
_WORTH = np.rint(_PARTS * expit(np.arange(-_FAR, _FAR + 1) - 0.5)).astype(np.int64)


def margin_scorer(
    task: ClassificationTask | ControlTask, chip: Chip, threads: int | None = None
) -> ScoreNetworks:
    """Return what judges networks on what the search sees of a task.

    Args:
        task: The task; in a control task the score itself is what networks are worth.
        chip: The rules that networks follow.
        threads: Processor cores to use; all if not given.
    """
    if isinstance(task, ControlTask):
        control, episodes = task, task.train

        def score(networks: Sequence[Network], instances: Instances) -> NDArray[np.float64]:
            ran = run_episodes(control, networks, episodes, chip, instances, threads=threads)
            return np.asarray(control.share(ran.returns.mean(axis=2), episodes), np.float64)

        return score
    n = min(task.train.n_samples, _MOST_SAMPLES)
    stimulus = PreparedStimulus(task.train.stimulus).part(0, n)
    first, labels = task.decoder.compares == "first", task.train.labels[:n]
    timesteps = np.int16(task.timesteps)

    def lead(networks: Sequence[Network], instances: Instances) -> NDArray[np.float64]:
        response = simulate(networks, stimulus, chip, instances, threads=threads)
        if first:  # the earlier the better
            return margin_score(-np.minimum(response.first, timesteps), labels)
        return margin_score(response.counts, labels)

    return lead


def margin_score(values: NDArray[np.int16], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what answers are worth, mean over samples; a tie is worth less than half.

    Args:
        values: ``(n_networks, n_outputs, n_instances, n_samples)``; the largest one leads.
        labels: ``(n_samples,)``, the output that should lead.

    Returns:
        ``(n_networks, n_instances)``: 1 / (1 + exp(1/2 - lead)) of the lead of each sample's own
        output over the best other one.
    """
    total = np.zeros((values.shape[0], values.shape[2]), np.int64)
    _add_worth(values, labels, _WORTH, total)
    return np.asarray(total / (_PARTS * max(labels.size, 1)), np.float64)


@njit(nogil=True, cache=True)
def _add_worth(values: Any, labels: Any, worth: Any, total: Any) -> None:
    """Add up in ``total`` what the answers of each network on each chip are worth."""
    n_networks, n_outputs, n_instances, n_samples = values.shape
    own, best = np.empty(n_samples, np.int16), np.empty(n_samples, np.int16)
    far = worth.size // 2
    for network in range(n_networks):
        for instance in range(n_instances):
            best[:] = -32768
            for output in range(n_outputs):
                row = values[network, output, instance]
                for sample in range(n_samples):
                    mine = labels[sample] == output
                    other = np.int16(-32768) if mine else row[sample]
                    own[sample] = row[sample] if mine else own[sample]
                    best[sample] = other if other > best[sample] else best[sample]
            for sample in range(n_samples):
                lead = np.int64(own[sample]) - best[sample]
                total[network, instance] += worth[min(max(lead, -far), far) + far]
