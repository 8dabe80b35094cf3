"""Populations of networks, every sample and every chip instance, in one call."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.errors import SpecError
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation._data import NEVER, Response, Stimulus
from evosnn.simulation._kernel import Group, Population, run_networks
from evosnn.simulation._lanes import group_sizes
from evosnn.simulation._numbers import FLOAT64, NUMBERS, plan_numbers
from evosnn.simulation._pack import PreparedStimulus, firing_threshold, pack_networks

__all__ = ["simulate"]


def simulate(
    networks: Sequence[Network],
    stimulus: Stimulus | PreparedStimulus,
    chip: Chip,
    instances: Instances | None = None,
    *,
    threads: int | None = None,
) -> Response:
    """Run every network from rest on every sample and chip instance.

    The result does not depend on the number of threads, nor on which networks run together.

    Args:
        networks: Networks with the same numbers of inputs and outputs.
        stimulus: What the samples feed to the inputs.
        chip: The rules: arithmetic, floor of the potential, whether thresholds are inclusive.
        instances: The networks' parameters on each chip instance; one chip exactly as drawn
            if not given.
        threads: Processor cores to use; all if not given.

    Raises:
        SpecError: If the stimulus has another number of inputs than the networks, or more
            timesteps than can be counted (32,766).
    """
    prepared = stimulus if isinstance(stimulus, PreparedStimulus) else PreparedStimulus(stimulus)
    population = pack_networks(networks, chip)
    _check(population, prepared)
    n_networks = len(networks)
    n_instances = instances.n_instances if instances else 1
    weight = instances.weight if instances else population.weight[None]
    threshold = firing_threshold(instances.threshold, chip) if instances else None
    thresholds = population.threshold[None] if threshold is None else threshold
    floor = -np.inf if chip.neuron.min_potential is None else chip.neuron.min_potential
    codes, shifts = plan_numbers(
        population,
        weight,
        thresholds,
        _whole_networks(population, weight, thresholds, chip, prepared),
        floor,
        prepared.low,
        prepared.high,
        prepared.timesteps,
    )
    if not (chip.integer and prepared.whole):
        codes[:], shifts[:] = FLOAT64, -1
    shape = (n_networks, population.outputs.shape[1], n_instances, prepared.n_samples)
    counts, first = np.empty(shape, np.int16), np.empty(shape, np.int16)
    spikes, deliveries = np.zeros(n_networks, np.int64), np.zeros(n_networks, np.int64)
    on_arrival = _fire_on_arrival(population, thresholds)
    jobs: list[tuple[NDArray[np.int64], NDArray[Any], bool | None]] = []
    for code, number in enumerate(NUMBERS):
        for arrival in (False, True):
            which = np.flatnonzero((codes == code) & (on_arrival == arrival))
            if which.size:
                jobs += [
                    (part, number, arrival or None)
                    for part in _shares(which, population, threads or os.cpu_count() or 1)
                ]

    def run(job: tuple[NDArray[np.int64], NDArray[Any], bool | None]) -> None:
        which, number, arrival = job
        at = 0
        for size in group_sizes(n_instances):
            group = None
            if instances is not None and threshold is not None:
                rows = slice(at, at + size)
                group = Group(weight[rows], threshold[rows], instances.firing[rows])
            feed = prepared.feed(size, number.dtype == np.float64, arrival is not None)
            run_networks(
                which, population, group, size, at, feed, prepared.n_samples,
                prepared.timesteps, floor, shifts, number, arrival, counts, first, spikes,
                deliveries,
            )  # fmt: skip
            at += size

    if threads == 1 or len(jobs) == 1:
        for job in jobs:
            run(job)
    else:
        with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
            list(pool.map(run, jobs))
    runs = max(n_instances * prepared.n_samples, 1)
    return Response(counts, first, spikes / runs, deliveries / runs)


def _check(population: Population, stimulus: PreparedStimulus) -> None:
    n_inputs = population.inputs.shape[1]
    if n_inputs != stimulus.n_inputs:
        raise SpecError(
            f"the stimulus has {stimulus.n_inputs} inputs; the networks have {n_inputs}"
        )
    if stimulus.timesteps >= NEVER:
        raise SpecError(f"timesteps is {stimulus.timesteps}; one call takes at most {NEVER - 1}")


def _whole_networks(
    population: Population,
    weight: NDArray[np.float64],
    threshold: NDArray[np.float64],
    chip: Chip,
    stimulus: PreparedStimulus,
) -> NDArray[np.bool_]:
    """``(n_networks,)``, whether all numbers of a network are whole on every instance."""
    if not (chip.integer and stimulus.whole):
        return np.zeros(population.neuron_start.size - 1, np.bool_)
    broken = np.zeros(population.neuron_start.size - 1, np.bool_)
    for values, start in (
        (weight, population.synapse_start),
        (threshold, population.neuron_start),
    ):
        part = np.flatnonzero((values != np.rint(values)).any(axis=0))
        broken[np.searchsorted(start, part, side="right") - 1] = True
    return ~broken


def _fire_on_arrival(population: Population, threshold: NDArray[np.float64]) -> NDArray[np.bool_]:
    """``(n_networks,)``, whether some neuron could fire with nothing arriving."""
    low = np.flatnonzero((threshold <= 0).any(axis=0))
    found = np.zeros(population.neuron_start.size - 1, np.bool_)
    found[np.searchsorted(population.neuron_start, low, side="right") - 1] = True
    return found


def _shares(
    which: NDArray[np.int64], population: Population, threads: int
) -> list[NDArray[np.int64]]:
    """Split networks into shares of like cost, several a thread so that none waits long."""
    if threads == 1:
        return [which]
    cost = np.diff(population.synapse_start)[which] + 3 * np.diff(population.neuron_start)[which]
    done = np.cumsum(cost)
    shares = np.minimum(4 * threads * (done - cost) // max(done[-1], 1), 4 * threads - 1)
    return np.split(which, np.flatnonzero(np.diff(shares)) + 1)
