"""Multi-objective engines on pymoo's sorting, crowding and survivals.

NSGA-II (Deb, Pratap, Agarwal and Meyarivan, IEEE TEVC 6(2), 2002), SMS-EMOA (Beume, Naujoks and
Emmerich, EJOR 181(3), 2007), AGE-MOEA2 (Panichella, GECCO 2022) and NSGA-III (Deb and Jain, IEEE
TEVC 18(4), 2014). They differ in who survives; parents are chosen alike, by binary tournaments on
rank and crowding. None of them keeps a state beside its population.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from evosnn.evolution._breed import Breeder
from evosnn.evolution._population import Candidate, Individual
from evosnn.evolution._search_space import pick
from evosnn.evolution.engines.survival import (
    Choose,
    choose_by_directions,
    choose_by_pymoo,
    choose_by_rank,
    rank_and_crowding,
    survivors,
)
from evosnn.network import Network

__all__ = ["PYMOO_ENGINES", "PymooEngine"]

PYMOO_ENGINES = ("nsga2", "sms-emoa", "age-moea2", "nsga3")
"""The engines' names."""


def _choose(kind: str, n_objectives: int) -> Choose:
    if kind == "sms-emoa":
        from pymoo.algorithms.moo.sms import LeastHypervolumeContributionSurvival

        return choose_by_pymoo(LeastHypervolumeContributionSurvival(), n_objectives)
    if kind == "age-moea2":
        from pymoo.algorithms.moo.age2 import AGEMOEA2Survival

        return choose_by_pymoo(AGEMOEA2Survival(), n_objectives)
    return choose_by_directions if kind == "nsga3" else choose_by_rank


class PymooEngine:
    """A multi-objective engine.

    Args:
        kind: One of :data:`PYMOO_ENGINES`.
        breeder: Makes new networks.
        size: Size of the population, and number of children a generation.
        n_objectives: Number of objectives.
    """

    def __init__(self, kind: str, breeder: Breeder, size: int, n_objectives: int) -> None:
        self.breeder = breeder
        self.size = size
        self._choose = _choose(kind, n_objectives)

    def ask(self, population: Sequence[Individual], rng: Generator) -> Iterator[Candidate]:
        """Yield tournament winners polished, and their children; random networks at first."""
        if not population:
            yield from self.breeder.first(self.size, rng)
            return
        # Ranks and crowding are not stored: recomputed, they are the same in a continued run.
        rank, crowding = rank_and_crowding(*_arrays(population))
        place = np.empty(len(population), np.int64)
        place[np.lexsort((-crowding, rank))] = np.arange(len(population))
        places = place.tolist()
        networks = [member.network for member in population]
        self.breeder.watch(networks)
        n = len(networks)

        def parent() -> Network:
            a, b = pick(rng, n), pick(rng, n)
            return networks[a if places[a] <= places[b] else b]

        seen = {network.key for network in networks}
        polished = self.breeder.polished(parent, self.size, seen, rng)
        yield from polished
        for _ in range(self.size - len(polished)):
            child = self.breeder.child(parent(), parent(), seen, rng)
            seen.add(child.network.key)
            yield child

    def tell(
        self, population: Sequence[Individual], offspring: Sequence[Individual], rng: Generator
    ) -> list[Individual]:
        """Return the survivors of both; all of the first population."""
        if not population:
            return list(offspring)
        both = [*population, *offspring]
        costs, shortfalls = _arrays(both)
        return [both[i] for i in survivors(costs, shortfalls, self.size, self._choose, rng)]


def _arrays(
    individuals: Sequence[Individual],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """``(n, n_objectives)`` costs and ``(n,)`` shortfalls, less what is forgiven of them.

    Nothing is, once any network meets the requirements. Before that, all but the worst quarter
    compete by their objectives, so that the search does not narrow to copies of the one that
    is nearest (the level control of the epsilon-constrained method, Takahama and Sakai, IEEE
    CEC 2006, in its simplest form).
    """
    costs = np.array([member.cost for member in individuals], dtype=np.float64)
    shortfalls = np.array([member.shortfall for member in individuals], dtype=np.float64)
    if shortfalls.min() > 0:
        level = np.sort(shortfalls)[3 * (shortfalls.size - 1) // 4]
        shortfalls = np.maximum(shortfalls - level, 0.0)
    return costs, shortfalls
