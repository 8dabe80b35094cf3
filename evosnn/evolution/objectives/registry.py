"""What a campaign can be asked to make good, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from evosnn.errors import SpecError, unknown_name
from evosnn.evaluation import Measurement, PartName
from evosnn.evolution._population import Individual
from evosnn.evolution.objectives.measured import (
    ON_SAMPLES,
    SCORES,
    Probe,
    Value,
    activation_sparsity,
    area,
    certified,
    energy,
    footprint,
    latency,
    memory_access,
    worst_dead_synapse,
    worst_single_fault,
)
from evosnn.network import Network

if TYPE_CHECKING:
    from evosnn.chips import Chip
    from evosnn.evaluation import Trial
    from evosnn.tasks import ClassificationTask
    from evosnn.tasks.control import ControlTask

__all__ = [
    "OBJECTIVES",
    "Objective",
    "Requirement",
    "bind_objectives",
    "individual",
    "objectives_by_name",
]


@dataclass(frozen=True)
class Objective:
    """One figure that a campaign makes large or small.

    Attributes:
        name: Name in a campaign file.
        label: What a picture's axis says.
        unit: Unit of the figure.
        maximise: Whether more is better.
        worst: A value no network is worse than, the reference point of the hypervolume; none
            if the first population's worst is to be taken.
        value: The figure of a network with this record.
        probe: Makes ``value`` and ``worst`` for a trial (:func:`bind_objectives`), if it takes
            one.
    """

    name: str
    label: str
    unit: str
    maximise: bool
    worst: float | None
    value: Value
    probe: Callable[[Trial], Probe] | None = None

    @property
    def is_score(self) -> bool:
        """Whether it is a score, 0 to 1, on samples that a search fits: elsewhere it is lower."""
        return self.maximise and (self.probe is None or self.probe in SCORES)

    def cost(self, value: float) -> float:
        """Return the value turned so that less is better."""
        return -value if self.maximise else value


def _unbound(network: Network, measurement: Measurement) -> float:
    del network, measurement
    raise SpecError("this objective takes a task and a chip: bind it with bind_objectives")


OBJECTIVES: dict[str, Objective] = {
    o.name: o
    for o in (
        Objective("accuracy", "accuracy", "share of samples", True, 0.0, lambda n, m: m.nominal),
        Objective("score", "score", "share of best return", True, 0.0, lambda n, m: m.nominal),
        Objective(
            "resilience", "accuracy on faulty chips, mean", "share of samples", True, 0.0,
            lambda n, m: m.mean,
        ),
        Objective(
            "resilience-p05", "accuracy on faulty chips, 5th percentile", "share of samples",
            True, 0.0, lambda n, m: m.p05,
        ),
        Objective(
            "resilience-worst", "accuracy on faulty chips, worst", "share of samples", True, 0.0,
            lambda n, m: m.worst,
        ),
        Objective("synapses", "synapses", "count", False, None, lambda n, m: n.n_synapses),
        Objective("neurons", "neurons", "count", False, None, lambda n, m: n.n_used),
        Objective("hidden", "hidden neurons", "count", False, None, lambda n, m: n.n_hidden),
        Objective("spikes", "spikes", "per inference", False, None, lambda n, m: m.spikes),
        Objective(
            "deliveries", "synaptic deliveries", "per inference", False, None,
            lambda n, m: m.deliveries,
        ),
        Objective(
            "single-fault-worst", "accuracy under the worst single fault", "share of samples",
            True, 0.0, _unbound, worst_single_fault,
        ),
        Objective(
            "dead-synapse-worst", "accuracy, worst synapse dead", "share of samples",
            True, 0.0, _unbound, worst_dead_synapse,
        ),
        Objective(
            "certified", "certified weight error, mean", "share of each weight", True, 0.0,
            _unbound, certified,
        ),
        Objective(
            "activation-sparsity", "activation sparsity", "share of neurons and timesteps", True,
            0.0, _unbound, activation_sparsity,
        ),
        Objective("energy", "energy (estimate)", "pJ per inference", False, None, _unbound, energy),
        Objective("latency", "latency", "timesteps", False, None, _unbound, latency),
        Objective("footprint", "memory", "bytes", False, None, _unbound, footprint),
        Objective(
            "memory-access", "memory access", "bytes per inference", False, None, _unbound,
            memory_access,
        ),
        Objective("area", "area, estimated", "iCE40 logic cells", False, None, _unbound, area),
    )
}  # fmt: skip
"""The objectives by name."""


def objectives_by_name(names: Sequence[str]) -> tuple[Objective, ...]:
    """Return the objectives of these names.

    Raises:
        SpecError: If a name is unknown.
    """
    for name in names:
        if name not in OBJECTIVES:
            raise SpecError(unknown_name("objective", name, OBJECTIVES))
    return tuple(OBJECTIVES[name] for name in names)


def bind_objectives(
    objectives: Sequence[Objective],
    task: ClassificationTask | ControlTask,
    chip: Chip,
    threads: int | None = None,
    part: PartName = "train",
) -> tuple[Objective, ...]:
    """Return objectives that can be measured, by default on the samples that the search sees.

    Raises:
        SpecError: If an objective cannot be measured on this chip or task.
    """
    if not any(o.probe for o in objectives):
        return tuple(objectives)
    from evosnn.evaluation import Trial
    from evosnn.tasks.control import ControlTask

    for objective in objectives:
        if isinstance(task, ControlTask) and objective.probe in ON_SAMPLES:
            raise SpecError(
                f"objective '{objective.name}' is measured on samples; control task "
                f"'{task.name}' has none"
            )
    # Of a control task, the probes that are left take what every task has.
    trial = Trial(cast("ClassificationTask", task), chip, part, threads)

    def bound(objective: Objective) -> Objective:
        if objective.probe is None:
            return objective
        value, worst = objective.probe(trial)
        return replace(objective, value=value, worst=worst)

    return tuple(bound(objective) for objective in objectives)


@dataclass(frozen=True)
class Requirement:
    """A value that a network must reach to be worth anything.

    Attributes:
        objective: What is required of it.
        bound: Least value (of an objective to maximise) or greatest.
    """

    objective: Objective
    bound: float

    def shortfall(self, network: Network, measurement: Measurement) -> float:
        """Return how far a network is from the bound, as a share of it; 0 if it is met."""
        value = self.objective.value(network, measurement)
        over = self.bound - value if self.objective.maximise else value - self.bound
        return max(over, 0.0) / max(abs(self.bound), 1.0)


def individual(
    network: Network,
    measurement: Measurement,
    objectives: Sequence[Objective],
    requirements: Sequence[Requirement] = (),
) -> Individual:
    """Return a network with its record and what objectives and requirements make of it."""
    values = tuple([float(o.value(network, measurement)) for o in objectives])
    cost = tuple([-v if o.maximise else v for o, v in zip(objectives, values, strict=True)])
    shortfall = sum([r.shortfall(network, measurement) for r in requirements])
    return Individual(network, measurement, values, cost, shortfall)
