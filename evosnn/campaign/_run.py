"""The search loop of a campaign: vary, evaluate, select and store, generation by generation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import numpy as np

from evosnn.campaign._clock import Clock
from evosnn.campaign._generation import Measured, breed_and_measure
from evosnn.campaign._problem import Problem
from evosnn.campaign._progress import Progress, StopReason
from evosnn.campaign._search import Search
from evosnn.campaign._store import Store
from evosnn.campaign.figures.front import front_of, hypervolume, reference_point
from evosnn.campaign.spec.model import CampaignSpec
from evosnn.evaluation import Measurement, derive_seed, pool
from evosnn.evolution import Candidate, Individual, credit_of

__all__ = ["run_search"]

_NEAR_BEST = 0.02  # of the first objective: how much worse the smallest good network may be


@dataclass(frozen=True, eq=False)
class _Run:
    """What every step of the loop needs."""

    spec: CampaignSpec
    store: Store
    problem: Problem
    search: Search

    def individuals(self) -> list[Individual]:
        """Return the population as the store holds it."""
        return [self.problem.individual(n, record) for n, record in self.store.population()]


def run_search(
    spec: CampaignSpec,
    store: Store,
    problem: Problem,
    search: Search,
    threads: int | None,
    on_generation: Callable[[Progress], None],
    stop_asked: Callable[[], bool],
) -> tuple[StopReason, list[Individual]]:
    """Search from the store's last whole generation until a stop rule is met.

    The result does not depend on when the campaign was stopped before, nor on the number of
    threads: the store holds the random state after each generation.

    Args:
        spec: The campaign.
        store: Where generations are recorded.
        problem: What measures networks.
        search: What breeds them.
        threads: Processor cores to use; all if not given.
        on_generation: Called after each generation.
        stop_asked: Asked after each generation whether to stop.

    Returns:
        Why the search stopped, and the last population.
    """
    run = _Run(spec, store, problem, search)
    rng = np.random.default_rng(derive_seed(spec.seed, "search"))
    generation = store.last_generation()
    population: list[Individual] = []
    if generation >= 0:
        rng.bit_generator.state = store.random_state()
        population = run.individuals()
    history = [Progress(**row) for row in store.statistics()]
    with _simulating_threads(threads) as executor, Clock() as clock:
        while True:
            reason = _reason_to_stop(run, history, population, stop_asked)
            if reason is not None:
                break
            generation += 1
            population, progress = _advance(
                run, generation, population, history, rng, executor, clock
            )
            history.append(progress)
            on_generation(progress)
    store.flush()  # measuring the final figures may take long
    return reason, population


@contextmanager
def _simulating_threads(threads: int | None) -> Iterator[Executor | None]:
    """Yield threads that simulate while the calling one breeds; none if it has the only core.

    An interrupt waits for the batches that have begun and cancels those in the queue.
    """
    others = (threads or os.cpu_count() or 1) - 1
    if not others:
        yield None
        return
    executor = ThreadPoolExecutor(others)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _advance(
    run: _Run,
    generation: int,
    population: Sequence[Individual],
    history: Sequence[Progress],
    rng: np.random.Generator,
    executor: Executor | None,
    clock: Clock,
) -> tuple[list[Individual], Progress]:
    """Breed, measure, select and record one generation."""
    started = clock.now()
    spec, search = run.spec, run.search
    found = breed_and_measure(
        run.problem, search, spec, generation, population, rng, executor, clock.now
    )
    measured = clock.now()
    survivors = [_with_new_record(run, member, found.more) for member in population]
    following = search.engine.tell(survivors, _offspring(run, found.new), rng)
    keys = {member.network.key for member in following}
    front = front_of(following)
    volume = _hypervolume(run, front)
    selected = clock.now()
    evaluations, seconds = _evaluations(run, found, keys), selected - started
    before = history[-1] if history else None
    progress = Progress(
        generation=generation,
        evaluations=(before.evaluations if before else 0) + evaluations,
        seconds=(before.seconds if before else 0.0) + seconds,
        rate=evaluations / max(seconds, 1e-9),
        hypervolume=volume,
        best={
            o.name: (max if o.maximise else min)(m.values[i] for m in following)
            for i, o in enumerate(run.problem.objectives)
        },
        compact=_smallest_near_best(front),
        front_size=len(front),
        shares={
            "ask": found.bred_at - started,
            "measure": measured - found.bred_at,
            "select": selected - measured,
        },
        credit=credit_of([candidate for candidate, _ in found.new], keys),
    )
    run.store.record_generation(
        generation,
        found.new,
        list(found.more.items()),
        [member.network.key for member in following],
        asdict(progress),
        dict(rng.bit_generator.state),
    )
    return following, progress


def _evaluations(run: _Run, found: Measured, survivors: set[str]) -> int:
    """Count measurements, each of all instances; those on fewer chips count as their share."""
    lanes = found.lanes
    if (
        run.search.breeder.simulates_parents
    ):  # survivors are simulated once more, on the nominal chip
        lanes += len(survivors & {candidate.network.key for candidate, _ in found.new})
    instances = run.spec.instances + 1 if run.spec.mechanisms else 1
    return -(-lanes // instances)


def _offspring(run: _Run, new: Sequence[tuple[Candidate, Measurement]]) -> list[Individual]:
    """Return the new networks; one that was measured in an earlier generation pools its records."""
    known = run.store.known([c.network.key for c, _ in new])
    return [
        run.problem.individual(
            c.network,
            pool(run.store.record(c.network.key), r) if c.network.key in known else r,
        )
        for c, r in new
    ]


def _with_new_record(run: _Run, member: Individual, more: dict[str, Measurement]) -> Individual:
    if member.network.key not in more:
        return member
    record = pool(member.measurement, more[member.network.key])
    return run.problem.individual(member.network, record)


def _hypervolume(run: _Run, front: Sequence[Individual]) -> float:
    problem, task = run.problem, run.problem.task
    box = reference_point(problem.objectives, task.n_inputs, task.n_outputs, run.spec.timesteps)
    return hypervolume(front, *box)


def _smallest_near_best(front: Sequence[Individual]) -> int:
    """Return the fewest synapses of a network whose first objective is near the best."""
    best = min(member.cost[0] for member in front)
    return min(m.network.n_synapses for m in front if m.cost[0] <= best + _NEAR_BEST)


def _reason_to_stop(
    run: _Run,
    history: Sequence[Progress],
    population: Sequence[Individual],
    stop_asked: Callable[[], bool],
) -> StopReason | None:
    if stop_asked():
        return StopReason.INTERRUPTED
    if not history:
        return None
    stop, last = run.spec.stop, history[-1]
    if stop.generations is not None and last.generation >= stop.generations:
        return StopReason.GENERATIONS
    if stop.evaluations is not None and last.evaluations >= stop.evaluations:
        return StopReason.EVALUATIONS
    if stop.time is not None and last.seconds >= stop.time:
        return StopReason.TIME
    if stop.target and any(_reaches_targets(run, member) for member in population):
        return StopReason.TARGET
    if stop.stagnation is not None and len(history) > stop.stagnation:
        recent = max(p.hypervolume for p in history[-stop.stagnation :])
        if recent <= max(p.hypervolume for p in history[: -stop.stagnation]):
            return StopReason.STAGNATION
    return None


def _reaches_targets(run: _Run, member: Individual) -> bool:
    return not any(
        target.shortfall(member.network, member.measurement) for target in run.problem.targets
    )
