"""The event-driven path: for the few spikes of sparse activity, and for single runs.

The vector kernels do the same work whether a neuron spikes or not, for hundreds of lanes at
once. Where next to nothing happens, or there are few lanes to fill a vector with, it is faster
to follow each spike: a queue of touched neurons for each timestep to come, one run after
another. What is computed is the same: whole numbers, on chips exactly as drawn.

Nobody knows beforehand how active a network is. So runs begin event-driven with an allowance of
events, what the vector kernels' time would pay for; a network that uses up that of its first
runs is given back to them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.simulation._bits import BITS_LANES
from evosnn.simulation._data import NEVER
from evosnn.simulation._turns import next_turn

__all__ = ["Events", "allowances", "list_events", "run_event_networks"]

_ADD = 0.008  # nanoseconds of a synapse, timestep and lane in the vector kernels, all lanes full
_EVENT = 10.0  # nanoseconds of a delivery here
_STEP = 2.0  # and of a timestep; all as experiments/benchmark_simulator.py finds them
_TRIAL = 8  # so many runs, but no more than one in 32, or else one in 128, decide about a network
_NEVER = NEVER
_NO_FLOOR = -(2**62)


class Events(NamedTuple):
    """The input spikes of sample ``i`` are ``begin[i]`` to ``begin[i + 1]``, in order of time."""

    begin: NDArray[np.int64]
    time: NDArray[np.int32]
    port: NDArray[np.int32]
    charge: NDArray[np.int64]


@njit(nogil=True, cache=True)
def list_events(charge: Any, event: Any) -> Any:
    """Return the events of a stimulus; ``event`` may be ``None``."""
    timesteps, n_inputs, n_samples = charge.shape
    begin = np.zeros(n_samples + 1, np.int64)
    for t in range(timesteps):
        for i in range(n_inputs):
            for sample in range(n_samples):
                arrives = charge[t, i, sample] != 0
                if event is not None:
                    arrives |= event[t, i, sample]
                begin[sample + 1] += arrives
    begin = np.cumsum(begin)
    place = begin.copy()
    time, port = np.empty(begin[-1], np.int32), np.empty(begin[-1], np.int32)
    amount = np.empty(begin[-1], np.int64)
    for t in range(timesteps):
        for i in range(n_inputs):
            for sample in range(n_samples):
                arrives = charge[t, i, sample] != 0
                if event is not None:
                    arrives |= event[t, i, sample]
                if arrives:
                    at = place[sample]
                    time[at], port[at], amount[at] = t, i, int(charge[t, i, sample])
                    place[sample] += 1
    return Events(begin, time, port, amount)


def allowances(population: Any, sent: NDArray[np.int64], n_samples: int) -> NDArray[np.float64]:
    """Return how many events a run of each network may have, 0 where input alone has more.

    Args:
        population: The networks.
        sent: ``(timesteps, inputs)``, input spikes in all samples.
        n_samples: Number of samples.
    """
    size = np.diff(population.synapse_start) + 3 * np.diff(population.neuron_start)
    lanes = -(-n_samples // BITS_LANES) * BITS_LANES / max(n_samples, 1)
    time = sent.shape[0] * (size * lanes * _ADD - _STEP)
    allowed = np.asarray(time / _EVENT, dtype=np.float64)
    return np.where(allowed > sent.sum() / max(n_samples, 1), allowed, 0.0)


@njit(nogil=True, cache=True)
def run_event_networks(
    turns: Any, which: Any, population: Any, events: Any, timesteps: int, floor: float,
    allowed: Any, labels: Any, by: int, right_out: Any, counts_out: Any, first_out: Any,
    spikes_out: Any, deliveries_out: Any,
) -> Any:  # fmt: skip
    """Run the networks ``which`` of a population from rest, as drawn, spike by spike.

    Every neuron must leak nothing or everything, the floor be 0 or below.

    Args:
        turns: Whose turn it is, if several threads make this call.
        which: Indices of the networks to run.
        population: The population; all numbers whole.
        events: The input.
        timesteps: How many timesteps to run.
        floor: Lowest membrane potential, in weight units.
        allowed: ``(networks,)``, events that a run may have on average of the first few.
        labels: ``(n_samples,)``, the output that must win for each sample; empty if ``by`` is 0.
        by: 0 if nothing is judged, 1 if the most spikes win, 2 if the first does.
        right_out: ``(networks, 1)`` int32, right answers, added to.
        counts_out: ``(networks, outputs, 1, samples)`` int16, output spikes, written.
        first_out: Same shape, int16, timestep of the first output spike, written.
        spikes_out: ``(networks,)`` int64, spikes of neurons in use, added to.
        deliveries_out: ``(networks,)`` int64, synaptic deliveries, added to.

    Returns:
        ``(which.size,)`` bool, which of them this call has done; nothing is added for the others.
    """
    n_samples, n_outputs = events.begin.size - 1, population.outputs.shape[1]
    lowest = max(floor, _NO_FLOOR)
    bottom = int(lowest)
    done = np.zeros(which.size, np.bool_)
    trial = max(min(n_samples // 32, _TRIAL), n_samples // 128, 1)
    counts, first = np.empty(n_outputs, np.int16), np.empty(n_outputs, np.int16)
    while True:
        turn = next_turn(turns)
        if turn >= which.size:
            break
        network = which[turn]
        done[turn] = True
        a = population.neuron_start[network]
        n = population.neuron_start[network + 1] - a
        c, d = population.synapse_start[network], population.synapse_start[network + 1]
        pre, post, delay = population.pre[c:d], population.post[c:d], population.delay[c:d]
        weight = population.weight[c:d]
        begin = np.zeros(n + 1, np.int64)
        at = 0
        for i in range(n):  # synapses come in the order of their presynaptic neurons
            while at < pre.size and pre[at] == i:
                at += 1
            begin[i + 1] = at
        slots = 1
        for s in range(delay.size):
            slots = max(slots, delay[s] + 1)
        output_of = np.full(n, -1, np.int64)
        for k in range(n_outputs):
            output_of[population.outputs[network, k]] = k
        ports = population.inputs[network]
        potential = np.zeros(n, np.int64)
        pending = np.zeros((slots, n), np.int64)
        waiting = np.zeros((slots, n), np.bool_)
        queue = np.empty((slots, n), np.int32)
        queued = np.zeros(slots, np.int64)
        spikes = deliveries = right = work = 0
        for sample in range(n_samples):
            counts[:] = 0
            first[:] = _NEVER
            potential[:] = 0
            event, last = events.begin[sample], events.begin[sample + 1]
            work += last - event
            now = 0
            for t in range(timesteps):
                while event < last and events.time[event] == t:
                    i = ports[events.port[event]]
                    if not population.used[a + i]:
                        event += 1
                        continue
                    pending[now, i] += events.charge[event]
                    if not waiting[now, i]:
                        waiting[now, i] = True
                        queue[now, queued[now]] = i
                        queued[now] += 1
                    event += 1
                for q in range(queued[now]):
                    i = queue[now, q]
                    total = potential[i] + pending[now, i]
                    pending[now, i] = 0
                    waiting[now, i] = False
                    if total >= population.threshold[a + i]:
                        total = 0
                        spikes += 1
                        output = output_of[i]
                        if output >= 0:
                            if counts[output] == 0:
                                first[output] = t
                            counts[output] += 1
                        for s in range(begin[i], begin[i + 1]):
                            if t + delay[s] >= timesteps:
                                continue
                            deliveries += 1
                            then = now + delay[s]
                            if then >= slots:
                                then -= slots
                            j = post[s]
                            pending[then, j] += int(weight[s])
                            if not waiting[then, j]:
                                waiting[then, j] = True
                                queue[then, queued[then]] = j
                                queued[then] += 1
                    total = max(total, bottom)
                    potential[i] = 0 if population.leak[a + i] == 1 else total
                queued[now] = 0
                now = now + 1 if now + 1 < slots else 0
                if sample < trial and work + deliveries > trial * allowed[network]:
                    done[turn] = False
                    break
            if not done[turn]:
                break
            if by == 0:
                counts_out[network, :, 0, sample] = counts
                first_out[network, :, 0, sample] = first
            else:
                right += _wins(labels[sample], counts, first, by)
        if done[turn]:
            right_out[network, 0] += right
            spikes_out[network] += spikes
            deliveries_out[network] += deliveries
    return done


@njit(nogil=True, cache=True)
def _wins(own: int, counts: Any, first: Any, by: int) -> bool:
    """Whether an output wins alone."""
    if counts[own] == 0:
        return False
    for k in range(counts.size):
        if k != own:
            if by == 1 and counts[k] >= counts[own]:
                return False
            if by == 2 and first[k] <= first[own]:
                return False
    return True
