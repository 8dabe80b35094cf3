"""Scores of a network with each of its synapses dead in turn: exhaustive, without sampling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evosnn.hardware import Instances, nominal_instances
from evosnn.network import Network
from evosnn.tasks.control import ControlTask, run_episodes
from evosnn.threads import map_in_threads, thread_count

if TYPE_CHECKING:
    from evosnn.evaluation import Trial

__all__ = ["dead_synapse_scores", "without_each_synapse"]

_LEAST = 4  # chips of a control task below which a thread costs more than it saves


def without_each_synapse(network: Network) -> Instances:
    """Return one chip for each synapse, in order, on which that synapse has weight 0."""
    drawn = nominal_instances([network], network.n_synapses)
    np.fill_diagonal(drawn.weight, 0.0)
    return drawn


def dead_synapse_scores(network: Network, trial: Trial) -> NDArray[np.float64]:
    """Return a network's score without each of its synapses in turn.

    Args:
        network: The network, with at least one synapse.
        trial: Task (a classification or a control task), chip and part.

    Returns:
        ``(n_synapses,)``, shares of samples answered correctly, or of the best return.
    """
    instances = without_each_synapse(network)
    task: object = trial.task
    if not isinstance(task, ControlTask):
        return trial.score(network, instances)
    episodes = getattr(task, trial.part)
    step = max(-(-network.n_synapses // thread_count(trial.threads)), _LEAST)

    def returns(at: int) -> NDArray[np.float64]:
        some = instances.chips(slice(at, at + step))
        ran = run_episodes(task, [network], episodes, trial.chip, some, threads=1)
        return np.asarray(ran.returns[0].mean(axis=1), np.float64)

    found = map_in_threads(returns, range(0, network.n_synapses, step), trial.threads)
    return np.asarray(task.share(np.concatenate(found), episodes), np.float64)
