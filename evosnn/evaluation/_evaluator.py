"""Measures populations of networks on a task and many chip instances."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.evaluation._measurement import Measurement
from evosnn.evaluation._seed import PartName, derive_seed
from evosnn.hardware import Instances, Mechanism, draw_instances
from evosnn.network import Network
from evosnn.simulation import PreparedStimulus, Response, Scorer, begin, simulate
from evosnn.tasks.control import ControlTask, run_episodes

if TYPE_CHECKING:
    from evosnn.tasks import ClassificationTask

__all__ = ["Evaluator"]

_RESPONSE_LIMIT = 2**25  # numbers of a response held at once


class Evaluator:
    """Measures networks on one task, one chip and one set of mechanisms.

    Args:
        task: The task.
        chip: The nominal chip.
        mechanisms: What makes physical chips differ from it.
        seed: The campaign's seed, from which all chips are drawn.
        threads: Processor cores to use; all if not given.
    """

    def __init__(
        self,
        task: ClassificationTask | ControlTask,
        chip: Chip,
        mechanisms: Sequence[Mechanism],
        seed: int,
        threads: int | None = None,
    ) -> None:
        self.task = task
        self.chip = chip
        self.mechanisms = tuple(mechanisms)
        self.seed = seed
        self.threads = threads
        self._parts: dict[str, tuple[PreparedStimulus, Scorer | None]] = {}

    def measure(
        self,
        networks: Sequence[Network],
        purpose: str,
        index: int = 0,
        *,
        n_instances: int,
        part: PartName = "train",
    ) -> list[Measurement]:
        """Measure networks, all on the same physical chips.

        Args:
            networks: The networks.
            purpose: What the chips are drawn for; other purposes have other chips.
            index: Which set of chips of that purpose (a generation).
            n_instances: Number of physical chips.
            part: Which samples.
        """
        drawn = n_instances if self.mechanisms else 0
        found = []
        for some in self._at_once(networks, drawn, part):
            found += self._measure(some, derive_seed(self.seed, purpose, index), drawn, part)
        return found

    def begin(
        self,
        networks: Sequence[Network],
        purpose: str,
        index: int,
        *,
        n_instances: int,
        pool: Executor | None,
    ) -> Callable[[], list[Measurement]]:
        """Begin what :meth:`measure` does on the search's samples, on a pool's threads.

        Returns:
            What waits for it and returns the records. Without a pool, and in a control task,
            nothing is begun before it is waited for.
        """
        later = partial(self.measure, networks, purpose, index, n_instances=n_instances)
        if pool is None or not networks or isinstance(self.task, ControlTask):
            return later
        stimulus, scorer = self._shown(self.task, "train")
        if scorer is None:
            return later
        seed = derive_seed(self.seed, purpose, index)
        threads = self.threads or os.cpu_count() or 1
        drawn = n_instances if self.mechanisms else 0
        begun = []
        for some in self._at_once(networks, drawn, "train"):
            instances = self._chips(some, seed, drawn)
            begun.append(begin(some, stimulus, self.chip, instances, scorer, pool, threads))

        def finish_all() -> list[Measurement]:
            responses = [finish() for finish in begun]
            return [m for r in responses for m in _records(r, r.right, stimulus)]

        return finish_all

    def _at_once(
        self, networks: Sequence[Network], drawn: int, part: PartName
    ) -> Iterator[Sequence[Network]]:
        """So many networks at a time that their response is not too large to be held."""
        size = (drawn + 1) * getattr(self.task, part).n_samples * self.task.n_outputs
        step = max(1, _RESPONSE_LIMIT // size)
        for start in range(0, len(networks), step):
            yield networks[start : start + step]

    def _measure(
        self, networks: Sequence[Network], seed: np.random.SeedSequence, drawn: int, part: PartName
    ) -> list[Measurement]:
        instances = self._chips(networks, seed, drawn)
        if isinstance(self.task, ControlTask):
            return self._drive(self.task, networks, instances, part)
        stimulus, scorer = self._shown(self.task, part)
        response = simulate(
            networks, stimulus, self.chip, instances, threads=self.threads, scorer=scorer
        )
        right = response.right
        if scorer is None:
            right = self.task.correct(response, getattr(self.task, part))
        return _records(response, right, stimulus)

    def _chips(
        self, networks: Sequence[Network], seed: np.random.SeedSequence, drawn: int
    ) -> Instances | None:
        """Draw the physical chips and add the nominal one; ``None`` if there are no mechanisms."""
        if not drawn:
            return None
        return draw_instances(networks, self.chip, self.mechanisms, drawn, seed, nominal=True)

    def _drive(
        self,
        task: ControlTask,
        networks: Sequence[Network],
        instances: Instances | None,
        part: PartName,
    ) -> list[Measurement]:
        episodes = getattr(task, part)
        ran = run_episodes(task, networks, episodes, self.chip, instances, threads=self.threads)
        scores = task.share(ran.returns.mean(axis=2), episodes)
        return [
            Measurement(float(row[-1]), row[:-1], spikes, deliveries)
            for row, spikes, deliveries in zip(
                scores, ran.spikes.tolist(), ran.deliveries.tolist(), strict=True
            )
        ]

    def _shown(
        self, task: ClassificationTask, part: PartName
    ) -> tuple[PreparedStimulus, Scorer | None]:
        """What networks are shown and asked; packed once."""
        if part not in self._parts:
            samples = getattr(task, part)
            self._parts[part] = (PreparedStimulus(samples.stimulus), task.scorer(samples))
        return self._parts[part]


def _records(
    response: Response, right: NDArray[np.int32], stimulus: PreparedStimulus
) -> list[Measurement]:
    scores = right / max(stimulus.n_samples, 1)
    return [
        Measurement(nominal, perturbed, spikes, deliveries)
        for nominal, perturbed, spikes, deliveries in zip(
            scores[:, -1].tolist(),
            scores[:, :-1],
            response.spikes.tolist(),
            response.deliveries.tolist(),
            strict=True,
        )
    ]
