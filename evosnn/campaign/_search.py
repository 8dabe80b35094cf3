"""Builds the search of a campaign: breeder, engine and starting networks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evosnn.campaign._problem import Problem
from evosnn.campaign.spec.model import CampaignSpec
from evosnn.chips import Chip, check, chip_from_processor
from evosnn.errors import SpecError
from evosnn.evolution import (
    Breeder,
    Candidate,
    Engine,
    Variation,
    class_evidence,
    error_gradients,
    linear_networks,
    margin_scorer,
    search_space,
)
from evosnn.network import Network
from evosnn.tasks import ClassificationTask
from evosnn.tasks.control import (
    ControlTask,
    is_control,
)
from evosnn.tennlab import read_network

__all__ = ["Search", "build_search"]


@dataclass(frozen=True, eq=False)
class Search:
    """The parts that breed networks; only a running campaign needs them.

    Attributes:
        breeder: Makes new networks.
        engine: Asks the breeder for networks and selects among them.
    """

    breeder: Breeder
    engine: Engine


def build_search(spec: CampaignSpec, problem: Problem, threads: int | None = None) -> Search:
    """Build the breeder, its starting networks and the engine of a spec.

    Args:
        spec: The campaign.
        problem: Its problem, from :func:`build_problem`.
        threads: Processor cores to use; all if not given.

    Raises:
        SpecError: If the limits leave no room for the task.
        NetworkError: If a starting network cannot be read or does not fit the chip.
    """
    chip, task, limits = problem.chip, problem.task, spec.limits
    if limits.neurons is not None and task.n_inputs + task.n_outputs > limits.neurons:
        raise SpecError(
            f"limits.neurons is {limits.neurons}; the task alone has {task.n_inputs} inputs and "
            f"{task.n_outputs} outputs"
        )
    space = search_space(
        chip,
        spec.timesteps,
        max_delay=limits.delay or task.longest_delay(chip),
        max_neurons=limits.neurons,
        max_synapses=limits.synapses,
    )
    starts = [Candidate(_start_network(name, chip, task), (), ("start",)) for name in spec.start]
    evidence = gradients = None
    if isinstance(task, ClassificationTask) and task.one_output_per_class:
        charge, labels = task.train.stimulus.charge, task.train.labels
        evidence = class_evidence(charge, labels, task.n_outputs)
        gradients = error_gradients(task, chip, threads)
        if spec.linear_starts:
            counts = (charge != 0).sum(axis=0).astype(np.float64)
            starts += [
                Candidate(network, (), ("linear",))
                for network in linear_networks(counts, labels, task.n_outputs, space)
            ]
    variation = _variation(spec)
    # The local search compares the output of a sample's class with the others.
    compares = task.one_output_per_class
    breeder = Breeder(
        space,
        task.n_inputs,
        task.n_outputs,
        variation,
        starts,
        evidence,
        gradients,
        margin_scorer(task, chip, threads) if variation.local_search and compares else None,
    )
    return Search(breeder, spec.engine.build(breeder, spec.population, problem.objectives))


def _variation(spec: CampaignSpec) -> Variation:
    """Return the engine's shares and rates of variation, with what the spec changes."""
    default = Variation()
    if is_control(spec.task):  # in which alone it is worth its cost: results/studies/polishing.md
        default = replace(default, local_search=0.2)
    default = spec.engine.variation(default)
    if spec.linear_starts:  # beside which these two add nothing: results/studies/ablation.md
        default = replace(default, error_guided=0.0, class_means=0.0)
    given = spec.variation.model_dump(exclude={"rates"}, exclude_none=True)
    return replace(default, rates={**default.rates, **spec.variation.rates}, **given)


def _start_network(path: str, chip: Chip, task: ClassificationTask | ControlTask) -> Network:
    file = read_network(path)
    network = file.network
    own = chip_from_processor(file.processor, file.parameters)
    if own is not None:
        _check_chip(path, own, chip)
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


def _check_chip(path: str, other: Chip, chip: Chip) -> None:
    """Refuse a starting network that was made for a chip whose neurons behave differently."""
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
                f"{here}, and the network would behave differently"
            )
