"""Runs whole populations from rest with the dense kernel, one network after the other.

Idea: threads take networks from a shared queue; a network is wired once for each group of chip
instances and then runs block after block of lanes. Layout: a lane is one sample on one chip
instance; a block holds 256 lanes (64 where there are few), and ``potential``, ``ring`` and the
output counts of one block are reused for the next. Cost: that of
:mod:`evosnn.simulation.dense.block` for each block, and clearing the block's state. Functions are
compiled once for each number type (int16, int32, float64), release the interpreter lock and are
cached on disk.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from evosnn.simulation.dense.block import relay, run_block
from evosnn.simulation.layout.output_counts import clear_tally, new_tally, write_tally
from evosnn.simulation.layout.scoring import count_correct
from evosnn.simulation.layout.wiring import Group, count_deliveries, wire
from evosnn.simulation.llvm.bitset import aligned, borrowed
from evosnn.simulation.llvm.neuron_step import SPIKE_INPUT, VECTOR
from evosnn.simulation.llvm.work_queue import pop

__all__ = ["run_networks"]

_SMALL_RING = 2**15  # bytes of a ring of all timesteps that stays in the fastest cache


@njit(nogil=True, cache=True)
def _instances(group: Any, start: int, stop: int) -> Any:
    """Some of the instances of a group; ``None`` is one nominal chip."""
    if group is None:
        return None
    return Group(group.weight[start:stop], group.threshold[start:stop], group.firing[start:stop])


@njit(nogil=True, cache=True)
def run_networks(
    queue: Any,
    which: Any,
    population: Any,
    instances: Any,
    groups: Any,
    feed: Any,
    n_samples: int,
    timesteps: int,
    floor: float,
    shifts: Any,
    number: Any,
    on_arrival: Any,
    packed_labels: Any,
    right_out: Any,
    counts_out: Any,
    first_out: Any,
    spikes_out: Any,
    deliveries_out: Any,
) -> None:
    """Run the networks ``which`` of a population from rest, on all chip instances.

    Args:
        queue: Whose turn it is, if several threads make this call.
        which: Indices of the networks to run.
        population: The population.
        instances: A group of all instances, or ``None`` for one nominal chip.
        groups: ``(n_groups, 4)`` int64, from :func:`~evosnn.simulation.layout.lanes.lay_groups`.
        feed: The stimulus, packed for groups of these sizes.
        n_samples: Number of samples.
        timesteps: How many timesteps to run.
        floor: Lowest membrane potential, in weight units.
        shifts: ``(networks,)``, fixed-point scale of each network (-1: floating point).
        number: An array of the number type to compute in.
        on_arrival: As for :func:`run_block`.
        packed_labels: What is judged, packed for groups of these sizes; if anything is, counts and
            first spikes are not written.
        right_out: ``(networks, instances)`` int32, right answers, added to.
        counts_out: ``(networks, outputs, instances, samples)`` int16, output spikes, written.
        first_out: Same shape, int16, timestep of the first output spike, written.
        spikes_out: ``(networks,)`` int64, spikes of neurons in use, added to.
        deliveries_out: ``(networks,)`` int64, synaptic deliveries, added to.
    """
    tally = new_tally(population.outputs.shape[1], timesteps, len(feed.width))
    while True:
        turn = pop(queue)
        if turn >= which.size:
            break
        network = which[turn]
        for row in range(groups.shape[0]):
            size, at = groups[row, 0], groups[row, 1]
            _run_group(
                network, population, _instances(instances, at, at + size), size, at,
                groups[row, 2], groups[row, 3], feed, n_samples, timesteps, floor,
                shifts[network], number, on_arrival, tally, packed_labels, right_out, counts_out,
                first_out, spikes_out, deliveries_out,
            )  # fmt: skip


@njit(nogil=True, cache=True)
def _run_group(
    network: int,
    population: Any,
    group: Any,
    size: int,
    instance: int,
    first_block: int,
    end: int,
    feed: Any,
    n_samples: int,
    timesteps: int,
    floor: float,
    shift: int,
    number: Any,
    on_arrival: Any,
    tally: Any,
    packed_labels: Any,
    right_out: Any,
    counts_out: Any,
    first_out: Any,
    spikes_out: Any,
    deliveries_out: Any,
) -> None:
    """Run one network on one group, the blocks ``first_block`` to ``end`` of the feed."""
    n_outputs, words = population.outputs.shape[1], len(feed.width)
    lanes = words * VECTOR
    wiring = wire(
        population,
        network,
        group,
        feed.amount,
        feed.kind == SPIKE_INPUT,
        floor,
        shift,
        number,
        False,
    )
    n = wiring.threshold.shape[0]
    rows = (timesteps + wiring.slots) * n
    relayed = rows * words * 4 <= _SMALL_RING
    if not relayed:
        rows = wiring.slots * n
    potential = aligned(n * lanes, number)
    ring = aligned(rows * words, feed.valid)
    row_has_spike = np.zeros(rows, np.bool_)
    fires = np.zeros(n, np.int64)
    late = np.zeros((wiring.slots, n), np.int64)
    unmanaged = borrowed(wiring)
    scratch = np.empty(2 * lanes, np.int16)
    counts, first = counts_out.reshape(-1), first_out.reshape(-1)
    no_raster = np.zeros((0, 0, 0), np.uint32)
    no_trace = np.zeros((0, 0, 0), number.dtype)
    n_instances = counts_out.shape[2]
    for block in range(first_block, end):
        potential[:] = 0
        if relayed:  # and all other rows are written before they are read, or never
            relay(unmanaged, borrowed(feed), block, timesteps, ring, row_has_spike)
        else:
            ring[:] = 0
            row_has_spike[:] = False
        clear_tally(tally)
        run_block(
            unmanaged, borrowed(feed), block, potential, ring, row_has_spike, 0, timesteps,
            borrowed(tally), fires, late, on_arrival, relayed, no_raster, no_trace,
        )  # fmt: skip
        if packed_labels.by > 0:
            count_correct(
                tally, packed_labels, block, right_out[network, instance : instance + size]
            )
            continue
        start = (block - first_block) * (lanes // size)
        stop = min(start + lanes // size, n_samples)
        at = (network * n_outputs * n_instances + instance) * n_samples + start
        write_tally(
            tally,
            size,
            stop - start,
            counts,
            first,
            at,
            n_instances * n_samples,
            n_samples,
            scratch,
        )
    for i in range(n):
        if not population.used[population.neuron_start[network] + i]:
            continue
        if wiring.relays[i]:
            port = wiring.input_of[i]
            fires[i] = feed.sent[:, port].sum() * size
            for ago in range(min(timesteps, wiring.slots)):
                late[ago, i] = feed.sent[timesteps - 1 - ago, port] * size
        spikes_out[network] += fires[i]
    deliveries_out[network] += count_deliveries(population, network, fires, late)
