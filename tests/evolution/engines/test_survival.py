"""Survival selection: ranks and crowding distances against pymoo, and clones."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pymoo.operators.survival.rank_and_crowding.metrics import get_crowding_function
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

from evosnn.evolution.engines.survival import _few_clones, crowding_distances, rank_and_crowding


@given(
    seed=st.integers(0, 2**32),
    n=st.integers(1, 60),
    objectives=st.integers(1, 5),
    values=st.sampled_from([2, 5, 1000]),
)
def test_crowding_distances_equal_those_of_pymoo(seed, n, objectives, values):
    costs = np.random.default_rng(seed).integers(0, values, (n, objectives)) / 7.0
    rank, crowding = rank_and_crowding(costs, np.zeros(n))
    fronts = NonDominatedSorting().do(costs)
    for k, front in enumerate(fronts):
        wanted = get_crowding_function("cd").do(costs[front])
        np.testing.assert_array_equal(rank[front], k)
        np.testing.assert_array_equal(crowding[front], wanted)
        alone = crowding_distances(costs[front], np.zeros(front.size, np.int64))
        np.testing.assert_array_equal(alone, wanted)


def test_infeasible_members_rank_behind_all_fronts():
    rank, crowding = rank_and_crowding(np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([0.0, 0.5]))
    assert rank.tolist() == [0, 2]
    assert crowding.tolist() == [np.inf, 0.0]


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2)), min_size=1), st.data())
def test_at_most_two_members_of_equal_costs_remain(rows, data):
    wanted = data.draw(st.integers(1, len(rows)))
    kept = [i for i, row in enumerate(rows) if rows[:i].count(row) < 2]
    back = [i for i in range(len(rows)) if i not in kept]
    expected = sorted(kept + back[: max(wanted - len(kept), 0)])
    assert _few_clones(np.array(rows, float), wanted).tolist() == expected
