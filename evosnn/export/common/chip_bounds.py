"""Bounds of membrane potentials under a chip's own arithmetic.

The bounds are wider than those of :func:`evosnn.simulation.potential_ranges`, which apply to RISP's
rules alone: every neuron is assumed to fire as often as it can, and every current to sum the
charges that then arrive.
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

    Between timesteps a potential lies between the chip's lowest potential and the threshold. If a
    spike only subtracts the threshold, the upper bound is the chip's highest potential, plus the
    magnitude of a negative threshold. If the threshold is checked only on an arrival, the upper
    bound is the threshold plus the largest current.

    Args:
        network: The network.
        chip: The rules.
        charge: ``(least, largest)`` charge of an input in a timestep.
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
    if rules.bounded:  # one arrival can exceed a current's bounds before it is clipped
        weight = network.weight * spike_limits(chip, network)[network.pre]
        most = np.maximum(most, up + max(charge[1], weight.max(initial=0.0)))
        least = np.minimum(least, down + min(charge[0], weight.min(initial=0.0)))
    peak = np.array([least, most])
    return Ranges(floor, threshold, np.ones(n, np.bool_), rest, peak)


def _moves(
    network: Network, chip: Chip, charge: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the largest fall and rise of each potential in a timestep.

    A current with leak ``k`` and arrivals of at most ``a`` is bounded by the sum of ``a, a (1 - k),
    ...``; a shift can round in its favour by up to one step a timestep, which is added to ``a``. A
    current's own bounds apply as well.
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
