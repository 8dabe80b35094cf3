"""What a campaign can be asked to make good, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from evosnn.chips import Chip
from evosnn.errors import SpecError, unknown_name
from evosnn.evaluation import Measurement
from evosnn.evolution._population import Individual
from evosnn.network import Network

__all__ = ["OBJECTIVES", "Objective", "Requirement", "individual", "objectives_by_name"]


_Value = Callable[[Network, Measurement], float]


def _area_on(chip: Chip) -> _Value:
    from evosnn.assessment._area import estimate_area, require_circuit

    require_circuit(chip)
    return lambda network, measurement: estimate_area(network, chip)


def _without_chip(network: Network, measurement: Measurement) -> float:
    raise SpecError("this objective depends on the chip; ask objectives_by_name for it with one")


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
        on: For a figure that depends on the chip, what gives ``value`` for one.
    """

    name: str
    label: str
    unit: str
    maximise: bool
    worst: float | None
    value: _Value
    on: Callable[[Chip], _Value] | None = None

    def cost(self, value: float) -> float:
        """Return the value turned so that less is better."""
        return -value if self.maximise else value


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
            "area", "area, estimated", "iCE40 logic cells", False, None, _without_chip, _area_on
        ),
    )
}  # fmt: skip
"""The objectives by name."""


def objectives_by_name(names: Sequence[str], chip: Chip | None = None) -> tuple[Objective, ...]:
    """Return the objectives of these names.

    Args:
        names: Names in ``OBJECTIVES``.
        chip: The chip that figures which depend on one are of.

    Raises:
        SpecError: If a name is unknown, or its figure is none of this chip's.
    """
    for name in names:
        if name not in OBJECTIVES:
            raise SpecError(unknown_name("objective", name, OBJECTIVES))
    return tuple(_bound(OBJECTIVES[name], chip) for name in names)


def _bound(objective: Objective, chip: Chip | None) -> Objective:
    """The objective with its figure taken for a chip, if it depends on one."""
    if objective.on is None or chip is None:
        return objective
    return replace(objective, value=objective.on(chip), on=None)


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
        over = self.objective.cost(value) - self.objective.cost(self.bound)
        return max(over, 0.0) / max(abs(self.bound), 1.0)


def individual(
    network: Network,
    measurement: Measurement,
    objectives: Sequence[Objective],
    requirements: Sequence[Requirement] = (),
) -> Individual:
    """Return a network with its record and what objectives and requirements make of it."""
    values = tuple([float(o.value(network, measurement)) for o in objectives])
    cost = tuple([o.cost(v) for o, v in zip(objectives, values, strict=True)])
    shortfall = sum([r.shortfall(network, measurement) for r in requirements])
    return Individual(network, measurement, values, cost, shortfall)
