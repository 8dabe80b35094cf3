"""Chooses the event-driven path: a network is given up as soon as it costs more than the dense one.

Idea: activity is unknown before a network runs, so every network starts event-driven with a
budget, the estimated time of the dense kernels. It is handed over to them as soon as the
remaining work, at the rate so far, exceeds the rest of the budget; a network whose timesteps and
input alone exceed it never starts. Layout: jobs of 32 lanes
(:mod:`evosnn.simulation.event_driven.kernel`). Cost: a network that is given up has used at most
its budget once. Results are those of the other kernels, in whole or fixed-point numbers on
nominal chips.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.simulation.event_driven.kernel import STEP, enlarged, new_ring, run_events
from evosnn.simulation.layout.output_counts import clear_tally, new_tally, write_tally
from evosnn.simulation.layout.scoring import count_correct
from evosnn.simulation.layout.stimulus import PreparedStimulus
from evosnn.simulation.layout.wiring import count_deliveries, padded, wire
from evosnn.simulation.llvm.bitset import BITS_LANES, borrowed
from evosnn.simulation.llvm.neuron_step import NARROW, SPIKE_INPUT, VECTOR, width_for
from evosnn.simulation.llvm.work_queue import pop

__all__ = ["allowances", "run_event_networks"]

# Nanoseconds, as experiments/benchmarks/simulator.py finds them: of a row delivered here; of a
# neuron or synapse in a timestep and block, in the vector kernel (wide and narrow ones) and on full
# adders; and, once a network, of laying out its adders.
_ROW, _WIDE, _NARROW, _ADDER, _LAYING = 2.0, 5.0, 2.2, 4.0, 50.0


def allowances(
    population: Any, stimulus: PreparedStimulus, on_adders: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return how much event-driven work the other kernel's time would pay for, for each network.

    Args:
        population: The networks.
        stimulus: What they are shown.
        on_adders: ``(networks,)``, whether the other kernel is that of full adders.

    Returns:
        ``(networks,)``, 0 where what is known beforehand is more.
    """
    timesteps, n_samples = stimulus.timesteps, stimulus.n_samples
    if n_samples == 0:
        return np.zeros(on_adders.size)
    size = np.diff(population.synapse_start) + np.diff(population.neuron_start)
    width = width_for(n_samples)
    cost = _NARROW if width == NARROW else _WIDE
    vector = -(-n_samples // (len(width) * VECTOR)) * timesteps * cost
    adders = -(-n_samples // BITS_LANES) * timesteps * _ADDER + _LAYING
    allowed = np.asarray(size * np.where(on_adders, adders, vector) / _ROW, dtype=np.float64)
    steps = -(-n_samples // VECTOR) * timesteps * STEP
    _leave_out(allowed, population, stimulus.rows, stimulus.low + stimulus.high, steps)
    return allowed


@njit(nogil=True, cache=True)
def _leave_out(allowed: Any, population: Any, rows: Any, amount: Any, steps: int) -> None:
    """Leave out networks whose timesteps and inputs alone are more work than is allowed.

    Args:
        allowed: ``(networks,)``, made 0 for those.
        population: The networks.
        rows: ``(inputs,)``, rows of spikes of each input.
        amount: ``(inputs,)``, the charge of a spike.
        steps: The work of all timesteps.
    """
    for network in range(allowed.size):
        start, end = population.synapse_start[network], population.synapse_start[network + 1]
        pre = population.pre[start:end]  # in order
        known = steps
        for port in range(rows.size):
            i = population.inputs[network, port]
            if amount[port] >= population.threshold[population.neuron_start[network] + i]:
                n = np.searchsorted(pre, i + 1) - np.searchsorted(pre, i)
                known += rows[port] * n
        if known > allowed[network]:
            allowed[network] = 0.0


@njit(nogil=True, cache=True)
def run_event_networks(
    queue: Any, which: Any, population: Any, feed: Any, n_samples: int, timesteps: int,
    floor: float, shifts: Any, number: Any, on_arrival: Any, packed_labels: Any, allowed: Any,
    right_out: Any, counts_out: Any, first_out: Any, spikes_out: Any, deliveries_out: Any,
) -> Any:  # fmt: skip
    """Run the networks ``which`` of a population from rest, on the nominal chip, event by event.

    Args:
        queue: Whose turn it is, if several threads make this call.
        which: Indices of the networks to run.
        population: The population.
        feed: The stimulus, packed for one instance.
        n_samples: Number of samples.
        timesteps: How many timesteps to run.
        floor: Lowest membrane potential, in weight units, at most 0.
        shifts: ``(networks,)``, fixed-point scale of each network.
        number: An array of the number type to compute in, int16 or int32.
        on_arrival: ``None``, or ``True`` if a neuron fires only when something arrives.
        packed_labels: What is judged; if anything is, counts and first spikes are not written.
        allowed: ``(networks,)``, work that all samples may be.
        right_out: ``(networks, 1)`` int32, right answers, added to.
        counts_out: ``(networks, outputs, 1, samples)`` int16, output spikes, written.
        first_out: Same shape, int16, timestep of the first output spike, written.
        spikes_out: ``(networks,)`` int64, spikes of neurons in use, added to.
        deliveries_out: ``(networks,)`` int64, synaptic deliveries, added to.

    Returns:
        ``(which.size,)`` bool, which of them this call has done; nothing is added for the others.
    """
    done = np.zeros(which.size, np.bool_)
    tally = new_tally(population.outputs.shape[1], timesteps, len(feed.width))
    ring = new_ring(0, 1, number, on_arrival)
    while True:
        turn = pop(queue)
        if turn >= which.size:
            break
        network = which[turn]
        wiring = wire(
            population, network, None, feed.amount, feed.kind == SPIKE_INPUT, floor,
            shifts[network], number, True,
        )  # fmt: skip
        ring = enlarged(ring, wiring.threshold.size, wiring.slots, number, on_arrival)
        done[turn] = _run_network(
            network, population, wiring, feed, n_samples, timesteps, ring, tally, packed_labels,
            allowed[network], right_out[network], counts_out.reshape(-1), first_out.reshape(-1),
            spikes_out, deliveries_out,
        )  # fmt: skip
    return done


@njit(nogil=True, cache=True)
def _run_network(
    network: int, population: Any, wiring: Any, feed: Any, n_samples: int, timesteps: int,
    ring: Any, tally: Any, packed_labels: Any, allowed: float, right_out: Any, counts_out: Any,
    first_out: Any, spikes_out: Any, deliveries_out: Any,
) -> bool:  # fmt: skip
    """Run one network on all samples, unless it is too busy, and return whether it was done."""
    n = wiring.threshold.size
    first_neuron = population.neuron_start[network]
    used = population.used[first_neuron : first_neuron + n]
    ports = np.empty(population.inputs.shape[1], np.int64)
    for k in range(ports.size):
        i = population.inputs[network, k]
        ports[k] = i if used[i] else -1
    rests, restless = wiring.rests, np.zeros(padded(n), np.bool_)
    for i in range(n):
        restless[i] = not rests[i]
    fires = np.zeros(n, np.int64)
    late = np.zeros((wiring.slots, n), np.int64)
    right = np.zeros(1, np.int32)
    words, n_outputs = len(feed.width), population.outputs.shape[1]
    scratch = np.empty(2 * words * VECTOR, np.int16)
    n_words = -(-n_samples // VECTOR)
    work = 0
    for ready in range(n_words):
        block, word = ready // words, ready % words
        if word == 0:
            clear_tally(tally)
        left = n_words - 1 - ready
        added = run_events(
            borrowed(wiring), ports, restless, borrowed(feed), block, word, timesteps,
            borrowed(ring), borrowed(tally), fires, late, allowed, work, ready, left,
        )  # fmt: skip
        if added < 0:
            return False
        work += added
        if word + 1 < words and left > 0:
            continue
        if packed_labels.by > 0:
            count_correct(tally, packed_labels, block, right)
        else:
            start = block * words * VECTOR
            runs = min(words * VECTOR, n_samples - start)
            at = network * n_outputs * n_samples + start
            write_tally(tally, 1, runs, counts_out, first_out, at, n_samples, n_samples, scratch)
    for i in range(n):
        if used[i]:
            spikes_out[network] += fires[i]
    deliveries_out[network] += count_deliveries(population, network, fires, late)
    right_out[0] += right[0]
    return True
