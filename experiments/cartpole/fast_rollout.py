"""Small networks in closed loop, one start at a time, for searches that try them by the thousand.

In a window of at most 24 timesteps with delays of at most 39 the spikes that are to arrive over
a synapse are the bits of one number; a timestep in which nothing arrives costs nothing. On the
chip as drawn it says, step for step, what :func:`evosnn.tasks.control.run_episodes` says of a cart-pole
with flip-flop encoders on a chip of RISP's rules; on varied chips too, but for the rounding of
sums, which rarely matters. Figures that are reported are those of ``run_episodes``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.network import Network
from evosnn.tasks.control import ControlTask
from evosnn.tasks.control._dynamics import advance
from evosnn.tasks.control._loop_kernel import FLIP_FLOP, Rules
from evosnn.tasks.control._run_compiled import _rules
from evosnn.tasks.encoders.base import SLACK

__all__ = ["Loop", "Parts", "loop_of", "network_of", "parts_of", "survive"]


class Loop(NamedTuple):
    """A setting and a chip.

    Attributes:
        rules: The setting.
        charge: Charge of an input spike.
        floor: Lowest potential.
    """

    rules: Rules
    charge: float
    floor: float


class Parts(NamedTuple):
    """A network: its inputs come first, then its outputs, then hidden neurons.

    Attributes:
        threshold: ``(neurons,)`` float64.
        pre: ``(synapses,)`` int64.
        post: ``(synapses,)`` int64.
        weight: ``(synapses,)`` float64.
        delay: ``(synapses,)`` int64.
    """

    threshold: NDArray[np.float64]
    pre: NDArray[np.int64]
    post: NDArray[np.int64]
    weight: NDArray[np.float64]
    delay: NDArray[np.int64]


def loop_of(task: ControlTask, chip: Chip) -> Loop:
    """Return a setting on a chip."""
    rules = _rules(task, 0)
    assert rules.encoder == FLIP_FLOP, "inputs come in pairs, of which one spikes"
    assert task.timesteps + chip.synapse.delay.max < 64, "arrivals have to fit into one number"
    assert chip.neuron.min_potential is not None
    return Loop(rules, float(chip.spike_value), float(chip.neuron.min_potential))


def parts_of(network: Network, neurons: int = 0) -> Parts:
    """Take a network apart, with hidden neurons to spare up to so many neurons."""
    ports = [*network.inputs.tolist(), *network.outputs.tolist()]
    order = np.array([*ports, *(n for n in range(network.n_neurons) if n not in ports)])
    place = np.argsort(order)
    threshold = np.ones(max(neurons, order.size))
    threshold[: order.size] = network.threshold[order]
    return Parts(
        threshold, place[network.pre], place[network.post], network.weight.copy(),
        network.delay.astype(np.int64),
    )  # fmt: skip


def network_of(parts: Parts, n_inputs: int, n_outputs: int) -> Network:
    """Put a network together, without hidden neurons that nothing joins."""
    ports = n_inputs + n_outputs
    joined = {*parts.pre.tolist(), *parts.post.tolist()}
    ids = [n for n in range(parts.threshold.size) if n < ports or n in joined]
    ends = zip(parts.pre, parts.post, parts.weight, parts.delay, strict=True)
    return Network.create(
        threshold=parts.threshold[ids],
        inputs=range(n_inputs),
        outputs=range(n_inputs, ports),
        synapses=[(int(a), int(b), float(w), int(d)) for a, b, w, d in ends],
        ids=ids,
    )


@njit(nogil=True, cache=True)
def survive(loop: Any, parts: Any, start: Any, steps: int, state: Any) -> int:
    """Return how many steps a network survives from a start, of at most ``steps``.

    Args:
        loop: The setting and the chip.
        parts: The network.
        start: ``(n_state,)``, where the environment starts.
        steps: Steps after which the episode ends.
        state: ``(1, n_state)``, where it ends, written.
    """
    rules = loop.rules
    n_inputs, n_outputs = 2 * rules.seen.size, rules.actions.size
    n, n_synapses = parts.threshold.size, parts.pre.size
    threshold, weight, post, delay = parts.threshold, parts.weight, parts.post, parts.delay
    seen, low, scale, most_spikes = rules.seen, rules.low, rules.scale, rules.max_spikes
    charge, floor, actions, code = loop.charge, loop.floor, rules.actions, rules.code
    timesteps = np.uint64(rules.timesteps)
    potential = np.zeros(n)
    fires = np.zeros(n, np.uint64)  # in which timesteps of the window
    waiting = np.zeros(n, np.uint64)  # in which timesteps something arrives at a neuron,
    shown = np.zeros(n, np.uint64)  # an input spike,
    sent = np.zeros(n_synapses, np.uint64)  # and something over a synapse
    into, out = np.zeros((2, n + 1), np.int64)
    by_post, by_pre = np.empty((2, n_synapses), np.int64)
    _sort(parts.post, into, by_post)
    _sort(parts.pre, out, by_pre)
    order = np.empty(n, np.int64)
    n_straight, n_used = _order(parts, into, out, by_post, n_inputs, order)
    trains = np.zeros(most_spikes + 1, np.uint64)
    for k in range(most_spikes):
        trains[k + 1] = trains[k] | np.uint64(1) << np.uint64(k * rules.interval)
    window = (np.uint64(1) << timesteps) - np.uint64(1)
    state[0] = start
    for step in range(steps):
        shown[:n_inputs] = 0
        for f in range(seen.size):
            value = min(max((state[0, seen[f]] - low[f]) * scale[f], 0.0), 1.0)
            if value < 0.5:
                shown[2 * f] = trains[_round_up(most_spikes * (1 - 2 * value) - SLACK)]
            else:
                shown[2 * f + 1] = trains[_round_up(most_spikes * (2 * value - 1) - SLACK)]
        for k in range(n_used):
            waiting[order[k]] |= shown[order[k]]
        # A neuron in no cycle does all of its window at once, after those before it.
        for k in range(n_straight):
            i = order[k]
            bits, fired, v = waiting[i] & window, np.uint64(0), potential[i]
            while bits:
                bit = bits & (~bits + np.uint64(1))
                bits ^= bit
                if shown[i] & bit:
                    v += charge
                for j in range(into[i], into[i + 1]):
                    if sent[by_post[j]] & bit:
                        v += weight[by_post[j]]
                if v >= threshold[i]:
                    v = 0.0
                    fired |= bit
                v = max(v, floor)
            potential[i], fires[i] = v, fired
            for j in range(out[i], out[i + 1]):
                later = fired << np.uint64(delay[by_pre[j]])
                sent[by_pre[j]] |= later
                waiting[post[by_pre[j]]] |= later
        bits = np.uint64(0)
        for k in range(n_straight, n_used):
            fires[order[k]] = 0
            bits |= waiting[order[k]] & window
        while bits:
            bit = bits & (~bits + np.uint64(1))
            bits ^= bit
            for k in range(n_straight, n_used):
                i = order[k]
                if not waiting[i] & bit:
                    continue
                v = potential[i]
                if shown[i] & bit:
                    v += charge
                for j in range(into[i], into[i + 1]):
                    if sent[by_post[j]] & bit:
                        v += weight[by_post[j]]
                if v >= threshold[i]:
                    v = 0.0
                    fires[i] |= bit
                    for j in range(out[i], out[i + 1]):
                        later = bit << np.uint64(delay[by_pre[j]])
                        sent[by_pre[j]] |= later
                        waiting[post[by_pre[j]]] |= later
                        bits |= later & window
                potential[i] = max(v, floor)
        for i in range(n):
            waiting[i] >>= timesteps
        for s in range(n_synapses):
            sent[s] >>= timesteps
        best, most = 0, _ones(fires[n_inputs])
        for k in range(1, n_outputs):
            if _ones(fires[n_inputs + k]) > most:
                best, most = k, _ones(fires[n_inputs + k])
        _, over = advance(code, state, 0, actions[best])
        if over:
            return step + 1
    return steps


@njit(nogil=True, cache=True)
def _round_up(value: float) -> int:
    whole = int(value)
    return whole + 1 if value > whole else whole


@njit(nogil=True, cache=True)
def _ones(bits: Any) -> int:
    """Return how many bits are set."""
    n = 0
    while bits:
        bits &= bits - np.uint64(1)
        n += 1
    return n


@njit(nogil=True, cache=True)
def _order(parts: Any, into: Any, out: Any, by_post: Any, n_inputs: int, order: Any) -> Any:
    """Write the neurons that matter, each after those before it, at last those in or after cycles.

    Returns:
        How many are in no cycle and after none, and how many matter.
    """
    matters = np.empty(order.size, np.bool_)
    for i in range(order.size):
        matters[i] = into[i] < into[i + 1] or (i < n_inputs and out[i] < out[i + 1])
    placed = ~matters
    at, before = 0, -1
    while at > before:
        before = at
        for i in range(order.size):
            ready = not placed[i]
            for k in range(into[i], into[i + 1]):
                ready &= placed[parts.pre[by_post[k]]]
            if ready:
                placed[i] = True
                order[at] = i
                at += 1
    n_straight = at
    for i in range(order.size):
        if not placed[i]:
            order[at] = i
            at += 1
    return n_straight, at


@njit(nogil=True, cache=True)
def _sort(ends: Any, first: Any, order: Any) -> None:
    """Write the synapses in the order of an end, and where each neuron's begin."""
    at = 0
    for i in range(first.size - 1):
        first[i] = at
        for s in range(ends.size):
            if ends[s] == i:
                order[at] = s
                at += 1
    first[first.size - 1] = at
