"""Bit-sliced simulation: integer networks without variation or faults, 512 samples in parallel.

Idea: where all lanes share their weights, a potential is held as bit planes, and a timestep of a
neuron is a list of full adders, as in hardware. A weight of 7 is 8 - 1: the presynaptic row counts
+1 in plane 3 and -1 in plane 0. Full adders reduce the rows of each plane, for each sign, to one;
then potential + positive - negative is formed plane by plane, and the sign plane of the result says
which lanes stay below the threshold.

Layout::

    spikes of a neuron    [ lane 0 ... lane 511 ]       one row of 512 bits a timestep
    its potential         [ bit 0 of every lane ]       as many rows as its range needs,
                          [ bit 1 of every lane ] ...   two's complement, less the threshold

All rows lie in one ring: the spikes of past timesteps and, ahead of them, the adders' own results,
so an operand is one distance from the current timestep's first row.

Cost: an adder is five instructions for 512 lanes; a synapse takes about as many adders as its
weight has signed digits. A masked 16-bit add for as many lanes takes 32 instructions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from evosnn.simulation.bit_sliced.plan import BATCH, INPUTS, OWN, ZERO, W, assemble
from evosnn.simulation.layout.output_counts import clear_tally, new_tally, write_tally
from evosnn.simulation.layout.scoring import count_correct
from evosnn.simulation.layout.wiring import count_deliveries
from evosnn.simulation.llvm.bitset import (
    BITS_LANES,
    aligned,
    any_of,
    choose,
    copies,
    exclusive,
    inverse,
    item,
    load_bits,
    majority,
    odd,
    ones,
    popcount_onto,
    store_bits,
    together,
)
from evosnn.simulation.llvm.work_queue import pop

__all__ = ["run_adder_networks"]


@njit(nogil=True, cache=True)
def run_adders(
    net: Any, words: Any, start: int, n_inputs: int, timesteps: int, valid: Any, valid_at: int,
    ring: Any, potential: Any, fires: Any, tally: Any,
) -> int:  # fmt: skip
    """Run one block of 512 lanes from rest and return where the next timestep would start.

    Args:
        net: The network.
        words: The inputs' spikes; those of the block start at ``start``, ``(timesteps,
            n_inputs, 16)``.
        start: Where they start.
        n_inputs: Number of inputs.
        timesteps: How many timesteps to run.
        valid: At ``valid_at``, the lanes that hold a sample.
        valid_at: Where they are.
        ring: ``(ring_words,)`` uint32, zero.
        potential: ``(planes * 16,)`` uint32, written.
        fires: ``(awake neurons * 16,)`` uint32, spikes of each neuron in each word, added to.
        tally: Of the outputs, cleared; written.
    """
    n = net.awake.size
    nothing, everything = copies(0), copies(-1)
    alive = load_bits(valid, valid_at)
    for j in range(net.rest.size):
        store_bits(potential, j * W, copies(net.rest[j]))
    now = history = net.slots * n * W
    for t in range(timesteps):
        if now + net.reach > ring.size:  # at the end of the tape: go on at its beginning
            ring[:history] = ring[now - history : now]
            now = history
        ahead = now + n * W
        store_bits(ring, ahead + ZERO * W, nothing)
        for batch in range(net.adder_begin.size - 1):
            begin, end = batch * BATCH, min(batch * BATCH + BATCH, n)
            for i in range(begin, end):
                source = item(net.input_of, i)
                if source >= 0:
                    spikes = load_bits(words, start + (t * n_inputs + source) * W)
                    store_bits(ring, ahead + (INPUTS + i - begin) * W, spikes)
            own = ahead + OWN * W
            stop = 3 * item(net.adder_begin, batch + 1)
            for k in range(3 * item(net.adder_begin, batch), stop, 3):
                a = load_bits(ring, now + item(net.adder, k))
                b = load_bits(ring, now + item(net.adder, k + 1))
                c = load_bits(ring, now + item(net.adder, k + 2))
                store_bits(ring, own, odd(a, b, c))
                store_bits(ring, own + W, majority(a, b, c))
                own += 2 * W
            for i in range(begin, end):
                carry, no_borrow, below, value = nothing, everything, nothing, nothing
                for j in range(item(net.plane_begin, i), item(net.plane_begin, i + 1)):
                    value = load_bits(potential, j * W)
                    plus = load_bits(ring, now + item(net.plus, j))
                    minus = inverse(load_bits(ring, now + item(net.minus, j)))
                    total = odd(value, plus, carry)
                    carry = majority(value, plus, carry)
                    value = odd(total, minus, no_borrow)
                    no_borrow = majority(total, minus, no_borrow)
                    store_bits(potential, j * W, value)
                    lowest = copies(item(net.floor, j))
                    below = choose(exclusive(value, lowest), lowest, below)
                spikes = inverse(value)  # the sign plane: at or above the threshold
                store_bits(ring, now + i * W, spikes)
                forget = copies(item(net.forgets, i))
                below = together(together(below, value), inverse(forget))
                reset = any_of(spikes, forget)
                for j in range(item(net.plane_begin, i), item(net.plane_begin, i + 1)):
                    value = choose(reset, copies(item(net.rest, j)), load_bits(potential, j * W))
                    store_bits(potential, j * W, choose(below, copies(item(net.floor, j)), value))
                popcount_onto(fires, i * W, together(spikes, alive))
                output = item(net.output_of, i)
                if output >= 0:
                    fresh = together(spikes, inverse(load_bits(tally.seen, output * W)))
                    store_bits(
                        tally.seen, output * W, any_of(load_bits(tally.seen, output * W), spikes)
                    )
                    carry = spikes
                    for j in range(tally.planes):
                        at = (output * tally.planes + j) * W
                        value = load_bits(tally.counts, at)
                        store_bits(tally.counts, at, exclusive(value, carry))
                        carry = together(value, carry)
                        stamp = together(fresh, copies(-((t >> j) & 1)))
                        store_bits(tally.first, at, any_of(load_bits(tally.first, at), stamp))
        now += n * W
    return int(now)


@njit(nogil=True, cache=True)
def _add_spikes(
    net: Any, words: Any, ring: Any, now: int, valid: Any, valid_at: int, fires: Any, late: Any
) -> None:
    """Add a block's spikes to those of all blocks.

    Args:
        net: The network.
        words: ``(awake neurons * 16,)`` uint32, spikes of each neuron in each word.
        ring: Spikes of the last timesteps.
        now: Where the next timestep would start.
        valid: At ``valid_at``, the lanes that hold a sample.
        valid_at: Where they are.
        fires: ``(neurons,)`` int64, spikes of each neuron, added to.
        late: ``(slots, neurons)`` int64, those of them that many timesteps before the end, as far
            back as some delay reaches, added to.
    """
    n = net.awake.size
    for i in range(n):
        neuron = net.awake[i]
        for word in range(i * W, i * W + W):
            fires[neuron] += words[word]
        for ago in range(net.slots - 1):
            row = now - (ago + 1) * n * W + i * W
            for word in range(W):
                late[ago, neuron] += ones(ring[row + word] & valid[valid_at + word])


@njit(nogil=True, cache=True)
def run_adder_networks(
    queue: Any, which: Any, population: Any, words: Any, amount: Any, valid: Any,
    n_samples: int, timesteps: int, floor: float, packed_labels: Any, right_out: Any,
    counts_out: Any, first_out: Any, spikes_out: Any, deliveries_out: Any,
) -> None:  # fmt: skip
    """Run the networks ``which`` of a population from rest, on the nominal chip, as full adders.

    Args:
        queue: Whose turn it is, if several threads make this call.
        which: Indices of the networks to run.
        population: The population.
        words: ``(blocks, timesteps, inputs, 16)`` flat uint32, the inputs' spikes.
        amount: ``(inputs,)``, the charge of a spike of each input, whole numbers.
        valid: ``(blocks, 16)`` flat uint32, the lanes that hold a sample.
        n_samples: Number of samples.
        timesteps: How many timesteps to run.
        floor: Lowest membrane potential, in weight units.
        packed_labels: What is judged; if anything is, counts and first spikes are not written.
        right_out: ``(networks, 1)`` int32, right answers, added to.
        counts_out: ``(networks, outputs, 1, samples)`` int16, output spikes, written.
        first_out: Same shape, int16, timestep of the first output spike, written.
        spikes_out: ``(networks,)`` int64, spikes of neurons in use, added to.
        deliveries_out: ``(networks,)`` int64, synaptic deliveries, added to.
    """
    unit = np.zeros(1, np.uint32)
    n_inputs, n_outputs = population.inputs.shape[1], population.outputs.shape[1]
    scratch = np.empty(2 * BITS_LANES, np.int16)
    counts, first = counts_out.reshape(-1), first_out.reshape(-1)
    tally = new_tally(n_outputs, timesteps, W)
    while True:
        turn = pop(queue)
        if turn >= which.size:
            break
        network = which[turn]
        a, b = population.neuron_start[network], population.neuron_start[network + 1]
        c, d = population.synapse_start[network], population.synapse_start[network + 1]
        pre, delay = population.pre[c:d], population.delay[c:d]
        net = assemble(
            population.threshold[a:b], population.leak[a:b], pre, population.post[c:d],
            population.weight[c:d], delay, population.inputs[network],
            population.outputs[network], population.used[a:b], amount, floor, timesteps,
        )  # fmt: skip
        n = net.awake.size
        ring, potential = aligned(net.ring_words, unit), aligned(net.rest.size * W, unit)
        spikes = aligned(n * W, unit)
        fires, slots = np.zeros(b - a, np.int64), delay.max() + 1 if delay.size else 1
        late = np.zeros((slots, b - a), np.int64)
        for block in range(valid.size // W):
            ring[: net.slots * n * W] = 0
            spikes[:] = 0
            clear_tally(tally)
            now = run_adders(
                net, words, block * timesteps * n_inputs * W, n_inputs, timesteps, valid,
                block * W, ring, potential, spikes, tally,
            )  # fmt: skip
            _add_spikes(net, spikes, ring, now, valid, block * W, fires, late)
            if packed_labels.by > 0:
                count_correct(tally, packed_labels, block, right_out[network])
                continue
            start = block * BITS_LANES
            stop = min(start + BITS_LANES, n_samples)
            at = network * n_outputs * n_samples + start
            write_tally(tally, 1, stop - start, counts, first, at, n_samples, n_samples, scratch)
        spikes_out[network] += fires.sum()
        deliveries_out[network] += count_deliveries(population, network, fires, late)
