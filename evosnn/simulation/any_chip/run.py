"""Selects the networks that need the general kernel, and prepares and collects their runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from evosnn.chips import Chip, special_rules
from evosnn.errors import SpecError
from evosnn.hardware import Instances, Noise, nominal_instances, stream_key
from evosnn.network import Network
from evosnn.simulation._types import NEVER, Response
from evosnn.simulation.any_chip.kernel import LEAK_RULES, run_general_networks
from evosnn.simulation.any_chip.row_operations import halving_table
from evosnn.simulation.any_chip.rules import Rules, Values
from evosnn.simulation.layout.population import pack_networks
from evosnn.simulation.layout.stimulus import PreparedStimulus
from evosnn.simulation.layout.wiring import Population
from evosnn.threads import map_in_threads

__all__ = [
    "needs_general",
    "require_countable",
    "rules_of",
    "run_general",
    "simulate_mixed",
    "values_of",
]

_FLOAT_EXCLUSIVE = 1e-7  # how far above an exclusive threshold RISP puts the inclusive one

_LANES = 512  # samples of a block at most
_TABLE = 1024  # timesteps that a table of half-lives covers at most; later ones take longer

Simulate = Callable[..., Response]


def needs_general(
    networks: Sequence[Network], chip: Chip, instances: Instances | None
) -> NDArray[np.bool_]:
    """``(n_networks,)``, which networks only the general kernel computes as their chip does."""
    if instances is not None and not instances.is_simple:
        return np.ones(len(networks), np.bool_)
    if chip.is_plain:
        return np.zeros(len(networks), np.bool_)
    found = [bool(special_rules(chip, network)) for network in networks]
    if instances is not None and chip.neuron.fires_on == "potential":
        at = np.cumsum([0, *(net.n_neurons for net in networks)])
        low = [instances.threshold[:, a:b].min(initial=1.0) <= 0 for a, b in pairwise(at)]
        found = [a or bool(b) for a, b in zip(found, low, strict=True)]
    return np.array(found, np.bool_)


def require_countable(chip: Chip, timesteps: int) -> None:
    """Refuse more timesteps than an output's spikes can be counted in.

    Raises:
        SpecError: If they are more.
    """
    most = chip.neuron.output_spikes
    if timesteps * most > NEVER:
        raise SpecError(
            f"timesteps is {timesteps}; where an output fires up to {most} times in one, one call "
            f"takes at most {NEVER // most}"
        )


def simulate_mixed(
    simulate: Simulate,
    general: NDArray[np.bool_],
    networks: Sequence[Network],
    stimulus: PreparedStimulus,
    chip: Chip,
    instances: Instances | None,
    threads: int | None,
    noise: float = 0.0,
    noise_seed: SeedSequence | None = None,
) -> Response:
    """Run some networks on the general kernel and the others with ``simulate``."""
    if general.all():
        return run_general(networks, stimulus, chip, instances, threads, noise, noise_seed)
    parts: list[tuple[NDArray[np.int64], Response]] = []
    for which, slow in ((np.flatnonzero(general), True), (np.flatnonzero(~general), False)):
        some = [networks[i] for i in which.tolist()]
        own = None if instances is None else _of_networks(networks, instances, which)
        response = (
            run_general(some, stimulus, chip, own, threads)
            if slow
            else simulate(some, stimulus, chip, own, threads=threads)
        )
        parts.append((which, response))
    order = np.argsort(np.concatenate([which for which, _ in parts]))

    def put(name: str) -> NDArray[np.generic]:
        return np.asarray(np.concatenate([getattr(r, name) for _, r in parts])[order])

    return Response(put("counts"), put("first"), put("spikes"), put("deliveries"))  # type: ignore[arg-type]


def _of_networks(
    networks: Sequence[Network], instances: Instances, which: NDArray[np.int64]
) -> Instances:
    """Return the instances of some networks, end to end."""
    neuron = np.cumsum([0, *(net.n_neurons for net in networks)])
    synapse = np.cumsum([0, *(net.n_synapses for net in networks)])
    neurons = np.concatenate([np.arange(neuron[i], neuron[i + 1]) for i in which])
    synapses = np.concatenate([np.arange(synapse[i], synapse[i + 1]) for i in which])
    return Instances(
        instances.weight[:, synapses], instances.threshold[:, neurons], instances.firing[:, neurons]
    )


def run_general(
    networks: Sequence[Network],
    stimulus: PreparedStimulus,
    chip: Chip,
    instances: Instances | None,
    threads: int | None,
    noise: float = 0.0,
    seed: SeedSequence | None = None,
) -> Response:
    """Run networks from rest on the general kernel; arguments as those of ``simulate``."""
    require_countable(chip, stimulus.timesteps)
    population = pack_networks(networks, chip)
    if noise:
        instances = _noisy(networks, instances, noise, seed or SeedSequence(0))
    values = values_of(networks, population, chip, instances, stimulus.timesteps)
    n_networks, n_samples, n_instances = len(networks), stimulus.n_samples, values.weight.shape[1]
    shape = (n_networks, population.outputs.shape[1], n_instances, n_samples)
    counts, first = np.empty(shape, np.int16), np.empty(shape, np.int16)
    rules, fed = rules_of(chip), feed_of(stimulus.charge, stimulus.event)
    workers = threads or os.cpu_count() or 1
    spans = _spans(n_samples, workers if n_networks < workers else 1)
    shares = np.array_split(np.arange(n_networks), min(n_networks, 4 * workers))
    jobs = [(which, span) for which in shares for span in spans]
    spikes, deliveries = np.zeros((2, len(jobs), n_networks), np.int64)

    def run(job: int) -> None:
        which, span = jobs[job]
        run_general_networks(
            which, rules, population, values, *fed, span, counts, first, spikes[job],
            deliveries[job],
        )  # fmt: skip

    map_in_threads(run, range(len(jobs)), workers)
    runs = max(n_instances * n_samples, 1)
    return Response(counts, first, spikes.sum(axis=0) / runs, deliveries.sum(axis=0) / runs)


def feed_of(charge: NDArray[np.float64], event: NDArray[np.bool_] | None) -> Any:
    """Return what the kernel reads of charges: where they arrive, there, and whether at all."""
    arrives = np.ascontiguousarray(charge != 0 if event is None else event)
    fed = np.ascontiguousarray(np.where(arrives, charge, 0.0))
    return fed, arrives.view(np.uint8), arrives.any(axis=-1)


def _spans(n_samples: int, at_least: int) -> list[tuple[int, int]]:
    """Split samples into blocks of like size, of which a few rows fit the fastest cache."""
    n = min(max(-(-n_samples // _LANES), at_least), max(n_samples, 1))
    ends = np.linspace(0, n_samples, n + 1).astype(int).tolist()
    return list(pairwise(ends))


def _noisy(
    networks: Sequence[Network], instances: Instances | None, sigma: float, seed: SeedSequence
) -> Instances:
    """Return the instances with noise of one strength on all deliveries."""
    chips = instances or nominal_instances(networks, 1)
    n = chips.n_instances
    if n >= 2**17 or chips.noise is not None:
        raise SpecError(
            f"noise takes up to {2**17 - 1} chip instances without noise of their own; got {n}"
        )
    key = np.tile(stream_key(seed, "delivery-noise"), (n, 1))
    return replace(chips, noise=Noise(np.full(n, sigma), np.arange(n), key))


def rules_of(chip: Chip) -> Rules:
    """Return a chip's rules as the kernel reads them."""
    neuron, synapse = chip.neuron, chip.synapse
    above = 0.0
    if not neuron.threshold_inclusive:
        above = chip.resolution or _FLOAT_EXCLUSIVE
    return Rules(
        floor=float(-np.inf if neuron.min_potential is None else neuron.min_potential),
        ceiling=float(np.inf if neuron.max_potential is None else neuron.max_potential),
        leak_rule=LEAK_RULES[neuron.leak_rule],
        leak_unit=float(neuron.leak_unit),
        leak_first=neuron.leak_first,
        needs_arrival=neuron.fires_on == "arrival",
        subtracts=neuron.reset == "subtract",
        above=float(above),
        refractory=neuron.refractory,
        most_spikes=neuron.max_spikes,
        most_output_spikes=neuron.output_spikes,
        several=neuron.several_spikes,
        current=synapse.current_leak is not None,
        current_leak=float(synapse.current_leak or 0.0),
        current_leak_first=synapse.current_leak_first,
        min_current=float(-np.inf if synapse.min_current is None else synapse.min_current),
        max_current=float(np.inf if synapse.max_current is None else synapse.max_current),
        bounded=synapse.min_current is not None or synapse.max_current is not None,
    )


def values_of(
    networks: Sequence[Network],
    population: Population,
    chip: Chip,
    instances: Instances | None,
    timesteps: int = _TABLE,
) -> Values:
    """Return the networks on the chip instances as the kernel reads them.

    Args:
        networks: The networks.
        population: The same, packed.
        chip: The nominal chip.
        instances: Their parameters on each chip instance; one nominal chip if not given.
        timesteps: After how many without an arrival an arrival is expected at the latest.
    """
    threshold = np.concatenate([net.threshold for net in networks])
    drawn = Instances(
        population.weight[None], threshold[None], np.zeros((1, threshold.size), np.int8)
    )
    chips = instances or drawn
    phases = [(0, chips.at(0)), *chips.later]
    n = chips.n_instances
    above = rules_of(chip).above
    adc = np.zeros((n, 2)) if chips.adc is None else chips.adc
    noise = chips.noise
    if noise is None:
        noise = Noise(np.zeros(n), np.zeros(n, np.int64), np.zeros((n, 2), np.uint32))

    def each(values: list[NDArray[np.generic] | None], drawn: NDArray[np.generic]) -> NDArray:  # type: ignore[type-arg]
        full = [np.broadcast_to(drawn if v is None else v, (n, drawn.size)) for v in values]
        return np.ascontiguousarray(np.stack(full))

    parts = [part for _, part in phases]
    weight = np.ascontiguousarray(np.stack([part.weight for part in parts]), np.float64)
    leak = each([part.leak for part in parts], population.leak).astype(np.float64)
    halving, halves = _halvings(leak, timesteps if chip.neuron.leak_rule == "half-life" else 0)
    return Values(
        begin=np.array([t for t, _ in phases], np.int64),
        weight=weight,
        delay=each([part.delay for part in parts], population.delay).astype(np.int64),
        threshold=np.stack([part.threshold for part in parts]) + above,
        leak=leak,
        firing=np.ascontiguousarray(np.stack([part.firing for part in parts])),
        broken=each([part.broken for part in parts], np.zeros(threshold.size, np.uint8)),
        unit=_units(population, chip, weight, (noise.sigma > 0) | (adc[:, 0] % 1 > 0)),
        adc=np.ascontiguousarray(adc),
        sigma=noise.sigma,
        chip=noise.chip,
        key=np.ascontiguousarray(noise.key),
        halving=halving,
        halves=halves,
    )


def _halvings(
    leak: NDArray[np.float64], timesteps: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return what each different leak leaves of a charge after some time, and which is whose."""
    if not timesteps:
        return np.zeros((0, 0)), np.zeros((1, 1, 1), np.int64)
    some, which = np.unique(leak, return_inverse=True)
    return halving_table(some, min(timesteps, _TABLE)), which.reshape(leak.shape)


def _units(
    population: Population, chip: Chip, weight: NDArray[np.float64], noisy: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """``(n_instances, n_networks)``, the step in which potentials are kept.

    Where charges are off by fractions, an integer chip without a resolution of its own is not
    rounded: what such a chip would do is not said.
    """
    start = population.synapse_start
    shape = (weight.shape[1], start.size - 1)
    if chip.neuron.resolution is not None or not chip.integer:
        return np.full(shape, chip.resolution)
    whole = (weight == np.rint(weight)).all(axis=0)
    broken = np.concatenate([np.zeros((shape[0], 1), np.int64), np.cumsum(~whole, axis=1)], axis=1)
    whole_networks = broken[:, start[1:]] == broken[:, start[:-1]]
    return np.where(whole_networks & ~noisy[:, None], 1.0, 0.0)


def shifted(response: Response) -> Response:
    """Return what is seen of spikes that all come one timestep late."""
    later = np.minimum(response.first, NEVER - 1) + 1
    return Response(response.counts, later.astype(np.int16), response.spikes, response.deliveries)
