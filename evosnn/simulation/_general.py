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
        trace: ``(timesteps, neurons)``, potentials, written if it has rows.
    """
    timesteps, n_inputs = charge.shape
    past = fired.shape[0] - timesteps
    first = population.neuron_start[network]
    n = population.neuron_start[network + 1] - first
    start, stop = population.synapse_start[network], population.synapse_start[network + 1]
    unit = values.unit[k, network]
    phases = values.begin.size
    arrived = np.zeros(n, np.bool_)
    read = np.zeros(n)  # charge of columns that is yet to be converted
    step, most = values.adc[k, 0], values.adc[k, 1]
    deliveries = 0
    p = 0
    for t in range(timesteps):
        while p + 1 < phases and values.begin[p + 1] <= at + t:
            p += 1
        arrived[:] = False
        for i in range(n_inputs):
            if event[t, i]:
                post = population.inputs[network, i]
                _arrive(
                    rules, post, charge[t, i], values.leak[p, k, first + post],
                    values.broken[p, k, first + post], unit, potential, current, rest, quiet,
                    arrived,
                )  # fmt: skip
        for s in range(start, stop):
            pre, post = population.pre[s], population.post[s]
            always = values.broken[p, k, first + pre] & DRIVES_ALWAYS
            for q in range(p + 1):  # a spike travels as long as its synapse's delay then said
                sent = t - values.delay[q, k, s]
                if phases > 1 and (
                    at + sent < values.begin[q]
                    or (q + 1 < phases and at + sent >= values.begin[q + 1])
                ):
                    continue
                if not always and sent + past >= 0 and fired[sent + past, pre]:
                    deliveries += _deliver(
                        rules, values, p, k, first, s, pre, post, at + t, sample, unit,
                        potential, current, rest, quiet, arrived, read,
                    )  # fmt: skip
            if always:
                deliveries += _deliver(
                    rules, values, p, k, first, s, pre, post, at + t, sample, unit,
                    potential, current, rest, quiet, arrived, read,
                )  # fmt: skip
        if step > 0:
            for i in range(n):
                if read[i] != 0:
                    amount = min(max(np.rint(read[i] / step) * step, -most), most)
                    _arrive(
                        rules, i, amount, values.leak[p, k, first + i],
                        values.broken[p, k, first + i], unit, potential, current, rest, quiet,
                        arrived,
                    )  # fmt: skip
                    read[i] = 0.0
        for i in range(n):
            leak = values.leak[p, k, first + i]
            broken = values.broken[p, k, first + i]
            if rules.current:
                if rules.current_leak_first:
                    current[i] = _leaked(
                        current[i], rules.current_leak, rules.leak_rule, rules.leak_unit, unit
                    )
                if rest[i] == 0 and not broken & NO_INTEGRATION:
                    potential[i] += current[i]
                if not rules.current_leak_first:
                    current[i] = _leaked(
                        current[i], rules.current_leak, rules.leak_rule, rules.leak_unit, unit
                    )
            potential[i] = min(potential[i], rules.ceiling)
            if rules.leak_first:
                potential[i] = _leaked(potential[i], leak, rules.leak_rule, rules.leak_unit, unit)
            threshold = values.threshold[p, k, first + i]
            fires = (arrived[i] or not rules.needs_arrival) and potential[i] >= threshold
            fires = fires and rest[i] == 0
            if rest[i] > 0:
                rest[i] -= 1
            if values.firing[p, k, first + i] != 0:
                fires = values.firing[p, k, first + i] > 0
            if fires:
                rest[i] = rules.refractory
                if not broken & NO_RESET:
                    potential[i] = (
                        potential[i] - (threshold - rules.above) if rules.subtracts else 0.0
                    )
            fired[past + t, i] = fires
            potential[i] = max(potential[i], rules.floor)
            if not rules.leak_first:
                potential[i] = _leaked(potential[i], leak, rules.leak_rule, rules.leak_unit, unit)
            quiet[i] += 1
            if trace.shape[0] > 0:
                trace[t, i] = potential[i]
    return deliveries


@njit(nogil=True, cache=True)
def _deliver(
    rules: Any, values: Any, p: int, k: int, first: int, s: int, pre: int, post: int, t: int,
    sample: int, unit: float, potential: Any, current: Any, rest: Any, quiet: Any, arrived: Any,
    read: Any,
) -> int:  # fmt: skip
    """Let a synapse deliver its charge (or hand it to the converter); return 1."""
    amount = values.weight[p, k, s]
    if values.sigma[k] > 0:
        z = _normal(t, values.chip[k], sample, pre, post, values.key[k])
        amount += values.sigma[k] * z
    if values.adc[k, 0] > 0:
        read[post] += amount
        amount = 0.0
    _arrive(
        rules, post, amount, values.leak[p, k, first + post], values.broken[p, k, first + post],
        unit, potential, current, rest, quiet, arrived,
    )  # fmt: skip
    return 1


@njit(nogil=True, cache=True)
def _arrive(
    rules: Any, i: int, amount: float, leak: float, broken: int, unit: float, potential: Any,
    current: Any, rest: Any, quiet: Any, arrived: Any,
) -> None:  # fmt: skip
    """Add charge that arrives at a neuron."""
    if rules.leak_rule == _HALF_LIFE and not arrived[i]:
        left = _halved(potential[i], leak, quiet[i], unit)
        potential[i] = min(max(left, rules.floor), rules.ceiling)
        quiet[i] = 0
    arrived[i] = True
    if rules.current:
        current[i] += amount
    elif rest[i] == 0 and not broken & NO_INTEGRATION:
        potential[i] += amount


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
