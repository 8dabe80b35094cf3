"""Chooses int16, int32 or float64 for each network by a proof that no sum overflows.

A potential between timesteps lies between its floor and its threshold; within a timestep it
moves by at most the sum of the weights that can arrive, and the input charge. If that peak
fits, scaled by ``2**shift``, the network runs in 16-bit fixed point, else in 32 bits, else in
float64. Whole numbers need no scale; weights that a chip instance has shifted are rounded to
at most 1/16 of the chip's own resolution.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["FLOAT64", "INT16", "INT32", "NUMBERS", "plan_numbers"]

INT16, INT32, FLOAT64 = 0, 1, 2
NUMBERS: tuple[NDArray[Any], ...] = (
    np.zeros(1, np.int16),
    np.zeros(1, np.int32),
    np.zeros(1, np.float64),
)
"""One array of each number type, by code; the kernel computes in the type it is shown."""

_LEAST_SHIFT = 4
_MOST_SHIFT = (8, 12)  # of INT16 and INT32
_LIMIT = (2.0**15 - 1, 2.0**31 - 1)


def plan_numbers(
    population: Any,
    weight: NDArray[np.float64],
    threshold: NDArray[np.float64],
    floor: float,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    timesteps: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Choose the number type and fixed-point scale of each network.

    Args:
        population: The networks.
        weight: ``(n_instances, all synapses)``, weights on each chip instance.
        threshold: ``(n_instances, all neurons)``, firing thresholds on each chip instance.
        floor: Lowest membrane potential; minus infinity if there is none.
        low: ``(n_inputs,)``, least charge of each input in a timestep, at most 0.
        high: ``(n_inputs,)``, largest charge of each input in a timestep, at least 0.
        timesteps: Number of timesteps.

    Returns:
        ``(n_networks,)`` codes (``INT16``, ``INT32``, ``FLOAT64``) and ``(n_networks,)``
        shifts (-1 for float64).
    """
    peak, whole = _survey(population, weight, threshold, floor, low, high, timesteps)
    codes, shifts = _fitting(peak, whole, population.synapse_start)
    return codes, shifts


@njit(nogil=True, cache=True)
def _fitting(peak: Any, whole: Any, synapse_start: Any) -> Any:
    """The smallest number type in which each network's peak fits, and its scale."""
    codes, shifts = np.full(peak.size, FLOAT64), np.full(peak.size, -1)
    for k in range(peak.size):
        rounding = 1 + synapse_start[k + 1] - synapse_start[k]  # half a step a weight, and the rest
        for code in (INT32, INT16):
            room = _LIMIT[code] - rounding
            if not peak[k] <= 1.0:  # nor perhaps a number at all; then nothing fits
                room /= peak[k]
            if whole[k] and room >= 1.0:
                codes[k], shifts[k] = code, 0
            elif not whole[k] and room >= 2.0**_LEAST_SHIFT:
                codes[k], shifts[k] = code, min(math.frexp(room)[1] - 1, _MOST_SHIFT[code])
    return codes, shifts


@njit(nogil=True, cache=True)
def _survey(
    population: Any, weight: Any, threshold: Any, floor: float, low: Any, high: Any, timesteps: int
) -> Any:
    """What the numbers of each network are like, on any chip instance.

    Returns:
        ``(n_networks,)`` largest magnitude that a potential can have, and ``(n_networks,)``
        whether all weights and thresholds are whole.
    """
    n_networks = population.neuron_start.size - 1
    peak, whole = np.zeros(n_networks), np.ones(n_networks, np.bool_)
    for network in range(n_networks):
        first, last = population.neuron_start[network], population.neuron_start[network + 1]
        begin, end = population.synapse_start[network], population.synapse_start[network + 1]
        post, ports = population.post[begin:end], population.inputs[network]
        reach = np.empty((last - first, 2))  # charge that can arrive: at least, at most
        for k in range(weight.shape[0]):
            weights, limits = weight[k, begin:end], threshold[k, first:last]
            fractions = 0
            for s in range(weights.size):
                fractions += weights[s] != np.rint(weights[s])
            for i in range(limits.size):
                fractions += limits[i] != np.rint(limits[i])
            whole[network] &= fractions == 0
            reach[:] = 0.0
            for i in range(ports.size):
                reach[ports[i], 0] += low[i]
                reach[ports[i], 1] += high[i]
            for s in range(weights.size):  # no branch: signs are too random to be guessed
                reach[post[s], int(weights[s] > 0)] += weights[s]
            for i in range(limits.size):
                down, up = reach[i]
                highest = max(limits[i], 0.0) + up
                lowest = max(floor, timesteps * down) + down
                peak[network] = max(peak[network], highest, -lowest)
    return peak, whole
