"""Assigns samples and chip instances to the lanes of vectors.

In a group of ``size`` chip instances (a power of two up to 32), lane ``sample * size +
instance`` belongs to that sample on that instance. Vectors hold 32 lanes, so the instances
repeat with the same period in every vector, and small data sets fill vectors all the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.simulation.llvm.neuron_step import VECTOR

__all__ = ["from_lanes", "from_words", "group_sizes", "lay_groups", "to_lanes", "to_words"]


def group_sizes(n_instances: int) -> list[int]:
    """Split a number of chip instances into powers of two up to 32, largest first."""
    whole, rest = divmod(n_instances, VECTOR)
    return [VECTOR] * whole + [1 << b for b in reversed(range(5)) if rest >> b & 1]


def lay_groups(n_instances: int, n_samples: int, words: int) -> NDArray[np.int64]:
    """Return where the groups of a number of chip instances lie in blocks of so many words.

    Returns:
        ``(n_groups, 4)``, of each group its size, the number of its first instance, its first
        block and the one after its last. Groups of one size are shown the same blocks.
    """
    rows: list[tuple[int, int, int, int]] = []
    instance = start = stop = 0
    for size in group_sizes(n_instances):
        if not rows or rows[-1][0] != size:
            start, stop = stop, stop + -(-n_samples * size // (words * VECTOR))
        rows.append((size, instance, start, stop))
        instance += size
    return np.array(rows, np.int64).reshape(-1, 4)


def to_lanes(values: NDArray[Any], words: int) -> NDArray[Any]:
    """Lay ``(..., size, samples)`` out as ``(..., lanes)``, zeros filling the last block."""
    lanes = values.swapaxes(-1, -2).reshape(*values.shape[:-2], -1)
    missing = -lanes.shape[-1] % (words * VECTOR)
    return np.pad(lanes, [(0, 0)] * (lanes.ndim - 1) + [(0, missing)])


def from_lanes(lanes: NDArray[Any], size: int, samples: int) -> NDArray[Any]:
    """Undo :func:`to_lanes`."""
    used = lanes[..., : size * samples].reshape(*lanes.shape[:-1], samples, size)
    return used.swapaxes(-1, -2)


def to_words(lanes: NDArray[Any]) -> NDArray[np.uint32]:
    """Pack ``(..., lanes)`` truth values into ``(..., lanes / 32)`` words of bits."""
    packed = np.packbits(lanes.astype(np.bool_), axis=-1, bitorder="little")
    return np.ascontiguousarray(packed).view("<u4").astype(np.uint32)


def from_words(words: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Undo :func:`to_words`."""
    octets = np.ascontiguousarray(words).astype("<u4").view(np.uint8)
    return np.unpackbits(octets, axis=-1, bitorder="little").astype(np.bool_)
