"""What outputs did, kept as bit planes while networks run, and read out a number a lane."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.simulation._bits import aligned
from evosnn.simulation._vector import VECTOR, spread_planes

__all__ = ["Tally", "clear_tally", "new_tally", "read_tally"]

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

    ``counts`` and ``first`` are int16, and have room for whole words.
    """
    words, planes = tally.words, tally.planes
    for word in range(counts.size // VECTOR):
        seen_at, lane = output * words + word, word * VECTOR
        at = output * planes * words + word
        used = planes if tally.seen[seen_at] != 0 else 0
        spread_planes(tally.counts, at, used, words, tally.seen, seen_at, 0, counts, lane)
        spread_planes(tally.first, at, used, words, tally.seen, seen_at, _NEVER, first, lane)
