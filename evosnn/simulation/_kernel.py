"""Whole populations from rest: blocks of lanes over a list of networks.

All functions here are compiled and release the interpreter lock, once for each number type
(int16, int32, float64), on first use, and kept on disk.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from evosnn.simulation._bits import aligned, borrowed
from evosnn.simulation._block import relay, run_block
from evosnn.simulation._race import judge
from evosnn.simulation._tally import clear_tally, new_tally, read_tally
from evosnn.simulation._vector import LANES, SPIKE_INPUT, WORDS
from evosnn.simulation._wiring import wire

__all__ = ["run_networks"]

_SMALL_RING = 2**15  # bytes of a ring of all timesteps that stays in the fastest cache


@njit(nogil=True, cache=True)
def _deliveries(population: Any, network: int, fires: Any, late: Any) -> int:
    """Synaptic deliveries within the window: spikes out of each synapse, less those in flight."""
    total = 0
    for s in range(population.synapse_start[network], population.synapse_start[network + 1]):
        pre = population.pre[s]
        total += fires[pre]
        for ago in range(min(population.delay[s], late.shape[0])):
            total -= late[ago, pre]
    return total


@njit(nogil=True, cache=True)
def run_networks(
    which: Any,
    population: Any,
    group: Any,
    size: int,
    instance: int,
    feed: Any,
    n_samples: int,
    timesteps: int,
    floor: float,
    shifts: Any,
    number: Any,
    on_arrival: Any,
    course: Any,
    right_out: Any,
    counts_out: Any,
    first_out: Any,
    spikes_out: Any,
    deliveries_out: Any,
) -> None:
    """Run the networks ``which`` of a population from rest, on one group of chip instances.

    Args:
        which: Indices of the networks to run.
        population: The population.
        group: The instances' parameters, or ``None`` for one chip exactly as drawn.
        size: Number of instances in the group, a power of two up to 32.
        instance: Place of the group's first instance in the results.
        feed: The stimulus, packed for groups of this size.
        n_samples: Number of samples.
        timesteps: How many timesteps to run.
        floor: Lowest membrane potential, in weight units.
        shifts: ``(networks,)``, fixed-point scale of each network (-1: floating point).
        number: An array of the number type to compute in.
        on_arrival: As for :func:`run_block`.
        course: What is judged, packed for groups of this size; if anything is, counts and
            first spikes are not written.
        right_out: ``(networks, instances)`` int32, right answers, added to.
        counts_out: ``(networks, outputs, instances, samples)`` int16, output spikes, written.
        first_out: Same shape, int16, timestep of the first output spike, written.
        spikes_out: ``(networks,)`` int64, spikes of neurons in use, added to.
        deliveries_out: ``(networks,)`` int64, synaptic deliveries, added to.
    """
    n_outputs = population.outputs.shape[1]
    n_blocks = feed.valid.size // WORDS
    counts, first = np.empty(LANES, np.int16), np.empty(LANES, np.int16)
    tally = new_tally(n_outputs, timesteps, WORDS)
    for network in which:
        wiring = wire(
            population, network, group, feed.amount, feed.kind == SPIKE_INPUT, floor,
            shifts[network], number,
        )  # fmt: skip
        n = wiring.threshold.shape[0]
        rows = (timesteps + wiring.slots) * n
        relayed = rows * WORDS * 4 <= _SMALL_RING
        if not relayed:
            rows = wiring.slots * n
        potential = aligned(n * LANES, number)
        ring = aligned(rows * WORDS, feed.valid)
        loud = np.zeros(rows, np.bool_)
        fires = np.zeros(n, np.int64)
        late = np.zeros((wiring.slots, n), np.int64)
        lean = borrowed(wiring)
        for block in range(n_blocks):
            potential[:] = 0
            if relayed:  # and all other rows are written before they are read, or never
                relay(lean, borrowed(feed), block, timesteps, ring, loud)
            else:
                ring[:] = 0
                loud[:] = False
            clear_tally(tally)
            run_block(
                lean, borrowed(feed), block, potential, ring, loud, 0, timesteps, borrowed(tally),
                fires, late, on_arrival, relayed, None, None,
            )  # fmt: skip
            if course.by > 0:
                judge(tally, course, block, right_out[network, instance : instance + size])
                continue
            start = block * (LANES // size)
            stop = min(start + LANES // size, n_samples)
            for output in range(n_outputs):
                read_tally(tally, output, counts, first)
                for k in range(size):
                    row = counts_out[network, output, instance + k, start:stop]
                    times = first_out[network, output, instance + k, start:stop]
                    for sample in range(stop - start):
                        row[sample] = counts[sample * size + k]
                        times[sample] = first[sample * size + k]
        for i in range(n):
            if not population.used[population.neuron_start[network] + i]:
                continue
            if wiring.relays[i]:
                port = wiring.input_of[i]
                fires[i] = feed.sent[:, port].sum()
                for ago in range(min(timesteps, wiring.slots)):
                    late[ago, i] = feed.sent[timesteps - 1 - ago, port]
            spikes_out[network] += fires[i]
        deliveries_out[network] += _deliveries(population, network, fires, late)
