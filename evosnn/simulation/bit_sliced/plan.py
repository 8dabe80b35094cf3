"""Plans the full adders of a network: which rows of bits are added, in which order.

Idea: a weight is a sum of signed powers of two (signed digits with the fewest that are not 0), so
a synapse adds its presynaptic row to a few bit planes. The rows of a plane wait in a queue; a
full adder takes three, puts their sum at the end of the same queue and the carry into that of the
next plane, until one row is left. Layout: the plan is a flat list of operations whose operands
are distances in the ring of rows that :mod:`evosnn.simulation.bit_sliced.run` keeps. Cost: one
pass over the synapses and their digits, once for each network.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.simulation.llvm.bitset import BITS_WORDS

__all__ = ["BATCH", "INPUTS", "MOST_PLANES", "OWN", "ZERO", "Adders", "assemble"]

W = BITS_WORDS
MOST_PLANES = 24
"""Bits of the widest potential; a sum that needs more is not for full adders."""
BATCH = 8
"""Neurons whose adders run as one list, so that an adder seldom waits for the last one."""
ZERO, INPUTS, OWN = 0, 1, 1 + BATCH
"""Rows ahead of the spikes: one that is 0, the batch's inputs, the results of its adders."""


class Adders(NamedTuple):
    """One network as full adders; distances are in words, from the timestep's first row.

    Neurons that nothing can ever reach are left out; ``awake`` lists the others. Adder ``k``
    adds the rows at ``adder[3 k : 3 k + 3]``. The planes of awake neuron ``i`` are
    ``plane_begin[i]`` to ``plane_begin[i + 1]``; ``plus`` and ``minus`` say where the reduced
    rows of each plane are; ``rest`` and ``floor`` are the planes of the resting and the lowest
    potential, 0 or -1 (all bits). ``forgets`` is -1 where the neuron leaks everything.
    """

    awake: NDArray[np.int64]
    adder_begin: NDArray[np.int64]
    adder: NDArray[np.int32]
    plane_begin: NDArray[np.int64]
    plus: NDArray[np.int32]
    minus: NDArray[np.int32]
    rest: NDArray[np.int32]
    floor: NDArray[np.int32]
    forgets: NDArray[np.int32]
    input_of: NDArray[np.int64]
    output_of: NDArray[np.int64]
    reach: int
    ring_words: int
    slots: int


@njit(nogil=True, cache=True)
def _reached(pre: Any, post: Any, inputs: Any, used: Any) -> Any:
    """Which neurons in use a spike can ever reach, following synapses from the inputs."""
    found = np.zeros(used.size, np.bool_)
    for i in inputs:
        found[i] = used[i]
    more = True
    while more:
        more = False
        for s in range(pre.size):
            if found[pre[s]] and not found[post[s]]:
                found[post[s]] = True
                more = True
    return found


@njit(nogil=True, cache=True)
def _n_planes(low: int, high: int) -> int:
    """Bits of a two's complement number that holds ``low`` and ``high``."""
    planes = 1
    while low < -(1 << (planes - 1)) or high >= 1 << (planes - 1):
        planes += 1
    return planes


class _Wires(NamedTuple):
    """The synapses that can carry a spike, by target.

    Attributes:
        awake: ``(n,)``, the neurons that a spike can reach.
        place_of: ``(neurons,)``, the place of each of them in ``awake``.
        begin: ``(n + 1,)``; those of awake neuron ``i`` are ``into[begin[i] : begin[i + 1]]``.
        into: Indices of synapses.
        input_of: ``(n,)``, which input a neuron is, or -1.
        output_of: ``(n,)``, which output, or -1.
        slots: Timesteps of spikes that are needed again.
    """

    awake: NDArray[np.int64]
    place_of: NDArray[np.int64]
    begin: NDArray[np.int64]
    into: NDArray[np.int64]
    input_of: NDArray[np.int64]
    output_of: NDArray[np.int64]
    slots: int


@njit(nogil=True, cache=True)
def _wires(pre: Any, post: Any, delay: Any, inputs: Any, outputs: Any, used: Any) -> Any:
    """Sort out what a spike can reach."""
    reached = _reached(pre, post, inputs, used)
    awake = np.flatnonzero(reached)
    place_of = np.cumsum(reached) - 1
    input_of, output_of = np.full(awake.size, -1, np.int64), np.full(awake.size, -1, np.int64)
    for i in range(inputs.size):
        if used[inputs[i]]:
            input_of[place_of[inputs[i]]] = i
    for i in range(outputs.size):
        if reached[outputs[i]]:
            output_of[place_of[outputs[i]]] = i
    begin = np.zeros(awake.size + 1, np.int64)
    slots = 1
    for s in range(pre.size):
        if reached[pre[s]]:
            begin[place_of[post[s]] + 1] += 1
            slots = max(slots, delay[s] + 1)
    begin = np.cumsum(begin)
    into = np.empty(begin[-1], np.int64)
    at = begin.copy()
    for s in range(pre.size):
        if reached[pre[s]]:
            into[at[place_of[post[s]]]] = s
            at[place_of[post[s]]] += 1
    return _Wires(awake, place_of, begin, into, input_of, output_of, slots)


@njit(nogil=True, cache=True)
def _planes(
    wires: Any, weight: Any, threshold: Any, amount: Any, floor: float, timesteps: int
) -> Any:
    """Return each neuron's first plane, and the planes of the resting and the lowest potential."""
    n = wires.awake.size
    planes, lowest = np.zeros(n + 1, np.int64), np.zeros(n, np.int64)
    for i in range(n):
        up = down = 0
        if wires.input_of[i] >= 0:
            charge = int(amount[wires.input_of[i]])
            up, down = max(charge, 0), min(charge, 0)
        for k in range(wires.begin[i], wires.begin[i + 1]):
            up += max(int(weight[wires.into[k]]), 0)
            down += min(int(weight[wires.into[k]]), 0)
        lowest[i] = int(max(floor, float(timesteps * down)))
        limit = int(threshold[wires.awake[i]])
        planes[i + 1] = _n_planes(lowest[i] + down - limit, max(up, 0))
    planes = np.cumsum(planes)
    rest, bottom = np.empty(planes[n], np.int32), np.empty(planes[n], np.int32)
    for i in range(n):
        limit = int(threshold[wires.awake[i]])
        for j in range(planes[i], planes[i + 1]):
            rest[j] = -((-limit >> (j - planes[i])) & 1)
            bottom[j] = -(((lowest[i] - limit) >> (j - planes[i])) & 1)
    return planes, rest, bottom


class _Waiting(NamedTuple):
    """Rows that wait to be added, for each neuron of a batch, sign and plane: first in, first out.

    Attributes:
        queue: ``(BATCH, 2, MOST_PLANES, room)``, the rows.
        head: ``(BATCH, 2, MOST_PLANES)``, where the next one is taken.
        tail: Same shape, where the next one is put.
    """

    queue: NDArray[np.int32]
    head: NDArray[np.int64]
    tail: NDArray[np.int64]


@njit(nogil=True, cache=True)
def _wait(waiting: Any, m: int, n_planes: int, value: int, row: int) -> None:
    """Let a row wait in the planes of the signed digits of ``value``, for member ``m``."""
    sign = 0 if value > 0 else 1
    value = abs(value)
    for plane in range(n_planes):
        if value == 0:
            break
        if value & 1:
            digit = 2 - (value & 3)  # 1, or -1 where the next bit is set too
            value -= digit
            _put(waiting, m, sign if digit > 0 else 1 - sign, plane, row)
        value >>= 1


@njit(nogil=True, cache=True)
def _put(waiting: Any, m: int, side: int, plane: int, row: int) -> None:
    """Let a row wait."""
    waiting.queue[m, side, plane, waiting.tail[m, side, plane]] = row
    waiting.tail[m, side, plane] += 1


@njit(nogil=True, cache=True)
def _take(waiting: Any, m: int, side: int, plane: int, otherwise: int) -> int:
    """Take the row that has waited longest."""
    head = waiting.head[m, side, plane]
    if head == waiting.tail[m, side, plane]:
        return otherwise
    waiting.head[m, side, plane] += 1
    return int(waiting.queue[m, side, plane, head])


@njit(nogil=True, cache=True)
def _reduce_batch(
    waiting: Any, planes: Any, begin: int, end: int, ahead: int, adder: Any, plus: Any, minus: Any
) -> Any:
    """Add the waiting rows of neurons ``begin`` to ``end`` until each plane has one of each sign.

    Args:
        waiting: Their rows.
        planes: ``(n + 1,)``, each neuron's first plane.
        begin: First neuron of the batch.
        end: Behind its last.
        ahead: Where the rows ahead of the spikes begin.
        adder: ``(3 adders,)`` int32, adders, with room to spare; written from its beginning.
        plus: ``(planes,)`` int32, the row that is left of each plane, written.
        minus: The same of what is subtracted.

    Returns:
        How many adders it takes.
    """
    zero = ahead + ZERO * W
    n_adders = most_planes = 0
    for i in range(begin, end):
        most_planes = max(most_planes, planes[i + 1] - planes[i])
    for plane in range(most_planes):
        more = True
        while more:  # one adder of each neuron and sign in turn: neighbours do not wait
            more = False
            for i in range(begin, end):
                m = i - begin
                for side in range(2):
                    if waiting.tail[m, side, plane] - waiting.head[m, side, plane] < 2:
                        continue
                    more = True
                    for operand in range(3):
                        row = _take(waiting, m, side, plane, zero)
                        adder[3 * n_adders + operand] = row
                    own = ahead + (OWN + 2 * n_adders) * W
                    n_adders += 1
                    _put(waiting, m, side, plane, own)
                    if plane + 1 < planes[i + 1] - planes[i]:
                        _put(waiting, m, side, plane + 1, own + W)
        for i in range(begin, end):
            if plane < planes[i + 1] - planes[i]:
                plus[planes[i] + plane] = _take(waiting, i - begin, 0, plane, zero)
                minus[planes[i] + plane] = _take(waiting, i - begin, 1, plane, zero)
    return n_adders


@njit(nogil=True, cache=True)
def assemble(
    threshold: Any, leak: Any, pre: Any, post: Any, weight: Any, delay: Any, inputs: Any,
    outputs: Any, used: Any, amount: Any, floor: float, timesteps: int,
) -> Any:  # fmt: skip
    """Compile one network; ``amount`` is ``(inputs,)``, the charge of a spike of each input."""
    wires = _wires(pre, post, delay, inputs, outputs, used)
    n = wires.awake.size
    planes, rest, bottom = _planes(wires, weight, threshold, amount, floor, timesteps)
    widest = np.diff(wires.begin).max() if n else 0
    queue = np.empty((BATCH, 2, MOST_PLANES, 2 * widest + 4), np.int32)
    head, tail = np.empty(queue.shape[:3], np.int64), np.empty(queue.shape[:3], np.int64)
    waiting = _Waiting(queue, head, tail)
    plus, minus = np.empty(planes[n], np.int32), np.empty(planes[n], np.int32)
    adder_begin = np.zeros((n + BATCH - 1) // BATCH + 1, np.int64)
    adder = np.empty(12 * (wires.into.size + n), np.int32)
    longest = 0
    ahead = n * W
    for batch in range(adder_begin.size - 1):
        first, end = batch * BATCH, min(batch * BATCH + BATCH, n)
        head[:] = 0
        tail[:] = 0
        for i in range(first, end):
            m, n_planes = i - first, planes[i + 1] - planes[i]
            if wires.input_of[i] >= 0:
                row = ahead + (INPUTS + m) * W
                _wait(waiting, m, n_planes, int(amount[wires.input_of[i]]), row)
            for k in range(wires.begin[i], wires.begin[i + 1]):
                s = wires.into[k]
                row = (wires.place_of[pre[s]] - int(delay[s]) * n) * W
                _wait(waiting, m, n_planes, int(weight[s]), row)
        # three rows become two; two do so once a sign and plane
        most = tail.sum() + 2 * (planes[end] - planes[first])
        if adder.size < 3 * (adder_begin[batch] + most):
            adder = np.append(adder, np.empty(adder.size + 3 * most, np.int32))
        n_adders = _reduce_batch(
            waiting, planes, first, end, ahead, adder[3 * adder_begin[batch] :], plus, minus
        )
        adder_begin[batch + 1] = adder_begin[batch] + n_adders
        longest = max(longest, n_adders)
    reach = (n + OWN + 2 * longest) * W
    forgets = np.empty(n, np.int32)
    for i in range(n):
        forgets[i] = -int(leak[wires.awake[i]] == 1)
    return Adders(
        wires.awake, adder_begin, adder[: 3 * adder_begin[-1]].copy(), planes, plus, minus, rest,
        bottom, forgets, wires.input_of, wires.output_of, reach,
        2 * wires.slots * n * W + reach, wires.slots,
    )  # fmt: skip
