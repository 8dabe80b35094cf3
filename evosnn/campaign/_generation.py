"""One generation's measurements: who is tried, on how many chips, and what came out.

Members whose record is still short are known before any child is bred, and each batch of
children before the next one: they are measured meanwhile.
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
from evosnn.campaign._spec import CampaignSpec
from evosnn.evaluation import Measurement
from evosnn.evaluation import pool as pooled
from evosnn.evolution import Candidate, Individual
from evosnn.network import Network

__all__ = ["Measured", "breed_and_measure"]

_BATCH = 50  # children; far smaller ones would cost more than is won


@dataclass(frozen=True)
class Measured:
    """What a generation found out.

    Attributes:
        new: The new networks with their records.
        more: The new records of members that were measured again, by key.
        lanes: Chips tried in all, the ones as drawn and those of polishing included.
        bred_at: When the last child was bred.
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
    """Ask the engine for new networks, and measure them and members whose record is short.

    With ``spec.screen`` new networks are measured on a few chips, and on the rest what could
    join the front; so are members measured again. All that are measured in one pass see the same
    chips. What comes out does not depend on what is done at the same time; ``now`` tells the time.
    """
    chips = spec.instances if spec.mechanisms else 0
    screened = 0 < spec.screen < chips
    rest = chips - spec.screen if screened else chips

    def begin(networks: list[Network], purpose: str, n: int) -> Callable[[], list[Measurement]]:
        return problem.evaluator.begin(networks, purpose, generation, n_instances=n, pool=pool)

    first = ("screen", spec.screen) if screened else ("search", rest)
    again = _short(spec, population)
    if screened:
        again = contenders(problem, again, population)
    pending_again = begin([member.network for member in again], "search", rest)
    candidates: list[Candidate] = []
    pending = []
    tried = search.breeder.tried
    children = _unseen(search.engine.ask(population, rng), population)
    while batch := list(islice(children, _BATCH)):
        candidates += batch
        networks = [candidate.network for candidate in batch]
        pending.append(begin(networks, *first))
    bred_at = now()
    found = [some() for some in reversed(pending)]  # this thread takes what was begun last
    records = [record for some in reversed(found) for record in some]
    more = {m.network.key: r for m, r in zip(again, pending_again(), strict=True)}
    new = list(zip(candidates, records, strict=True))
    lanes = len(again) * (rest + 1) + search.breeder.tried - tried
    if not screened:
        return Measured(new, more, lanes + len(new) * (rest + 1), bred_at)
    shown = [problem.individual(c.network, record) for c, record in new]
    chosen = [member.network for member in contenders(problem, shown, population)]
    seen = begin(chosen, "search", rest)()
    others = {network.key: record for network, record in zip(chosen, seen, strict=True)}
    new = [
        (c, pooled(record, others[c.network.key]) if c.network.key in others else record)
        for c, record in new
    ]
    lanes += len(new) * (spec.screen + 1) + len(chosen) * (rest + 1)
    return Measured(new, more, lanes, bred_at)


def _short(spec: CampaignSpec, population: Sequence[Individual]) -> list[Individual]:
    """Members whose record is still short; without mechanisms there is nothing to add."""
    if not spec.mechanisms:
        return []
    return [m for m in population if m.measurement.perturbed.size < spec.remeasure]


def _unseen(
    candidates: Iterable[Candidate], population: Sequence[Individual]
) -> Iterator[Candidate]:
    """Leave out what is measured in this generation anyway: members, and doubles."""
    seen = {member.network.key for member in population}
    for candidate in candidates:
        if candidate.network.key not in seen:
            seen.add(candidate.network.key)
            yield candidate
