"""Describes a chip's timestep in words for readers of an export."""

from __future__ import annotations

from evosnn.chips import Chip
from evosnn.network import Network

__all__ = ["rules_text"]


def rules_text(network: Network, chip: Chip) -> list[str]:
    """Return one clause for each step of a neuron's timestep, in order.

    Args:
        network: The network; leaks that it does not use are omitted.
        chip: The rules.
    """
    neuron, current = chip.neuron, chip.synapse.current_leak
    leak = _leak(network, chip)
    said = [
        _half_life(network) if neuron.leak_rule == "half-life" else "",
        f"adds to its {'potential' if current is None else 'current'} the charges that arrive: "
        "its input's charge of this timestep, and the weight of each synapse whose presynaptic "
        "neuron fired `delay` timesteps ago",
        "" if current is None else _current(chip, current),
        "" if neuron.max_potential is None
        else f"lowers its potential to {neuron.max_potential:g} if it lies above",
        leak if neuron.leak_first else "",
        _fires(chip),
        "" if neuron.min_potential is None
        else f"raises its potential to {neuron.min_potential:g} if it lies below",
        "" if neuron.leak_first else leak,
        "shows its spike one timestep later; delays count from the timestep in which it fired"
        if neuron.integration_delay
        else "",
    ]  # fmt: skip
    return [clause for clause in said if clause]


def _fires(chip: Chip) -> str:
    neuron = chip.neuron
    met = "reached" if neuron.threshold_inclusive else "passed"
    arrived = "something arrived and " if neuron.fires_on == "arrival" else ""
    left = "loses its threshold" if neuron.reset == "subtract" else "becomes 0"
    clause = f"fires if {arrived}its potential has {met} its threshold; its potential then {left}"
    if neuron.several_spikes:
        return (
            f"{clause}; and again while it has {met} it, up to {neuron.max_spikes} times in a "
            f"timestep, an output up to {neuron.output_spikes}; a synapse delivers for each spike"
        )
    if not neuron.refractory:
        return clause
    lost = "is lost" if chip.synapse.current_leak is None else "is not added to it"
    return (
        f"{clause}, and for {neuron.refractory} timesteps after that it cannot fire and what "
        f"would be added to its potential {lost}"
    )


def _current(chip: Chip, leak: float) -> str:
    when = "before" if chip.synapse.current_leak_first else "after"
    least, most = chip.synapse.min_current, chip.synapse.max_current
    ends = [] if least is None else [f"below {least:g}"]
    ends += [] if most is None else [f"above {most:g}"]
    kept = f" (which no arrival brings {' or '.join(ends)})" if ends else ""
    return (
        f"adds its current to its potential{kept}; the current loses {leak:g} of itself {when} "
        f"that, {_rounding(chip)}"
    )


def _leak(network: Network, chip: Chip) -> str:
    leaks = sorted(set(network.leak.tolist()))
    rule = chip.neuron.leak_rule
    if leaks in ([], [0.0]) or rule == "half-life":
        return ""
    if rule == "subtract":
        amounts = ", ".join(f"{leak * chip.neuron.leak_unit:g}" for leak in leaks)
        return f"loses its leak, a fixed amount ({amounts}), towards 0"
    shares = ", ".join(f"{leak:g}" for leak in leaks)
    return f"loses its leak's share of its potential ({shares}), {_rounding(chip)}"


def _rounding(chip: Chip) -> str:
    if not chip.resolution:
        return "in real numbers"
    steps = "whole numbers" if chip.resolution == 1 else f"steps of {chip.resolution:g}"
    if chip.neuron.leak_rule == "shift":
        return f"as an arithmetic right shift in {steps}, by at least one step"
    return f"what is left rounded towards 0 in {steps}"


def _half_life(network: Network) -> str:
    if not network.leak.any():
        return ""
    return (
        "if something arrives, first loses what its half-life h takes in the n timesteps since "
        "something last arrived: its potential's magnitude times round(1024 * 2^(-r / h)) / 1024 "
        "where r is what is left of n over whole half-lives, then halved for each of these, each "
        "rounded down"
    )
