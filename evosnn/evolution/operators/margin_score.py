"""Margin-based scores of networks on many chips, for the local search.

The share of right answers is a step function of the weights, on which most small changes of a
network make no difference. Here each sample of a classification counts by a logistic function of
the margin, the lead of its own output over the best other one: a little more than half a right
answer if it is just ahead, almost a whole one if it is far ahead. A change that alters no answer
still moves the margin, towards answers that hold on chips that vary, and on other samples.
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
"""Returns the score of networks on each chip, ``(n_networks, n_instances)``, 0 to 1."""

_MOST_SAMPLES = 2000  # more cost time and hardly change the ranking
_PARTS = 2.0**20  # of a sample; whole numbers sum to the same in any order
_FAR = 16  # spikes or timesteps; a larger margin counts no more
_TABLE = np.rint(_PARTS * expit(np.arange(-_FAR, _FAR + 1) - 0.5)).astype(np.int64)


def margin_scorer(
    task: ClassificationTask | ControlTask, chip: Chip, threads: int | None = None
) -> ScoreNetworks:
    """Return a function that scores networks on the samples of a task that the search uses.

    Args:
        task: The task; networks of a control task are scored by their returns.
        chip: The chip whose arithmetic the networks follow.
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
        if first:  # the earliest output leads
            return margin_score(-np.minimum(response.first, timesteps), labels)
        return margin_score(response.counts, labels)

    return lead


def margin_score(values: NDArray[np.int16], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean margin score over samples; a tie counts less than half a right answer.

    Args:
        values: ``(n_networks, n_outputs, n_instances, n_samples)`` spike counts, or negative first
            spike times in timesteps; the output with the largest value answers.
        labels: ``(n_samples,)``, the right output for each sample.

    Returns:
        ``(n_networks, n_instances)``: mean of 1 / (1 + exp(1/2 - margin)), where the margin is
        the value of each sample's own output minus the best other one.
    """
    total = np.zeros((values.shape[0], values.shape[2]), np.int64)
    _add_scores(values, labels, _TABLE, total)
    return np.asarray(total / (_PARTS * max(labels.size, 1)), np.float64)


@njit(nogil=True, cache=True)
def _add_scores(values: Any, labels: Any, table: Any, total: Any) -> None:
    """Add the score of every sample to ``total``, of each network on each chip.

    The loops over outputs and samples keep the right output's value and the best other one, so
    that the samples of a row are contiguous in memory and the compiler vectorises over them. The
    logistic function is looked up in ``table`` by the margin, clipped to the table's ends. Costs
    one pass over ``values``.
    """
    n_networks, n_outputs, n_instances, n_samples = values.shape
    own, best = np.empty(n_samples, np.int16), np.empty(n_samples, np.int16)
    far = table.size // 2
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
                total[network, instance] += table[min(max(lead, -far), far) + far]
