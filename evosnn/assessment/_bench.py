"""The bench on which one network is tried: a task's samples on a chip, right or wrong."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.errors import NetworkError
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation import PreparedStimulus, Response, simulate

if TYPE_CHECKING:
    from evosnn.tasks import ClassificationTask, Part

__all__ = ["Bench"]

_RESPONSE_LIMIT = 2**25  # numbers of a response held at once
_GROUP = 32  # instances that the simulator packs into a vector


@dataclass(frozen=True, eq=False)
class Bench:
    """A task, a chip, and the samples that a network is judged by.

    Attributes:
        task: The task, its samples already encoded.
        chip: The chip as drawn.
        part: Which samples.
        threads: Processor cores to use; all if not given.
    """

    task: ClassificationTask
    chip: Chip
    part: Literal["train", "validation", "test"] = "test"
    threads: int | None = None

    @property
    def samples(self) -> Part:
        """The samples."""
        part: Part = getattr(self.task, self.part)
        return part

    @cached_property
    def stimulus(self) -> PreparedStimulus:
        """The samples as the simulator takes them."""
        return PreparedStimulus(self.samples.stimulus)

    def check(self, network: Network) -> None:
        """Refuse a network that the task cannot feed or read.

        Raises:
            NetworkError: If its numbers of inputs and outputs are not the task's.
        """
        found = (network.inputs.size, network.outputs.size)
        taken = (self.task.n_inputs, self.task.n_outputs)
        if found != taken:
            raise NetworkError(
                f"the network has {found[0]} inputs and {found[1]} outputs; task "
                f"'{self.task.name}' takes {taken[0]} and {taken[1]}"
            )

    def respond(self, network: Network, instances: Instances | None = None) -> Response:
        """Return what the outputs of one network do on each chip, on all samples."""
        return simulate([network], self.stimulus, self.chip, instances, threads=1)

    def right(self, network: Network, instances: Instances | None = None) -> NDArray[np.bool_]:
        """Return which samples are answered correctly.

        Args:
            network: The network.
            instances: Its parameters on each chip; one chip exactly as drawn if not given.

        Returns:
            ``(n_instances, n_samples)`` bool.
        """
        labels = self.samples.labels

        def judge(some: Instances | None) -> NDArray[np.bool_]:
            answers = self.task.decoder.decide(self.respond(network, some))
            return np.asarray(answers[0] == labels)

        if instances is None:
            return judge(None)
        threads = self.threads or os.cpu_count() or 1
        parts = _split(instances, self._step(network, instances.n_instances, threads))
        if threads == 1 or len(parts) == 1:
            return np.concatenate([judge(part) for part in parts])
        with ThreadPoolExecutor(threads) as pool:
            return np.concatenate(list(pool.map(judge, parts)))

    def score(self, network: Network, instances: Instances | None = None) -> NDArray[np.float64]:
        """Return the share of samples answered correctly on each chip, ``(n_instances,)``."""
        return np.asarray(self.right(network, instances).mean(axis=1), np.float64)

    def _step(self, network: Network, n_instances: int, threads: int) -> int:
        """How many instances go into a call: all in one a core, if memory allows."""
        each = max(1, self.samples.n_samples * network.outputs.size * threads)
        most = max(_GROUP, _RESPONSE_LIMIT // each // _GROUP * _GROUP)
        share = -(-n_instances // threads)
        return min(most, -(-share // _GROUP) * _GROUP)


def _split(instances: Instances, step: int) -> list[Instances]:
    return [instances.chips(slice(at, at + step)) for at in range(0, instances.n_instances, step)]
