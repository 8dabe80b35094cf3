"""Islands: populations that search apart and now and then exchange a member.

The island model with a ring, as in Whitley, Rana and Heckendorn (J. Computing and Information
Technology 7(1), 1999). The campaign's population is the islands end to end, so that a stopped
campaign goes on from what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import moocore
import numpy as np
from numpy.random import Generator

from evosnn.evolution._breed import Breeder
from evosnn.evolution._population import Candidate, Individual
from evosnn.evolution._search_space import pick
from evosnn.evolution.engines.pymoo import PymooEngine

__all__ = ["Islands"]


class Islands:
    """NSGA-II on several islands.

    Args:
        breeder: Makes new networks.
        size: Size of the whole population.
        n_objectives: Number of objectives.
        islands: Number of islands; each has an equal share of the population, the first ones
            a member more if it does not divide.
        interval: Mean number of generations between two migrations.
    """

    def __init__(
        self, breeder: Breeder, size: int, n_objectives: int, islands: int, interval: float
    ) -> None:
        self.breeder = breeder
        self.interval = interval
        sizes = [len(part) for part in np.array_split(np.arange(size), islands)]
        self._edges = np.cumsum([0, *sizes]).tolist()
        self._engines = [PymooEngine("nsga2", breeder, n, n_objectives) for n in sizes]

    def ask(self, population: Sequence[Individual], rng: Generator) -> Iterator[Candidate]:
        """Yield the children of every island; random networks at first."""
        if not population:
            yield from self.breeder.first(self._edges[-1], rng)
            return
        seen = {member.network.key for member in population}  # of all islands
        for engine, island in zip(self._engines, self._apart(population), strict=True):
            for candidate in list(engine.ask(island, rng)):
                new = candidate
                while new.network.key in seen:
                    new = self.breeder.random_network(rng)
                seen.add(new.network.key)
                yield new

    def tell(
        self, population: Sequence[Individual], offspring: Sequence[Individual], rng: Generator
    ) -> list[Individual]:
        """Return the survivors of every island, after migration."""
        if not population:
            return list(offspring)
        islands = [
            engine.tell(old, new, rng)
            for engine, old, new in zip(
                self._engines, self._apart(population), self._apart(offspring), strict=True
            )
        ]
        if rng.random() < 1 / self.interval:
            islands = _migrated(islands, rng)
        return [member for island in islands for member in island]

    def _apart(self, members: Sequence[Individual]) -> list[list[Individual]]:
        return [list(members[a:b]) for a, b in pairwise(self._edges)]


def _migrated(islands: Sequence[Sequence[Individual]], rng: Generator) -> list[list[Individual]]:
    """Let a member of each island's front change places along the ring."""
    chosen = []
    for island in islands:
        costs = np.array([(member.shortfall, *member.cost) for member in island])
        sound = costs[:, 0] <= costs[:, 0].min()
        front = np.flatnonzero(sound)[moocore.is_nondominated(costs[sound, 1:])]
        chosen.append(int(front[pick(rng, len(front))]))
    after = [list(island) for island in islands]
    for k, island in enumerate(after):
        island[chosen[k]] = islands[k - 1][chosen[k - 1]]
    return after
