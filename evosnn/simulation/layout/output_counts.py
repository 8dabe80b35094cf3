"""Counts spikes and first spikes of the outputs as bit planes while networks run.

Idea: adding one bit a lane to a counter in bit planes is a ripple of carries that nearly always
ends in the first planes, so counting costs little. Layout: ``(outputs, planes, words)`` uint32,
bit ``j`` of the count of 32 lanes in plane ``j``. Cost: one or two bit operations a word for each
output spike row; reading all counts out as int16 takes one pass over lanes and planes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.simulation.llvm.bitset import aligned
from evosnn.simulation.llvm.neuron_step import VECTOR, spread_planes

__all__ = ["Tally", "clear_tally", "new_tally", "read_tally", "shorter_tally", "write_tally"]

_NEVER = int(np.iinfo(np.int16).max)


class Tally(NamedTuple):
    """Spike counts and first spikes of the outputs, in one block of lanes.

    ``counts`` and ``first`` are ``(outputs, planes, words)``, flat: bit ``j`` of the number of
    each lane is in plane ``j``. ``seen`` is ``(outputs, words)``, which lanes have spiked.
    """

    counts: NDArray[np.uint32]
    first: NDArray[np.uint32]
    seen: NDArray[np.uint32]
    planes: int
    words: int


@njit(nogil=True, cache=True)
def _planes(timesteps: int) -> int:
    """Planes that hold any number up to that of timesteps."""
    planes = 1
    while timesteps >> planes:
        planes += 1
    return planes


@njit(nogil=True, cache=True)
def new_tally(n_outputs: int, timesteps: int, words: int) -> Any:
    """Return a cleared tally for so many timesteps and words a row."""
    planes, unit = _planes(timesteps), np.zeros(1, np.uint32)
    size = n_outputs * planes * words
    return Tally(
        aligned(size, unit), aligned(size, unit), aligned(n_outputs * words, unit), planes, words
    )


@njit(nogil=True, cache=True)
def shorter_tally(tally: Any, timesteps: int) -> Any:
    """Return a tally for fewer timesteps in the room of one for more."""
    planes, words = _planes(timesteps), tally.words
    size = tally.seen.size * planes
    return Tally(tally.counts[:size], tally.first[:size], tally.seen, planes, words)


@njit(nogil=True, cache=True)
def clear_tally(tally: Any) -> None:
    """Set everything to 0."""
    tally.counts[:] = 0
    tally.first[:] = 0
    tally.seen[:] = 0


@njit(nogil=True, cache=True)
def _read_word(
    tally: Any, output: int, word: int, counts: Any, counts_at: int, first: Any, first_at: int
) -> None:
    """Write what one output did in the 32 lanes of one word."""
    seen_at = output * tally.words + word
    at = output * tally.planes * tally.words + word
    used = tally.planes if tally.seen[seen_at] != 0 else 0
    spread_planes(tally.counts, at, used, tally.words, tally.seen, seen_at, 0, counts, counts_at)
    spread_planes(tally.first, at, used, tally.words, tally.seen, seen_at, _NEVER, first, first_at)


@njit(nogil=True, cache=True)
def read_tally(tally: Any, output: int, counts: Any, first: Any) -> None:
    """Write the number of spikes of one output, and the timestep of the first, of each lane.

    ``counts`` and ``first`` are int16, and have room for whole words.
    """
    for word in range(counts.size // VECTOR):
        _read_word(tally, output, word, counts, word * VECTOR, first, word * VECTOR)


@njit(nogil=True, cache=True)
def write_tally(
    tally: Any, size: int, runs: int, counts: Any, first: Any, at: int, by_output: int,
    by_instance: int, scratch: Any,
) -> None:  # fmt: skip
    """Write the number of spikes of every output, and the timestep of the first, of each run.

    Args:
        tally: What the outputs did.
        size: Chip instances that share the lanes: run ``e`` on instance ``k`` is lane
            ``e * size + k``.
        runs: Runs on each instance.
        counts: Flat int16; that of output ``o`` in this run goes to
            ``at + o * by_output + k * by_instance + e``.
        first: The same.
        at: Where the first number goes.
        by_output: From one output's to the next one's.
        by_instance: From one instance's to the next one's.
        scratch: ``(2 * lanes,)`` int16, room.
    """
    lanes = scratch.size // 2
    whole = runs // VECTOR if size == 1 else 0  # words of which each lane is next to the last
    for output in range(tally.seen.size // tally.words):
        place = at + output * by_output
        for word in range(whole):
            there = place + word * VECTOR
            _read_word(tally, output, word, counts, there, first, there)
        for word in range(whole, -(-runs * size // VECTOR)):
            here = word * VECTOR
            _read_word(tally, output, word, scratch, here, scratch, lanes + here)
        for k in range(size):
            row = place + k * by_instance
            for e in range(whole * VECTOR, runs):
                counts[row + e] = scratch[e * size + k]
                first[row + e] = scratch[lanes + e * size + k]
