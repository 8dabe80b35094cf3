"""Multi-objective engines that select by dominance: NSGA-II, SMS-EMOA, AGE-MOEA2 and NSGA-III.

NSGA-II (Deb, Pratap, Agarwal and Meyarivan, IEEE TEVC 6(2), 2002), SMS-EMOA (Beume, Naujoks and
Emmerich, EJOR 181(3), 2007), AGE-MOEA2 (Panichella, GECCO 2022) and NSGA-III (Deb and Jain, IEEE
TEVC 18(4), 2014) differ in their survival selection, which is pymoo's
(:mod:`evosnn.evolution.engines.survival`). Parents of all are chosen by binary tournaments on rank
and crowding, and all survive from parents and children together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from evosnn.evolution._search_space import pick
from evosnn.evolution.engines.base import Engine, EngineSpec

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from evosnn.evolution._breed import Breeder
    from evosnn.evolution._population import Candidate, Individual
    from evosnn.evolution.engines.survival import Choose
    from evosnn.evolution.objectives.base import Objective
    from evosnn.network import Network

__all__ = ["AgeMoea2Spec", "Nsga2Spec", "Nsga3Spec", "ParetoEngine", "SmsEmoaSpec"]


class Nsga2Spec(EngineSpec):
    """Settings of NSGA-II; there are none."""

    kind: Literal["nsga2"] = "nsga2"

    def build(self, breeder: Breeder, population: int, objectives: Sequence[Objective]) -> Engine:
        """Return an engine whose survivors are the first fronts, of the last the least crowded."""
        from evosnn.evolution.engines.survival import choose_by_rank

        del objectives
        return ParetoEngine(breeder, population, choose_by_rank)


class SmsEmoaSpec(EngineSpec):
    """Settings of SMS-EMOA; there are none."""

    kind: Literal["sms-emoa"] = "sms-emoa"

    def build(self, breeder: Breeder, population: int, objectives: Sequence[Objective]) -> Engine:
        """Return an engine that drops members of the last front by least hypervolume."""
        from pymoo.algorithms.moo.sms import LeastHypervolumeContributionSurvival

        from evosnn.evolution.engines.survival import choose_by_pymoo

        choose = choose_by_pymoo(LeastHypervolumeContributionSurvival(), len(objectives))
        return ParetoEngine(breeder, population, choose)


class AgeMoea2Spec(EngineSpec):
    """Settings of AGE-MOEA2; there are none."""

    kind: Literal["age-moea2"] = "age-moea2"

    def build(self, breeder: Breeder, population: int, objectives: Sequence[Objective]) -> Engine:
        """Return an engine that estimates the front's geometry to choose its survivors."""
        from pymoo.algorithms.moo.age2 import AGEMOEA2Survival

        from evosnn.evolution.engines.survival import choose_by_pymoo

        choose = choose_by_pymoo(AGEMOEA2Survival(), len(objectives))
        return ParetoEngine(breeder, population, choose)


class Nsga3Spec(EngineSpec):
    """Settings of NSGA-III, for four objectives and more; there are none."""

    kind: Literal["nsga3"] = "nsga3"

    def build(self, breeder: Breeder, population: int, objectives: Sequence[Objective]) -> Engine:
        """Return an engine whose survivors lie nearest to evenly spaced directions."""
        from evosnn.evolution.engines.survival import choose_by_directions

        del objectives
        return ParetoEngine(breeder, population, choose_by_directions)


class ParetoEngine(Engine):
    """A multi-objective engine with binary tournaments, and survival of parents and children.

    Args:
        breeder: Makes new networks.
        size: Size of the population, and number of children a generation.
        choose: Survival selection among the members that meet the requirements.
    """

    def __init__(self, breeder: Breeder, size: int, choose: Choose) -> None:
        self.breeder = breeder
        self.size = size
        self._choose = choose

    def ask(self, population: Sequence[Individual], rng: Generator) -> Iterator[Candidate]:
        """Yield improved tournament winners and children; the first population if there is none."""
        if not population:
            yield from self.breeder.first(self.size, rng)
            return
        from evosnn.evolution.engines.survival import rank_and_crowding

        # Ranks and crowding are not stored: recomputed, they are the same in a continued run.
        rank, crowding = rank_and_crowding(*_arrays(population))
        place = np.empty(len(population), np.int64)
        place[np.lexsort((-crowding, rank))] = np.arange(len(population))
        places = place.tolist()
        networks = [member.network for member in population]
        self.breeder.prepare_parents(networks)
        n = len(networks)

        def parent() -> Network:
            a, b = pick(rng, n), pick(rng, n)
            return networks[a if places[a] <= places[b] else b]

        seen = {network.key for network in networks}
        improved = self.breeder.improved(parent, self.size, seen, rng)
        yield from improved
        for _ in range(self.size - len(improved)):
            child = self.breeder.child(parent(), parent(), seen, rng)
            seen.add(child.network.key)
            yield child

    def tell(
        self, population: Sequence[Individual], offspring: Sequence[Individual], rng: Generator
    ) -> list[Individual]:
        """Return the survivors of both; of the first generation, all."""
        if not population:
            return list(offspring)
        both = [*population, *offspring]
        from evosnn.evolution.engines.survival import survivors

        costs, shortfalls = _arrays(both)
        return [both[i] for i in survivors(costs, shortfalls, self.size, self._choose, rng)]


def _arrays(
    individuals: Sequence[Individual],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ``(n, n_objectives)`` costs and ``(n,)`` shortfalls, relaxed while none is 0.

    Before any network meets the requirements, all but the worst quarter compete by their
    objectives, so that the search does not narrow to copies of the nearest one: the level control
    of the epsilon-constrained method (Takahama and Sakai, IEEE CEC 2006) in its simplest form.
    """
    costs = np.array([member.cost for member in individuals], dtype=np.float64)
    shortfalls = np.array([member.shortfall for member in individuals], dtype=np.float64)
    if shortfalls.min() > 0:
        level = np.sort(shortfalls)[3 * (shortfalls.size - 1) // 4]
        shortfalls = np.maximum(shortfalls - level, 0.0)
    return costs, shortfalls
