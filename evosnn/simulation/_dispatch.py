"""Chooses the kernel for each network and shares networks out among threads.

What kernels read of a stimulus is packed before any is handed to a thread: they release the
interpreter lock, and so run beside whatever the caller does next.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.hardware import FIRES_NEVER, Instances
from evosnn.simulation._types import Response
from evosnn.simulation.bit_sliced.run import run_adder_networks
from evosnn.simulation.dense.population import run_networks
from evosnn.simulation.event_driven.budget import allowances, run_event_networks
from evosnn.simulation.layout.fixed_point import FLOAT64, INT16, INT32, NUMBERS, plan_numbers
from evosnn.simulation.layout.lanes import group_sizes, lay_groups
from evosnn.simulation.layout.population import firing_threshold
from evosnn.simulation.layout.scoring import NO_LABELS, Scorer
from evosnn.simulation.layout.stimulus import PreparedStimulus
from evosnn.simulation.layout.wiring import Group, Population
from evosnn.simulation.llvm.neuron_step import width_for
from evosnn.simulation.llvm.work_queue import new_queue
from evosnn.threads import map_in_threads

__all__ = ["start_networks"]

_DONE = -1  # the code of networks that need not run any more
_ADDERS = len(NUMBERS)  # the code of networks that run on full adders, after the number types
_MOMENT = 2e-5  # seconds in which a free thread gets the interpreter's lock, and begins
_ADDER_LANES = 257  # up to 256, one wide block of the vector kernel is cheaper


@dataclass(frozen=True, eq=False)
class _Work:
    """One call: what runs, how, and where the results go.

    Attributes:
        population: The networks.
        stimulus: What they are shown.
        weight: ``(n_instances, all synapses)``, charges on each chip.
        threshold: ``(n_instances, all neurons)``, firing thresholds.
        firing: ``(n_instances, all neurons)``, or ``None`` for one nominal chip.
        floor: Lowest membrane potential.
        scorer: What is judged, if anything.
        codes: ``(n_networks,)``, place of each network's number type in ``NUMBERS``, or
            ``_ADDERS`` or ``_DONE``.
        shifts: ``(n_networks,)``, fixed-point scales.
        on_arrival: ``(n_networks,)``, whether some neuron could fire with nothing arriving.
        right: ``(n_networks, n_instances)``, right answers.
        counts: ``(n_networks, n_outputs, n_instances, n_samples)``, output spikes.
        first: Same shape, timesteps of the first ones.
        spikes: ``(n_networks,)``, spikes of neurons in use.
        deliveries: ``(n_networks,)``, synaptic deliveries.
    """

    population: Population
    stimulus: PreparedStimulus
    weight: NDArray[np.float64]
    threshold: NDArray[np.float64]
    firing: NDArray[np.int8] | None
    floor: float
    scorer: Scorer | None
    codes: NDArray[np.int64]
    shifts: NDArray[np.int64]
    on_arrival: NDArray[np.bool_]
    right: NDArray[np.int32]
    counts: NDArray[np.int16]
    first: NDArray[np.int16]
    spikes: NDArray[np.int64]
    deliveries: NDArray[np.int64]

    @property
    def results(self) -> tuple[NDArray[Any], ...]:
        """What the kernels write to."""
        return self.right, self.counts, self.first, self.spikes, self.deliveries


def start_networks(
    population: Population,
    stimulus: PreparedStimulus,
    chip: Chip,
    instances: Instances | None,
    threads: int,
    scorer: Scorer | None,
    device: str,
    pool: Executor | None = None,
) -> Callable[[], Response]:
    """Begin to run networks from rest; arguments as those of ``simulate``.

    Args:
        population: The networks.
        stimulus: What they are shown.
        chip: The rules.
        instances: The networks' parameters on each chip instance.
        threads: Processor cores to use.
        scorer: What is judged; not on a GPU.
        device: ``"cpu"`` or ``"cuda"``.
        pool: Whose threads run the kernels; threads made when waited for if not given.

    Returns:
        What runs the kernels that no thread has come to yet, waits for the others, and gives the
        response. Networks in which little happens, and those on a GPU, are not waited for: they
        run at once.
    """
    work = _planned(population, stimulus, chip, instances, scorer)
    jobs: list[Callable[[], None]] = []
    if device == "cuda":
        _run_on_gpu(work)
        work.codes[work.codes != FLOAT64] = _DONE
    elif instances is None:
        on_adders = _fit_adders(work)
        _run_sparse(work, on_adders, threads)
        work.codes[on_adders & (work.codes != _DONE)] = _ADDERS
    for code in range(_ADDERS + 1):
        for arrival in (False, True):
            which = np.flatnonzero((work.codes == code) & (work.on_arrival == arrival))
            if which.size and code == _ADDERS:
                jobs.append(_adders(work, which))
            elif which.size:
                jobs.append(_vectors(work, which, code, arrival))
    n = work.codes.size
    helpers = range(min(threads - 1, n))
    pending = [pool.submit(job) for job in jobs for _ in helpers] if pool else []
    if pending:
        time.sleep(_MOMENT)

    def finish() -> Response:
        if pool:
            _help(pending, jobs)
        else:
            _run_all(jobs, min(threads, n))
        return _response(work)

    return finish


def _help(pending: list[Future[None]], jobs: list[Callable[[], None]]) -> None:
    """Take part in all jobs until nothing is left of them, and wait for the others."""
    for job in jobs:
        job()
    for begun in pending:
        if not begun.cancel():
            begun.result()


def _run_all(jobs: list[Callable[[], None]], threads: int) -> None:
    """Let so many threads take part in all jobs."""

    def run() -> None:
        for job in jobs:
            job()

    map_in_threads(lambda _: run(), range(threads if jobs else 0), threads)


def _planned(
    population: Population,
    stimulus: PreparedStimulus,
    chip: Chip,
    instances: Instances | None,
    scorer: Scorer | None,
) -> _Work:
    weight, threshold = population.weight[None], population.threshold[None]
    if instances is not None:
        weight, threshold = instances.weight, firing_threshold(instances.threshold, chip)
    floor = -np.inf if chip.neuron.min_potential is None else chip.neuron.min_potential
    codes, shifts = plan_numbers(
        population,
        weight,
        threshold,
        floor,
        stimulus.low,
        stimulus.high,
        stimulus.timesteps,
    )
    if not (chip.integer and stimulus.whole):
        codes[:], shifts[:] = FLOAT64, -1
    n_networks, n_instances = codes.size, weight.shape[0]
    kept = 0 if scorer else stimulus.n_samples
    shape = (n_networks, population.outputs.shape[1], n_instances, kept)
    return _Work(
        population, stimulus, weight, threshold, instances.firing if instances else None, floor,
        scorer, codes, shifts, _fire_on_arrival(population, threshold),
        right=np.zeros((n_networks, n_instances), np.int32),
        counts=np.empty(shape, np.int16), first=np.empty(shape, np.int16),
        spikes=np.zeros(n_networks, np.int64), deliveries=np.zeros(n_networks, np.int64),
    )  # fmt: skip


def _response(work: _Work) -> Response:
    runs = max(work.weight.shape[0] * work.stimulus.n_samples, 1)
    right = work.right if work.scorer else work.right[:0, :0]
    return Response(
        work.counts, work.first, work.spikes / runs, work.deliveries / runs, right=right
    )


def _vectors(work: _Work, which: NDArray[np.int64], code: int, arrival: bool) -> Callable[[], None]:
    """What runs some networks on lanes of one number type."""
    number, stimulus, instances = NUMBERS[code], work.stimulus, None
    if work.firing is not None:
        instances = Group(work.weight, work.threshold, work.firing)
    n_instances = work.weight.shape[0]
    sizes = tuple(dict.fromkeys(group_sizes(n_instances)))
    width = width_for(max(sizes) * stimulus.n_samples)
    groups = lay_groups(n_instances, stimulus.n_samples, len(width))
    feed = stimulus.feed(sizes, number.dtype == np.float64, arrival, width)
    packed_labels = work.scorer.packed_labels(sizes, len(width)) if work.scorer else NO_LABELS
    return partial(
        run_networks, new_queue(), which, work.population, instances, groups, feed,
        stimulus.n_samples, stimulus.timesteps, work.floor, work.shifts, number, arrival or None,
        packed_labels, *work.results,
    )  # fmt: skip


def _adders(work: _Work, which: NDArray[np.int64]) -> Callable[[], None]:
    """What runs some networks on bit-sliced full adders."""
    stimulus = work.stimulus
    bits, packed_labels = (
        stimulus.bits(),
        work.scorer.bit_sliced_labels() if work.scorer else NO_LABELS,
    )
    return partial(
        run_adder_networks, new_queue(), which, work.population, *bits, stimulus.n_samples,
        stimulus.timesteps, work.floor, packed_labels, *work.results,
    )  # fmt: skip


def _fit_adders(work: _Work) -> NDArray[np.bool_]:
    """``(n_networks,)``, which run on full adders: one nominal chip, whole numbers."""
    fits = (work.codes == INT16) & (work.shifts == 0) & ~work.on_arrival & (work.floor <= 0)
    fits &= work.stimulus.is_spikes and work.stimulus.n_samples >= _ADDER_LANES
    return np.asarray(fits & _forgets_all_or_nothing(work.population))


def _run_on_gpu(work: _Work) -> None:
    """Run all networks that do without floating point."""
    from evosnn.simulation.cuda.run import run_cuda_networks

    charge, event = work.stimulus.charge, work.stimulus.event
    firing = np.zeros(work.threshold.shape, np.int8) if work.firing is None else work.firing
    firing = np.where(work.population.used, firing, np.int8(FIRES_NEVER))
    for arrival in (False, True):
        which = np.flatnonzero((work.codes != FLOAT64) & (work.on_arrival == arrival))
        if which.size:
            run_cuda_networks(
                which, work.population, work.weight, work.threshold, firing, charge,
                charge != 0 if event is None else event, work.floor, work.shifts, arrival,
                *work.results[1:],
            )  # fmt: skip


def _run_sparse(work: _Work, on_adders: NDArray[np.bool_], threads: int) -> None:
    """Run the networks in which little happens from spike to spike, and mark them as done."""
    stimulus = work.stimulus
    allowed = allowances(work.population, stimulus, on_adders)
    if not allowed.any():
        return
    n_samples, timesteps = stimulus.n_samples, stimulus.timesteps
    width = width_for(n_samples)
    packed_labels = work.scorer.packed_labels((1,), len(width)) if work.scorer else NO_LABELS
    for code in (INT16, INT32):
        for arrival in (False, True):
            fits = (work.codes == code) & (work.on_arrival == arrival) & (allowed > 0)
            which = np.flatnonzero(fits & (work.floor <= 0))
            if which.size:
                run = partial(
                    run_event_networks, new_queue(), which, work.population,
                    stimulus.feed((1,), False, arrival, width), n_samples, timesteps, work.floor,
                    work.shifts, NUMBERS[code], arrival or None, packed_labels, allowed,
                    *work.results,
                )  # fmt: skip
                _mark_done(work, which, run, threads)


def _mark_done(
    work: _Work, which: NDArray[np.int64], run: Callable[[], NDArray[np.bool_]], threads: int
) -> None:
    def run_some() -> None:
        work.codes[which[run()]] = _DONE

    _run_all([run_some], min(threads, which.size))


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
