"""Simulates populations of networks on all samples and chip instances in one call."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np

from evosnn.chips import Chip
from evosnn.errors import SpecError, unknown_name
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation._check_instances import check_instances
from evosnn.simulation._dispatch import start_networks
from evosnn.simulation._session import Session
from evosnn.simulation._types import NEVER, Recording, Response, Stimulus, joined
from evosnn.simulation.any_chip.run import needs_general, shifted, simulate_mixed
from evosnn.simulation.layout.lanes import group_sizes
from evosnn.simulation.layout.population import pack_networks
from evosnn.simulation.layout.scoring import Scorer
from evosnn.simulation.layout.stimulus import PreparedStimulus
from evosnn.simulation.layout.wiring import Population
from evosnn.simulation.llvm.bitset import BITS_LANES
from evosnn.threads import map_in_threads

__all__ = ["begin", "simulate"]

_TILE_BYTES = 2**28
_DEVICES = ("cpu", "cuda")
_LEAST_TILE = 2 * BITS_LANES  # samples worth a thread of their own


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
    scorer: Scorer | None = None,
    device: str = "cpu",
) -> Response:
    """Run every network from rest on every sample and chip instance.

    The result does not depend on the number of threads, nor on which networks run together.

    Args:
        networks: Networks with the same numbers of inputs and outputs.
        stimulus: What the samples feed to the inputs.
        chip: The rules: arithmetic, floor of the potential, whether thresholds are inclusive.
        instances: The networks' parameters on each chip instance; one nominal chip
            if not given.
        threads: Processor cores to use; all if not given.
        record: Indices of networks whose every spike and potential is wanted. They run a
            second time for it; the others cost no more.
        noise: Standard deviation, in weight units, of Gaussian noise on the charge of every
            synaptic delivery, drawn anew each time. Potentials are then floating point, also
            on an integer chip, and each run takes far longer.
        noise_seed: Where the noise comes from; seed 0 if not given.
        scorer: Which output must win for each sample. Only the right answers are then kept, which
            is much less to write than what every output did on every sample.
        device: ``"cpu"``, or ``"cuda"`` for a GPU (extra ``gpu``), with the same results;
            networks that need floating point, noise and recordings stay on the processor.

    Raises:
        SpecError: If the stimulus has another number of inputs than the networks, the instances
            are of other networks or have a delay below 1, there are more
            timesteps than can be counted (32,766), or the race is for others, or there is no such
            device.
    """
    prepared = stimulus if isinstance(stimulus, PreparedStimulus) else PreparedStimulus(stimulus)
    population = pack_networks(networks, chip)
    _check(population, prepared)
    if instances is not None:
        check_instances(networks, instances)
    if scorer:
        scorer.check(population.outputs.shape[1], prepared.n_samples)
    if device not in _DEVICES:
        raise SpecError(unknown_name("device", device, _DEVICES))
    if device == "cuda":
        from evosnn.simulation.cuda.run import require_cuda

        require_cuda()
    if noise and (record or noise < 0 or not np.isfinite(noise)):
        raise SpecError(f"noise is {noise}; it takes 0 or more, and no recording beside it")
    if record:
        recordings = tuple(_record(networks, i, prepared, chip, instances) for i in record)
        response = simulate(
            networks, prepared, chip, instances, threads=threads, scorer=scorer, device=device
        )
        return replace(response, recordings=recordings)
    if chip.neuron.integration_delay:  # all as without, seen a timestep later
        sooner = {"neuron": chip.neuron.model_copy(update={"integration_delay": False})}
        plain, noisy = chip.model_copy(update=sooner), {"noise": noise, "noise_seed": noise_seed}
        found = simulate(networks, prepared.sooner(), plain, instances, threads=threads, **noisy)  # type: ignore[arg-type]
        return _judged(shifted(found), scorer) if scorer else shifted(found)
    general = needs_general(networks, chip, instances) | (noise > 0)
    if general.any():
        found = simulate_mixed(
            simulate, general, networks, prepared, chip, instances, threads, noise, noise_seed
        )
        return _judged(found, scorer) if scorer else found
    if scorer and device == "cuda":
        response = simulate(networks, prepared, chip, instances, threads=threads, device=device)
        return _judged(response, scorer)
    workers = threads or os.cpu_count() or 1
    shared = len(networks) < workers and device == "cpu"
    tile = _tile(prepared, instances, workers if shared else 1)
    if tile < prepared.n_samples:
        return _in_tiles(networks, prepared, chip, instances, scorer, tile, workers, device)
    return start_networks(population, prepared, chip, instances, workers, scorer, device)()


def begin(
    networks: Sequence[Network],
    stimulus: PreparedStimulus,
    chip: Chip,
    instances: Instances | None,
    scorer: Scorer,
    pool: Executor,
    threads: int,
) -> Callable[[], Response]:
    """Begin what :func:`simulate` does, so that the caller can do something else meanwhile.

    Args:
        networks: As for :func:`simulate`, and so are the next four.
        stimulus: What the samples feed to the inputs.
        chip: The rules.
        instances: The networks' parameters on each chip instance.
        scorer: Which output must win for each sample.
        pool: Whose threads do it; who waits for it helps them.
        threads: Processor cores that take part, the waiting one included.

    Returns:
        What waits for it and returns the response. A chip whose arithmetic is its own, or
        samples that do not fit into one tile, wait for nothing: they are simulated at once.

    Raises:
        SpecError: As for :func:`simulate`.
    """
    if instances is not None:
        check_instances(networks, instances)
    special = chip.neuron.integration_delay or needs_general(networks, chip, instances).any()
    if special or _tile(stimulus, instances, 1) < stimulus.n_samples:
        response = simulate(networks, stimulus, chip, instances, threads=threads, scorer=scorer)
        return lambda: response
    population = pack_networks(networks, chip)
    _check(population, stimulus)
    scorer.check(population.outputs.shape[1], stimulus.n_samples)
    return start_networks(population, stimulus, chip, instances, threads, scorer, "cpu", pool)


def _judged(response: Response, scorer: Scorer) -> Response:
    """A response of which only the right answers are kept."""
    right = scorer.right(response.counts, response.first)
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


def _tile(stimulus: PreparedStimulus, instances: Instances | None, workers: int) -> int:
    """Samples to run at once, so that what the kernels read of a stimulus stays small.

    If ``workers`` are to share out the samples, because there are too few networks to share
    out, there are as many tiles as workers.
    """
    lanes = max(group_sizes(instances.n_instances if instances else 1))
    each = stimulus.timesteps * stimulus.n_inputs * lanes * (0.125 if stimulus.is_spikes else 2.0)
    tile = max(BITS_LANES, int(_TILE_BYTES / max(each, 1)) // BITS_LANES * BITS_LANES)
    if workers > 1:
        tile = min(tile, max(_LEAST_TILE, -(-stimulus.n_samples // workers)))
    return tile


def _in_tiles(
    networks: Sequence[Network],
    stimulus: PreparedStimulus,
    chip: Chip,
    instances: Instances | None,
    scorer: Scorer | None,
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
            scorer=scorer.part(*span) if scorer else None, device=device,
        )  # fmt: skip

    return joined(map_in_threads(run, spans, at_once), spans)


def _check(population: Population, stimulus: PreparedStimulus) -> None:
    n_inputs = population.inputs.shape[1]
    if n_inputs != stimulus.n_inputs:
        raise SpecError(
            f"the stimulus has {stimulus.n_inputs} inputs; the networks have {n_inputs}"
        )
    if stimulus.timesteps >= NEVER:
        raise SpecError(f"timesteps is {stimulus.timesteps}; one call takes at most {NEVER - 1}")
