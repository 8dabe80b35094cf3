"""What a campaign's spec stands for: task, chip, evaluator and engine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from evosnn.campaign._spec import CampaignSpec
from evosnn.chips import Chip, check, chip_from_processor, load_chip
from evosnn.errors import SpecError
from evosnn.evaluation import Evaluator, Measurement, derive_seed
from evosnn.evolution import (
    Breeder,
    Candidate,
    Engine,
    Individual,
    Objective,
    Requirement,
    Variation,
    bind_objectives,
    blames_on,
    class_evidence,
    individual,
    judge_on,
    linear_networks,
    objectives_by_name,
    space_of,
)
from evosnn.network import Network
from evosnn.tasks import ClassificationTask, build_task
from evosnn.tasks.control import (
    SETTINGS,
    ControlTask,
    GymnasiumSpec,
    build_control_task,
    is_control,
)
from evosnn.tennlab import read_network

__all__ = ["World", "build_world", "task_of"]


@dataclass(frozen=True, eq=False)
class World:
    """All that a campaign needs besides its store.

    Attributes:
        chip: The chip as drawn.
        task: The task.
        objectives: What to make good.
        requirements: What a network must reach to be worth anything.
        targets: What a network must reach for the campaign to stop.
        evaluator: Measures networks.
        engine: Searches.
        breeder: Makes the engine's new networks.
        n_search_samples: Number of samples (or episodes) that the search sees, jittered copies
            not counted.
        data_digest: Hash of the samples, to notice a change of the data.
    """

    chip: Chip
    task: ClassificationTask | ControlTask
    objectives: tuple[Objective, ...]
    requirements: tuple[Requirement, ...]
    targets: tuple[Requirement, ...]
    evaluator: Evaluator
    engine: Engine
    breeder: Breeder
    n_search_samples: int
    data_digest: str

    def individual(self, network: Network, record: Measurement) -> Individual:
        """Return a network with what the campaign makes of its record."""
        return individual(network, record, self.objectives, self.requirements)


def build_world(spec: CampaignSpec, threads: int | None = None) -> World:
    """Build what a spec stands for.

    Raises:
        SpecError: If parts of the spec do not go together.
        DataError: If the data cannot be used.
        NetworkError: If a starting network cannot be read or does not fit the chip.
    """
    chip = load_chip(spec.chip)
    task = task_of(spec, chip)
    ports = task.n_inputs + task.n_outputs
    if chip.limits.neurons is not None and ports > chip.limits.neurons:
        raise SpecError(
            f"the task has {task.n_inputs} inputs and {task.n_outputs} outputs; chip "
            f"'{chip.name}' holds {chip.limits.neurons} neurons"
        )
    objectives = bind_objectives(objectives_by_name(spec.objectives), task, chip, threads)
    limits = spec.limits
    if limits.neurons is not None and ports > limits.neurons:
        raise SpecError(
            f"limits.neurons is {limits.neurons}; the task alone has {task.n_inputs} inputs and "
            f"{task.n_outputs} outputs"
        )
    space = space_of(
        chip,
        spec.timesteps,
        max_delay=limits.delay or _longest_delay(task, chip),
        max_neurons=limits.neurons,
        max_synapses=limits.synapses,
    )
    starts = [Candidate(_start(name, chip, task), (), ("start",)) for name in spec.start]
    evidence = blames = None
    n_search_samples = task.train.n_samples
    if isinstance(task, ClassificationTask):
        charge, labels = task.train.stimulus.charge, task.train.labels
        evidence = class_evidence(charge, labels, task.n_outputs)
        n_search_samples //= spec.jitter.copies
        blames = blames_on(task, chip, threads)
        if spec.linear_starts:
            counts = (charge != 0).sum(axis=0).astype(np.float64)
            starts += [
                Candidate(network, (), ("linear",))
                for network in linear_networks(counts, labels, task.n_outputs, space)
            ]
    variation = _variation(spec)
    breeder = Breeder(
        space,
        task.n_inputs,
        task.n_outputs,
        variation,
        starts,
        evidence,
        blames,
        judge_on(task, chip, threads) if variation.polish else None,
    )
    return World(
        chip=chip,
        task=task,
        objectives=objectives,
        requirements=_requirements(_required(spec, task), task, chip, threads),
        targets=_requirements(spec.stop.target, task, chip, threads),
        evaluator=Evaluator(task, chip, spec.mechanisms, spec.seed, threads),
        engine=_engine(spec, breeder, objectives),
        breeder=breeder,
        n_search_samples=n_search_samples,
        data_digest=_digest(task),
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


def _longest_delay(task: ClassificationTask | ControlTask, chip: Chip) -> int | None:
    """In a closed loop a network remembers beyond its window, so a delay may last longer."""
    return int(chip.synapse.delay.max) if isinstance(task, ControlTask) else None


def _variation(spec: CampaignSpec) -> Variation:
    """The engine's way of making networks, with what the spec changes of it."""
    usual = Variation()
    if is_control(spec.task):  # in which alone it is worth what it costs: results/polishing.md
        usual = replace(usual, polish=0.2)
    if spec.engine.kind == "eons":
        from evosnn.evolution import EONS_VARIATION

        usual = EONS_VARIATION
    elif spec.engine.kind == "random":  # has no children
        usual = replace(usual, follow=0.0, polish=0.0)
    if spec.linear_starts:  # beside which these two add nothing: results/ablation.md
        usual = replace(usual, follow=0.0, means=0.0)
    asked = spec.variation.model_dump(exclude={"rates"}, exclude_none=True)
    return replace(usual, rates={**usual.rates, **spec.variation.rates}, **asked)


def _requirements(
    bounds: dict[str, float],
    task: ClassificationTask | ControlTask,
    chip: Chip,
    threads: int | None,
) -> tuple[Requirement, ...]:
    objectives = bind_objectives(objectives_by_name(list(bounds)), task, chip, threads)
    return tuple(Requirement(o, b) for o, b in zip(objectives, bounds.values(), strict=True))


def _required(spec: CampaignSpec, task: ClassificationTask | ControlTask) -> dict[str, float]:
    """What the spec requires; at least to be better than one answer for all samples."""
    if isinstance(task, ControlTask):
        return spec.require
    labels = task.train.labels
    one_answer = float(np.bincount(labels).max()) / labels.size
    return {"accuracy": one_answer + 1 / labels.size, **spec.require}


def _engine(spec: CampaignSpec, breeder: Breeder, objectives: tuple[Objective, ...]) -> Engine:
    engine = spec.engine
    if engine.kind == "eons":
        from evosnn.evolution import Eons, EonsSettings

        settings = EonsSettings(**engine.model_dump(exclude={"kind", "islands", "interval"}))
        return Eons(breeder, spec.population, objectives, settings)
    if engine.kind == "islands":
        from evosnn.evolution import Islands

        return Islands(breeder, spec.population, len(objectives), engine.islands, engine.interval)
    if engine.kind == "random":
        from evosnn.evolution import RandomSearch

        return RandomSearch(breeder, spec.population, len(objectives))
    from evosnn.evolution import PymooEngine

    return PymooEngine(engine.kind, breeder, spec.population, len(objectives))


def _start(path: str, chip: Chip, task: ClassificationTask | ControlTask) -> Network:
    file = read_network(path)
    network = file.network
    own = chip_from_processor(file.processor, file.parameters)
    if own is not None:
        _same_rules(path, own, chip)
    found = (network.inputs.size, network.outputs.size)
    if found != (task.n_inputs, task.n_outputs):
        raise SpecError(
            f"starting network '{path}' has {found[0]} inputs and {found[1]} outputs; the task "
            f"takes {task.n_inputs} and {task.n_outputs}"
        )
    broken = check(chip, network)
    if broken:
        raise SpecError(f"starting network '{path}' does not fit chip '{chip.name}': {broken[0]}")
    return network


def _same_rules(path: str, other: Chip, chip: Chip) -> None:
    """Refuse a starting network whose neurons worked otherwise."""
    for what, there, here in (
        ("arithmetic", other.arithmetic, chip.arithmetic),
        ("threshold_inclusive", other.neuron.threshold_inclusive, chip.neuron.threshold_inclusive),
        ("min_potential", other.neuron.min_potential, chip.neuron.min_potential),
        ("arithmetic of its own", not other.is_plain, not chip.is_plain),
        ("spike_value", other.spike_value, chip.spike_value),
    ):
        if there != here:
            raise SpecError(
                f"starting network '{path}' was made for {what} {there}; chip '{chip.name}' has "
                f"{here}, and the network would work otherwise"
            )


def _digest(task: ClassificationTask | ControlTask) -> str:
    hasher = hashlib.blake2b(digest_size=16)
    if isinstance(task, ControlTask):
        for episodes in (task.train, task.validation, task.test):
            hasher.update(episodes.starts.tobytes())
        return hasher.hexdigest()
    for part in (task.train, task.validation, task.test):
        hasher.update(part.stimulus.charge.tobytes())
        hasher.update(part.labels.tobytes())
    return hasher.hexdigest()
