"""The loops of the simulator: timesteps over neurons, blocks over lanes, networks over a list.

All functions here are compiled and release the interpreter lock. They are compiled once for
each number type (int16, int32, float64), on first use, and kept on disk.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import overload
from numpy.typing import NDArray

from evosnn.simulation._bits import aligned, borrowed, item
from evosnn.simulation._race import judge
from evosnn.simulation._tally import clear_tally, new_tally, read_tally
from evosnn.simulation._vector import (
    LANES,
    NO_INPUT,
    SPIKE_INPUT,
    VECTOR,
    WORDS,
    advance_neuron,
    clear_row,
    copy_spikes,
    count_spikes,
    tally_output,
)

__all__ = [
    "Feed",
    "Group",
    "Population",
    "Wiring",
    "relay",
    "run_block",
    "run_networks",
    "run_window",
    "wire",
]

_SMALL_RING = 2**15  # bytes of a ring of all timesteps that stays in the fastest cache


class Population(NamedTuple):
    """Networks end to end; network ``i`` owns the items from ``*_start[i]`` to the next.

    Indices (``pre``, ``post``, ``inputs``, ``outputs``) count within their network.
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


class Group(NamedTuple):
    """A power of two of chip instances, which share a vector: lane = sample * size + instance.

    ``weight`` is ``(size, all synapses)``, ``threshold`` and ``firing`` are
    ``(size, all neurons)``; ``firing`` is 0 for a sound neuron, -1 for one that never fires
    and 1 for one that fires at every timestep.
    """

    weight: NDArray[np.float64]
    threshold: NDArray[np.float64]
    firing: NDArray[np.int8]


class Feed(NamedTuple):
    """A stimulus as the kernel reads it, for instances in groups of one size.

    All are flat. ``words`` is ``(blocks, timesteps, inputs, WORDS)``, where a spike arrives;
    ``charge`` is ``(blocks, timesteps or 1, inputs, LANES)``; ``heard`` is ``(blocks,
    timesteps, inputs)``, whether anything arrives in any lane; ``amount`` is ``(inputs,)``,
    the charge of a spike; ``valid`` is ``(blocks, WORDS)``, the lanes that hold a sample;
    ``sent`` is ``(timesteps, inputs)``, in how many of them a spike arrives.
    ``kind`` says which of ``words`` and ``charge`` carries the charge; ``charge_steps`` is the
    number of timesteps that ``charge`` holds.
    """

    kind: int
    words: NDArray[np.uint32]
    charge: NDArray[Any]
    charge_steps: int
    heard: NDArray[np.bool_]
    amount: NDArray[np.float64]
    valid: NDArray[np.uint32]
    sent: NDArray[np.int64]


class Wiring(NamedTuple):
    """One network as the kernel reads it; the synapses into neuron i are begin[i]..begin[i+1].

    ``offset`` counts rows back in the ring of past spikes. ``weight`` and ``threshold`` hold
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
    shift: int, number: Any,
) -> Any:  # fmt: skip
    """Return the wiring of one network of a population, in the number type of ``number``.

    ``amount`` is ``(inputs,)``, the charge of a spike of each input; ``spikes_only`` says that
    inputs get no other charges.
    """
    neurons = slice(population.neuron_start[network], population.neuron_start[network + 1])
    synapses = slice(population.synapse_start[network], population.synapse_start[network + 1])
    threshold = population.threshold[neurons]
    post, pre, delay = (
        population.post[synapses],
        population.pre[synapses],
        population.delay[synapses],
    )
    n, n_synapses = threshold.size, post.size
    begin = np.zeros(n + 1, np.int64)
    for s in range(n_synapses):
        begin[post[s] + 1] += 1
    for i in range(n):
        begin[i + 1] += begin[i]
    order = np.empty(n_synapses, np.int64)
    offset = np.empty(n_synapses, np.int64)
    place = begin.copy()
    slots = 1
    for s in range(n_synapses):
        at = place[post[s]]
        place[post[s]] += 1
        order[at] = s
        offset[at] = np.int64(delay[s]) * n - pre[s]
        slots = max(slots, delay[s] + 1)
    weights, thresholds = _parameters(
        order, population.weight[synapses], threshold, group, synapses, neurons, shift, number
    )
    leaks = np.empty(n, number.dtype)
    for i in range(n):
        share = population.leak[neurons][i]
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
        rests[i] = population.leak[neurons][i] == 0 and floor <= 0 and not faulty[i]
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
        if port and begin[i] == begin[i + 1] and not faulty[i]:
            enough = amounts[input_of[i]] > 0
            for k in range(limits.shape[1]):
                enough &= amounts[input_of[i]] >= limits[i, k]
            relays[i] = enough
    needed = np.zeros(n, np.bool_)
    for i in range(n):
        reached = input_of[i] >= 0 or begin[i] < begin[i + 1]
        needed[i] = not relays[i] and (reached or not rests[i])
    for s in range(n_synapses):
        needed[pre[s]] |= relays[pre[s]]
    return Wiring(
        begin, offset, weights, thresholds, leaks, lowest, scale, amounts, faulty,
        live, stuck, rests, relays, np.flatnonzero(needed), np.flatnonzero(needed & ~relays),
        input_of, output_of, slots,
    )  # fmt: skip


@njit(nogil=True, cache=True)
def run_block(
    wiring: Any,
    feed: Any,
    block: int,
    potential: Any,
    ring: Any,
    loud: Any,
    slot: int,
    timesteps: int,
    tally: Any,
    fires: Any,
    late: Any,
    on_arrival: Any,
    relayed: bool,
    raster: Any,
    trace: Any,
) -> int:
    """Run one block of lanes for ``timesteps`` and return the ring slot to go on from.

    Args:
        wiring: The network.
        feed: The stimulus.
        block: Which block of the stimulus.
        potential: ``(neurons * LANES,)``, membrane potentials, read and written.
        ring: ``(slots * neurons * WORDS,)``, past spikes, read and written.
        loud: ``(slots * neurons,)`` bool, which rows of the ring hold a spike at all.
        slot: The slot of the first timestep.
        timesteps: How many timesteps to run.
        tally: Of the outputs, cleared; written.
        fires: ``(neurons,)`` int64, spikes of each neuron, added to.
        late: ``(slots, neurons)`` int64, those of them that many timesteps before the end.
        on_arrival: ``None``, or ``True`` if a neuron fires only when something arrives.
        relayed: Whether the ring holds what relays will do, as :func:`relay` writes it; then
            they are not counted either.
        raster: ``None``, or ``(timesteps, neurons, WORDS)`` uint32 to copy all spikes to.
        trace: ``None``, or ``(timesteps, neurons, LANES)`` to copy the potentials to.
    """
    # All arrays get a name here: each look into a tuple counts references, in every timestep.
    begin, offset, weight = wiring.begin, wiring.offset, wiring.weight
    threshold, leak, amount = wiring.threshold, wiring.leak, wiring.amount
    faulty, live, stuck = wiring.faulty, wiring.live, wiring.stuck
    rests, relays = wiring.rests, wiring.relays
    input_of, output_of = wiring.input_of, wiring.output_of
    active = wiring.computed if relayed else wiring.awake
    words, charge, heard, valid = feed.words, feed.charge, feed.heard, feed.valid
    counts, first, seen, planes = tally.counts, tally.first, tally.seen, tally.planes
    floor, shift = wiring.floor[0], wiring.shift[0]
    kind, charge_steps = feed.kind, feed.charge_steps
    n = threshold.shape[0]
    slots = ring.size // (n * WORDS)
    n_inputs = amount.size
    steps = heard.size // max(valid.size // WORDS * n_inputs, 1)
    for t in range(timesteps):
        now = slot * n
        heard_at = (block * steps + t) * n_inputs
        charge_at = (block * charge_steps + min(t, charge_steps - 1)) * n_inputs * LANES
        for place in range(active.size):
            i = item(active, place)
            fired = (now + i) * WORDS
            source = item(input_of, i)
            if item(rests, i) != 0:
                arrives = source >= 0 and item(heard, heard_at + source) != 0
                synapse, end = item(begin, i), item(begin, i + 1)
                while not arrives and synapse < end:
                    row = now - item(offset, synapse)
                    arrives = item(loud, row + (slots * n & (row >> 63))) != 0
                    synapse += 1
                if not arrives:
                    clear_row(ring, fired)
                    loud[now + i] = False
                    continue
            if item(relays, i) != 0:
                copy_spikes(words, (heard_at + source) * WORDS, ring, fired)
            else:
                advance_neuron(
                    potential, i * LANES, ring, now, fired, offset, weight, item(begin, i),
                    item(begin, i + 1), threshold, floor, leak, i,
                    kind if source >= 0 else NO_INPUT, words, (heard_at + source) * WORDS,
                    amount[max(source, 0)], charge, charge_at + source * LANES, shift, on_arrival,
                )  # fmt: skip
                if item(faulty, i) != 0:
                    for k in range(fired, fired + WORDS):
                        ring[k] = (ring[k] & live[i]) | stuck[i]
            spikes = count_spikes(ring, fired, valid, block * WORDS)
            loud[now + i] = spikes > 0
            if spikes > 0:
                fires[i] += spikes
                if timesteps - t <= late.shape[0]:
                    late[timesteps - 1 - t, i] += spikes
                output = item(output_of, i)
                if output >= 0:
                    tally_output(
                        ring, fired, counts, first, planes, output * planes * WORDS, seen,
                        output * WORDS, t,
                    )  # fmt: skip
        if raster is not None:
            for i in range(n):
                for k in range(WORDS):
                    raster[t, i, k] = ring[(now + i) * WORDS + k]
        if trace is not None:
            for i in range(n):
                for k in range(LANES):
                    trace[t, i, k] = potential[i * LANES + k]
        slot += 1
        if slot == slots:
            slot = 0
    return slot


@njit(nogil=True, cache=True)
def relay(wiring: Any, feed: Any, block: int, timesteps: int, ring: Any, loud: Any) -> None:
    """Write what the relays of one block will do to a ring of all timesteps."""
    n, n_inputs = wiring.threshold.shape[0], wiring.amount.size
    awake, relays, input_of = wiring.awake, wiring.relays, wiring.input_of
    words, heard = feed.words, feed.heard
    for place in range(awake.size):
        i = item(awake, place)
        if item(relays, i) != 0:
            source = block * timesteps * n_inputs + item(input_of, i)
            for t in range(timesteps):
                copy_spikes(words, (source + t * n_inputs) * WORDS, ring, (t * n + i) * WORDS)
                loud[t * n + i] = item(heard, source + t * n_inputs) != 0


@njit(nogil=True, cache=True)
def run_window(
    wiring: Any,
    feed: Any,
    potential: Any,
    ring: Any,
    loud: Any,
    slot: int,
    timesteps: int,
    counts: Any,
    first: Any,
    fires: Any,
    on_arrival: Any,
    raster: Any,
    trace: Any,
) -> int:
    """Run all blocks of one network on from their state; arguments as for :func:`run_block`.

    ``potential``, ``ring``, ``loud``, ``raster``, ``trace``, ``counts`` and ``first`` have one
    row for each block; the last two are int16, one number a lane of each output, written.
    """
    n = wiring.threshold.shape[0]
    late = np.zeros((ring.shape[1] // (n * WORDS), n), np.int64)
    after = slot
    n_outputs = counts.shape[1] // LANES
    tally = new_tally(n_outputs, timesteps, WORDS)
    lean, source, marks = borrowed(wiring), borrowed(feed), borrowed(tally)
    for block in range(potential.shape[0]):
        clear_tally(tally)
        record = None if raster is None else raster[block]
        levels = None if trace is None else trace[block]
        after = run_block(
            lean, source, block, potential[block], ring[block], loud[block], slot, timesteps,
            marks, fires, late, on_arrival, False, record, levels,
        )  # fmt: skip
        for output in range(n_outputs):
            lanes = slice(output * LANES, output * LANES + LANES)
            read_tally(tally, output, counts[block, lanes], first[block, lanes])
    return after


@njit(nogil=True, cache=True)
def _deliveries(population: Any, network: int, fires: Any, late: Any) -> int:
    """Synaptic deliveries within the window: spikes out of each synapse, less those in flight."""
    total = 0
    for s in range(population.synapse_start[network], population.synapse_start[network + 1]):
        pre = population.pre[s]
        total += fires[pre]
        for ago in range(min(population.delay[s], late.shape[0])):
            total -= late[ago, pre]
    return total


@njit(nogil=True, cache=True)
def run_networks(
    which: Any,
    population: Any,
    group: Any,
    size: int,
    instance: int,
    feed: Any,
    n_samples: int,
    timesteps: int,
    floor: float,
    shifts: Any,
    number: Any,
    on_arrival: Any,
    course: Any,
    right_out: Any,
    counts_out: Any,
    first_out: Any,
    spikes_out: Any,
    deliveries_out: Any,
) -> None:
    """Run the networks ``which`` of a population from rest, on one group of chip instances.

    Args:
        which: Indices of the networks to run.
        population: The population.
        group: The instances' parameters, or ``None`` for one chip exactly as drawn.
        size: Number of instances in the group, a power of two up to 32.
        instance: Place of the group's first instance in the results.
        feed: The stimulus, packed for groups of this size.
        n_samples: Number of samples.
        timesteps: How many timesteps to run.
        floor: Lowest membrane potential, in weight units.
        shifts: ``(networks,)``, fixed-point scale of each network (-1: floating point).
        number: An array of the number type to compute in.
        on_arrival: As for :func:`run_block`.
        course: What is judged, packed for groups of this size; if anything is, counts and
            first spikes are not written.
        right_out: ``(networks, instances)`` int32, right answers, added to.
        counts_out: ``(networks, outputs, instances, samples)`` int16, output spikes, written.
        first_out: Same shape, int16, timestep of the first output spike, written.
        spikes_out: ``(networks,)`` int64, spikes of all neurons, added to.
        deliveries_out: ``(networks,)`` int64, synaptic deliveries, added to.
    """
    n_outputs = population.outputs.shape[1]
    n_blocks = feed.valid.size // WORDS
    counts, first = np.empty(LANES, np.int16), np.empty(LANES, np.int16)
    tally = new_tally(n_outputs, timesteps, WORDS)
    source, marks = borrowed(feed), borrowed(tally)
    for network in which:
        wiring = wire(
            population, network, group, feed.amount, feed.kind == SPIKE_INPUT, floor,
            shifts[network], number,
        )  # fmt: skip
        n = wiring.threshold.shape[0]
        rows = (timesteps + wiring.slots) * n
        relayed = rows * WORDS * 4 <= _SMALL_RING
        if not relayed:
            rows = wiring.slots * n
        potential = aligned(n * LANES, number)
        ring = aligned(rows * WORDS, feed.valid)
        loud = np.zeros(rows, np.bool_)
        fires = np.zeros(n, np.int64)
        late = np.zeros((wiring.slots, n), np.int64)
        lean = borrowed(wiring)
        for block in range(n_blocks):
            potential[:] = 0
            if relayed:  # and all other rows are written before they are read, or never
                relay(lean, source, block, timesteps, ring, loud)
            else:
                ring[:] = 0
                loud[:] = False
            clear_tally(tally)
            run_block(
                lean, source, block, potential, ring, loud, 0, timesteps, marks, fires, late,
                on_arrival, relayed, None, None,
            )  # fmt: skip
            if course.by > 0:
                judge(tally, course, block, right_out[network, instance : instance + size])
                continue
            start = block * (LANES // size)
            stop = min(start + LANES // size, n_samples)
            for output in range(n_outputs):
                read_tally(tally, output, counts, first)
                for k in range(size):
                    row = counts_out[network, output, instance + k, start:stop]
                    times = first_out[network, output, instance + k, start:stop]
                    for sample in range(stop - start):
                        row[sample] = counts[sample * size + k]
                        times[sample] = first[sample * size + k]
        for i in range(n):
            if wiring.relays[i]:
                port = wiring.input_of[i]
                fires[i] = feed.sent[:, port].sum()
                for ago in range(min(timesteps, wiring.slots)):
                    late[ago, i] = feed.sent[timesteps - 1 - ago, port]
        spikes_out[network] += fires.sum()
        deliveries_out[network] += _deliveries(population, network, fires, late)
