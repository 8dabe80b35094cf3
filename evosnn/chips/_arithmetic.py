"""Lists the rules by which a chip's arithmetic differs from RISP's.

RISP's rules, with leaks that are shares of the potential, are the base: a charge acts in the
timestep in which it arrives, a neuron fires only when a charge arrives, a spike resets its
potential to 0, and an integer chip rounds a leaked potential towards zero. A chip may have other
rules; they affect a network only if its parameters use them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evosnn.chips._model import Chip
from evosnn.network import Network

__all__ = ["special_rules", "spike_limits"]


def spike_limits(chip: Chip, network: Network) -> NDArray[np.int64]:
    """Return the most spikes of each neuron in one timestep, ``(n_neurons,)`` int64."""
    limits = np.full(network.n_neurons, chip.neuron.max_spikes, np.int64)
    limits[network.outputs] = chip.neuron.output_spikes
    return limits


def special_rules(chip: Chip, network: Network) -> tuple[str, ...]:
    """Return the rules of a chip beyond RISP's that affect a network.

    Each string completes a sentence whose subject is the chip. The tuple is empty if RISP's rules
    suffice. ``integration_delay`` is not listed, because it delays all spikes equally.
    """
    neuron, synapse = chip.neuron, chip.synapse
    leaks = set(network.leak.tolist())
    partly = leaks - {0.0, 1.0}
    found = []
    if neuron.leak_rule == "shift" and partly:
        found.append("leaks by right shifts of at least one step")
    if neuron.leak_rule == "subtract" and leaks - {0.0}:
        found.append("leaks by subtraction")
    if neuron.leak_rule == "half-life" and leaks - {0.0}:
        found.append("leaks by half-lives when charge next arrives")
    if neuron.leak_rule == "share" and partly and neuron.resolution is not None:
        found.append(f"keeps potentials in steps of {neuron.resolution:g}")
    if neuron.leak_first and leaks - {0.0}:
        found.append("leaks before it checks the threshold")
    lowest = float(network.threshold.min(initial=1.0))
    at_rest = lowest <= 0 if neuron.threshold_inclusive else lowest < 0
    if neuron.fires_on == "potential" and at_rest:
        found.append("fires without an arrival at thresholds of 0 and below")
    if neuron.reset == "subtract":
        found.append("subtracts the threshold at a spike")
    if neuron.several_spikes:
        most = max(neuron.max_spikes, neuron.output_spikes)
        found.append(f"fires up to {most} times in one timestep")
    if neuron.refractory:
        found.append(f"is refractory for {neuron.refractory} timesteps")
    if synapse.current_leak not in (None, 1.0):
        found.append("has synaptic currents that decay")
    return tuple(found)
