"""How far a layer without a floor and without rounding can do what a chip does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evosnn.export._layer import LEAST_LEAK
from evosnn.export._plan import NeuronPlan, Plan

__all__ = ["Fidelity", "fidelity_of", "meets_floor"]


@dataclass(frozen=True)
class Fidelity:
    """An honest label.

    Attributes:
        label: ``"exact"`` if the same spikes are proven for every input within the planned
            charges, else ``"approximate"``.
        reason: One sentence that says why.
    """

    label: Literal["exact", "approximate"]
    reason: str


def fidelity_of(plan: Plan, *, leaks_a_little: bool = True) -> Fidelity:
    """Label what becomes of a network in a tool without a floor and without rounding.

    Args:
        plan: The network.
        leaks_a_little: Whether the tool stands a little leak in for none, as a
            :class:`~evosnn.export._layer.Layer` does.
    """
    leaks = {neuron.leak for neuron in plan.neurons}
    if not plan.chip.integer:
        return Fidelity(
            "approximate",
            "Charges are real numbers, which the reader adds in an order of its own; spikes "
            "differ where a potential meets its threshold to the last digits.",
        )
    if leaks - {0.0, 1.0}:
        return Fidelity(
            "approximate",
            "The chip rounds what a leak leaves towards zero, which the reader does not.",
        )
    floored = [neuron.id for neuron in plan.neurons if meets_floor(neuron, plan)]
    if floored:
        listed = ", ".join(map(str, floored[:5])) + (", ..." if len(floored) > 5 else "")
        return Fidelity(
            "approximate",
            f"The chip holds potentials at {plan.floor:g} or above, the reader does not, and "
            f"inhibition can bring these neurons lower: {listed}.",
        )
    lasting = (
        ""
        if leaks == {1.0} or not leaks_a_little
        else f" for {_horizon(plan):,} timesteps from rest"
    )
    return Fidelity(
        "exact",
        "No neuron that can fire is brought below the chip's floor, nothing is rounded and no "
        f"threshold is met half-way: the spikes are the same on every input{lasting}.",
    )


def meets_floor(neuron: NeuronPlan, plan: Plan) -> bool:
    """Whether spikes can depend on the floor.

    They do not if no charge that can arrive brings the neuron below it, if the neuron can fire
    on nothing that arrives, or if it keeps nothing from one timestep to the next.
    """
    bounded = plan.chip.neuron.min_potential is not None
    return bounded and neuron.fires and neuron.leak < 1 and neuron.peak[0] < plan.floor


def _horizon(plan: Plan) -> int:
    """Timesteps in which the least leak cannot lose half a unit of any potential."""
    largest = max(max(abs(n.rest[0]), abs(n.rest[1]), 1.0) for n in plan.neurons)
    return int(0.5 / LEAST_LEAK / largest)
