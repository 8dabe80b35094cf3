"""Survival selection on arrays: rows of costs in, indices of survivors out.

Sorting into fronts is moocore's and pymoo's, and the survival of SMS-EMOA, AGE-MOEA2 and NSGA-III
is pymoo's. Members that miss a requirement, and members of equal costs, are dealt with before they
are asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import comb
from typing import Any

import moocore
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pymoo.core.individual import Individual as PymooIndividual
from pymoo.core.population import Population
from pymoo.core.problem import Problem
from pymoo.core.survival import Survival
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting
from pymoo.util.randomized_argsort import randomized_argsort

__all__ = [
    "Choose",
    "choose_by_directions",
    "choose_by_pymoo",
    "choose_by_rank",
    "crowding_distances",
    "rank_and_crowding",
    "survivors",
]

Choose = Callable[[NDArray[np.float64], int, Generator], NDArray[np.int64]]
"""Chooses a number of rows of ``(n, n_objectives)`` costs and returns their indices."""

_CLONES = 2  # networks with equal objective values that may survive side by side
_SORTING = NonDominatedSorting()


def survivors(
    costs: NDArray[np.float64],
    shortfalls: NDArray[np.float64],
    wanted: int,
    choose: Choose,
    rng: Generator,
) -> list[int]:
    """Return the indices of the survivors: members that meet the requirements, then the nearest.

    Args:
        costs: ``(n, n_objectives)``, less is better.
        shortfalls: ``(n,)``, distance of each from the requirements; 0 if it meets them.
        wanted: Number of survivors; all survive if there are fewer.
        choose: Chooses among those that meet the requirements.
        rng: Breaks ties.
    """
    feasible, short = _feasible_and_not(shortfalls)
    chosen: list[int] = []
    if feasible.size:
        places = _few_clones(costs[feasible], min(wanted, feasible.size))
        if places.size > wanted:
            places = places[choose(costs[feasible[places]], wanted, rng)]
        chosen = feasible[places].tolist()
    return [*chosen, *short[: wanted - len(chosen)].tolist()]


def rank_and_crowding(
    costs: NDArray[np.float64], shortfalls: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the number of each member's front from 0, and its crowding distance, ``(n,)`` each.

    Members that miss a requirement rank behind all fronts.

    Args:
        costs: ``(n, n_objectives)``, less is better.
        shortfalls: ``(n,)``, distance of each from the requirements.
    """
    rank, crowding = np.full(len(costs), len(costs)), np.zeros(len(costs))
    feasible, _ = _feasible_and_not(shortfalls)
    if feasible.size:
        rank[feasible] = moocore.pareto_rank(costs[feasible])
        crowding[feasible] = crowding_distances(costs[feasible], rank[feasible])
    return rank, crowding


def crowding_distances(costs: NDArray[np.float64], rank: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the distance between each one's neighbours in its front (Deb et al. 2002).

    Args:
        costs: ``(n, n_objectives)``.
        rank: ``(n,)``, the number of each one's front, from 0.

    Returns:
        ``(n,)``, mean over the objectives, each scaled to its range in the front; infinite at the
        ends of a front.
    """
    size = np.bincount(rank)
    start = np.cumsum(size) - size  # of each front, where all are in order
    gap, distance = np.zeros(rank.size + 1), np.zeros(rank.size)
    for values in costs.T:
        order = np.lexsort((values, rank))
        first, last = order[start], order[start + size - 1]
        span = values[last] - values[first]
        gap[1:-1] = np.diff(values[order])
        gap[start] = 0.0  # from one front to the next
        scale = np.repeat(np.where(span > 0, span, np.inf), size)
        distance[order] += gap[:-1] / scale + gap[1:] / scale
        distance[first[span > 0]] = distance[last[span > 0]] = np.inf
    distance[size[rank] <= 2] = np.inf
    distance /= costs.shape[1]
    return distance


def choose_by_rank(costs: NDArray[np.float64], wanted: int, rng: Generator) -> NDArray[np.int64]:
    """Choose whole fronts, and of the one that does not fit the least crowded (NSGA-II)."""
    chosen: list[NDArray[np.int64]] = []
    left = wanted
    for front in _SORTING.do(costs, n_stop_if_ranked=wanted):
        if front.size > left:
            surplus = front.size - left
            crowding = crowding_distances(costs[front], np.zeros(front.size, np.int64))
            order = randomized_argsort(crowding, order="descending", random_state=rng)
            front = front[order[:-surplus]]
        chosen.append(front)
        left -= front.size
    return np.concatenate(chosen)


def choose_by_pymoo(survival: Survival, n_objectives: int) -> Choose:
    """Return a function that chooses as one of pymoo's survival operators does."""
    problem = Problem(n_var=1, n_obj=n_objectives)

    def choose(costs: NDArray[np.float64], wanted: int, rng: Generator) -> NDArray[np.int64]:
        population = Population.create(*[_row(i, cost) for i, cost in enumerate(costs)])
        left = survival.do(problem, population, n_survive=wanted, random_state=rng)
        return np.array([item.data["row"] for item in left], dtype=np.int64)

    return choose


def choose_by_directions(
    costs: NDArray[np.float64], wanted: int, rng: Generator
) -> NDArray[np.int64]:
    """Choose the members nearest to evenly spaced directions, a few for each (NSGA-III).

    pymoo's survival remembers ideal and nadir points from one call to the next, which a continued
    campaign would not have; here they are those of the present members.
    """
    from pymoo.algorithms.moo.nsga3 import ReferenceDirectionSurvival

    n = costs.shape[1]
    survival = ReferenceDirectionSurvival(_directions(n, wanted))
    return choose_by_pymoo(survival, n)(costs, wanted, rng)


@cache
def _directions(n_objectives: int, most: int) -> NDArray[np.float64]:
    """Return evenly spaced directions (Das and Dennis), at most ``most`` if possible."""
    from pymoo.util.ref_dirs import get_reference_directions

    partitions = 1
    while comb(partitions + n_objectives, n_objectives - 1) <= most:
        partitions += 1
    found = get_reference_directions("das-dennis", n_objectives, n_partitions=partitions)
    return np.asarray(found, dtype=np.float64)


def _row(index: int, cost: NDArray[np.float64]) -> Any:
    item = PymooIndividual(row=index)
    item.set("F", cost)
    return item


def _feasible_and_not(
    shortfalls: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the indices of those that meet the requirements, and of the others, nearest first."""
    short = np.flatnonzero(shortfalls > 0)
    return np.flatnonzero(shortfalls <= 0), short[np.argsort(shortfalls[short])]


def _few_clones(costs: NDArray[np.float64], wanted: int) -> NDArray[np.int64]:
    """Return the rows without surplus clones, rows of equal costs; with the first if too few.

    Sizes are integers and accuracy has steps, so clones in objective space are common, and
    crowding alone lets them fill half a population.
    """
    order = np.lexsort(costs.T)  # equal costs side by side, in their order
    ranked = costs[order]
    differs = np.append(True, (ranked[1:] != ranked[:-1]).any(axis=1))
    place = np.arange(order.size)
    clones = place - np.maximum.accumulate(np.where(differs, place, 0))  # clones before each
    left, surplus = order[clones < _CLONES], np.sort(order[clones >= _CLONES])
    return np.sort(np.append(left, surplus[: max(wanted - left.size, 0)]))
