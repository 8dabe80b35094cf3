"""Runs one network event by event, 32 lanes at a time: the event-driven kernel.

Idea: only neurons that receive something are updated, and only synapses of neurons that spike are
followed. First the neurons that received charge add it and fire; then the spikes of each, all 32
lanes at once, are delivered along its synapses. Layout: charge under way lies in a ring of rows, 32
numbers for each neuron in each coming timestep, with a mark beside each row that receives anything.
Cost: one masked add of 32 lanes for each synapse of a neuron that spikes in any lane, and one pass
over the marks of a timestep; independent of the other synapses.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import overload
from numpy.typing import NDArray

from evosnn.simulation.layout.wiring import padded
from evosnn.simulation.llvm.bitset import aligned, item, ones
from evosnn.simulation.llvm.event_step import deliver, deliver_charges, integrate, lowest, marked
from evosnn.simulation.llvm.neuron_step import CHARGE_INPUT, VECTOR

__all__ = ["STEP", "Ring", "enlarged", "new_ring", "run_events"]

STEP = 8
"""What a timestep costs, in deliveries."""
_LOOK = 2  # what it costs to look at a neuron


class Ring(NamedTuple):
    """Charge on its way, and what else a run needs. All but the lists is zero between runs.

    There is room for so many neurons, and rows of the ring, or more: ``pending`` holds 32
    numbers a row, ``marks`` says which rows have got anything, ``arrived`` is ``None``, or says
    in which lanes. ``potential`` holds 32 numbers a neuron. ``fired`` and ``spikes`` list the
    neurons that spike in a timestep, and in which lanes.
    """

    pending: NDArray[Any]
    marks: NDArray[np.bool_]
    arrived: NDArray[np.uint32] | None
    potential: NDArray[Any]
    fired: NDArray[np.int64]
    spikes: NDArray[np.uint32]


def _lanes_of(rows: Any, on_arrival: Any) -> Any:
    """A word for each row, or ``None`` if ``on_arrival`` is."""
    raise NotImplementedError("only compiled code calls this")


@overload(_lanes_of)
def _lanes_by_type(rows: Any, on_arrival: Any) -> Any:
    def none(rows: Any, on_arrival: Any) -> Any:
        return None

    def words(rows: Any, on_arrival: Any) -> Any:
        return np.zeros(rows, np.uint32)

    return none if isinstance(on_arrival, types.NoneType) else words


@njit(nogil=True, cache=True)
def new_ring(n: int, slots: int, number: Any, on_arrival: Any) -> Any:
    """Return a clean ring for ``n`` neurons and delays below ``slots``."""
    rows = padded(n)
    return Ring(
        aligned(slots * rows * VECTOR, number),
        np.zeros(slots * rows, np.bool_),
        _lanes_of(slots * rows, on_arrival),
        aligned(rows * VECTOR, number),
        np.empty(rows + 1, np.int64),
        np.empty(rows + 1, np.uint32),
    )


@njit(nogil=True, cache=True)
def enlarged(ring: Any, n: int, slots: int, number: Any, on_arrival: Any) -> Any:
    """Return a ring that has room, the one given if it has."""
    rows = padded(n)
    if ring.potential.size < rows * VECTOR or ring.marks.size < slots * rows:
        return new_ring(n, slots, number, on_arrival)
    return ring


@njit(nogil=True, cache=True)
def run_events(
    wiring: Any, ports: Any, restless: Any, feed: Any, block: int, word: int, timesteps: int,
    ring: Any, tally: Any, fires: Any, late: Any, allowed: float, before: int, ready: int,
    left: int,
) -> int:  # fmt: skip
    """Run the 32 lanes of one word of a block from rest, and return the work that it was.

    Args:
        wiring: The nominal network, its synapses by the neuron they come from.
        ports: ``(inputs,)``, the neuron of each input, or -1 if it is not in use.
        restless: ``(neurons, padded)`` bool, those to be looked at in every timestep.
        feed: The stimulus.
        block: Which block of it.
        word: Which word of the block.
        timesteps: How many timesteps to run.
        ring: A clean ring with room for the network, left clean.
        tally: Of the outputs, cleared; the word of the block is written.
        fires: ``(neurons,)`` int64, spikes of each neuron, added to.
        late: ``(slots, neurons)`` int64, those of them that many timesteps before the end.
        allowed: Work that may be left to do at any time, if all that is left is like what was done.
        before: Work in the words before this one.
        ready: How many those were.
        left: How many come after it.

    Returns:
        Rows delivered, and what else was done, counted in deliveries; -1 if the run was given up.
    """
    begin, ahead, weight = wiring.begin, wiring.offset, wiring.weight
    threshold, leak, amount = wiring.threshold, wiring.leak, wiring.amount
    relays, output_of = wiring.relays, wiring.output_of
    floor, shift, slots = wiring.floor[0], wiring.shift[0], wiring.slots
    words, charge, input_active, valid = feed.words, feed.charge, feed.input_active, feed.valid
    charges, charge_steps = feed.kind == CHARGE_INPUT, feed.charge_steps
    pending, marks, arrived, potential = ring.pending, ring.marks, ring.arrived, ring.potential
    fired, spikes_of = ring.fired, ring.spikes
    n_inputs, rows, width = ports.size, restless.size, len(feed.width)
    lanes = width * VECTOR
    size = slots * rows
    steps = input_active.size // max(valid.size // width * n_inputs, 1)
    potential[: rows * VECTOR] = 0
    work = now = 0
    given_up = False
    for t in range(timesteps):
        work += STEP
        n_fired = 0
        heard_at = (block * steps + t) * n_inputs
        charge_at = (block * charge_steps + min(t, charge_steps - 1)) * n_inputs * lanes
        for port in range(n_inputs):
            i = item(ports, port)
            if i < 0 or item(input_active, heard_at + port) == 0:
                continue
            spikes = np.uint32(0)
            if words.size > 0:
                spikes = words[(heard_at + port) * width + word]
            if charges:
                at = charge_at + port * lanes + word * VECTOR
                deliver_charges(pending, marks, arrived, now + i, charge, at, shift, spikes)
            elif spikes != 0 and item(relays, i) != 0:
                fired[n_fired] = i
                spikes_of[n_fired] = spikes
                n_fired += 1
            elif spikes != 0:
                deliver(
                    pending, marks, arrived, size, now, ports, amount, port, port + 1, spikes
                )  # fmt: skip
        for first in range(0, rows, VECTOR):
            stirred = marked(marks, now + first, restless, first)
            while stirred != 0:
                i = first + lowest(stirred)
                stirred &= stirred - np.uint32(1)
                spikes = integrate(
                    pending, marks, arrived, now + i, potential, i, threshold, floor, leak
                )
                fired[n_fired] = i
                spikes_of[n_fired] = spikes
                n_fired += spikes != 0  # no branch: nobody could guess it
                work += _LOOK
        for k in range(n_fired):
            i, spikes = item(fired, k), spikes_of[k]
            first, last = item(begin, i), item(begin, i + 1)
            deliver(pending, marks, arrived, size, now, ahead, weight, first, last, spikes)
            work += last - first
            fires[i] += ones(spikes)
            if timesteps - t <= slots:
                late[timesteps - 1 - t, i] += ones(spikes)
            if item(output_of, i) >= 0:
                _count(tally, item(output_of, i), word, spikes, t)
        # As if the longest delay had passed already: what is on its way is not seen yet.
        done, seen = ready * timesteps + t + 1, ready * timesteps + min(t + 1 + slots, timesteps)
        if (before + work) * (timesteps * (ready + 1 + left) - done) > allowed * seen:
            given_up = True
            break
        now = now + rows if now + rows < size else 0
    _clean(pending, marks, arrived, size)
    return -1 if given_up else work


@njit(nogil=True, cache=True)
def _count(tally: Any, output: int, word: int, spikes: Any, t: int) -> None:
    """Count the spikes of one output in one word, and note their time where they are the first."""
    words, planes = tally.words, tally.planes
    fresh = spikes & ~tally.seen[output * words + word]
    tally.seen[output * words + word] |= spikes
    carry = spikes
    for j in range(planes):
        at = (output * planes + j) * words + word
        plane = tally.counts[at]
        tally.counts[at] = plane ^ carry
        carry &= plane
        if (t >> j) & 1:
            tally.first[at] |= fresh


@njit(nogil=True, cache=True)
def _clean(pending: Any, marks: Any, arrived: Any, size: int) -> None:
    """Forget what would have arrived after the window."""
    for first in range(0, size, VECTOR):
        left = marked(marks, first, marks, first)
        while left != 0:
            row = first + lowest(left)
            left &= left - np.uint32(1)
            pending[row * VECTOR : row * VECTOR + VECTOR] = 0
            marks[row] = False
            if arrived is not None:
                arrived[row] = 0
