"""Scores one network on one chip: its returns in closed-loop episodes of a control task."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.evaluation._trial import Trial, check_ports, in_parts, share
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.tasks.control import ControlResult, ControlTask, run_episodes

if TYPE_CHECKING:
    from evosnn.tasks import ClassificationTask
    from evosnn.tasks.control import Episodes

__all__ = ["AnyTrial", "ControlTrial", "trial_for"]


@dataclass(frozen=True, eq=False)
class ControlTrial:
    """A control task, a chip and the episodes that score a network.

    Attributes:
        task: The task.
        chip: The nominal chip.
        part: Which episodes.
        threads: Processor cores to use; all if not given.
    """

    task: ControlTask
    chip: Chip
    part: Literal["train", "validation", "test"] = "test"
    threads: int | None = None

    measure: ClassVar[str] = "score"
    """What the mean outcome is called."""

    @property
    def unit(self) -> str:
        """What an outcome is: the return of an episode."""
        return self.task.setting.environment.measure

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and the highest return there can be."""
        low, high = (float(self.task.of_share(x, self.samples)) for x in (0.0, 1.0))
        return low, high

    @property
    def samples(self) -> Episodes:
        """The episodes."""
        part: Episodes = getattr(self.task, self.part)
        return part

    def check(self, network: Network) -> None:
        """Refuse a network that the task cannot feed or read.

        Raises:
            NetworkError: If its numbers of inputs and outputs are not the task's.
        """
        check_ports(network, self.task)

    def run_episodes(self, network: Network, instances: Instances | None = None) -> ControlResult:
        """Run an episode from every start state on each chip.

        Raises:
            SpecError: If the chip computes otherwise than closed loops can.
        """
        return run_episodes(self.task, [network], self.samples, self.chip, instances, threads=1)

    def outcomes(self, network: Network, instances: Instances | None = None) -> NDArray[np.float64]:
        """Return the return of each episode on each chip, ``(n_instances, n_samples)``.

        Args:
            network: The network.
            instances: Its parameters on each chip; one nominal chip if not given.
        """

        def count_outcomes(some: Instances | None) -> NDArray[np.float64]:
            return np.asarray(self.run_episodes(network, some).returns[0])

        if instances is None:
            return count_outcomes(None)
        threads = self.threads or os.cpu_count() or 1
        # A few groups at a time: a chip whose episodes go on does not keep a core alone.
        step = min(share(instances.n_instances, threads), 64)
        return np.concatenate(in_parts(count_outcomes, instances, step, threads))

    def score(self, network: Network, instances: Instances | None = None) -> NDArray[np.float64]:
        """Return the mean return on each chip, ``(n_instances,)``."""
        return np.asarray(self.outcomes(network, instances).mean(axis=1), np.float64)


AnyTrial = Trial | ControlTrial
"""Samples or episodes that a network is judged by."""


def trial_for(task: ClassificationTask | ControlTask, chip: Chip) -> AnyTrial:
    """Return the held-out samples or episodes of a task on a chip."""
    return ControlTrial(task, chip) if isinstance(task, ControlTask) else Trial(task, chip)
