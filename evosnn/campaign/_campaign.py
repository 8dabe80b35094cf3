"""A campaign: its spec, its store, and the loop between engine and evaluation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from evosnn.campaign._clock import Clock
from evosnn.campaign._expected import (
    OnMeasured,
    expected_population,
    expected_values,
    ignore_progress,
    probed_values,
)
from evosnn.campaign._figures_cache import Figures, forget, keep, kept, state_of
from evosnn.campaign._front import front_of, hypervolume, reference_point
from evosnn.campaign._generation import breed_and_measure
from evosnn.campaign._held_out import final_figures
from evosnn.campaign._problem import Problem, build_problem
from evosnn.campaign._resume import (
    begun_with,
    check_same,
    load_spec,
    refuse_gone,
    refuse_other,
    require_unchanged,
)
from evosnn.campaign._search import Search, build_search
from evosnn.campaign._spec import CampaignSpec
from evosnn.campaign._store import SPEC, Store
from evosnn.evaluation import Measurement, derive_seed, pool
from evosnn.evolution import (
    Candidate,
    Individual,
    Objective,
    credit_of,
    objectives_by_name,
)
from evosnn.files import write_text

__all__ = ["Campaign", "Progress", "StopReason"]


class StopReason(Enum):
    """Why a campaign stopped; the value is a sentence's end."""

    GENERATIONS = "the generations asked for are done"
    EVALUATIONS = "the evaluations asked for are done"
    TIME = "its time is up"
    TARGET = "the target is reached"
    STAGNATION = "the hypervolume no longer grew"
    INTERRUPTED = "it was interrupted; run it again to go on"


@dataclass(frozen=True)
class Progress:
    """How a campaign stands after a generation.

    Attributes:
        generation: Number of the generation; 0 is the first population.
        evaluations: Measurements so far, each of all instances on all training samples; what was
            tried on fewer counts as its share.
        seconds: Time so far, over all runs of the campaign, that of compiling kernels left out.
        rate: Measurements a second in this generation.
        hypervolume: Share of the objective box that the front dominates.
        best: Best value of each objective in the population.
        compact: Synapses of the smallest network within 0.02 of the best first objective.
        front_size: Networks on the front.
        shares: Where the generation's time went, in seconds: ``ask`` (and what was measured
            meanwhile), ``measure`` (what was left of it), ``select``.
        credit: For each operator how many children it made in this generation, and how many
            of them survived it.
    """

    generation: int
    evaluations: int
    seconds: float
    rate: float
    hypervolume: float
    best: dict[str, float]
    compact: int
    front_size: int
    shares: dict[str, float] = field(default_factory=dict)
    credit: dict[str, list[int]] = field(default_factory=dict)


class Campaign:
    """An open campaign; make one with :meth:`start` or :meth:`load`.

    Attributes:
        spec: What is searched for.
        store: Where everything is kept.
    """

    def __init__(
        self,
        spec: CampaignSpec,
        store: Store,
        threads: int | None = None,
        on_measured: OnMeasured = ignore_progress,
    ) -> None:
        self.spec = spec
        self.store = store
        self._threads = threads
        self._on_measured = on_measured
        self._problem: Problem | None = None
        self._search: Search | None = None
        self._figures: tuple[str, Figures] | None = None  # of a state, where no run has ended

    @classmethod
    def start(cls, spec: CampaignSpec, folder: Path, threads: int | None = None) -> Campaign:
        """Open the campaign of ``spec`` in ``folder``: a new one, or go on with what is there.

        Raises:
            StoreError: If the folder holds a campaign whose spec differs or asks for what only an
                earlier version has, or another process runs it and what may change of the spec
                does.
            EvosnnError: What :func:`build_problem` raises, of a new campaign.
        """
        frozen = folder / SPEC
        before = load_spec(folder) if frozen.exists() else None
        if before:
            refuse_gone(folder)
            refuse_other(before, spec, folder)
        problem = search = None
        if not before:  # built before the folder is made: a wrong spec leaves no folder
            problem = build_problem(spec, threads)
            search = build_search(spec, problem, threads)
        store = Store(folder, create=True)
        begun = begun_with(store)
        if begun:  # the file may have been lost or edited
            refuse_other(begun, spec, folder)
        if before != spec:
            with store.claimed():  # not under the feet of a process that runs it
                write_text(frozen, spec.model_dump_json(indent=1) + "\n")
                if before and before.trials != spec.trials:
                    store.record_final({}, {})
        campaign = cls(spec, store, threads)
        campaign._problem, campaign._search = problem, search
        return campaign

    @classmethod
    def load(
        cls, folder: Path, threads: int | None = None, on_measured: OnMeasured = ignore_progress
    ) -> Campaign:
        """Open the campaign in ``folder`` to read from it.

        Args:
            folder: The campaign's folder.
            threads: Processor cores to use; all if not given.
            on_measured: Told how far final figures are that must be measured first.

        Raises:
            StoreError: If there is none, or it cannot be read.
        """
        store = Store(folder)
        return cls(load_spec(folder), store, threads, on_measured)

    @property
    def problem(self) -> Problem:
        """Chip, task, objectives and evaluator, built on first use."""
        if self._problem is None:
            self._problem = build_problem(self.spec, self._threads)
        return self._problem

    @property
    def search(self) -> Search:
        """Breeder and engine, built on first use; reading a campaign does not build them."""
        if self._search is None:
            self._search = build_search(self.spec, self.problem, self._threads)
        return self._search

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """What the campaign makes good."""
        found = objectives_by_name(self.spec.objectives)
        return self.problem.objectives if any(o.probe for o in found) else found

    def require_unchanged(self, purpose: str) -> None:
        """Refuse to go on reading if the campaign's data or chip has changed since it began.

        Args:
            purpose: What for it must be as it was, as in ``"to export a network"``.

        Raises:
            StoreError: If it has changed.
        """
        put_back = f"put back what it was {purpose}"
        require_unchanged(self.spec, self.problem, self.store, put_back)

    def population(self) -> list[Individual]:
        """The present population."""
        return [
            self.problem.individual(network, record) for network, record in self.store.population()
        ]

    def figures(self) -> Figures:
        """Return what a run ends with: the front's final figures, the population's expected.

        They are measured where no run has ended since the last generation, or an earlier version
        ended it, and kept beside the store.

        Raises:
            StoreError: If they must be measured, and the campaign's data or chip has changed.
        """
        found = self.figures_at_hand()
        if found is None:
            self.require_unchanged("to measure the figures that a run ends with")
            state, members = state_of(self.store, self.spec), self.store.population()
            for objective in self.problem.objectives:
                if objective.probe:  # which population() would do in silence
                    probed_values(self.problem, objective, members, "train", self._on_measured)
            found = self._judged(self.population(), self._on_measured)
            keep(self.store, state, found)
            self._figures = state, found
        return found

    def figures_at_hand(self) -> Figures | None:
        """Return what :meth:`figures` does if nothing must be measured for it."""
        expected = self.store.expected()
        if expected:
            return self.store.final(), expected
        if self.store.last_generation() < 0:
            return {}, {}
        state = state_of(self.store, self.spec)
        if self._figures is None or self._figures[0] != state:
            found = kept(self.store, state)
            if found is None:
                return None
            self._figures = state, found
        return self._figures[1]

    def _judged(self, population: Sequence[Individual], on_measured: OnMeasured) -> Figures:
        """Measure what a run ends with."""
        trials = self.spec.trials
        expected = expected_population(self.problem, population, trials, on_measured)
        return final_figures(self.problem, expected, trials, on_measured), {
            member.network.key: expected_values(self.problem, member) for member in expected
        }

    def run(
        self,
        on_generation: Callable[[Progress], None] = lambda progress: None,
        stop_asked: Callable[[], bool] = lambda: False,
        on_measured: OnMeasured = ignore_progress,
    ) -> StopReason:
        """Search until a stop rule is met, then measure the final figures.

        A campaign that was stopped, however it was, goes on from its last whole generation to
        the same result.

        Args:
            on_generation: Called after each generation.
            stop_asked: Asked after each generation whether to stop.
            on_measured: Told while the final figures are measured: on what, how many networks
                are done, and of how many.

        Raises:
            StoreError: If another process runs this campaign, its data or its chip has changed,
                an earlier version made its networks in other ways, or its objectives follow from
                spikes that such a version counted otherwise.
        """
        with self.store.claimed():
            return self._run(on_generation, stop_asked, on_measured)

    def _run(
        self,
        on_generation: Callable[[Progress], None],
        stop_asked: Callable[[], bool],
        on_measured: OnMeasured,
    ) -> StopReason:
        check_same(self.spec, self.problem, self.search, self.store)
        rng = np.random.default_rng(derive_seed(self.spec.seed, "search"))
        generation = self.store.last_generation()
        population = []
        if generation >= 0:
            rng.bit_generator.state = self.store.random_state()
            population = self.population()
        history = [_progress_of(row) for row in self.store.statistics()]
        with self._kernel_threads() as kernels, Clock() as clock:
            while True:
                reason = self._reason(history, population, stop_asked)
                if reason is not None:
                    break
                generation += 1
                population, progress = self._advance(
                    generation, population, history, rng, kernels, clock
                )
                history.append(progress)
                on_generation(progress)
        self.store.flush()  # measuring the final figures may take long
        if not self.store.expected() and population:
            self.store.record_final(*self._judged(population, on_measured))
            forget(self.store.folder)
        self.store.set_meta("stopped", reason.name)
        return reason

    @contextmanager
    def _kernel_threads(self) -> Iterator[Executor | None]:
        """Threads that simulate while this one breeds; none if it is to be alone.

        Who is interrupted waits for the batches that they have begun, not for all others.
        """
        others = (self._threads or os.cpu_count() or 1) - 1
        if not others:
            yield None
            return
        pool = ThreadPoolExecutor(others)
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)

    def _advance(
        self,
        generation: int,
        population: Sequence[Individual],
        history: Sequence[Progress],
        rng: np.random.Generator,
        kernels: Executor | None,
        clock: Clock,
    ) -> tuple[list[Individual], Progress]:
        """Breed, measure, select and commit one generation."""
        begun = clock.now()
        problem, search = self.problem, self.search
        found = breed_and_measure(
            problem, search, self.spec, generation, population, rng, kernels, clock.now
        )
        measured_at = clock.now()
        survivors = [self._pooled(member, found.more) for member in population]
        following = search.engine.tell(survivors, self._offspring(found.new), rng)
        candidates, lanes = [candidate for candidate, _ in found.new], found.lanes
        if search.breeder.watches:  # those who are new will be looked at on the chip as drawn
            lanes += len({m.network.key for m in following} & {c.network.key for c in candidates})
        instances = self.spec.instances + 1 if self.spec.mechanisms else 1
        measured = -(-lanes // instances)
        times = (begun, found.bred_at, measured_at)
        progress = self._progress(generation, measured, following, history, times, clock)
        credit = credit_of(candidates, {member.network.key for member in following})
        progress = replace(progress, credit=credit)
        self.store.record_generation(
            generation,
            found.new,
            list(found.more.items()),
            [member.network.key for member in following],
            _row_of(progress),
            dict(rng.bit_generator.state),
        )
        return following, progress

    def _offspring(self, new: Sequence[tuple[Candidate, Measurement]]) -> list[Individual]:
        """The new networks; one that lived before keeps its old record too."""
        known = self.store.known([c.network.key for c, _ in new])
        return [
            self.problem.individual(
                c.network,
                pool(self.store.record(c.network.key), r) if c.network.key in known else r,
            )
            for c, r in new
        ]

    def _pooled(self, member: Individual, more: dict[str, Measurement]) -> Individual:
        if member.network.key not in more:
            return member
        record = pool(member.measurement, more[member.network.key])
        return self.problem.individual(member.network, record)

    def _progress(
        self,
        generation: int,
        measured: int,
        population: Sequence[Individual],
        history: Sequence[Progress],
        times: tuple[float, float, float],
        clock: Clock,
    ) -> Progress:
        problem = self.problem
        front = front_of(population)
        box = reference_point(
            problem.objectives, problem.task.n_inputs, problem.task.n_outputs, self.spec.timesteps
        )
        before = history[-1] if history else None
        best = {
            o.name: (max if o.maximise else min)(m.values[i] for m in population)
            for i, o in enumerate(problem.objectives)
        }
        begun, bred_at, measured_at = times
        ended = clock.now()
        seconds = ended - begun
        return Progress(
            generation=generation,
            evaluations=(before.evaluations if before else 0) + measured,
            seconds=(before.seconds if before else 0.0) + seconds,
            rate=measured / max(seconds, 1e-9),
            hypervolume=hypervolume(front, *box),
            best=best,
            compact=_compact(front),
            front_size=len(front),
            shares={
                "ask": bred_at - begun,
                "measure": measured_at - bred_at,
                "select": ended - measured_at,
            },
        )

    def _reason(
        self,
        history: Sequence[Progress],
        population: Sequence[Individual],
        stop_asked: Callable[[], bool],
    ) -> StopReason | None:
        if stop_asked():
            return StopReason.INTERRUPTED
        if not history:
            return None
        stop, last = self.spec.stop, history[-1]
        if stop.generations is not None and last.generation >= stop.generations:
            return StopReason.GENERATIONS
        if stop.evaluations is not None and last.evaluations >= stop.evaluations:
            return StopReason.EVALUATIONS
        if stop.time is not None and last.seconds >= stop.time:
            return StopReason.TIME
        if stop.target and any(self._meets(member) for member in population):
            return StopReason.TARGET
        if stop.stagnation is not None and len(history) > stop.stagnation:
            recent = max(p.hypervolume for p in history[-stop.stagnation :])
            if recent <= max(p.hypervolume for p in history[: -stop.stagnation]):
                return StopReason.STAGNATION
        return None

    def _meets(self, member: Individual) -> bool:
        return not any(
            goal.shortfall(member.network, member.measurement) for goal in self.problem.targets
        )


def _compact(front: Sequence[Individual]) -> int:
    best = min(member.cost[0] for member in front)
    return min(m.network.n_synapses for m in front if m.cost[0] <= best + 0.02)


def _row_of(progress: Progress) -> dict[str, Any]:
    return dict(vars(progress))


def _progress_of(row: dict[str, Any]) -> Progress:
    return Progress(**row)
