"""Proves whether a tool without a lowest potential and rounding gives a chip's spikes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evosnn.export.common.layer import LEAST_LEAK
from evosnn.export.common.plan import Plan

__all__ = ["Fidelity", "fidelity_of", "fidelity_of_floor"]


@dataclass(frozen=True)
class Fidelity:
    """Whether an export is proven exact, with the reason.

    Attributes:
        label: ``"exact"`` if equal spikes are proven for every input within the planned charges,
            otherwise ``"approximate"``.
        reason: The reason, as one sentence.
    """

    label: Literal["exact", "approximate"]
    reason: str


def fidelity_of(plan: Plan, *, leaks_a_little: bool = True) -> Fidelity:
    """Return the fidelity of a network in a tool without a lowest potential or rounding.

    Args:
        plan: The network.
        leaks_a_little: Whether the tool uses a small leak instead of 0, as a
            :class:`~evosnn.export.common.layer.Layer` does.
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
    floored = _floored(plan)
    if floored:
        return Fidelity(
            "approximate",
            f"The chip holds potentials at {plan.floor:g} or above, the reader does not, and "
            f"inhibition can bring these neurons lower: {floored}.",
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


def fidelity_of_floor(plan: Plan, holder: str, least: int) -> Fidelity:
    """Return the fidelity of a network on a chip that differs only in its lowest potential.

    Args:
        plan: The network.
        holder: Name of the other chip.
        least: Lowest potential of the other chip.
    """
    floored = _floored(plan) if plan.floor > least else ""
    if floored:
        return Fidelity(
            "approximate",
            f"Chip '{plan.chip.name}' holds potentials at {plan.floor:g} or above, {holder} at "
            f"{least}, and inhibition can bring these neurons lower: {floored}.",
        )
    return Fidelity(
        "exact", f"It holds as long as no potential falls to {least}, where {holder}'s end."
    )


def _floored(plan: Plan) -> str:
    """List the ids of neurons whose spikes can depend on the lowest potential, at most five.

    A neuron's spikes do not depend on it if no possible charge brings the neuron below it, if the
    neuron can never fire, or if it loses its whole potential in every timestep.
    """
    if plan.chip.neuron.min_potential is None:
        return ""
    low = [n.id for n in plan.neurons if n.fires and n.leak < 1 and n.peak[0] < plan.floor]
    return ", ".join(map(str, low[:5])) + (", ..." if len(low) > 5 else "")


def _horizon(plan: Plan) -> int:
    """Return the timesteps in which the small leak loses less than half a unit of any potential."""
    largest = max(max(abs(n.rest[0]), abs(n.rest[1]), 1.0) for n in plan.neurons)
    return int(0.5 / LEAST_LEAK / largest)
