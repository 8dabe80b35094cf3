"""Multi-objective engines on pymoo's ask and tell.

NSGA-II (Deb, Pratap, Agarwal and Meyarivan, IEEE TEVC 6(2), 2002), SMS-EMOA (Beume, Naujoks and
Emmerich, EJOR 181(3), 2007), AGE-MOEA2 (Panichella, GECCO 2022) and NSGA-III (Deb and Jain, IEEE
TEVC 18(4), 2014). They differ in who survives; parents are chosen alike, by binary tournaments on
rank and crowding. None of them keeps a state beside its population.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from math import comb
from typing import Any

import numpy as np
from numpy.random import Generator
from pymoo.algorithms.moo.age2 import AGEMOEA2, AGEMOEA2Survival
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.algorithms.moo.nsga3 import ReferenceDirectionSurvival
from pymoo.algorithms.moo.sms import SMSEMOA, LeastHypervolumeContributionSurvival
from pymoo.core.individual import Individual as PymooIndividual
from pymoo.core.infill import InfillCriterion
from pymoo.core.population import Population
from pymoo.core.problem import Problem
from pymoo.core.survival import Survival
from pymoo.core.termination import NoTermination
from pymoo.operators.survival.rank_and_crowding import RankAndCrowding
from pymoo.util.ref_dirs import get_reference_directions

from evosnn.evolution._breed import Breeder
from evosnn.evolution._population import Candidate, Individual
from evosnn.evolution._space import pick

__all__ = ["PYMOO_ENGINES", "PymooEngine"]

_CLONES = 2  # networks with equal objective values that may survive side by side


class _FewClones(Survival):  # type: ignore[misc]
    """A survival, after all but a few networks of equal objective values stepped back.

    Sizes are whole numbers and accuracy has steps, so clones in objective space are common,
    and crowding alone lets them fill half a population.
    """

    def __init__(self, inner: Survival) -> None:
        super().__init__(filter_infeasible=True)
        self.inner = inner

    def _do(
        self, problem: Any, pop: Any, *args: Any, n_survive: int | None = None, **kwargs: Any
    ) -> Any:
        wanted = len(pop) if n_survive is None else n_survive
        met: Counter[bytes] = Counter()
        kept: list[int] = []
        back: list[int] = []
        for i, cost in enumerate(pop.get("F")):
            met[cost.tobytes()] += 1
            (kept if met[cost.tobytes()] <= _CLONES else back).append(i)
        missing = max(wanted - len(kept), 0)
        chosen = sorted(kept + back[:missing])
        if len(chosen) <= wanted:
            return pop[chosen]
        return self.inner._do(problem, pop[chosen], *args, n_survive=wanted, **kwargs)


class _Nsga3Survival(Survival):  # type: ignore[misc]
    """NSGA-III's survival, with the ideal and nadir points of those who compete now.

    pymoo's keeps these points from generation to generation, which a continued campaign would
    not have; and it drops the random state where members are infeasible, who are out already.
    """

    def __init__(self) -> None:
        super().__init__(filter_infeasible=True)

    def _do(
        self, problem: Any, pop: Any, *args: Any, n_survive: int | None = None, **kwargs: Any
    ) -> Any:
        wanted = len(pop) if n_survive is None else n_survive
        directions = _directions(problem.n_obj, wanted)
        return ReferenceDirectionSurvival(directions)._do(
            problem, pop, *args, n_survive=wanted, **kwargs
        )


@cache
def _directions(n_objectives: int, most: int) -> Any:
    """Evenly spaced reference directions (Das and Dennis), no more than ``most`` if possible."""
    partitions = 1
    while comb(partitions + n_objectives, n_objectives - 1) <= most:
        partitions += 1
    return get_reference_directions("das-dennis", n_objectives, n_partitions=partitions)


PYMOO_ENGINES: dict[str, tuple[type, type]] = {
    "nsga2": (NSGA2, RankAndCrowding),
    "sms-emoa": (SMSEMOA, LeastHypervolumeContributionSurvival),
    "age-moea2": (AGEMOEA2, AGEMOEA2Survival),
    "nsga3": (NSGA2, _Nsga3Survival),
}
"""Algorithm and survival of each engine, by name."""


class _Mating(InfillCriterion):  # type: ignore[misc]
    """Binary tournaments by rank, then crowding; the breeder makes the children."""

    def __init__(self, breeder: Breeder) -> None:
        super().__init__()
        self.breeder = breeder

    def do(
        self, problem: Any, pop: Any, n_offsprings: int, *args: Any, random_state: Any = None,
        **kwargs: Any,
    ) -> Any:  # fmt: skip
        rng: Generator = random_state
        members = [item.data["individual"] for item in pop]
        order = np.lexsort((-pop.get("crowding"), pop.get("rank")))
        place = np.empty(len(pop), np.int64)
        place[order] = np.arange(len(pop))
        places = place.tolist()

        def parent() -> Individual:
            a, b = pick(rng, len(members)), pick(rng, len(members))
            chosen: Individual = members[a if places[a] <= places[b] else b]
            return chosen

        seen = {member.network.key for member in members}
        found = []
        for _ in range(n_offsprings):
            child = self.breeder.child(parent().network, parent().network, seen, rng)
            seen.add(child.network.key)
            found.append(PymooIndividual(candidate=child))
        return Population.create(*found)


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
        self._told: Sequence[Individual] | None = None
        algorithm, survival = PYMOO_ENGINES[kind]
        self._algorithm = algorithm(pop_size=size, n_offsprings=size, mating=_Mating(breeder))
        self._algorithm.survival = _FewClones(survival())
        self._algorithm.setup(
            Problem(n_var=1, n_obj=n_objectives, n_ieq_constr=1),
            termination=NoTermination(),
            seed=0,
        )
        self._algorithm.is_initialized = True
        self._algorithm.n_iter = 1

    def ask(self, population: Sequence[Individual], rng: Generator) -> list[Candidate]:
        """Return the children of tournament winners; random networks at first."""
        if not population:
            return self.breeder.first(self.size, rng)
        algorithm = self._algorithm
        algorithm.random_state = rng
        if population is not self._told:
            algorithm.pop = _as_pymoo(population, _slack(population))
        # Ranks and crowding are not stored: recomputed, they are the same in a continued run.
        algorithm.pop.set("rank", len(population))
        algorithm.pop.set("crowding", 0.0)
        RankAndCrowding().do(
            algorithm.problem, algorithm.pop, n_survive=len(population), random_state=rng
        )
        return [item.data["candidate"] for item in algorithm.ask()]

    def tell(
        self, population: Sequence[Individual], offspring: Sequence[Individual], rng: Generator
    ) -> list[Individual]:
        """Return the survivors of both; all of the first population."""
        if not population:
            return list(offspring)
        algorithm = self._algorithm
        algorithm.random_state = rng
        slack = _slack([*population, *offspring])
        algorithm.pop = _as_pymoo(population, slack)
        algorithm.tell(infills=_as_pymoo(offspring, slack))
        self._told = [item.data["individual"] for item in algorithm.pop]
        return self._told


def _slack(members: Sequence[Individual]) -> float:
    """How far from the requirements a member may be and still compete by its objectives.

    Nothing, once any member meets them. Before that, all but the worst quarter compete, so that
    the search does not narrow to copies of the one that is nearest (the level control of the
    epsilon-constrained method, Takahama and Sakai, IEEE CEC 2006, in its simplest form).
    """
    shortfalls = sorted(member.shortfall for member in members)
    return shortfalls[3 * (len(shortfalls) - 1) // 4] if shortfalls[0] > 0 else 0.0


def _as_pymoo(individuals: Sequence[Individual], slack: float) -> Any:
    items = []
    for member in individuals:
        item = PymooIndividual(individual=member)
        item.set("F", np.array(member.cost))
        item.set("G", np.array([max(member.shortfall - slack, 0.0)]))
        items.append(item)
    return Population.create(*items)
