"""Runs networks on chips with arithmetic of their own, in float64: the general kernel.

It computes what :mod:`evosnn.simulation.reference` defines: leak rules, synaptic currents,
refractory periods, resets by subtraction, temporary faults, delays and leaks of each chip's own,
and noise on every delivery. Integers and fractions of digital chips are exact in float64.

Idea: a block is one network on one chip instance, so every parameter is one number for all lanes.
A neuron that nothing arrives at in any lane, and that cannot change by itself, is skipped; so is
a neuron that, with everything that reaches it, is the same on this instance as on the one before:
its rows of spikes are still there. Noise is a function of a key, the synapse's ends, timestep,
sample and chip instance, so lanes and threads do not change it (after RISP's ``noisy_stddev``).

Layout: lanes are samples; state is ``(neurons, lanes)`` float64 and spikes are bytes in a ring of
past timesteps, row by row (:mod:`evosnn.simulation.any_chip.row_operations`).

Cost: for each synapse whose neuron spikes in any lane, one multiply-add a lane; for each active
neuron and timestep a handful of row operations a lane.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from evosnn.hardware import NO_INTEGRATION, NO_RESET
from evosnn.simulation.any_chip.arrivals import add_arrivals, list_due, mark_arrivals
from evosnn.simulation.any_chip.row_operations import (
    HALF_LIFE,
    SHARE,
    SHIFT,
    SUBTRACT,
    add_to,
    clamp,
    fire,
    fire_again,
    halve,
    hear,
    is_zero,
    leak_row,
    read_out,
    wait,
)
from evosnn.simulation.any_chip.rules import GeneralFeed, GeneralSpikes, Net, Room, State
from evosnn.simulation.llvm.bitset import borrowed

__all__ = [
    "LEAK_RULES",
    "general_room",
    "run_general_block",
    "run_general_networks",
    "run_general_window",
    "unpack_network",
]

_NEVER = np.iinfo(np.int16).max
LEAK_RULES = {"share": SHARE, "shift": SHIFT, "subtract": SUBTRACT, "half-life": HALF_LIFE}
"""Codes of the leak rules."""


@njit(nogil=True, cache=True)
def unpack_network(rules: Any, population: Any, network: int) -> Any:
    """Return one network of a population."""
    first, last = population.neuron_start[network], population.neuron_start[network + 1]
    start, stop = population.synapse_start[network], population.synapse_start[network + 1]
    n = last - first
    begin, input_of = np.zeros(n + 1, np.int64), np.full(n, -1, np.int64)
    for s in range(start, stop):
        begin[population.post[s] + 1] += 1
    begin = np.cumsum(begin)
    at = begin.copy()
    into, pre = np.empty(stop - start, np.int64), np.empty(stop - start, np.int64)
    for s in range(start, stop):
        post = population.post[s]
        into[at[post]], pre[at[post]] = s, population.pre[s]
        at[post] += 1
    for i in range(population.inputs.shape[1]):
        input_of[population.inputs[network, i]] = i
    most = np.full(n, rules.most_spikes, np.int64)
    for i in range(population.outputs.shape[1]):
        most[population.outputs[network, i]] = rules.most_output_spikes
    return Net(network, first, begin, into, pre, input_of, most)


@njit(nogil=True, cache=True)
def general_room(n: int, n_due: int, lanes: int) -> Any:
    """Room for a network of ``n`` neurons with up to ``n_due`` arrivals at one in a timestep."""
    octets, numbers = np.zeros((3, lanes), np.uint8), np.zeros((3, lanes))
    octets[2] = 1
    return Room(
        octets[0], octets[1], octets[2], numbers[0], numbers[1], numbers[2],
        np.empty((n_due, 2), np.int64), np.zeros(n, np.bool_),
    )  # fmt: skip


@njit(nogil=True, cache=True)
def _changed(net: Any, values: Any, k: int) -> Any:
    """Which neurons may do on instance ``k`` what they did not do on the one before."""
    n, first = net.begin.size - 1, net.first
    a, b = max(k - 1, 0), k
    all_new = k == 0 or values.sigma[a] > 0 or values.sigma[b] > 0
    all_new |= values.unit[a, net.network] != values.unit[b, net.network]
    all_new |= values.adc[a, 0] != values.adc[b, 0] or values.adc[a, 1] != values.adc[b, 1]
    changed = np.full(n, all_new, np.bool_)
    if all_new:
        return changed
    for p in range(values.begin.size):
        for i in range(n):
            at = first + i
            changed[i] |= values.threshold[p, a, at] != values.threshold[p, b, at]
            changed[i] |= values.leak[p, a, at] != values.leak[p, b, at]
            changed[i] |= values.firing[p, a, at] != values.firing[p, b, at]
            changed[i] |= values.broken[p, a, at] != values.broken[p, b, at]
            for j in range(net.begin[i], net.begin[i + 1]):
                s = net.into[j]
                changed[i] |= values.weight[p, a, s] != values.weight[p, b, s]
                changed[i] |= values.delay[p, a, s] != values.delay[p, b, s]
    more = True
    while more:
        more = False
        for i in range(n):
            if not changed[i]:
                for j in range(net.begin[i], net.begin[i + 1]):
                    changed[i] |= changed[net.pre[j]]
                more |= changed[i]
    return changed


@njit(nogil=True, cache=True)
def _take_in(
    rules: Any, net: Any, values: Any, feed: Any, spikes: Any, state: Any, room: Any, p: int,
    k: int, i: int, t: int, n_due: int, any_arrival: bool,
) -> None:  # fmt: skip
    """Let a neuron's potential gain what is due in one timestep."""
    at = net.first + i
    potential, current = state.potential[i], state.current[i]
    if any_arrival and (rules.needs_arrival or rules.leak_rule == HALF_LIFE):
        mark_arrivals(net, feed, spikes, room, i, t, n_due)
    if any_arrival and rules.leak_rule == HALF_LIFE:
        leak, now = values.leak[p, k, at], feed.at + t
        if leak > 0:
            halve(
                potential, state.input_active[i], room.marks, now, leak,
                values.halving[values.halves[p, k, at]], values.unit[k, net.network],
                room.share,
            )  # fmt: skip
        if leak > 0 or rules.subtracts:
            clamp(potential, rules.floor, rules.ceiling)
        if leak > 0 or values.begin.size > 1:
            hear(state.input_active[i], room.marks, now)
    if rules.refractory > 0:
        room.before[:] = potential
    deaf = (values.broken[p, k, at] & NO_INTEGRATION) != 0
    charged = current if rules.current else potential
    if any_arrival and (rules.current or not deaf):
        step, read = values.adc[k, 0], charged
        if step > 0:
            read = room.read
            read[:] = 0.0
        add_arrivals(rules, net, values, feed, spikes, room, charged, read, p, k, i, t, n_due)
        if step > 0:
            read_out(read, step, values.adc[k, 1])
            add_to(charged, read)
            if rules.bounded:
                clamp(charged, rules.min_current, rules.max_current)
    if rules.current:
        _let_current_act(rules, values.unit[k, net.network], potential, current, deaf)
    if rules.refractory > 0:
        for lane in range(potential.size):
            value = potential[lane]
            potential[lane] = room.before[lane] if state.rest[i, lane] > 0 else value


@njit(nogil=True, cache=True)
def _let_current_act(rules: Any, unit: float, potential: Any, current: Any, deaf: bool) -> None:
    if rules.current_leak_first:
        leak_row(current, rules.current_leak, rules.leak_rule, rules.leak_unit, unit)
    if not deaf:
        add_to(potential, current)
    if not rules.current_leak_first:
        leak_row(current, rules.current_leak, rules.leak_rule, rules.leak_unit, unit)


@njit(nogil=True, cache=True)
def _fire(
    rules: Any, net: Any, values: Any, spikes: Any, state: Any, room: Any, p: int, k: int, i: int,
    t: int, any_arrival: bool,
) -> None:  # fmt: skip
    """Let a neuron fire where it does, reset it there, and let it leak."""
    at, unit = net.first + i, values.unit[k, net.network]
    potential, fired = state.potential[i], spikes.fired[spikes.past + t, i]
    leak, threshold = values.leak[p, k, at], values.threshold[p, k, at]
    if rules.leak_first:
        clamp(potential, -np.inf, rules.ceiling)
        leak_row(potential, leak, rules.leak_rule, rules.leak_unit, unit)
    may, keep, less = room.always, 0.0, 0.0
    if values.broken[p, k, at] & NO_RESET:
        keep = 1.0
    elif rules.subtracts:
        keep, less = 1.0, threshold - rules.above
    firing = values.firing[p, k, at]
    if firing > 0:
        threshold = -np.inf
    elif firing < 0 or (rules.needs_arrival and not any_arrival):
        threshold = np.inf
    else:
        may = room.marks if rules.needs_arrival else room.always
        if rules.refractory > 0:
            for lane in range(may.size):
                room.may[lane] = may[lane] if state.rest[i, lane] == 0 else np.uint8(0)
            may = room.may
    floor = -np.inf if rules.several else rules.floor  # which comes after the last spike
    total = fire(potential, may, threshold, keep, less, floor, rules.ceiling, fired)
    if rules.several:
        total += fire_again(potential, fired, net.most[i], threshold, keep, less)
        clamp(potential, rules.floor, np.inf)
    spikes.totals[spikes.past + t, i] = total
    if rules.refractory > 0:
        wait(state.rest[i], fired, rules.refractory)
    if not rules.leak_first:
        leak_row(potential, leak, rules.leak_rule, rules.leak_unit, unit)


@njit(nogil=True, cache=True)
def _only_leaks(rules: Any, values: Any, p: int, k: int, at: int) -> bool:
    """Whether a neuron can do no more than leak in a timestep in which nothing arrives.

    At the end of the timestep before, its potential was then below its threshold.
    """
    plain = not rules.current and not rules.subtracts and rules.refractory == 0
    sound = values.firing[p, k, at] == 0 and not values.broken[p, k, at] & NO_RESET
    return plain and sound and values.threshold[p, k, at] > 0 and values.begin.size == 1


@njit(nogil=True, cache=True)
def run_general_block(
    rules: Any, net: Any, values: Any, k: int, feed: Any, spikes: Any, state: Any, room: Any,
    live: Any, deliveries: Any, trace: Any,
) -> None:  # fmt: skip
    """Run one network on one instance for a window.

    Args:
        rules: The chip's rules.
        net: The network, from :func:`unpack_network`.
        values: The networks on the chip instances.
        k: Index of the instance.
        feed: What comes from outside.
        spikes: Who fired before; written from its row ``past`` on.
        state: ``(neurons, lanes)``, kept up to date.
        room: Room for work.
        live: The neurons to run; the others' spikes are there already.
        deliveries: ``(neurons,)``, charges delivered to each neuron, added to.
        trace: ``(timesteps, neurons, lanes)`` of zeros, potentials, written if it has rows.
    """
    past, p = spikes.past, -1
    for t in range(feed.row_has_spike.shape[0]):
        while p + 1 < values.begin.size and (p < 0 or values.begin[p + 1] <= feed.at + t):
            p += 1
        for i in live:
            at, port = net.first + i, net.input_of[i]
            n_due, delivered = list_due(net, values, spikes, room.due, p, k, i, t, feed.at)
            deliveries[i] += delivered
            any_arrival = n_due > 0 or (port >= 0 and feed.row_has_spike[t, port])
            spikes.totals[past + t, i] = 0
            if not any_arrival:
                sound = values.firing[p, k, at] == 0 and values.threshold[p, k, at] > 0
                if room.calm[i] and sound:
                    continue
            idle = not any_arrival and _only_leaks(rules, values, p, k, at)
            if idle:
                leak_row(
                    state.potential[i], values.leak[p, k, at], rules.leak_rule, rules.leak_unit,
                    values.unit[k, net.network],
                )  # fmt: skip
            else:
                _take_in(
                    rules, net, values, feed, spikes, state, room, p, k, i, t, n_due, any_arrival
                )
                _fire(rules, net, values, spikes, state, room, p, k, i, t, any_arrival)
            if trace.shape[0] > 0:
                trace[t, i] = state.potential[i]
            stays = idle and (values.leak[p, k, at] <= 0 or rules.leak_rule == HALF_LIFE)
            room.calm[i] = not any_arrival and not stays and _is_calm(rules, state, i)


@njit(nogil=True, cache=True)
def _is_calm(rules: Any, state: Any, i: int) -> bool:
    """Whether a neuron is at rest in all lanes."""
    if rules.current and not is_zero(state.current[i]):
        return False
    return bool(is_zero(state.potential[i]) and (rules.refractory == 0 or is_zero(state.rest[i])))


@njit(nogil=True, cache=True)
def _tell_outputs(
    population: Any, net: Any, spikes: Any, changed: Any, k: int, span: Any, counts_out: Any,
    first_out: Any,
) -> None:  # fmt: skip
    """Write how often each output fired, and when first."""
    network = net.network
    for output in range(population.outputs.shape[1]):
        neuron = population.outputs[network, output]
        counts = counts_out[network, output, k, span[0] : span[1]]
        first = first_out[network, output, k, span[0] : span[1]]
        if not changed[neuron]:
            counts[:] = counts_out[network, output, k - 1, span[0] : span[1]]
            first[:] = first_out[network, output, k - 1, span[0] : span[1]]
            continue
        counts[:], first[:] = 0, _NEVER
        for t in range(spikes.totals.shape[0] - 1, -1, -1):
            if spikes.totals[t, neuron] > 0:
                fired, time = spikes.fired[t, neuron], np.int16(t)
                for lane in range(counts.size):
                    counts[lane] += fired[lane]
                    first[lane] = time if fired[lane] != 0 else first[lane]


@njit(nogil=True, cache=True)
def run_general_networks(
    which: Any, rules: Any, population: Any, values: Any, charge: Any, event: Any,
    row_has_spike: Any, span: Any, counts_out: Any, first_out: Any, spikes_out: Any,
    deliveries_out: Any,
) -> None:  # fmt: skip
    """Run the networks ``which`` of a population from rest, on all instances and some samples.

    Args:
        which: Indices of the networks to run.
        rules: The chip's rules.
        population: The population.
        values: The networks on the chip instances.
        charge: ``(timesteps, inputs, samples)``, input charges, 0 where no spike arrives.
        event: Same shape, uint8, where a spike arrives.
        row_has_spike: ``(timesteps, inputs)``, where a spike arrives in any sample.
        span: The samples to run, from and to.
        counts_out: ``(networks, outputs, instances, samples)`` int16, written.
        first_out: Same shape, int16, timestep of the first output spike, written.
        spikes_out: ``(networks,)`` int64, added to.
        deliveries_out: ``(networks,)`` int64, added to.
    """
    timesteps, lanes = charge.shape[0], span[1] - span[0]
    own_charge = charge[:, :, span[0] : span[1]].copy()
    feed = GeneralFeed(own_charge, event[:, :, span[0] : span[1]].copy(), row_has_spike, 0, span[0])
    most = 0
    for network in which:
        most = max(most, population.neuron_start[network + 1] - population.neuron_start[network])
    tape = np.empty(timesteps * most * lanes, np.uint8)
    no_trace = np.zeros((0, 0, lanes))
    for network in which:
        net = unpack_network(rules, population, network)
        n = net.begin.size - 1
        fired = tape[: timesteps * n * lanes].reshape((timesteps, n, lanes))
        spikes = GeneralSpikes(fired, np.zeros((timesteps, n), np.int64), 0)
        room = general_room(n, values.begin.size * max(net.into.size, 1), lanes)
        state = State(
            np.empty((n, lanes)), np.empty((n, lanes)), np.empty((n, lanes), np.int64),
            np.empty((n, lanes), np.int32),
        )  # fmt: skip
        deliveries = np.zeros(n, np.int64)
        used = population.used[net.first : net.first + n]
        for k in range(values.weight.shape[1]):
            changed = _changed(net, values, k)
            live = np.flatnonzero(changed & used)
            for i in live:
                state.potential[i], state.current[i] = 0.0, 0.0
                state.rest[i], state.input_active[i] = 0, 0
                room.calm[i], deliveries[i] = True, 0
            # What is borrowed lives as long as the loops that go on using what it is of.
            run_general_block(
                rules, borrowed(net), borrowed(values), k, borrowed(feed), borrowed(spikes),
                borrowed(state), borrowed(room), live, deliveries, no_trace,
            )  # fmt: skip
            deliveries_out[network] += deliveries.sum()
            spikes_out[network] += spikes.totals.sum()
            _tell_outputs(population, net, spikes, changed, k, span, counts_out, first_out)


@njit(nogil=True, cache=True)
def run_general_window(
    rules: Any, population: Any, values: Any, charge: Any, event: Any, row_has_spike: Any, at: int,
    state: Any, fired: Any, past: int, trace: Any,
) -> None:  # fmt: skip
    """Run the one network of a population for a window, from the state that lanes are in.

    Args:
        rules: The chip's rules.
        population: The population.
        values: The network on the chip instances.
        charge: ``(instances, timesteps, inputs, episodes)``, charges, 0 where none arrives.
        event: Same shape, uint8, where a spike arrives.
        row_has_spike: ``(instances, timesteps, inputs)``, where a spike arrives in any episode.
        at: Timesteps that have passed before.
        state: A :class:`State`, ``(instances, neurons, episodes)``, kept up to date.
        fired: ``(instances, past + timesteps, neurons, episodes)`` uint8, zeros after the
            past, written there.
        past: Timesteps of the past that ``fired`` begins with.
        trace: ``(instances, timesteps or 0, neurons, episodes)``, potentials, written.
    """
    net = unpack_network(rules, population, 0)
    n = net.begin.size - 1
    n_due = values.begin.size * max(net.into.size, 1)
    live, deliveries = np.arange(n), np.zeros(n, np.int64)
    for k in range(charge.shape[0]):
        count = np.zeros((fired.shape[1], n), np.int64)
        for t in range(past):
            for i in range(n):
                count[t, i] = fired[k, t, i].sum()
        own = State(state.potential[k], state.current[k], state.rest[k], state.input_active[k])
        run_general_block(
            rules, net, values, k, GeneralFeed(charge[k], event[k], row_has_spike[k], at, 0),
            GeneralSpikes(fired[k], count, past), own, general_room(n, n_due, fired.shape[3]), live,
            deliveries, trace[k],
        )  # fmt: skip
