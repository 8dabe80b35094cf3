"""Bounds of membrane potentials, from weights, thresholds and the floor alone.

A potential lies between its floor and its threshold when a timestep begins; within the
timestep it moves by at most the sum of the charges that can arrive, in whatever order they are
added. A neuron that these charges cannot bring to its threshold never fires, and what it would
have delivered never arrives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.network import Network
from evosnn.simulation.layout.population import firing_threshold

__all__ = ["HORIZON", "Ranges", "potential_ranges"]

HORIZON = 2**20
"""Timesteps after a reset within which a potential without a floor is exact."""


@dataclass(frozen=True, eq=False)
class Ranges:
    """What each neuron's potential, and any sum on the way to it, lies between.

    Attributes:
        floor: Lowest potential; far out of reach if the chip has none.
        threshold: ``(n_neurons,)``, lowest potential at which each fires.
        fires: ``(n_neurons,)`` bool, whether each can ever fire.
        rest: ``(2, n_neurons)``, lowest and highest potential between timesteps.
        peak: ``(2, n_neurons)``, lowest and highest value that a sum within a timestep, or
            the threshold that it is compared with, can have.
    """

    floor: float
    threshold: NDArray[np.float64]
    fires: NDArray[np.bool_]
    rest: NDArray[np.float64]
    peak: NDArray[np.float64]


def potential_ranges(network: Network, chip: Chip, charge: tuple[float, float]) -> Ranges:
    """Return the ranges of a network's potentials.

    A neuron below its threshold has not fired. One that nothing raises stays at or below 0,
    one that nothing lowers at or above; one that leaks everything always starts from 0. One
    that leaks a share ``k`` and gets at most ``a`` a timestep never keeps more than
    ``a * (1 - k) / k``, which is then left of it and ``a`` together.

    Args:
        network: The network.
        chip: The rules.
        charge: ``(least, largest)`` charge that an input takes in a timestep.
    """
    threshold = firing_threshold(network.threshold, chip)
    below = np.maximum(threshold - (1.0 if chip.integer else 0.0), 0.0)
    keeps = network.leak != 1.0
    kept = _kept(network, chip)
    fires = np.zeros(network.n_neurons, dtype=np.bool_)
    while True:  # every round finds neurons that those found before can bring to fire
        up, down, fed = _arrivals(network, fires, charge)
        high = np.where(keeps & (up > 0), np.minimum(below, _times(kept, up)), 0.0)
        # Sums of real numbers depend on their order; any charge may be enough.
        enough = high + up >= threshold if chip.integer else (up > 0) | (threshold <= 0)
        if (fires == (fed & enough)).all():
            break
        fires = fed & enough
    floor = chip.neuron.min_potential
    if floor is None:
        floor = HORIZON * float(np.floor(down.min(initial=0.0)))
    low = np.where(keeps & (down < 0), np.maximum(floor, _times(kept, down)), 0.0)
    rest = np.array([low, high])
    peak = np.array([np.minimum(rest[0] + down, threshold), np.maximum(high + up, threshold)])
    return Ranges(floor, threshold, fires, rest, peak)


def _kept(network: Network, chip: Chip) -> NDArray[np.float64]:
    """Most that each neuron can keep of what it gets every timestep, as a multiple of that."""
    kept = np.full(network.n_neurons, np.inf)
    if chip.integer:  # of real numbers, rounding may keep a little more
        leaks = network.leak > 0
        kept[leaks] = (1 - network.leak[leaks]) / network.leak[leaks]
    return kept


def _times(kept: NDArray[np.float64], arriving: NDArray[np.float64]) -> NDArray[np.float64]:
    """``kept * arriving`` rounded towards 0, and 0 where nothing arrives."""
    limit = np.zeros(arriving.shape)
    some = arriving != 0
    limit[some] = np.trunc(kept[some] * arriving[some])
    return limit


def _arrivals(
    network: Network, fires: NDArray[np.bool_], charge: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Most and least charge that reaches each neuron in a timestep, and whether any does."""
    n, alive = network.n_neurons, fires[network.pre]
    weight, post = network.weight[alive], network.post[alive]
    fed = np.zeros(n, dtype=np.bool_)
    fed[network.inputs] = True
    up = np.bincount(post, weights=np.maximum(weight, 0.0), minlength=n) + charge[1] * fed
    down = np.bincount(post, weights=np.minimum(weight, 0.0), minlength=n) + charge[0] * fed
    fed[post] = True
    return up, down, fed
