"""Bounds of membrane potentials under a chip's own arithmetic.

Wider than :func:`evosnn.simulation.potential_ranges`, which knows RISP's rules alone: every
neuron may fire as often as it can, and a current is as large as what then arrives makes it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip, spike_limits
from evosnn.network import Network
from evosnn.simulation import HORIZON, Ranges
from evosnn.simulation.kernels import rules_of

__all__ = ["own_ranges"]


def own_ranges(network: Network, chip: Chip, charge: tuple[float, float]) -> Ranges:
    """Return the ranges of a network's potentials and currents.

    Between timesteps a potential lies between its floor and its threshold, at which it fires.
    Where spikes only subtract the threshold it ends at the chip's ceiling (and above it by what
    thresholds below 0 add), and where charge waits in a current for an arrival to be checked, above
    the threshold by all of the current.

    Args:
        network: The network.
        chip: The rules.
        charge: ``(least, largest)`` charge that an input takes in a timestep.
    """
    rules, n = rules_of(chip), network.n_neurons
    threshold = network.threshold + rules.above
    down, up = _moves(network, chip, charge)
    gained = -np.minimum(network.threshold, 0.0) * spike_limits(chip, network) * rules.subtracts
    if rules.subtracts:
        high = np.full(n, HORIZON * float((up + gained).max(initial=0.0)))
    elif rules.current and rules.needs_arrival:
        high = np.maximum(threshold, 0.0) + up / rules.current_leak
    else:
        high = np.maximum(threshold, 0.0)
    floor = rules.floor
    if chip.neuron.min_potential is None:
        floor = HORIZON * float(np.floor(down.min(initial=0.0)))
    rest = np.array([np.full(n, floor), np.minimum(high, rules.ceiling) + gained])
    most = np.maximum(rest[1] + up, threshold + gained)
    least = np.minimum(rest[0] + down, threshold)
    if rules.bounded:  # a current goes beyond its bounds by one arrival before it is held there
        weight = network.weight * spike_limits(chip, network)[network.pre]
        most = np.maximum(most, up + max(charge[1], weight.max(initial=0.0)))
        least = np.minimum(least, down + min(charge[0], weight.min(initial=0.0)))
    peak = np.array([least, most])
    return Ranges(floor, threshold, np.ones(n, np.bool_), rest, peak)


def _moves(
    network: Network, chip: Chip, charge: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Most that each potential can fall and rise by in a timestep.

    A current that loses a share ``k`` never is more than the sum of ``a, a (1 - k), ...``;
    where a shift rounds in its favour, by up to one step a timestep, ``a`` is as much more. Nor
    does it leave its bounds, if it has any.
    """
    n, rules = network.n_neurons, rules_of(chip)
    fed = np.bincount(network.inputs, minlength=n)
    weight = network.weight * spike_limits(chip, network)[network.pre]
    post = network.post
    down = np.bincount(post, weights=np.minimum(weight, 0.0), minlength=n) + charge[0] * fed
    up = np.bincount(post, weights=np.maximum(weight, 0.0), minlength=n) + charge[1] * fed
    if not rules.current:
        return down, up
    down = (down - chip.resolution) / rules.current_leak
    up = (up + chip.resolution) / rules.current_leak
    return np.maximum(down, rules.min_current), np.minimum(up, rules.max_current)
