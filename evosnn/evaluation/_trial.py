"""Scores one network on one chip: which samples of a task it classifies correctly."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.errors import NetworkError
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation import PreparedStimulus, Response, simulate
from evosnn.threads import map_in_threads

if TYPE_CHECKING:
    from evosnn.tasks import ClassificationTask, Part
    from evosnn.tasks.control import ControlTask

__all__ = ["GROUP", "Trial", "check_ports", "in_parts", "share"]

_RESPONSE_LIMIT = 2**25  # numbers of a response held at once
GROUP = 32
"""Instances that the simulator packs into a vector."""

_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Trial:
    """A classification task, a chip and the samples that score a network.

    Attributes:
        task: The task, its samples already encoded.
        chip: The nominal chip.
        part: Which samples.
        threads: Processor cores to use; all if not given.
    """

    task: ClassificationTask
    chip: Chip
    part: Literal["train", "validation", "test"] = "test"
    threads: int | None = None

    measure: ClassVar[str] = "accuracy"
    """What the mean outcome is called."""

    unit: ClassVar[str] = "share of samples"
    """What an outcome, or the mean of some, is."""

    span: ClassVar[tuple[float, float]] = (0.0, 1.0)
    """The lowest and the highest mean outcome there can be."""

    @property
    def samples(self) -> Part:
        """The samples."""
        part: Part = getattr(self.task, self.part)
        return part

    @cached_property
    def stimulus(self) -> PreparedStimulus:
        """The samples, packed for the simulator."""
        return PreparedStimulus(self.samples.stimulus)

    def check(self, network: Network) -> None:
        """Refuse a network that the task cannot feed or read.

        Raises:
            NetworkError: If its numbers of inputs and outputs are not the task's.
        """
        check_ports(network, self.task)

    def respond(self, network: Network, instances: Instances | None = None) -> Response:
        """Return the output spikes of one network on each chip, for all samples."""
        return simulate([network], self.stimulus, self.chip, instances, threads=1)

    def right(self, network: Network, instances: Instances | None = None) -> NDArray[np.bool_]:
        """Return which samples are answered correctly.

        Args:
            network: The network.
            instances: Its parameters on each chip; one nominal chip if not given.

        Returns:
            ``(n_instances, n_samples)`` bool.
        """
        labels = self.samples.labels

        def count_outcomes(some: Instances | None) -> NDArray[np.bool_]:
            answers = self.task.decoder.decide(self.respond(network, some))
            return np.asarray(answers[0] == labels)

        if instances is None:
            return count_outcomes(None)
        threads = self.threads or os.cpu_count() or 1
        step = self._step(network, instances.n_instances, threads)
        return np.concatenate(in_parts(count_outcomes, instances, step, threads))

    def outcomes(self, network: Network, instances: Instances | None = None) -> NDArray[np.float64]:
        """Return :meth:`right` as 1 and 0, ``(n_instances, n_samples)``."""
        return self.right(network, instances).astype(np.float64)

    def score(self, network: Network, instances: Instances | None = None) -> NDArray[np.float64]:
        """Return the share of samples answered correctly on each chip, ``(n_instances,)``."""
        return np.asarray(self.right(network, instances).mean(axis=1), np.float64)

    def _step(self, network: Network, n_instances: int, threads: int) -> int:
        """How many instances go into a call: all in one a core, if memory allows."""
        each = max(1, self.samples.n_samples * network.outputs.size * threads)
        return min(
            max(GROUP, _RESPONSE_LIMIT // each // GROUP * GROUP), share(n_instances, threads)
        )


def check_ports(network: Network, task: ClassificationTask | ControlTask) -> None:
    """Refuse a network whose numbers of inputs and outputs are not a task's."""
    found = (network.inputs.size, network.outputs.size)
    taken = (task.n_inputs, task.n_outputs)
    if found != taken:
        raise NetworkError(
            f"the network has {found[0]} inputs and {found[1]} outputs; task '{task.name}' takes "
            f"{taken[0]} and {taken[1]}"
        )


def share(n_instances: int, threads: int) -> int:
    """Return how many instances each core takes, in whole groups."""
    each = math.ceil(n_instances / threads)
    return math.ceil(each / GROUP) * GROUP


def in_parts(
    count_outcomes: Callable[[Instances], NDArray[_T]],
    instances: Instances,
    step: int,
    threads: int,
) -> list[NDArray[_T]]:
    """Return the outcomes of every ``step`` instances, in their order."""
    parts = [instances.chips(slice(at, at + step)) for at in range(0, instances.n_instances, step)]
    return map_in_threads(count_outcomes, parts, threads)
