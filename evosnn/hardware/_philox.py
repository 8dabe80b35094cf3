"""The Philox4x32-10 generator, compiled: random words as a function of a counter and a key.

Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

Idea: the counter of a draw holds the pair of chip instances, the two ids of the part and a layer,
so a draw depends on nothing else, in whatever order parts are drawn. Layout: parts that several
networks of a population share are found by hashing and drawn once, then copied to
``(n_instances, n_parts)``. Cost: ten rounds of two 32-bit multiplications for two numbers of each
distinct part, and one copy for each number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

__all__ = ["draw", "philox"]

_MULTIPLIER = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (np.uint32(0x9E3779B9), np.uint32(0xBB67AE85))
_ROUNDS = 10
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: Fibonacci hashing


@njit(nogil=True, cache=True)
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Return the four 32-bit words of Philox4x32-10 for a counter and a key."""
    for _ in range(_ROUNDS):
        left = _MULTIPLIER[0] * np.uint64(c0)
        right = _MULTIPLIER[1] * np.uint64(c2)
        c0, c1, c2, c3 = (
            np.uint32(right >> _SHIFT) ^ c1 ^ k0,
            np.uint32(right & _LOW),
            np.uint32(left >> _SHIFT) ^ c3 ^ k1,
            np.uint32(left & _LOW),
        )
        k0 = np.uint32(k0 + _WEYL[0])
        k1 = np.uint32(k1 + _WEYL[1])
    return c0, c1, c2, c3


@njit(nogil=True, cache=True)
def _unit(high: Any, low: Any) -> float:
    """A number strictly between 0 and 1 from two words (53 bits)."""
    whole = (np.uint64(high) >> np.uint64(5)) * 67108864.0 + (low >> np.uint32(6))
    return float((whole + 0.5) / 2.0**53)


@njit(nogil=True, cache=True)
def draw(key: Any, n_instances: int, a: Any, b: Any, layer: int, normal: bool) -> Any:
    """Draw once for each distinct part: the networks of a population share most parts."""
    place, different = _different(a, b)
    out, drawn = np.empty((n_instances, a.size)), np.empty((2, different.size))
    for pair in range((n_instances + 1) // 2):
        for k in range(different.size):
            part = different[k]
            w0, w1, w2, w3 = philox(
                np.uint32(pair), a[part], b[part], np.uint32(layer), key[0], key[1]
            )
            first, second = _unit(w0, w1), _unit(w2, w3)
            if normal:
                radius = math.sqrt(-2.0 * math.log(first))
                first = radius * math.cos(2.0 * math.pi * second)
                second = radius * math.sin(2.0 * math.pi * second)
            drawn[0, k], drawn[1, k] = first, second
        for row in range(2 * pair, min(2 * pair + 2, n_instances)):
            for part in range(a.size):
                out[row, part] = drawn[row % 2, place[part]]
    return out


@njit(nogil=True, cache=True)
def _different(a: Any, b: Any) -> Any:
    """Return the index of each part among the distinct parts, and each one's first position."""
    bits = 1
    while 2**bits < 2 * a.size:
        bits += 1
    found = np.full(2**bits, -1, np.int64)  # index among the distinct parts, by hash
    place, different, n = np.empty(a.size, np.int64), np.empty(a.size, np.int64), 0
    for part in range(a.size):
        whole = (np.uint64(a[part]) << _SHIFT) | np.uint64(b[part])
        at = np.int64((whole * _GOLDEN) >> np.uint64(64 - bits))
        while found[at] >= 0:
            other = different[found[at]]
            if a[other] == a[part] and b[other] == b[part]:
                break
            at = (at + 1) % found.size
        if found[at] < 0:
            found[at], different[n] = n, part
            n += 1
        place[part] = found[at]
    return place, different[:n]
