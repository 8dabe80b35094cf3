"""Populations of networks, every sample and every chip instance, in one call."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.errors import SpecError, unknown_name
from evosnn.hardware import FIRES_NEVER, Instances
from evosnn.network import Network
from evosnn.simulation._adders import run_adder_networks
from evosnn.simulation._bits import BITS_LANES
from evosnn.simulation._data import NEVER, Recording, Response, Stimulus
from evosnn.simulation._events import allowances, run_event_networks
from evosnn.simulation._general_run import needs_general, shifted, simulate_mixed
from evosnn.simulation._joined import joined
from evosnn.simulation._kernel import run_networks
from evosnn.simulation._lanes import group_sizes
from evosnn.simulation._numbers import FLOAT64, INT16, NUMBERS, plan_numbers
from evosnn.simulation._pack import PreparedStimulus, firing_threshold, pack_networks
from evosnn.simulation._race import NO_RACE, Race
from evosnn.simulation._session import Session
from evosnn.simulation._wiring import Group, Population

__all__ = ["simulate"]

_TILE_BYTES = 2**28
_DEVICES = ("cpu", "cuda")
_DONE = -1  # the code of networks that need not run any more
_LEAST_TILE = 2 * BITS_LANES  # samples worth a thread of their own
_ADDERS = len(NUMBERS)  # the code of networks that run on full adders, after the number types
_ADDER_LANES = 257  # up to 256, one block of the vector kernel is cheaper


def simulate(
    networks: Sequence[Network],
    stimulus: Stimulus | PreparedStimulus,
    chip: Chip,
    instances: Instances | None = None,
    *,
    threads: int | None = None,
    record: Sequence[int] = (),
    noise: float = 0.0,
    noise_seed: np.random.SeedSequence | None = None,
    race: Race | None = None,
    device: str = "cpu",
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
        record: Indices of networks whose every spike and potential is wanted. They run a
            second time for it; the others cost no more.
        noise: Standard deviation, in weight units, of Gaussian noise on the charge of every
            synaptic delivery, drawn anew each time. Potentials are then floating point, also
            on an integer chip, and each run takes far longer.
        noise_seed: Where the noise comes from; seed 0 if not given.
        race: Which output must win for each sample. Only the right answers are then kept, which
            is much less to write than what every output did on every sample.
        device: ``"cpu"``, or ``"cuda"`` for a GPU (extra ``gpu``), with the same results;
            networks that need floating point, noise and recordings stay on the processor.

    Raises:
        SpecError: If the stimulus has another number of inputs than the networks, or more
            timesteps than can be counted (32,766), or the race is for others, or there is no
            such device.
    """
    prepared = stimulus if isinstance(stimulus, PreparedStimulus) else PreparedStimulus(stimulus)
    population = pack_networks(networks, chip)
    _check(population, prepared)
    if race:
        race.check(population.outputs.shape[1], prepared.n_samples)
    if device not in _DEVICES:
        raise SpecError(unknown_name("device", device, _DEVICES))
    if device == "cuda":
        from evosnn.simulation._cuda import require_cuda

        require_cuda()
    if noise and (record or noise < 0 or not np.isfinite(noise)):
        raise SpecError(f"noise is {noise}; it takes 0 or more, and no recording beside it")
    if record:
        recordings = tuple(_record(networks, i, prepared, chip, instances) for i in record)
        response = simulate(
            networks, prepared, chip, instances, threads=threads, race=race, device=device
        )
        return replace(response, recordings=recordings)
    if chip.neuron.integration_delay:  # all as without, seen a timestep later
        sooner = {"neuron": chip.neuron.model_copy(update={"integration_delay": False})}
        plain, noisy = chip.model_copy(update=sooner), {"noise": noise, "noise_seed": noise_seed}
        found = simulate(networks, prepared.sooner(), plain, instances, threads=threads, **noisy)  # type: ignore[arg-type]
        return _judged(shifted(found), race) if race else shifted(found)
    general = needs_general(networks, chip, instances) | (noise > 0)
    if general.any():
        found = simulate_mixed(
            simulate, general, networks, prepared, chip, instances, threads, noise, noise_seed
        )
        return _judged(found, race) if race else found
    if race and device == "cuda":
        response = simulate(networks, prepared, chip, instances, threads=threads, device=device)
        return _judged(response, race)
    workers = threads or os.cpu_count() or 1
    tile = _tile(prepared, instances.n_instances if instances else 1)
    if len(networks) < workers and device == "cpu":  # too few to share out: share the samples
        tile = min(tile, max(_LEAST_TILE, -(-prepared.n_samples // workers)))
    if tile < prepared.n_samples:
        return _in_tiles(networks, prepared, chip, instances, race, tile, workers, device)
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
    kept = 0 if race else prepared.n_samples
    shape = (n_networks, population.outputs.shape[1], n_instances, kept)
    counts, first = np.empty(shape, np.int16), np.empty(shape, np.int16)
    right = np.zeros((n_networks, n_instances), np.int32)
    spikes, deliveries = np.zeros(n_networks, np.int64), np.zeros(n_networks, np.int64)
    on_arrival = _fire_on_arrival(population, thresholds)
    if device == "cuda":
        _run_on_gpu(
            codes, population, prepared, weight, thresholds, instances, floor, shifts, on_arrival,
            counts, first, spikes, deliveries,
        )  # fmt: skip
        codes[codes != FLOAT64] = _DONE
    elif instances is None:
        _run_sparse(
            codes, shifts, population, prepared, floor, race, threads, right, counts, first,
            spikes, deliveries,
        )  # fmt: skip
    if (
        device == "cpu"
        and instances is None
        and prepared.is_spikes
        and prepared.n_samples >= _ADDER_LANES
    ):
        fits = (codes == INT16) & (shifts == 0) & ~on_arrival & (floor <= 0)
        codes[fits & _forgets_all_or_nothing(population)] = _ADDERS
    jobs: list[tuple[NDArray[np.int64], NDArray[Any] | None, bool | None]] = []
    for code, number in enumerate((*NUMBERS, None)):
        for arrival in (False, True):
            which = np.flatnonzero((codes == code) & (on_arrival == arrival))
            if which.size:
                jobs += [
                    (part, number, arrival or None)
                    for part in _shares(which, population, threads or os.cpu_count() or 1)
                ]

    def run(job: tuple[NDArray[np.int64], NDArray[Any] | None, bool | None]) -> None:
        which, number, arrival = job
        if number is None:
            run_adder_networks(
                which, population, *prepared.bits(), prepared.n_samples, prepared.timesteps,
                floor, race.bits_course() if race else NO_RACE, right, counts, first, spikes,
                deliveries,
            )  # fmt: skip
            return
        at = 0
        for size in group_sizes(n_instances):
            group = None
            if instances is not None and threshold is not None:
                rows = slice(at, at + size)
                group = Group(weight[rows], threshold[rows], instances.firing[rows])
            feed = prepared.feed(size, number.dtype == np.float64, arrival is not None)
            run_networks(
                which, population, group, size, at, feed, prepared.n_samples,
                prepared.timesteps, floor, shifts, number, arrival,
                race.course(size) if race else NO_RACE, right, counts, first, spikes, deliveries,
            )  # fmt: skip
            at += size

    if threads == 1 or len(jobs) == 1:
        for job in jobs:
            run(job)
    else:
        with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
            list(pool.map(run, jobs))
    runs = max(n_instances * prepared.n_samples, 1)
    judged = right if race else right[:0, :0]
    return Response(counts, first, spikes / runs, deliveries / runs, right=judged)


def _run_on_gpu(
    codes: NDArray[np.int64],
    population: Population,
    stimulus: PreparedStimulus,
    weight: NDArray[np.float64],
    threshold: NDArray[np.float64],
    instances: Instances | None,
    floor: float,
    shifts: NDArray[np.int64],
    on_arrival: NDArray[np.bool_],
    *results: NDArray[Any],
) -> None:
    """Run all networks that do without floating point."""
    from evosnn.simulation._cuda import run_cuda_networks

    firing = instances.firing if instances else np.zeros(threshold.shape, np.int8)
    firing = np.where(population.used, firing, np.int8(FIRES_NEVER))
    event = stimulus.charge != 0 if stimulus.event is None else stimulus.event
    for arrival in (False, True):
        which = np.flatnonzero((codes != FLOAT64) & (on_arrival == arrival))
        if which.size:
            run_cuda_networks(
                which, population, weight, threshold, firing, stimulus.charge, event, floor,
                shifts, arrival, *results,
            )  # fmt: skip


def _run_sparse(
    codes: NDArray[np.int64],
    shifts: NDArray[np.int64],
    population: Population,
    stimulus: PreparedStimulus,
    floor: float,
    race: Race | None,
    threads: int | None,
    *results: NDArray[Any],
) -> None:
    """Run the networks in which little happens spike by spike, and mark them as done."""
    allowed = allowances(population, stimulus.sent, stimulus.n_samples)
    fits = (codes != FLOAT64) & (shifts == 0) & (allowed > 0) & (floor <= 0)
    which = np.flatnonzero(fits & _forgets_all_or_nothing(population))
    if not which.size:
        return
    events = stimulus.events()
    labels, by = np.zeros(0, np.int64), 0
    if race:
        labels, by = race.labels, 2 if race.first else 1

    def run(some: NDArray[np.int64]) -> None:
        done = run_event_networks(
            some, population, events, stimulus.timesteps, floor, allowed, labels, by, *results
        )
        codes[some[done]] = _DONE

    workers = threads or os.cpu_count() or 1
    shares = _shares(which, population, workers)
    if len(shares) == 1:
        run(shares[0])
        return
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, shares))


def _judged(response: Response, race: Race) -> Response:
    """A response of which only the right answers are kept."""
    right = race.right(response.counts, response.first)
    none = response.counts[..., :0]
    return replace(response, counts=none, first=none, right=right)


def _record(
    networks: Sequence[Network],
    index: int,
    stimulus: PreparedStimulus,
    chip: Chip,
    instances: Instances | None,
) -> Recording:
    """Run one network again and keep everything."""
    own = None
    if instances is not None:
        start = sum(net.n_synapses for net in networks[:index])
        synapses = slice(start, start + networks[index].n_synapses)
        start = sum(net.n_neurons for net in networks[:index])
        neurons = slice(start, start + networks[index].n_neurons)
        own = instances.networks(neurons, synapses)
    session = Session(networks[index], chip, stimulus.n_samples, own, horizon=stimulus.timesteps)
    shape = (stimulus.timesteps, stimulus.n_inputs, session.n_instances, stimulus.n_samples)
    charge = np.broadcast_to(stimulus.charge[:, :, None], shape)
    event = None if stimulus.event is None else np.broadcast_to(stimulus.event[:, :, None], shape)
    window = session.run(charge, event, record=True, potentials=True)
    if window.spikes is None or window.potentials is None:
        raise SpecError("the run recorded nothing")
    return Recording(window.spikes, window.potentials)


def _tile(stimulus: PreparedStimulus, n_instances: int) -> int:
    """Samples to run at once, so that what the kernels read of a stimulus stays small."""
    lanes = max(group_sizes(n_instances))
    each = stimulus.timesteps * stimulus.n_inputs * lanes * (0.125 if stimulus.is_spikes else 2.0)
    return max(BITS_LANES, int(_TILE_BYTES / max(each, 1)) // BITS_LANES * BITS_LANES)


def _in_tiles(
    networks: Sequence[Network],
    stimulus: PreparedStimulus,
    chip: Chip,
    instances: Instances | None,
    race: Race | None,
    tile: int,
    workers: int,
    device: str,
) -> Response:
    """Run ``tile`` samples at a time: one tile after another, or one on each core."""
    spans = [(at, min(at + tile, stimulus.n_samples)) for at in range(0, stimulus.n_samples, tile)]
    at_once = workers if len(networks) < workers and device == "cpu" else 1
    threads = -(-workers // at_once)

    def run(span: tuple[int, int]) -> Response:
        return simulate(
            networks, stimulus.part(*span), chip, instances, threads=threads,
            race=race.part(*span) if race else None, device=device,
        )  # fmt: skip

    with ThreadPoolExecutor(at_once) as pool:
        return joined(list(pool.map(run, spans)), spans)


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


def _forgets_all_or_nothing(population: Population) -> NDArray[np.bool_]:
    """``(n_networks,)``, whether every neuron leaks all of its potential or none."""
    part = np.flatnonzero((population.leak != 0) & (population.leak != 1))
    found = np.ones(population.neuron_start.size - 1, np.bool_)
    found[np.searchsorted(population.neuron_start, part, side="right") - 1] = False
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
