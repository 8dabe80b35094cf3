"""Runs one window of a session with the dense kernel: input first, then all blocks of the network.

Idea: a session hands over its network and state once; a window then takes one call into compiled
code, which writes the input charges into a feed and continues every block from its stored state.
Layout: as in :mod:`evosnn.simulation.dense.block`, with one ``potential``, ``ring`` and slot for
each block. Cost: about four microseconds a window besides its timesteps.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.simulation.dense.block import run_block
from evosnn.simulation.layout.feed import Feed
from evosnn.simulation.layout.output_counts import (
    Tally,
    clear_tally,
    new_tally,
    shorter_tally,
    write_tally,
)
from evosnn.simulation.layout.stimulus import fill_lanes
from evosnn.simulation.layout.wiring import Wiring
from evosnn.simulation.llvm.bitset import aligned, borrowed
from evosnn.simulation.llvm.neuron_step import CHARGE_INPUT, SPIKE_INPUT, VECTOR, mark_charges

__all__ = ["Room", "SessionLanes", "new_room", "run_window", "within"]


class Room(NamedTuple):
    """What a window is written to while it runs, kept for the next one that is no longer.

    ``width`` is that of the blocks. ``words`` and ``input_active`` are those of a
    :class:`~evosnn.simulation.dense.block.Feed`, ``amount`` is ``(inputs,)``, ``scratch`` as for
    ``write_tally``, the others are empty.
    """

    width: tuple[int, ...]
    words: NDArray[np.uint32]
    input_active: NDArray[np.bool_]
    amount: NDArray[np.float64]
    tally: Tally
    scratch: NDArray[np.int16]
    charge: NDArray[Any]
    sent: NDArray[np.int64]
    late: NDArray[np.int64]


class SessionLanes(NamedTuple):
    """The lanes of one group of chip instances, and their state.

    Attributes:
        wiring: The network; its amounts are written.
        at: The group's first instance.
        size: How many there are, a power of two up to 32.
        low: ``(inputs,)``, least charge of each input that there is room for.
        high: ``(inputs,)``, largest.
        whole: Whether charges must be whole.
        valid: ``(blocks * words,)``, the lanes that hold an episode.
        potential: As for ``run_block``, a row for each block; so too the next two.
        ring: Past spikes.
        row_has_spike: Which rows of the ring hold a spike at all.
        slot: ``(1,)``, the slot of the next timestep.
        room: For windows of some length.
    """

    wiring: Wiring
    at: int
    size: int
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    whole: bool
    valid: NDArray[np.uint32]
    potential: NDArray[Any]
    ring: NDArray[np.uint32]
    row_has_spike: NDArray[np.bool_]
    slot: NDArray[np.int64]
    room: Room


@njit(nogil=True, cache=True)
def new_room(
    timesteps: int, blocks: int, width: Any, n_inputs: int, n_outputs: int, potential: Any
) -> Any:
    """Return room for windows of up to so many timesteps."""
    words = len(width)
    rows, unit = blocks * timesteps * n_inputs, np.zeros(1, np.uint32)
    return Room(
        width, aligned(rows * words, unit), np.zeros(rows, np.bool_), np.zeros(n_inputs),
        new_tally(n_outputs, timesteps, words), np.empty(2 * words * VECTOR, np.int16),
        np.zeros(0, potential.dtype), np.zeros((0, 0), np.int64), np.zeros((0, 0), np.int64),
    )  # fmt: skip


@njit(nogil=True, cache=True)
def within(charge: Any, low: Any, high: Any, whole: bool) -> bool:
    """Whether all charges lie within the bounds of their input (and are whole, if asked)."""
    outside = 0
    for t in range(charge.shape[0]):
        for i in range(charge.shape[1]):
            least, most = low[i], high[i]
            for k in range(charge.shape[2]):
                row = charge[t, i, k]
                for e in range(row.size):
                    outside += (row[e] < least) | (row[e] > most)
                if whole:
                    for e in range(row.size):
                        outside += row[e] != np.rint(row[e])
        if outside > 0:
            return False
    return True


@njit(nogil=True, cache=True)
def _mark_spikes(
    charge: Any,
    event: Any,
    at: int,
    size: int,
    width: Any,
    amount: Any,
    words: Any,
    input_active: Any,
) -> bool:
    """Write charges as bits, where every input has but one charge beside 0.

    Bits are a sixteenth of what charges take to write and read again.

    Args:
        charge: ``(timesteps, inputs, instances, episodes)``, C-contiguous.
        event: Like it, where a spike arrives; empty if it arrives where the charge is not 0.
        at: The group's first instance.
        size: Instances in the group.
        width: Of the blocks.
        amount: ``(inputs,)``, the charge of each input, written.
        words: As in a :class:`~evosnn.simulation.dense.block.Feed`, cleared, written.
        input_active: As in a feed, written.

    Returns:
        Whether all charges, and all events, could be written as bits.
    """
    timesteps, n_inputs, instances, episodes = charge.shape
    flat = charge.reshape(-1)
    in_row = len(width)
    part = in_row * VECTOR // size
    amount[:] = 0
    strange = 0
    for t in range(timesteps):
        for i in range(n_inputs):
            for start in range(0, episodes, part):
                row = (start // part * timesteps + t) * n_inputs + i
                used = min(part, episodes - start)
                sounds = 0
                for k in range(size):
                    here = ((t * n_inputs + i) * instances + at + k) * episodes + start
                    e = 0
                    while size == 1 and e + VECTOR <= used:
                        found = mark_charges(flat, here + e, amount[i])
                        if found != 0 and amount[i] == 0:
                            amount[i] = _first_charge(flat, here + e)
                            found = mark_charges(flat, here + e, amount[i])
                        words[row * in_row + e // VECTOR] = found & 0xFFFFFFFF
                        sounds |= found
                        strange |= found >> VECTOR
                        e += VECTOR
                    while e < used:
                        value = flat[here + e]
                        if value != 0:
                            if amount[i] == 0:
                                amount[i] = value
                            strange |= value != amount[i]
                            sounds = 1
                            lane = e * size + k
                            bit = np.uint32(1) << np.uint32(lane % VECTOR)
                            words[row * in_row + lane // VECTOR] |= bit
                        e += 1
                    if event.size > 0:
                        arrives = event[t, i, at + k]
                        for e in range(start, start + used):
                            strange |= arrives[e] != (charge[t, i, at + k, e] != 0)
                input_active[row] = sounds != 0
        if strange != 0:
            return False
    return True


@njit(nogil=True, cache=True)
def _first_charge(flat: Any, at: int) -> float:
    """The first charge that is not 0; there is one."""
    while flat[at] == 0:
        at += 1
    return float(flat[at])


@njit(nogil=True, cache=True)
def _holds(amount: Any, low: Any, high: Any, whole: bool) -> bool:
    """Whether all amounts lie within their bounds (and are whole, if asked)."""
    for i in range(amount.size):
        if not low[i] <= amount[i] <= high[i] or (whole and amount[i] != np.rint(amount[i])):
            return False
    return True


@njit(nogil=True, cache=True, forceinline=True)
def _feed(lanes: Any, charge: Any, event: Any, on_arrival: Any) -> Any:
    """Return what arrives, and whether all of it lies within bounds."""
    timesteps, n_inputs = charge.shape[:2]
    at, size, valid, room = lanes.at, lanes.size, lanes.valid, lanes.room
    width, in_row = room.width, len(room.width)
    rows = valid.size // in_row * timesteps * n_inputs
    words, input_active, amount = room.words[: rows * in_row], room.input_active[:rows], room.amount
    words[:] = 0
    if _mark_spikes(charge, event, at, size, width, amount, words, input_active):
        fits = _holds(amount, lanes.low, lanes.high, lanes.whole)
        none = room.charge
        feed = Feed(
            SPIKE_INPUT, words, none, timesteps, input_active, amount, valid, room.sent, width
        )
        return feed, fits
    fits = within(charge, lanes.low, lanes.high, lanes.whole)
    charges = np.zeros(rows * in_row * VECTOR if fits else 0, room.charge.dtype)
    amount[:] = 0
    words[:] = 0
    input_active[:] = False
    if fits:
        marks = words if on_arrival is not None else words[:0]
        fill_lanes(charge, event, at, size, in_row, marks, charges, input_active)
    feed = Feed(
        CHARGE_INPUT, words, charges, timesteps, input_active, amount, valid, room.sent, width
    )
    return feed, fits


@njit(nogil=True, cache=True)
def run_window(
    kept: Any, charge: Any, event: Any, counts: Any, first: Any, fires: Any, on_arrival: Any,
    raster: Any, trace: Any,
) -> bool:  # fmt: skip
    """Run all lanes of a group of instances on from their state.

    Args:
        kept: A handle of the :class:`SessionLanes`.
        charge: ``(timesteps, inputs, instances, episodes)`` float64, C-contiguous; no more
            timesteps than there is room for.
        event: Like it, where a spike arrives; empty if it arrives where the charge is not 0, or
            if a spike without charge has no effect.
        counts: ``(outputs, instances, episodes)`` int16, spikes of each output, written.
        first: Same shape, the timestep of the first one, written.
        fires: ``(neurons,)`` int64, spikes of each neuron, added to.
        on_arrival: As for ``run_block``.
        raster: ``(blocks, ...)``, one for each block as ``run_block`` takes it.
        trace: The same.

    Returns:
        Whether all charges are within bounds; if not, nothing has run.
    """
    lanes = borrowed(kept.value)  # of the handle, which outlives the call
    timesteps, n_instances, n_episodes = charge.shape[0], charge.shape[2], charge.shape[3]
    feed, fits = _feed(lanes, charge, event, on_arrival)
    if not fits:
        return False
    wiring, size = lanes.wiring, lanes.size
    potential, ring, row_has_spike, late = (
        lanes.potential,
        lanes.ring,
        lanes.row_has_spike,
        lanes.room.late,
    )
    steps_a_unit = 2.0 ** wiring.shift[0]
    for i in range(feed.amount.size):  # of this window, on the kernel's own scale
        wiring.amount[i] = feed.amount[i] * steps_a_unit
    tally = shorter_tally(lanes.room.tally, timesteps)
    slot = after = lanes.slot[0]
    part = len(lanes.room.width) * VECTOR // size
    flat_counts, flat_first = counts.reshape(-1), first.reshape(-1)
    for block in range(potential.shape[0]):
        clear_tally(tally)
        # What is borrowed lives as long as the loop that goes on using what it is of: borrowed
        # before it, a feed that nothing else reads would be freed there.
        after = run_block(
            wiring, borrowed(feed), block, potential[block], ring[block], row_has_spike[block],
            slot, timesteps, borrowed(tally), fires, late, on_arrival, False, raster[block],
            trace[block],
        )  # fmt: skip
        start = block * part
        stop = min(start + part, n_episodes)
        write_tally(
            tally, size, stop - start, flat_counts, flat_first, lanes.at * n_episodes + start,
            n_instances * n_episodes, n_episodes, lanes.room.scratch,
        )  # fmt: skip
    lanes.slot[0] = after
    return True
