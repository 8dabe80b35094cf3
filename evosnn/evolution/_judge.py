"""What a network is worth on many chips at once, for those who try steps of one network."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation import PreparedStimulus, simulate
from evosnn.tasks import ClassificationTask
from evosnn.tasks.control import ControlTask, drive

__all__ = ["Judge", "judge_on"]

Judge = Callable[[Sequence[Network], Instances], NDArray[np.float64]]
"""Says what networks are worth on each chip, ``(n_networks, n_instances)``, 1 at most."""


def judge_on(
    task: ClassificationTask | ControlTask, chip: Chip, threads: int | None = None
) -> Judge:
    """Return what measures the scores of networks on what the search sees of a task.

    Args:
        task: The task.
        chip: The rules that networks follow.
        threads: Processor cores to use; all if not given.
    """
    if isinstance(task, ControlTask):
        control, episodes = task, task.train

        def share(networks: Sequence[Network], instances: Instances) -> NDArray[np.float64]:
            driven = drive(control, networks, episodes, chip, instances, threads=threads)
            found = control.share(driven.returns.mean(axis=2), episodes)
            return np.asarray(found, np.float64)

        return share
    stimulus, race = PreparedStimulus(task.train.stimulus), task.race(task.train)

    def right(networks: Sequence[Network], instances: Instances) -> NDArray[np.float64]:
        response = simulate(networks, stimulus, chip, instances, threads=threads, race=race)
        return np.asarray(response.right / max(stimulus.n_samples, 1), np.float64)

    return right
