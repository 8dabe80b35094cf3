"""Packs several networks end to end in flat arrays, as simulator and mechanisms read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.network import HEADER, LAYOUT, Network

__all__ = ["PackedNetworks", "join_networks"]

_LARGE = 500  # synapses of a network, on average
_HEAD = HEADER.size // 4  # words, the last four of them counts
_COUNT = tuple(count for _, _, count in LAYOUT)
_WIDTH = tuple(kind.itemsize // 4 for _, kind, _ in LAYOUT)


class PackedNetworks(NamedTuple):
    """Networks end to end; network ``i`` owns the items from ``*_start[i]`` to the next.

    The arrays are those of :class:`~evosnn.network.Network`, one network's after the other's.
    Indices (``inputs``, ``outputs``, ``pre``, ``post``) count within their network.
    """

    neuron_start: NDArray[np.int64]
    input_start: NDArray[np.int64]
    output_start: NDArray[np.int64]
    synapse_start: NDArray[np.int64]
    ids: NDArray[np.uint32]
    threshold: NDArray[np.float64]
    leak: NDArray[np.float64]
    inputs: NDArray[np.int32]
    outputs: NDArray[np.int32]
    pre: NDArray[np.int32]
    post: NDArray[np.int32]
    weight: NDArray[np.float64]
    delay: NDArray[np.int32]


def join_networks(networks: Sequence[Network]) -> PackedNetworks:
    """Return networks end to end."""
    large = sum([network.n_synapses for network in networks]) > _LARGE * len(networks)
    return _of_arrays(networks) if large else _of_bytes(networks)


def _of_arrays(networks: Sequence[Network]) -> PackedNetworks:
    """Copy each array of each network: a call for each, but all is copied only once."""
    counts = [(n.n_neurons, n.inputs.size, n.outputs.size, n.n_synapses) for n in networks]
    starts = np.cumsum([(0, 0, 0, 0), *counts], axis=0, dtype=np.int64).T
    arrays = [
        np.concatenate([getattr(n, name) for n in networks], dtype=kind, casting="unsafe")
        for name, kind, _ in LAYOUT
    ]
    return PackedNetworks(*np.ascontiguousarray(starts), *arrays)


def _of_bytes(networks: Sequence[Network]) -> PackedNetworks:
    """Copy the bytes of each network, and sort out in one go what stands in them."""
    words = np.frombuffer(b"".join([network.to_bytes() for network in networks]), np.uint32)
    starts, begin, sorted_words = _sort_out(words, len(networks))
    sizes = starts[_COUNT, -1] * _WIDTH
    arrays = [
        sorted_words[at : at + size].view(kind)
        for at, size, (_, kind, _) in zip(begin.tolist(), sizes.tolist(), LAYOUT, strict=True)
    ]
    return PackedNetworks(*starts, *arrays)


@njit(nogil=True, cache=True)
def _sort_out(words: Any, n_networks: int) -> Any:
    """Turn the words of one network after the other into those of one array after the other.

    Returns:
        ``(4, n_networks + 1)``, where each network's neurons, inputs, outputs and synapses start;
        ``(arrays,)``, where each array begins in the words; and the words.
    """
    starts = np.zeros((4, n_networks + 1), np.int64)
    at = 0
    for k in range(n_networks):
        for count in range(4):
            starts[count, k + 1] = starts[count, k] + words[at + _HEAD - 4 + count]
        at += _HEAD
        for array in range(len(_COUNT)):
            count = _COUNT[array]
            at += (starts[count, k + 1] - starts[count, k]) * _WIDTH[array]
    begin = np.zeros(len(_COUNT) + 1, np.int64)
    for array in range(len(_COUNT)):
        size = starts[_COUNT[array], n_networks] * _WIDTH[array]
        begin[array + 1] = begin[array] + size + size % 2  # numbers of two words lie at even ones
    found = np.empty(begin[-1], np.uint32)
    at = 0
    for k in range(n_networks):
        at += _HEAD
        for array in range(len(_COUNT)):
            count, width = _COUNT[array], _WIDTH[array]
            to = begin[array] + starts[count, k] * width
            size = (starts[count, k + 1] - starts[count, k]) * width
            for word in range(size):
                found[to + word] = words[at + word]
            at += size
    return starts, begin[:-1], found
