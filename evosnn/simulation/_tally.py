"""What outputs did, kept as bit planes while networks run, and read out a number a lane."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.simulation._bits import aligned

__all__ = ["Tally", "clear_tally", "new_tally", "read_tally"]

_NEVER = np.iinfo(np.int16).max


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
def new_tally(n_outputs: int, timesteps: int, words: int) -> Any:
    """Return a cleared tally for so many timesteps and words a row."""
    planes = 1
    while timesteps >> planes:
        planes += 1
    unit = np.zeros(1, np.uint32)
    size = n_outputs * planes * words
    return Tally(
        aligned(size, unit), aligned(size, unit), aligned(n_outputs * words, unit), planes, words
    )


@njit(nogil=True, cache=True)
def clear_tally(tally: Any) -> None:
    """Set everything to 0."""
    tally.counts[:] = 0
    tally.first[:] = 0
    tally.seen[:] = 0


@njit(nogil=True, cache=True)
def read_tally(tally: Any, output: int, counts: Any, first: Any) -> None:
    """Write the number of spikes of one output, and the timestep of the first, of each lane.

    ``counts`` and ``first`` are int16; only the lanes that they have room for are read.
    """
    count, time = np.empty(32, np.int32), np.empty(32, np.int32)
    for word in range((counts.size + 31) // 32):
        seen = tally.seen[output * tally.words + word]
        for lane in range(32):
            count[lane] = 0
            time[lane] = 0 if seen >> np.uint32(lane) & np.uint32(1) else _NEVER
        if seen != 0:
            for j in range(tally.planes):
                at = (output * tally.planes + j) * tally.words + word
                some, when = np.int32(tally.counts[at]), np.int32(tally.first[at])
                for lane in range(32):
                    count[lane] |= (some >> np.int32(lane) & 1) << j
                    time[lane] |= (when >> np.int32(lane) & 1) << j
        for lane in range(min(32, counts.size - 32 * word)):
            counts[32 * word + lane] = count[lane]
            first[32 * word + lane] = time[lane]
