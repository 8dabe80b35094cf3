"""Registry of objectives, built in and of plug-in packages; evaluates them on a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from evosnn.errors import SpecError
from evosnn.evolution._population import Individual
from evosnn.evolution.objectives.base import Objective
from evosnn.registry import Registry

if TYPE_CHECKING:
    from evosnn.chips import Chip
    from evosnn.evaluation import Measurement, PartName
    from evosnn.network import Network
    from evosnn.tasks import ClassificationTask
    from evosnn.tasks.control import ControlTask

__all__ = [
    "OBJECTIVES",
    "Requirement",
    "bind_objectives",
    "individual",
    "objectives_by_name",
]

_RECORDED = "evosnn.evolution.objectives.recorded"
_MEASURED = "evosnn.evolution.objectives.measured"
_BUILTIN = {
    "accuracy": f"{_RECORDED}:ACCURACY",
    "score": f"{_RECORDED}:SCORE",
    "resilience": f"{_RECORDED}:RESILIENCE",
    "resilience-p05": f"{_RECORDED}:RESILIENCE_P05",
    "resilience-worst": f"{_RECORDED}:RESILIENCE_WORST",
    "synapses": f"{_RECORDED}:SYNAPSES",
    "neurons": f"{_RECORDED}:NEURONS",
    "hidden": f"{_RECORDED}:HIDDEN",
    "spikes": f"{_RECORDED}:SPIKES",
    "deliveries": f"{_RECORDED}:DELIVERIES",
    "single-fault-worst": f"{_MEASURED}:SINGLE_FAULT_WORST",
    "dead-synapse-worst": f"{_MEASURED}:DEAD_SYNAPSE_WORST",
    "certified": f"{_MEASURED}:CERTIFIED",
    "activation-sparsity": f"{_MEASURED}:ACTIVATION_SPARSITY",
    "energy": f"{_MEASURED}:ENERGY",
    "latency": f"{_MEASURED}:LATENCY",
    "footprint": f"{_MEASURED}:FOOTPRINT",
    "memory-access": f"{_MEASURED}:MEMORY_ACCESS",
    "area": f"{_MEASURED}:AREA",
}


def _problem(name: str, part: object) -> str | None:
    if not isinstance(part, Objective):
        return "is no evosnn.evolution.Objective"
    if part.name != name:
        return f"has the name '{part.name}'; it takes its entry point's, '{name}'"
    if part.maximise and not part.is_share:
        return f"is maximised, so its unit must be a share, 0 to 1; got '{part.unit}'"
    if part.probe is None and part.worst is None:
        return "needs a worst value, or a probe that gives one"
    return None


OBJECTIVES: Registry[Objective] = Registry("objective", _BUILTIN, _problem)
"""The objectives by name."""


def objectives_by_name(names: Sequence[str]) -> tuple[Objective, ...]:
    """Return the objectives of these names.

    Raises:
        SpecError: If a name is unknown.
    """
    for name in names:
        if name not in OBJECTIVES:
            raise SpecError(OBJECTIVES.unknown(name))
    return tuple(OBJECTIVES[name] for name in names)


def bind_objectives(
    objectives: Sequence[Objective],
    task: ClassificationTask | ControlTask,
    chip: Chip,
    threads: int | None = None,
    part: PartName = "train",
) -> tuple[Objective, ...]:
    """Return objectives bound to a task and a chip, so that their values can be computed.

    Args:
        objectives: The objectives; those without a probe stay as they are.
        task: The task.
        chip: The nominal chip.
        threads: Processor cores to use; all if not given.
        part: Part of the samples; the search uses ``"train"``.

    Raises:
        SpecError: If an objective cannot be measured on this chip or task.
    """
    if not any(o.probe for o in objectives):
        return tuple(objectives)
    from evosnn.evaluation import Trial

    for objective in objectives:
        if task.is_control and objective.needs_samples:
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
    """A bound on an objective; networks that miss it rank below all that meet it.

    Attributes:
        objective: The objective, bound.
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
    """Return a network with its record, its objective values and its shortfall."""
    values = tuple([float(o.value(network, measurement)) for o in objectives])
    cost = tuple([-v if o.maximise else v for o, v in zip(objectives, values, strict=True)])
    shortfall = sum([r.shortfall(network, measurement) for r in requirements])
    return Individual(network, measurement, values, cost, shortfall)
