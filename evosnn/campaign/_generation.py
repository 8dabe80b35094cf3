"""Breeds and measures one generation, at the same time.

Members whose record is still short are measured while the first children are bred, and each batch
of children while the next one is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import islice

from numpy.random import Generator

from evosnn.campaign._problem import Problem
from evosnn.campaign._racing import contenders
from evosnn.campaign._search import Search
from evosnn.campaign.spec.model import CampaignSpec
from evosnn.evaluation import Measurement
from evosnn.evaluation import pool as pooled
from evosnn.evolution import Candidate, Individual
from evosnn.network import Network

__all__ = ["Measured", "breed_and_measure"]

_BATCH = 50  # children; smaller batches cost more overhead than they save


@dataclass(frozen=True)
class Measured:
    """The measurements of a generation.

    Attributes:
        new: The new networks with their records.
        more: The new records of members that were measured again, by key.
        lanes: Chips simulated in all, nominal ones and those of local searches included.
        bred_at: The campaign's time when the last child was bred, in seconds.
    """

    new: list[tuple[Candidate, Measurement]]
    more: dict[str, Measurement]
    lanes: int
    bred_at: float


def breed_and_measure(
    problem: Problem,
    search: Search,
    spec: CampaignSpec,
    generation: int,
    population: Sequence[Individual],
    rng: Generator,
    pool: Executor | None,
    now: Callable[[], float],
) -> Measured:
    """Breed new networks, and measure them and the members whose record is short.

    With ``spec.racing_instances`` networks are measured on that many chips first, and on the others
    only if they could join the front. All networks measured in one pass see the same chips. The
    result does not depend on the number of threads.

    Args:
        problem: Measures networks.
        search: Breeds them.
        spec: The campaign.
        generation: Number of the generation, from which its chips are drawn.
        population: The present population; empty in generation 0.
        rng: The search's random generator.
        pool: Threads that measure while this one breeds; none if it does both.
        now: Returns the campaign's time in seconds.
    """
    chips = spec.instances if spec.mechanisms else 0
    racing = 0 < spec.racing_instances < chips
    rest = chips - spec.racing_instances if racing else chips

    def begin(networks: list[Network], purpose: str, n: int) -> Callable[[], list[Measurement]]:
        return problem.evaluator.begin(networks, purpose, generation, n_instances=n, pool=pool)

    # The purpose seeds the chips: "screen" is the name that it has in all earlier campaigns.
    first = ("screen", spec.racing_instances) if racing else ("search", rest)
    again = _short(spec, population)
    if racing:
        again = contenders(problem, again, population)
    pending_again = begin([member.network for member in again], "search", rest)
    candidates: list[Candidate] = []
    pending = []
    tried_before = search.breeder.chips_tried
    children = _unseen(search.engine.ask(population, rng), population)
    while batch := list(islice(children, _BATCH)):
        candidates += batch
        networks = [candidate.network for candidate in batch]
        pending.append(begin(networks, *first))
    bred_at = now()
    # From the last batch on, which the pool has not started: this thread simulates it meanwhile.
    found = [some() for some in reversed(pending)]
    records = [record for some in reversed(found) for record in some]
    more = {m.network.key: r for m, r in zip(again, pending_again(), strict=True)}
    new = list(zip(candidates, records, strict=True))
    lanes = len(again) * (rest + 1) + search.breeder.chips_tried - tried_before
    if not racing:
        return Measured(new, more, lanes + len(new) * (rest + 1), bred_at)
    raced = [problem.individual(c.network, record) for c, record in new]
    chosen = [member.network for member in contenders(problem, raced, population)]
    seen = begin(chosen, "search", rest)()
    others = {network.key: record for network, record in zip(chosen, seen, strict=True)}
    new = [
        (c, pooled(record, others[c.network.key]) if c.network.key in others else record)
        for c, record in new
    ]
    lanes += len(new) * (spec.racing_instances + 1) + len(chosen) * (rest + 1)
    return Measured(new, more, lanes, bred_at)


def _short(spec: CampaignSpec, population: Sequence[Individual]) -> list[Individual]:
    """Return the members with fewer chips than ``spec.remeasure``; none without mechanisms."""
    if not spec.mechanisms:
        return []
    return [m for m in population if m.measurement.perturbed.size < spec.remeasure]


def _unseen(
    candidates: Iterable[Candidate], population: Sequence[Individual]
) -> Iterator[Candidate]:
    """Yield the candidates that are neither members of the population nor yielded before."""
    seen = {member.network.key for member in population}
    for candidate in candidates:
        if candidate.network.key not in seen:
            seen.add(candidate.network.key)
            yield candidate
