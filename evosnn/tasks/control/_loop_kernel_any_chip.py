"""Runs control tasks in closed loop with the general kernel, for chips with rules of their own.

Layout: lanes are the episodes of one chip instance, whose block runs until all of them are over.
Cost: that of :mod:`evosnn.simulation.any_chip.kernel` for each window.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from evosnn.simulation.kernels import (
    GeneralFeed,
    GeneralSpikes,
    State,
    borrowed,
    general_room,
    run_general_block,
    unpack_network,
)
from evosnn.tasks.control._loop_kernel import act, count_spikes_of, features_of

__all__ = ["run_general_episodes"]

_NEVER = np.iinfo(np.int16).max


@njit(nogil=True, cache=True)
def _look(task: Any, going: Any, state: Any, amount: Any, used: Any, feed: Any) -> None:
    """Write what is seen in every lane as charges, of the inputs in use."""
    feed.charge[:], feed.event[:], feed.row_has_spike[:] = 0.0, 0, False
    seen, x = np.empty(task.n_seen), np.empty(task.seen.size)
    count = np.empty(2, np.int64)
    for lane in range(going.size):
        if not going[lane]:
            continue
        features_of(task, state, lane, seen, x)
        for f in range(x.size):
            own = count_spikes_of(task, x[f], count)
            for k in range(2):
                i = min(f * task.each + own + k, used.size - 1)  # of no spikes, if beyond
                for j in range(count[k] if used[i] else 0):
                    t = j * task.interval
                    feed.charge[t, i, lane] = amount[i]
                    feed.event[t, i, lane] = 1
                    feed.row_has_spike[t, i] = True


@njit(nogil=True, cache=True)
def _listen(outputs: Any, seen: Any, counts: Any, first: Any) -> None:
    """Write how often each output fired in each lane, and when first."""
    counts[:], first[:] = 0, _NEVER
    for k in range(outputs.size):
        for t in range(seen.shape[0] - 1, -1, -1):
            for lane in range(seen.shape[2]):
                if seen[t, outputs[k], lane] != 0:
                    counts[k, lane] += seen[t, outputs[k], lane]
                    first[k, lane] = t


@njit(nogil=True, cache=True)
def _count_fires(tape: Any, start: int, going: Any, fires: Any) -> None:
    """Add the spikes of each neuron in the lanes whose episode goes on."""
    timesteps = tape.fired.shape[0] - tape.past
    for t in range(start, start + timesteps):
        for i in range(fires.size):
            if tape.totals[t, i] > 0:
                row = tape.fired[t, i]
                for lane in range(going.size):
                    fires[i] += row[lane] if going[lane] else 0


@njit(nogil=True, cache=True)
def run_general_episodes(
    network: int, population: Any, chip: Any, values: Any, late: int, task: Any, starts: Any,
    amount: Any, returns: Any, spikes: Any, deliveries: Any, windows: Any,
) -> None:  # fmt: skip
    """Run one network of a population on all chip instances.

    Args:
        network: Its index.
        population: The population.
        chip: The chip's rules.
        values: The networks on the chip instances.
        late: Timesteps after which spikes are seen, 0 or 1.
        task: The task's rules.
        starts: ``(episodes, n_state)``, start states.
        amount: ``(inputs,)``, charge of a spike of each input.
        returns: ``(networks, instances, episodes)`` float64 of zeros, sum of rewards, written.
        spikes: ``(networks,)`` int64, spikes of neurons in use, added to.
        deliveries: ``(networks,)`` int64, synaptic deliveries sent off, added to.
        windows: ``(networks,)`` int64, windows run on all instances, added to.
    """
    net = unpack_network(chip, population, network)
    n, lanes, timesteps = net.begin.size - 1, starts.shape[0], task.timesteps
    outputs = population.outputs[network]
    in_use = population.used[net.first : net.first + n]
    used = in_use[population.inputs[network]]
    past = 1
    for s in net.into:
        for p in range(values.begin.size):
            for k in range(values.delay.shape[1]):
                past = max(past, values.delay[p, k, s])
    tape = GeneralSpikes(
        np.zeros((past + timesteps, n, lanes), np.uint8),
        np.zeros((past + timesteps, n), np.int64), past,
    )  # fmt: skip
    room = general_room(n, values.begin.size * max(net.into.size, 1), lanes)
    charge = np.zeros((timesteps, amount.size, lanes))
    event = np.zeros(charge.shape, np.uint8)
    row_has_spike = np.zeros((timesteps, amount.size), np.bool_)
    counts, first = np.zeros((2, outputs.size, lanes), np.int16)
    live, unread = np.flatnonzero(in_use), np.zeros(n, np.int64)
    no_trace = np.zeros((0, 0, lanes))
    fires = np.zeros(n, np.int64)
    for k in range(returns.shape[1]):
        memory = State(
            np.zeros((n, lanes)), np.zeros((n, lanes)), np.zeros((n, lanes), np.int64),
            np.zeros((n, lanes), np.int32),
        )  # fmt: skip
        tape.fired[:], tape.totals[:] = 0, 0
        room.calm[:] = True
        going, state, left = np.ones(lanes, np.bool_), starts.copy(), lanes
        for step in range(task.steps):
            if left == 0:
                break
            windows[network] += left
            feed = GeneralFeed(charge, event, row_has_spike, step * timesteps, 0)
            _look(task, going, state, amount, used, feed)
            tape.fired[past:] = 0
            run_general_block(
                chip, borrowed(net), borrowed(values), k, feed, borrowed(tape),
                borrowed(memory), borrowed(room), live, unread, no_trace,
            )  # fmt: skip
            seen = tape.fired[past - late : past - late + timesteps]
            _count_fires(tape, past - late, going, fires)
            _listen(outputs, seen, counts, first)
            left -= act(task, counts, first, going, state, 1, returns[network, k : k + 1])
            tape.fired[:past] = tape.fired[timesteps:].copy()
            tape.totals[:past] = tape.totals[timesteps:].copy()
    spikes[network] += fires.sum()
    for j in range(net.into.size):
        deliveries[network] += fires[net.pre[j]]
