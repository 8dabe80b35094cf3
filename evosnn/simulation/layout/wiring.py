"""Extracts one network of a packed population as the kernels read it.

All functions here are compiled and release the interpreter lock, once for each number type
(int16, int32, float64), on first use, and kept on disk.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import overload
from numpy.typing import NDArray

from evosnn.simulation.llvm.neuron_step import VECTOR

__all__ = ["Group", "Population", "Wiring", "count_deliveries", "padded", "wire"]


class Population(NamedTuple):
    """Networks end to end; network ``i`` owns the items from ``*_start[i]`` to the next.

    Indices (``pre``, ``post``, ``inputs``, ``outputs``) count within their network. ``used``
    leaves out neurons that are no output and have no synapse: their spikes are nobody's.
    """

    neuron_start: NDArray[np.int64]
    synapse_start: NDArray[np.int64]
    threshold: NDArray[np.float64]
    leak: NDArray[np.float64]
    pre: NDArray[np.int32]
    post: NDArray[np.int32]
    weight: NDArray[np.float64]
    delay: NDArray[np.int32]
    inputs: NDArray[np.int32]
    outputs: NDArray[np.int32]
    used: NDArray[np.bool_]


class Group(NamedTuple):
    """A power of two of chip instances, which share a vector: lane = sample * size + instance.

    ``weight`` is ``(size, all synapses)``, ``threshold`` and ``firing`` are
    ``(size, all neurons)``; ``firing`` is 0 for a sound neuron, -1 for one that never fires
    and 1 for one that fires at every timestep.
    """

    weight: NDArray[np.float64]
    threshold: NDArray[np.float64]
    firing: NDArray[np.int8]


class Wiring(NamedTuple):
    """One network as the kernel reads it; the synapses into neuron i are begin[i]..begin[i+1].

    (Those out of it, for the event-driven kernel.) ``offset`` counts rows back in the ring of past
    spikes (ahead, in that of pending charge). ``weight`` and ``threshold`` hold
    one number each, or a vector of 32. ``live`` and ``stuck`` are words: lanes where the
    neuron can fire, and where it always does; ``faulty`` says that they must be looked at.
    ``rests`` says that a neuron stays as it is in a timestep in which nothing arrives,
    ``relays`` that it is no output and fires exactly when its input spikes, whose charge always
    suffices.
    ``awake`` lists the neurons that must be looked at, not those that nothing reaches, nor
    relays that nobody hears; ``computed`` lists those of them that are no relays.
    ``floor`` and ``shift`` hold one number each, in the kernel's type.
    """

    begin: NDArray[np.int64]
    offset: NDArray[np.int64]
    weight: NDArray[Any]
    threshold: NDArray[Any]
    leak: NDArray[Any]
    floor: NDArray[Any]
    shift: NDArray[Any]
    amount: NDArray[Any]
    faulty: NDArray[np.bool_]
    live: NDArray[np.uint32]
    stuck: NDArray[np.uint32]
    rests: NDArray[np.bool_]
    relays: NDArray[np.bool_]
    awake: NDArray[np.int64]
    computed: NDArray[np.int64]
    input_of: NDArray[np.int64]
    output_of: NDArray[np.int64]
    slots: int


@njit(nogil=True, cache=True)
def _fixed(value: float, shift: int) -> float:
    """A value on the kernel's scale: 2**shift steps a unit; unchanged if shift is negative."""
    if shift < 0:
        return value
    return float(np.rint(value * (1 << shift)))


@njit(nogil=True, cache=True)
def _fill_vector(vector: Any, values: Any, shift: int) -> None:
    """Write a group's values to one vector, over and over."""
    size = values.size
    if shift < 0:
        for k in range(size):
            vector[k] = values[k]
    else:
        scale = float(1 << shift)
        for k in range(size):
            vector[k] = np.rint(values[k] * scale)
    for k in range(size, VECTOR):
        vector[k] = vector[k - size]


def _parameters(
    order: Any, weight: Any, threshold: Any, group: Any, synapses: Any, neurons: Any, shift: Any,
    number: Any,
) -> Any:  # fmt: skip
    """Weights (by postsynaptic neuron) and thresholds: a number each, or a vector of 32."""
    raise NotImplementedError("only compiled code calls this")


@overload(_parameters)
def _parameters_by_type(
    order: Any, weight: Any, threshold: Any, group: Any, synapses: Any, neurons: Any, shift: Any,
    number: Any,
) -> Any:  # fmt: skip
    def shared(
        order: Any,
        weight: Any,
        threshold: Any,
        group: Any,
        synapses: Any,
        neurons: Any,
        shift: Any,
        number: Any,
    ) -> Any:
        weights = np.empty(order.size, number.dtype)
        for s in range(order.size):
            weights[s] = _fixed(weight[order[s]], shift)
        thresholds = np.empty(threshold.size, number.dtype)
        for i in range(threshold.size):
            thresholds[i] = _fixed(threshold[i], shift)
        return weights, thresholds

    def by_lane(
        order: Any,
        weight: Any,
        threshold: Any,
        group: Any,
        synapses: Any,
        neurons: Any,
        shift: Any,
        number: Any,
    ) -> Any:
        weights = np.empty((order.size, VECTOR), number.dtype)
        mine = group.weight[:, synapses]
        for s in range(order.size):
            _fill_vector(weights[s], mine[:, order[s]], shift)
        thresholds = np.empty((threshold.size, VECTOR), number.dtype)
        limits = group.threshold[:, neurons]
        for i in range(threshold.size):
            _fill_vector(thresholds[i], limits[:, i], shift)
        return weights, thresholds

    return shared if isinstance(group, types.NoneType) else by_lane


def _fault_words(n: Any, group: Any, neurons: Any) -> Any:
    """For each neuron whether any lane of it is faulty, its live lanes and its stuck lanes."""
    raise NotImplementedError("only compiled code calls this")


@overload(_fault_words)
def _fault_words_by_type(n: Any, group: Any, neurons: Any) -> Any:
    def sound(n: Any, group: Any, neurons: Any) -> Any:
        return np.zeros(n, np.bool_), np.full(n, 0xFFFFFFFF, np.uint32), np.zeros(n, np.uint32)

    def by_lane(n: Any, group: Any, neurons: Any) -> Any:
        faulty = np.zeros(n, np.bool_)
        live = np.full(n, 0xFFFFFFFF, np.uint32)
        stuck = np.zeros(n, np.uint32)
        firing = group.firing[:, neurons]
        size = firing.shape[0]
        for i in range(n):
            for k in range(size):
                if firing[k, i] == 0:
                    continue
                faulty[i] = True
                for lane in range(k, VECTOR, size):
                    bit = np.uint32(1) << np.uint32(lane)
                    live[i] &= ~bit
                    if firing[k, i] > 0:
                        stuck[i] |= bit
        return faulty, live, stuck

    return sound if isinstance(group, types.NoneType) else by_lane


@njit(nogil=True, cache=True)
def wire(
    population: Any, network: int, group: Any, amount: Any, spikes_only: bool, floor: float,
    shift: int, number: Any, outgoing: bool,
) -> Any:  # fmt: skip
    """Return the wiring of one network of a population, in the number type of ``number``.

    ``amount`` is ``(inputs,)``, the charge of a spike of each input; ``spikes_only`` says that
    inputs get no other charges; ``outgoing`` that synapses lie by the neuron they come from.
    """
    neurons = slice(population.neuron_start[network], population.neuron_start[network + 1])
    synapses = slice(population.synapse_start[network], population.synapse_start[network + 1])
    threshold, leak = population.threshold[neurons], population.leak[neurons]
    post, pre, delay = (
        population.post[synapses],
        population.pre[synapses],
        population.delay[synapses],
    )
    n, n_synapses = threshold.size, post.size
    begin, slots = np.zeros(n + 1, np.int64), 1
    order = np.empty(n_synapses, np.int64)
    offset = np.empty(n_synapses, np.int64)
    reached = np.zeros(n, np.bool_)
    for s in range(n_synapses):
        reached[post[s]] = True
    for s in range(n_synapses):
        slots = max(slots, delay[s] + 1)
    if outgoing:  # a population's synapses come in this order
        rows, at = padded(n), 0
        for i in range(n):
            while at < n_synapses and pre[at] == i:
                at += 1
            begin[i + 1] = at
        for s in range(n_synapses):
            order[s] = s
            offset[s] = np.int64(delay[s]) * rows + post[s]
    else:
        for s in range(n_synapses):
            begin[post[s] + 1] += 1
        for i in range(n):
            begin[i + 1] += begin[i]
        place = begin.copy()
        for s in range(n_synapses):
            at = place[post[s]]
            place[post[s]] += 1
            order[at] = s
            offset[at] = np.int64(delay[s]) * n - pre[s]
    weights, thresholds = _parameters(
        order, population.weight[synapses], threshold, group, synapses, neurons, shift, number
    )
    leaks = np.empty(n, number.dtype)
    for i in range(n):
        share = leak[i]
        if shift < 0:
            leaks[i] = share
        else:
            leaks[i] = -1 if share == 0 else np.rint(-np.log2(share))
    lowest, scale = np.empty(1, number.dtype), np.empty(1, number.dtype)
    if shift < 0:
        lowest[0] = floor
    else:  # a floor beyond the number type is never reached: the type was chosen so
        lowest[0] = max(_fixed(floor, shift), -(2.0 ** (8 * number.itemsize - 1)))
    scale[0] = max(shift, 0)
    amounts = np.empty(amount.size, number.dtype)
    for i in range(amount.size):
        amounts[i] = _fixed(amount[i], shift)
    faulty, live, stuck = _fault_words(n, group, neurons)
    rests = np.empty(n, np.bool_)
    for i in range(n):
        rests[i] = (leak[i] == 0 or leak[i] == 1) and floor <= 0 and not faulty[i]
    input_of = np.full(n, -1, np.int64)
    for i in range(population.inputs.shape[1]):
        input_of[population.inputs[network, i]] = i
    output_of = np.full(n, -1, np.int64)
    for i in range(population.outputs.shape[1]):
        output_of[population.outputs[network, i]] = i
    relays = np.zeros(n, np.bool_)
    limits = thresholds.reshape(n, thresholds.size // max(n, 1))
    for i in range(n):
        port = spikes_only and input_of[i] >= 0 and output_of[i] < 0
        if port and not reached[i] and not faulty[i]:
            enough = amounts[input_of[i]] > 0
            for k in range(limits.shape[1]):
                enough &= amounts[input_of[i]] >= limits[i, k]
            relays[i] = enough
    needed = np.zeros(n, np.bool_)
    for i in range(n):
        input_active = input_of[i] >= 0 or reached[i]
        needed[i] = not relays[i] and (input_active or not rests[i])
    for s in range(n_synapses):
        needed[pre[s]] |= relays[pre[s]]
    return Wiring(
        begin, offset, weights, thresholds, leaks, lowest, scale, amounts, faulty,
        live, stuck, rests, relays, np.flatnonzero(needed), np.flatnonzero(needed & ~relays),
        input_of, output_of, slots,
    )  # fmt: skip


@njit(nogil=True, cache=True)
def padded(n: int) -> int:
    """Rows for ``n`` neurons, of which 32 can be looked at together."""
    return -(-n // VECTOR) * VECTOR


@njit(nogil=True, cache=True)
def count_deliveries(population: Any, network: int, fires: Any, late: Any) -> int:
    """Synaptic deliveries within the window: spikes out of each synapse, less those in flight.

    Args:
        population: The population.
        network: Which network.
        fires: ``(neurons,)``, spikes.
        late: ``(slots, neurons)``, those of them that many timesteps before the end.
    """
    slots, n = late.shape
    sent = np.empty((slots, n), np.int64)  # spikes that arrive in time over each delay
    for i in range(n):
        sent[0, i] = fires[i]
    for ago in range(1, slots):
        for i in range(n):
            sent[ago, i] = sent[ago - 1, i] - late[ago - 1, i]
    begin, end = population.synapse_start[network], population.synapse_start[network + 1]
    delay, pre = population.delay[begin:end], population.pre[begin:end]
    total = 0
    for s in range(pre.size):
        total += sent[delay[s], pre[s]]
    return total
