"""Who survives, on arrays: rows of costs in, indices out.

Sorting into fronts is moocore's, and the survivals of SMS-EMOA, AGE-MOEA2 and NSGA-III are
pymoo's; what is infeasible, and what is a clone in objective space, is settled before they are
asked.
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
"""Picks so many rows of costs and returns their indices."""

_CLONES = 2  # networks with equal objective values that may survive side by side
_SORTING = NonDominatedSorting()


def survivors(
    costs: NDArray[np.float64],
    shortfalls: NDArray[np.float64],
    wanted: int,
    choose: Choose,
    rng: Generator,
) -> list[int]:
    """Return who survives: those that fall short of nothing, then those that do least.

    Args:
        costs: ``(n, n_objectives)``, less is better.
        shortfalls: ``(n,)``, how far each is from what is required.
        wanted: How many survive, or all if there are fewer.
        choose: Chooses among those that fall short of nothing.
        rng: Breaks ties.
    """
    sound, short = _sound_and_short(shortfalls)
    kept: list[int] = []
    if sound.size:
        places = _few_clones(costs[sound], min(wanted, sound.size))
        if places.size > wanted:
            places = places[choose(costs[sound[places]], wanted, rng)]
        kept = sound[places].tolist()
    return [*kept, *short[: wanted - len(kept)].tolist()]


def rank_and_crowding(
    costs: NDArray[np.float64], shortfalls: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the number of each one's front, and its crowding distance.

    What falls short of something ranks behind all fronts.
    """
    rank, crowding = np.full(len(costs), len(costs)), np.zeros(len(costs))
    sound, _ = _sound_and_short(shortfalls)
    if sound.size:
        rank[sound] = moocore.pareto_rank(costs[sound])
        crowding[sound] = crowding_distances(costs[sound], rank[sound])
    return rank, crowding


def crowding_distances(costs: NDArray[np.float64], rank: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far each one's neighbours in its front are apart (Deb et al. 2002).

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
    """Return what chooses as one of pymoo's survivals does."""
    problem = Problem(n_var=1, n_obj=n_objectives)

    def choose(costs: NDArray[np.float64], wanted: int, rng: Generator) -> NDArray[np.int64]:
        population = Population.create(*[_row(i, cost) for i, cost in enumerate(costs)])
        left = survival.do(problem, population, n_survive=wanted, random_state=rng)
        return np.array([item.data["row"] for item in left], dtype=np.int64)

    return choose


def choose_by_directions(
    costs: NDArray[np.float64], wanted: int, rng: Generator
) -> NDArray[np.int64]:
    """Choose those that lie nearest to evenly spaced directions, few each (NSGA-III).

    pymoo's survival keeps ideal and nadir points from one call to the next, which a continued
    campaign would not have; here they are of those who compete now.
    """
    from pymoo.algorithms.moo.nsga3 import ReferenceDirectionSurvival

    n = costs.shape[1]
    survival = ReferenceDirectionSurvival(_directions(n, wanted))
    return choose_by_pymoo(survival, n)(costs, wanted, rng)


@cache
def _directions(n_objectives: int, most: int) -> NDArray[np.float64]:
    """Evenly spaced reference directions (Das and Dennis), no more than ``most`` if possible."""
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


def _sound_and_short(
    shortfalls: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of those that fall short of nothing, and of the others, the least first."""
    short = np.flatnonzero(shortfalls > 0)
    return np.flatnonzero(shortfalls <= 0), short[np.argsort(shortfalls[short])]


def _few_clones(costs: NDArray[np.float64], wanted: int) -> NDArray[np.int64]:
    """Rows left when all but a few of equal costs step back; the first if too few are left.

    Sizes are whole numbers and accuracy has steps, so clones in objective space are common,
    and crowding alone lets them fill half a population.
    """
    order = np.lexsort(costs.T)  # equal costs side by side, the first one first
    ranked = costs[order]
    differs = np.append(True, (ranked[1:] != ranked[:-1]).any(axis=1))
    place = np.arange(order.size)
    clones = place - np.maximum.accumulate(np.where(differs, place, 0))  # before each
    kept, back = order[clones < _CLONES], np.sort(order[clones >= _CLONES])
    return np.sort(np.append(kept, back[: max(wanted - kept.size, 0)]))
