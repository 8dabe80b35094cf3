"""The problem of a campaign: chip, task, objectives and evaluator."""

from __future__ import annotations

from dataclasses import dataclass

from evosnn.campaign.spec.model import CampaignSpec
from evosnn.chips import Chip, load_chip
from evosnn.errors import SpecError
from evosnn.evaluation import Evaluator, Measurement, derive_seed
from evosnn.evolution import (
    Individual,
    Objective,
    Requirement,
    bind_objectives,
    individual,
    objectives_by_name,
)
from evosnn.network import Network
from evosnn.tasks import ClassificationTask, build_task
from evosnn.tasks.control import (
    SETTINGS,
    ControlTask,
    GymnasiumSpec,
    build_control_task,
)

__all__ = ["Problem", "build_problem", "task_of"]


@dataclass(frozen=True, eq=False)
class Problem:
    """A spec made concrete: everything that measures networks, without what breeds them.

    Attributes:
        chip: The nominal chip.
        task: The task, its samples encoded or its episodes drawn.
        objectives: The objectives, bound to the task and the chip.
        requirements: Bounds that a network must reach; others rank behind all that do.
        targets: Bounds that end the campaign once one network reaches them all.
        evaluator: Measures networks.
        n_search_samples: Number of samples (or episodes) of the search, without jittered copies.
        data_digest: Hash of the samples, by which a change of the data is noticed.
    """

    chip: Chip
    task: ClassificationTask | ControlTask
    objectives: tuple[Objective, ...]
    requirements: tuple[Requirement, ...]
    targets: tuple[Requirement, ...]
    evaluator: Evaluator
    n_search_samples: int
    data_digest: str

    def individual(self, network: Network, record: Measurement) -> Individual:
        """Return a network with its record, objective values and shortfall."""
        return individual(network, record, self.objectives, self.requirements)


def build_problem(spec: CampaignSpec, threads: int | None = None) -> Problem:
    """Build the chip, task, objectives and evaluator of a spec.

    Args:
        spec: The campaign.
        threads: Processor cores to use; all if not given.

    Raises:
        SpecError: If parts of the spec contradict each other.
        DataError: If the data cannot be used.
    """
    chip = load_chip(spec.chip)
    task = task_of(spec, chip)
    ports = task.n_inputs + task.n_outputs
    if chip.limits.neurons is not None and ports > chip.limits.neurons:
        raise SpecError(
            f"the task has {task.n_inputs} inputs and {task.n_outputs} outputs; chip "
            f"'{chip.name}' holds {chip.limits.neurons} neurons"
        )
    n_search_samples = task.train.n_samples
    if isinstance(task, ClassificationTask):
        n_search_samples //= spec.jitter.copies
    return Problem(
        chip=chip,
        task=task,
        objectives=bind_objectives(objectives_by_name(spec.objectives), task, chip, threads),
        requirements=_requirements(
            {**task.least_requirements(), **spec.require}, task, chip, threads
        ),
        targets=_requirements(spec.stop.target, task, chip, threads),
        evaluator=Evaluator(task, chip, spec.mechanisms, spec.seed, threads),
        n_search_samples=n_search_samples,
        data_digest=task.digest(),
    )


def task_of(spec: CampaignSpec, chip: Chip) -> ClassificationTask | ControlTask:
    """Build the task of a spec for a chip."""
    seed = derive_seed(spec.seed, "task")
    if isinstance(spec.task, GymnasiumSpec) or (
        isinstance(spec.task, str) and spec.task in SETTINGS
    ):
        return build_control_task(
            spec.task,
            encoder=spec.encoder,
            decoder=spec.decoder,
            timesteps=spec.timesteps,
            chip=chip,
            seed=seed,
            episodes=spec.episodes,
        )
    return build_task(
        spec.task,
        encoder=spec.encoder,
        decoder=spec.decoder,
        timesteps=spec.timesteps,
        chip=chip,
        seed=seed,
        split_spec=spec.split,
        jitter_spec=spec.jitter,
    )


def _requirements(
    bounds: dict[str, float],
    task: ClassificationTask | ControlTask,
    chip: Chip,
    threads: int | None,
) -> tuple[Requirement, ...]:
    objectives = bind_objectives(objectives_by_name(list(bounds)), task, chip, threads)
    return tuple(Requirement(o, b) for o, b in zip(objectives, bounds.values(), strict=True))
