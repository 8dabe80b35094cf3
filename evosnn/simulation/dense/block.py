"""Runs timesteps of one network over one block of lanes: the dense kernel.

Idea: every neuron is updated in every timestep for all lanes of the block at once, with past
spikes as bit masks; a neuron that rests and receives nothing is only cleared. Layout:
``potential`` is ``(neurons, lanes)``; ``ring`` is ``(slots, neurons, words)`` uint32, the spikes
of past timesteps with 32 lanes in a word, and ``row_has_spike`` says which of its rows hold any
spike; a synapse reads the row ``offset`` rows before its neuron's. Cost: for each neuron and
timestep one load, leak, comparison and store of the potential; for each synapse and timestep one
masked vector add for 32 lanes, so eight for a block of 256. Functions are compiled once for each
number type (int16, int32, float64), release the interpreter lock and are cached on disk.
"""

from __future__ import annotations

from typing import Any

from numba import njit

from evosnn.simulation.llvm.bitset import item
from evosnn.simulation.llvm.neuron_step import (
    NO_INPUT,
    VECTOR,
    advance_neuron,
    clear_row,
    copy_spikes,
    count_spikes,
    tally_output,
)

__all__ = ["relay", "run_block"]


@njit(nogil=True, cache=True)
def run_block(
    wiring: Any,
    feed: Any,
    block: int,
    potential: Any,
    ring: Any,
    row_has_spike: Any,
    slot: int,
    timesteps: int,
    tally: Any,
    fires: Any,
    late: Any,
    on_arrival: Any,
    relayed: bool,
    raster: Any,
    trace: Any,
) -> int:
    """Run one block of lanes for ``timesteps`` and return the ring slot to go on from.

    Args:
        wiring: The network.
        feed: The stimulus.
        block: Which block of the stimulus.
        potential: ``(neurons * lanes,)``, membrane potentials, read and written.
        ring: ``(slots * neurons * words,)``, past spikes, read and written.
        row_has_spike: ``(slots * neurons,)`` bool, which rows of the ring hold a spike at all.
        slot: The slot of the first timestep.
        timesteps: How many timesteps to run.
        tally: Of the outputs, cleared; written.
        fires: ``(neurons,)`` int64, spikes of each neuron, added to.
        late: ``(slots, neurons)`` int64, those of them that many timesteps before the end.
        on_arrival: ``None``, or ``True`` if a neuron fires only when something arrives.
        relayed: Whether the ring holds what relays will do, as :func:`relay` writes it; then
            they are not counted either.
        raster: ``(timesteps, neurons, words)`` uint32, all spikes, written if it has rows.
        trace: ``(timesteps, neurons, lanes)``, potentials, written if it has rows.
    """
    # All arrays get a name here: each look into a tuple counts references, in every timestep.
    begin, offset, weight = wiring.begin, wiring.offset, wiring.weight
    threshold, leak, amount = wiring.threshold, wiring.leak, wiring.amount
    faulty, live, stuck = wiring.faulty, wiring.live, wiring.stuck
    rests, relays = wiring.rests, wiring.relays
    input_of, output_of = wiring.input_of, wiring.output_of
    active = wiring.computed if relayed else wiring.awake
    words, charge, input_active, valid = feed.words, feed.charge, feed.input_active, feed.valid
    counts, first, seen, planes = tally.counts, tally.first, tally.seen, tally.planes
    floor, shift = wiring.floor[0], wiring.shift[0]
    kind, charge_steps, width = feed.kind, feed.charge_steps, feed.width
    in_row = len(width)
    lanes = in_row * VECTOR
    n = threshold.shape[0]
    slots = ring.size // (n * in_row)
    n_inputs = amount.size
    steps = input_active.size // max(valid.size // in_row * n_inputs, 1)
    for t in range(timesteps):
        now = slot * n
        heard_at = (block * steps + t) * n_inputs
        charge_at = (block * charge_steps + min(t, charge_steps - 1)) * n_inputs * lanes
        for place in range(active.size):
            i = item(active, place)
            fired = (now + i) * in_row
            source = item(input_of, i)
            if item(rests, i) != 0:
                arrives = source >= 0 and item(input_active, heard_at + source) != 0
                synapse, end = item(begin, i), item(begin, i + 1)
                while not arrives and synapse < end:
                    row = now - item(offset, synapse)
                    arrives = item(row_has_spike, row + (slots * n & (row >> 63))) != 0
                    synapse += 1
                if not arrives:
                    clear_row(ring, fired, width)
                    row_has_spike[now + i] = False
                    continue
            if item(relays, i) != 0:
                copy_spikes(words, (heard_at + source) * in_row, ring, fired, width)
            else:
                advance_neuron(
                    potential, i * lanes, ring, now, fired, offset, weight, item(begin, i),
                    item(begin, i + 1), threshold, floor, leak, i,
                    kind if source >= 0 else NO_INPUT, words, (heard_at + source) * in_row,
                    amount[max(source, 0)], charge, charge_at + source * lanes, shift, on_arrival,
                    width,
                )  # fmt: skip
                if item(faulty, i) != 0:
                    for k in range(fired, fired + in_row):
                        ring[k] = (ring[k] & live[i]) | stuck[i]
            spikes = count_spikes(ring, fired, valid, block * in_row, width)
            row_has_spike[now + i] = spikes > 0
            if spikes > 0:
                fires[i] += spikes
                if timesteps - t <= late.shape[0]:
                    late[timesteps - 1 - t, i] += spikes
                output = item(output_of, i)
                if output >= 0:
                    tally_output(
                        ring, fired, counts, first, planes, output * planes * in_row, seen,
                        output * in_row, t, width,
                    )  # fmt: skip
        if raster.shape[0] > 0:
            for i in range(n):
                for k in range(in_row):
                    raster[t, i, k] = ring[(now + i) * in_row + k]
        if trace.shape[0] > 0:
            for i in range(n):
                for k in range(lanes):
                    trace[t, i, k] = potential[i * lanes + k]
        slot += 1
        if slot == slots:
            slot = 0
    return slot


@njit(nogil=True, cache=True)
def relay(
    wiring: Any, feed: Any, block: int, timesteps: int, ring: Any, row_has_spike: Any
) -> None:
    """Write what the relays of one block will do to a ring of all timesteps."""
    n, n_inputs = wiring.threshold.shape[0], wiring.amount.size
    awake, relays, input_of = wiring.awake, wiring.relays, wiring.input_of
    words, input_active, width = feed.words, feed.input_active, feed.width
    in_row = len(width)
    for place in range(awake.size):
        i = item(awake, place)
        if item(relays, i) != 0:
            source = block * timesteps * n_inputs + item(input_of, i)
            for t in range(timesteps):
                at, fired = (source + t * n_inputs) * in_row, (t * n + i) * in_row
                copy_spikes(words, at, ring, fired, width)
                row_has_spike[t * n + i] = item(input_active, source + t * n_inputs) != 0
