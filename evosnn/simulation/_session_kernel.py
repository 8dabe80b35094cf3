"""One window of a session: what arrives, and all blocks of one network on from their state."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from evosnn.simulation._bits import borrowed
from evosnn.simulation._block import Feed, run_block
from evosnn.simulation._pack import fill_lanes
from evosnn.simulation._tally import clear_tally, new_tally, read_tally
from evosnn.simulation._vector import (
    CHARGE_INPUT,
    LANES,
    SPIKE_INPUT,
    VECTOR,
    WORDS,
    mark_charges,
)

__all__ = ["run_window", "within"]


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
    charge: Any, event: Any, at: int, size: int, amount: Any, words: Any, heard: Any
) -> bool:
    """Write charges as bits, where every input has but one charge beside 0.

    Bits are a sixteenth of what charges take to write and read again.

    Args:
        charge: ``(timesteps, inputs, instances, episodes)``, C-contiguous.
        event: Like it, where a spike arrives; ``None`` where the charge is not 0.
        at: The group's first instance.
        size: Instances in the group.
        amount: ``(inputs,)``, the charge of each input, written.
        words: As in a :class:`~evosnn.simulation._block.Feed`, cleared, written.
        heard: As in a feed, cleared, written.

    Returns:
        Whether all charges, and all events, could be written as bits.
    """
    timesteps, n_inputs, instances, episodes = charge.shape
    flat = charge.reshape(-1)
    part = LANES // size
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
                        words[row * WORDS + e // VECTOR] = found & 0xFFFFFFFF
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
                            words[row * WORDS + lane // VECTOR] |= bit
                        e += 1
                    if event is not None:
                        arrives = event[t, i, at + k]
                        for e in range(start, start + used):
                            strange |= arrives[e] != (charge[t, i, at + k, e] != 0)
                heard[row] = sounds != 0
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


@njit(nogil=True, cache=True)
def _feed(
    wiring: Any, charge: Any, event: Any, at: int, size: int, low: Any, high: Any, whole: bool,
    valid: Any, on_arrival: Any,
) -> Any:  # fmt: skip
    """Return what arrives, and whether all of it lies within bounds."""
    timesteps, n_inputs = charge.shape[:2]
    rows = valid.size // WORDS * timesteps * n_inputs
    amount, nothing = np.zeros(n_inputs), np.zeros(0, wiring.amount.dtype)
    words, heard = np.zeros(rows * WORDS, np.uint32), np.zeros(rows, np.bool_)
    sent = np.zeros((0, 0), np.int64)  # for whole runs only
    if _mark_spikes(charge, event, at, size, amount, words, heard):
        fits = _holds(amount, low, high, whole)
        return Feed(SPIKE_INPUT, words, nothing, timesteps, heard, amount, valid, sent), fits
    fits = within(charge, low, high, whole)
    lanes = np.zeros(rows * LANES if fits else 0, wiring.amount.dtype)
    amount[:] = 0
    words[:] = 0
    if fits:
        marks = words if on_arrival is not None else words[:0]
        fill_lanes(charge, event, at, size, marks, lanes, heard)
    return Feed(CHARGE_INPUT, words, lanes, timesteps, heard, amount, valid, sent), fits


@njit(nogil=True, cache=True)
def run_window(
    wiring: Any,
    charge: Any,
    event: Any,
    at: int,
    size: int,
    low: Any,
    high: Any,
    whole: bool,
    valid: Any,
    potential: Any,
    ring: Any,
    loud: Any,
    slot: int,
    told: Any,
    fires: Any,
    on_arrival: Any,
    raster: Any,
    trace: Any,
) -> int:
    """Run all blocks of one network on from their state.

    Args:
        wiring: The network; its amounts are written.
        charge: ``(timesteps, inputs, instances, episodes)`` float64, C-contiguous.
        event: Like it, where a spike arrives; ``None`` where the charge is not 0, and where
            a spike of no charge does nothing.
        at: The first of the instances that run.
        size: How many run, a power of two up to 32.
        low: ``(inputs,)``, least charge that there is room for.
        high: ``(inputs,)``, largest.
        whole: Whether charges must be whole.
        valid: ``(blocks * WORDS,)``, the lanes that hold an episode.
        potential: As for ``run_block``, a row for each block; so too the next two.
        ring: Past spikes.
        loud: Which rows of the ring hold a spike at all.
        slot: The slot of the first timestep.
        told: ``(2, outputs, blocks, LANES)`` int16, spikes of each output and the timestep of
            the first one, written.
        fires: ``(neurons,)`` int64, spikes of each neuron, added to.
        on_arrival: As for ``run_block``.
        raster: ``None``, or as for ``run_block``, a row for each block.
        trace: The same.

    Returns:
        The slot to go on from; -1 if a charge is out of bounds, and then nothing has run.
    """
    timesteps = charge.shape[0]
    feed, fits = _feed(wiring, charge, event, at, size, low, high, whole, valid, on_arrival)
    if not fits:
        return -1
    steps_a_unit = 2.0 ** wiring.shift[0]
    for i in range(feed.amount.size):  # of this window, on the kernel's own scale
        wiring.amount[i] = feed.amount[i] * steps_a_unit
    n_outputs = told.shape[1]
    late = np.zeros((0, fires.size), np.int64)  # nobody asks what is still in flight
    tally = new_tally(n_outputs, timesteps, WORDS)
    lean, source, marks = borrowed(wiring), borrowed(feed), borrowed(tally)
    after = slot
    for block in range(potential.shape[0]):
        clear_tally(tally)
        record = None if raster is None else raster[block]
        levels = None if trace is None else trace[block]
        after = run_block(
            lean, source, block, potential[block], ring[block], loud[block], slot, timesteps,
            marks, fires, late, on_arrival, False, record, levels,
        )  # fmt: skip
        for output in range(n_outputs):
            read_tally(tally, output, told[0, output, block], told[1, output, block])
    # What is borrowed of the feed lives only as long as the feed is still to be used.
    feed.heard[:] = False
    return after
