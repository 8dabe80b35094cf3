"""Compiled loops of the decoders: find the single output with the largest value.

Idea: values are compared as ``sign * value``, so that ``sign`` -1 finds the smallest; the winner
must exceed ``floor``, and a tie has no winner. Layout: values are ``(networks, outputs, instances,
samples)``; outputs are the outer loop and samples the inner one, without branches, so that LLVM
compares many samples at once. Cost: one pass over the values.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

__all__ = ["count_right", "name_winners"]

_VALUES = types.Array(types.int16, 4, "C", readonly=True)
_LABELS = types.Array(types.int16, 1, "C", readonly=True)


@njit(cache=True, nogil=True, inline="always")
def _winners(values, a, i, sign, floor, best, winner):  # type: ignore[no-untyped-def]
    """Write the winner of each sample of network ``a`` on instance ``i`` to ``winner``.

    Outputs are the outer loop and samples the inner one, without branches, so that LLVM
    compares many samples at once.
    """
    best[:] = floor
    winner[:] = -1
    for k in range(values.shape[1]):
        row = values[a, k, i]
        for s in range(row.size):
            value = np.int16(sign * row[s])
            lead = best[s]
            loser = np.int16(-1) if value == lead else winner[s]
            winner[s] = np.int16(k) if value > lead else loser
            best[s] = max(value, lead)


@njit(types.void(_VALUES, types.int16, types.int16, types.int16[:, :, ::1]), cache=True, nogil=True)
def _name_winners(values, sign, floor, out):  # type: ignore[no-untyped-def]
    best = np.empty(values.shape[3], np.int16)
    winner = np.empty(values.shape[3], np.int16)
    for a in range(values.shape[0]):
        for i in range(values.shape[2]):
            _winners(values, a, i, sign, floor, best, winner)
            for s in range(winner.size):
                out[a, i, s] = winner[s]


@njit(
    types.void(_VALUES, _LABELS, types.int16, types.int16, types.int32[:, ::1]),
    cache=True,
    nogil=True,
)
def _count_right(values, labels, sign, floor, out):  # type: ignore[no-untyped-def]
    best = np.empty(values.shape[3], np.int16)
    winner = np.empty(values.shape[3], np.int16)
    for a in range(values.shape[0]):
        for i in range(values.shape[2]):
            _winners(values, a, i, sign, floor, best, winner)
            right = np.int32(0)
            for s in range(winner.size):
                right += np.int32(winner[s] == labels[s])
            out[a, i] = right


def name_winners(values: NDArray[np.int16], sign: int, floor: int) -> NDArray[np.int16]:
    """Return the winner of each sample, or -1.

    Args:
        values: ``(n_networks, n_outputs, n_instances, n_samples)``.
        sign: 1 if the largest value wins, -1 if the smallest.
        floor: What ``sign * value`` must exceed.

    Returns:
        ``(n_networks, n_instances, n_samples)``.
    """
    n_networks, _, n_instances, n_samples = values.shape
    out = np.empty((n_networks, n_instances, n_samples), np.int16)
    _name_winners(np.ascontiguousarray(values), sign, floor, out)
    return out


def count_right(
    values: NDArray[np.int16], labels: NDArray[np.integer], sign: int, floor: int
) -> NDArray[np.int32]:
    """Return how many samples have their label for winner.

    Args:
        values: ``(n_networks, n_outputs, n_instances, n_samples)``.
        labels: ``(n_samples,)``, class of each sample.
        sign: As for :func:`name_winners`.
        floor: As for :func:`name_winners`.

    Returns:
        ``(n_networks, n_instances)``.
    """
    out = np.empty((values.shape[0], values.shape[2]), np.int32)
    wanted = np.ascontiguousarray(labels, dtype=np.int16)
    _count_right(np.ascontiguousarray(values), wanted, sign, floor, out)
    return out
