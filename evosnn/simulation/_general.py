"""Any chip's arithmetic, one lane at a time: the kernel for what the vector kernels leave out.

It says the same as :mod:`evosnn.simulation.reference`, compiled: leak rules, synaptic
currents, refractory periods, resets by subtraction, faults that come and go, delays and leaks
of their own on every chip, and noise on every delivery. Numbers are float64, in which the
integers and fractions of digital chips are exact.

Noise on a delivery is a function of a key and of who asks (the synapse's ends, timestep,
sample, chip instance), so neither lanes nor threads nor company change it. RISP's
``noisy_stddev`` is the precedent.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.hardware._instances import DRIVES_ALWAYS, NO_INTEGRATION, NO_RESET
from evosnn.hardware._random import philox

__all__ = [
    "LEAK_RULES",
    "Rules",
    "State",
    "Values",
    "run_general_networks",
    "run_general_window",
]

_NEVER = np.iinfo(np.int16).max
LEAK_RULES = {"share": 0, "shift": 1, "subtract": 2, "half-life": 3}
"""Codes of the leak rules."""
_SHIFT, _SUBTRACT, _HALF_LIFE = 1, 2, 3


class Rules(NamedTuple):
    """A chip's rules as the kernel reads them; see :class:`~evosnn.chips.NeuronModel`."""

    floor: float
    ceiling: float
    leak_rule: int
    leak_unit: float
    leak_first: bool
    needs_arrival: bool
    subtracts: bool
    above: float  # how far above its threshold a neuron fires
    refractory: int
    current: bool
    current_leak: float
    current_leak_first: bool


class Values(NamedTuple):
    """What networks are on each chip instance, from each of some timesteps on.

    Attributes:
        begin: ``(phases,)`` int64, timesteps at which phases begin; the first is 0.
        weight: ``(phases, instances, all synapses)`` float64.
        delay: Same shape, int64.
        threshold: ``(phases, instances, all neurons)`` float64, where neurons fire.
        leak: Same shape, float64.
        firing: Same shape, int8.
        broken: Same shape, uint8.
        unit: ``(instances, networks)`` float64, step of potentials; 0 if continuous.
        adc: ``(instances, 2)`` float64, step and largest magnitude of what a neuron's synapses
            deliver in a timestep; a step of 0 for exactly.
        sigma: ``(instances,)`` float64, standard deviation of the noise on a delivery.
        chip: ``(instances,)`` int64, number of each instance in its draws.
        key: ``(instances, 2)`` uint32, stream of each instance's draws.
    """

    begin: NDArray[np.int64]
    weight: NDArray[np.float64]
    delay: NDArray[np.int64]
    threshold: NDArray[np.float64]
    leak: NDArray[np.float64]
    firing: NDArray[np.int8]
    broken: NDArray[np.uint8]
    unit: NDArray[np.float64]
    adc: NDArray[np.float64]
    sigma: NDArray[np.float64]
    chip: NDArray[np.int64]
    key: NDArray[np.uint32]


class State(NamedTuple):
    """What lanes remember; leading axes are lanes, the last one neurons."""

    potential: NDArray[np.float64]
    current: NDArray[np.float64]
    rest: NDArray[np.int64]  # refractory timesteps left
    quiet: NDArray[np.int64]  # timesteps since charge last arrived


@njit(nogil=True, cache=True)
def _normal(t: int, instance: int, sample: int, pre: int, post: int, key: Any) -> float:
    """The standard normal number of one delivery."""
    a, b, _, _ = philox(
        np.uint32(t | instance << 15), np.uint32(sample), np.uint32(pre), np.uint32(post),
        key[0], key[1],
    )  # fmt: skip
    radius = math.sqrt(-2.0 * math.log((a + 0.5) / 2.0**32))
    return radius * math.cos(2.0 * math.pi * (b + 0.5) / 2.0**32)


@njit(nogil=True, cache=True)
def _leaked(value: float, leak: float, rule: int, amount: float, unit: float) -> float:
    """What a leak leaves of a potential or current."""
    size = abs(value)
    if leak <= 0 or size == 0 or rule == _HALF_LIFE:
        return value
    if rule == _SUBTRACT:
        left = max(size - leak * amount, 0.0)
    elif rule == _SHIFT and unit > 0:  # an arithmetic shift rounds down, also below 0
        lost = math.floor(value * leak / unit) * unit
        left = size - max(abs(lost), unit)
        left = max(left, 0.0)
    else:
        left = size * (1.0 - leak)
        if unit > 0:
            left = math.floor(left / unit) * unit
    return left if value > 0 else -left


@njit(nogil=True, cache=True)
def _halved(value: float, leak: float, elapsed: int, unit: float) -> float:
    """What Caspian leaves of a charge after some timesteps without an arrival."""
    if leak <= 0 or elapsed <= 0 or value == 0:
        return value
    if leak >= 1:
        return 0.0
    tau = -1.0 / math.log2(1.0 - leak)
    if abs(tau - np.rint(tau)) < 1e-6:
        tau = np.rint(tau)
    whole = math.floor(elapsed / tau)
    part = elapsed - whole * tau
    step = unit if unit > 0 else 1.0
    size = abs(value) / step
    if part > 0:
        size = math.floor(size * np.rint(1024.0 * 2.0 ** (-part / tau)) / 1024.0)
    size = math.floor(size * 2.0**-whole) * step
    return size if value > 0 else -size


@njit(nogil=True, cache=True)
def _run_lane(
    rules: Any, population: Any, network: int, values: Any, k: int, charge: Any, event: Any,
    at: int, sample: int, potential: Any, current: Any, rest: Any,
    quiet: Any, fired: Any, trace: Any,
) -> int:  # fmt: skip
    """Run one network on one chip and sample for a window; return its deliveries.

    Args:
        rules: The chip's rules.
        population: The population.
        network: Index of the network.
        values: The networks on the chip instances.
        k: Index of the instance.
        charge: ``(timesteps, inputs)``, input charges.
        event: Same shape, where a spike arrives.
        at: Timesteps that have passed before.
        sample: Index of the sample, for the draws.
        potential: ``(neurons,)``, kept up to date, as are current, rest and quiet.
        current: ``(neurons,)``.
        rest: ``(neurons,)``.
        quiet: ``(neurons,)``.
        fired: ``(past + timesteps, neurons)`` bool, written from row ``past`` on.
        trace: ``(timesteps, neurons)`` of zeros, potentials, written if it has rows.
    """
    timesteps, n_inputs = charge.shape
    past = fired.shape[0] - timesteps
    first, last = population.neuron_start[network], population.neuron_start[network + 1]
    start, stop = population.synapse_start[network], population.synapse_start[network + 1]
    ends = (population.pre[start:stop], population.post[start:stop])
    inputs = population.inputs[network]
    n = last - first
    unit, step, most = values.unit[k, network], values.adc[k, 0], values.adc[k, 1]
    half_life, current_too, sigma = rules.leak_rule == _HALF_LIFE, rules.current, values.sigma[k]
    phases, begin = values.begin.size, values.begin
    arrived = np.zeros(n, np.bool_)
    read = np.zeros(n)  # charge of columns that is yet to be converted
    deliveries = 0
    p = -1
    for t in range(timesteps):
        while p + 1 < phases and (p < 0 or begin[p + 1] <= at + t):
            p += 1
            weight, delay = values.weight[p, k, start:stop], values.delay[p, k, start:stop]
            threshold, leak = values.threshold[p, k, first:last], values.leak[p, k, first:last]
            firing, broken = values.firing[p, k, first:last], values.broken[p, k, first:last]
        arrived[:] = False
        for i in range(n_inputs):
            if event[t, i]:
                b = inputs[i]
                if half_life and not arrived[b]:
                    _settle(b, leak[b], unit, rules.floor, rules.ceiling, potential, quiet)
                arrived[b] = True
                if current_too:
                    current[b] += charge[t, i]
                elif rest[b] == 0 and not broken[b] & NO_INTEGRATION:
                    potential[b] += charge[t, i]
        for s in range(stop - start):
            a = ends[0][s]
            due = 0
            if broken[a] & DRIVES_ALWAYS:
                due = 1
            elif phases == 1:
                sent = t - delay[s] + past
                due = 1 if sent >= 0 and fired[sent, a] else 0
            else:
                due = _due(values, k, start + s, a, t, at, past, p, fired)
            for _ in range(due):
                b = ends[1][s]
                amount = weight[s]
                if sigma > 0:
                    key = values.key[k]
                    amount += sigma * _normal(at + t, values.chip[k], sample, a, b, key)
                deliveries += 1
                if half_life and not arrived[b]:
                    _settle(b, leak[b], unit, rules.floor, rules.ceiling, potential, quiet)
                arrived[b] = True
                if step > 0:
                    read[b] += amount
                elif current_too:
                    current[b] += amount
                elif rest[b] == 0 and not broken[b] & NO_INTEGRATION:
                    potential[b] += amount
        for i in range(n):
            quiet[i] += 1
            fired[past + t, i] = False
            still = not arrived[i] and potential[i] == 0 and current[i] == 0 and rest[i] == 0
            if still and firing[i] == 0 and threshold[i] > 0:
                continue  # at rest: nothing can happen
            deaf = rest[i] > 0 or broken[i] & NO_INTEGRATION
            if step > 0:
                amount = min(max(np.rint(read[i] / step) * step, -most), most)
                read[i] = 0.0
                if current_too:
                    current[i] += amount
                elif not deaf:
                    potential[i] += amount
            if current_too:
                left = _leaked(
                    current[i], rules.current_leak, rules.leak_rule, rules.leak_unit, unit
                )
                if rules.current_leak_first:
                    current[i] = left
                if not deaf:
                    potential[i] += current[i]
                current[i] = left
            v = min(potential[i], rules.ceiling)
            if rules.leak_first:
                v = _leaked(v, leak[i], rules.leak_rule, rules.leak_unit, unit)
            fires = (arrived[i] or not rules.needs_arrival) and v >= threshold[i]
            fires = fires and rest[i] == 0
            if rest[i] > 0:
                rest[i] -= 1
            if firing[i] != 0:
                fires = firing[i] > 0
            if fires:
                rest[i] = rules.refractory
                if not broken[i] & NO_RESET:
                    v = v - (threshold[i] - rules.above) if rules.subtracts else 0.0
            fired[past + t, i] = fires
            v = max(v, rules.floor)
            if not rules.leak_first:
                v = _leaked(v, leak[i], rules.leak_rule, rules.leak_unit, unit)
            potential[i] = v
            if trace.shape[0] > 0:
                trace[t, i] = v
    return deliveries


@njit(nogil=True, cache=True)
def _settle(
    i: int, leak: float, unit: float, floor: float, ceiling: float, potential: Any, quiet: Any
) -> None:
    """Let a charge lose what it should have lost since charge last arrived."""
    left = _halved(potential[i], leak, quiet[i], unit)
    potential[i] = min(max(left, floor), ceiling)
    quiet[i] = 0


@njit(nogil=True, cache=True)
def _due(
    values: Any, k: int, s: int, pre: int, t: int, at: int, past: int, p: int, fired: Any
) -> int:
    """How many spikes arrive through a synapse that may have had another delay before.

    A spike travels as long as its synapse's delay said when it was sent.
    """
    begin, due = values.begin, 0
    for q in range(p + 1):
        sent = t - values.delay[q, k, s]
        early = at + sent < begin[q]
        late = q + 1 < begin.size and at + sent >= begin[q + 1]
        if not early and not late and sent + past >= 0 and fired[sent + past, pre]:
            due += 1
    return due


@njit(nogil=True, cache=True)
def run_general_networks(
    which: Any, rules: Any, population: Any, values: Any, charge: Any, event: Any,
    counts_out: Any, first_out: Any, spikes_out: Any, deliveries_out: Any,
) -> None:  # fmt: skip
    """Run the networks ``which`` of a population from rest, on all instances and samples.

    Args:
        which: Indices of the networks to run.
        rules: The chip's rules.
        population: The population.
        values: The networks on the chip instances.
        charge: ``(samples, timesteps, inputs)``, input charges.
        event: Same shape, where a spike arrives.
        counts_out: ``(networks, outputs, instances, samples)`` int16, written.
        first_out: Same shape, int16, timestep of the first output spike, written.
        spikes_out: ``(networks,)`` int64, added to.
        deliveries_out: ``(networks,)`` int64, added to.
    """
    n_samples, timesteps, _ = charge.shape
    no_trace = np.zeros((0, 0))
    for network in which:
        n = population.neuron_start[network + 1] - population.neuron_start[network]
        fired = np.zeros((timesteps, n), np.bool_)
        potential, current = np.zeros(n), np.zeros(n)
        rest, quiet = np.zeros(n, np.int64), np.zeros(n, np.int64)
        for k in range(values.weight.shape[1]):
            for sample in range(n_samples):
                potential[:], current[:], rest[:], quiet[:] = 0.0, 0.0, 0, 0
                deliveries_out[network] += _run_lane(
                    rules, population, network, values, k, charge[sample], event[sample], 0,
                    sample, potential, current, rest, quiet, fired, no_trace,
                )  # fmt: skip
                spikes_out[network] += fired.sum()
                for output in range(population.outputs.shape[1]):
                    neuron = population.outputs[network, output]
                    count, first = 0, _NEVER
                    for t in range(timesteps):
                        if fired[t, neuron]:
                            first = min(first, t)
                            count += 1
                    counts_out[network, output, k, sample] = count
                    first_out[network, output, k, sample] = first


@njit(nogil=True, cache=True)
def run_general_window(
    rules: Any, population: Any, values: Any, charge: Any, event: Any, at: int, state: Any,
    fired: Any, trace: Any,
) -> None:  # fmt: skip
    """Run the one network of a population for a window, from the state that lanes are in.

    Args:
        rules: The chip's rules.
        population: The population.
        values: The network on the chip instances.
        charge: ``(instances, episodes, timesteps, inputs)``, input charges.
        event: Same shape, where a spike arrives.
        at: Timesteps that have passed before.
        state: A :class:`State`, ``(instances, episodes, neurons)``, kept up to date.
        fired: ``(instances, episodes, past + timesteps, neurons)`` bool, written after the past.
        trace: ``(instances, episodes, timesteps or 0, neurons)``, potentials, written.
    """
    for k in range(charge.shape[0]):
        for e in range(charge.shape[1]):
            _run_lane(
                rules, population, 0, values, k, charge[k, e], event[k, e], at, e,
                state.potential[k, e], state.current[k, e], state.rest[k, e],
                state.quiet[k, e], fired[k, e], trace[k, e],
            )  # fmt: skip
