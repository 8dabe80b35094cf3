"""Island model: separate populations with periodic migration.

The islands form a ring, as in Whitley, Rana and Heckendorn (J. Computing and Information
Technology 7(1), 1999). The campaign's population is the islands one after another, so that a
stopped campaign continues from what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from evosnn.evolution._search_space import pick
from evosnn.evolution.engines.base import Engine, EngineSpec

if TYPE_CHECKING:
    from numpy.random import Generator

    from evosnn.evolution._breed import Breeder
    from evosnn.evolution._population import Candidate, Individual
    from evosnn.evolution.objectives.base import Objective

__all__ = ["Islands", "IslandsSpec"]

_LEAST = 4  # members of an island: a population for itself


class IslandsSpec(EngineSpec):
    """Settings of the island model.

    Attributes:
        islands: Number of islands.
        interval: Mean number of generations between two migrations.
    """

    kind: Literal["islands"] = "islands"
    islands: Annotated[int, Field(ge=2)] = 4
    interval: Annotated[float, Field(ge=1)] = 10.0

    def check_population(self, population: int) -> None:
        """Check that every island has a population.

        Raises:
            ValueError: If the population is too small for the islands.
        """
        if population < _LEAST * self.islands:
            raise ValueError(
                f"population is {population}; {self.islands} islands take at least "
                f"{_LEAST * self.islands}"
            )

    def build(self, breeder: Breeder, population: int, objectives: Sequence[Objective]) -> Engine:
        """Return the engine."""
        del objectives
        return Islands(breeder, population, self.islands, self.interval)


class Islands(Engine):
    """NSGA-II on several islands.

    Args:
        breeder: Makes new networks.
        size: Size of the whole population.
        islands: Number of islands; each has an equal share of the population, the first ones
            a member more if it does not divide.
        interval: Mean number of generations between two migrations.
    """

    def __init__(self, breeder: Breeder, size: int, islands: int, interval: float) -> None:
        from evosnn.evolution.engines.pareto import ParetoEngine
        from evosnn.evolution.engines.survival import choose_by_rank

        self.breeder = breeder
        self.interval = interval
        sizes = [len(part) for part in np.array_split(np.arange(size), islands)]
        self._edges = np.cumsum([0, *sizes]).tolist()
        self._engines = [ParetoEngine(breeder, n, choose_by_rank) for n in sizes]

    def ask(self, population: Sequence[Individual], rng: Generator) -> Iterator[Candidate]:
        """Yield the children of every island, all different; the first population at first."""
        if not population:
            yield from self.breeder.first(self._edges[-1], rng)
            return
        seen = {member.network.key for member in population}  # of all islands
        for engine, island in zip(self._engines, self._split(population), strict=True):
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
                self._engines, self._split(population), self._split(offspring), strict=True
            )
        ]
        if rng.random() < 1 / self.interval:
            islands = _migrated(islands, rng)
        return [member for island in islands for member in island]

    def _split(self, members: Sequence[Individual]) -> list[list[Individual]]:
        return [list(members[a:b]) for a, b in pairwise(self._edges)]


def _migrated(islands: Sequence[Sequence[Individual]], rng: Generator) -> list[list[Individual]]:
    """Move a random member of each island's front to the next island of the ring.

    It takes the place of the member that leaves that island.
    """
    import moocore

    chosen = []
    for island in islands:
        costs = np.array([(member.shortfall, *member.cost) for member in island])
        meets = costs[:, 0] <= costs[:, 0].min()
        front = np.flatnonzero(meets)[moocore.is_nondominated(costs[meets, 1:])]
        chosen.append(int(front[pick(rng, len(front))]))
    after = [list(island) for island in islands]
    for k, island in enumerate(after):
        island[chosen[k]] = islands[k - 1][chosen[k - 1]]
    return after
