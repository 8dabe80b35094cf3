"""Turns that threads take, and where the groups of chips lie."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numba import njit

from evosnn.simulation.layout.lanes import group_sizes, lay_groups
from evosnn.simulation.llvm.neuron_step import VECTOR
from evosnn.simulation.llvm.work_queue import new_queue, pop


@njit(nogil=True)
def _take(queue, mine):
    taken = 0
    while True:
        turn = pop(queue)
        if turn >= mine.size:
            return taken
        mine[turn] += 1
        taken += 1


def test_every_turn_is_taken_by_one_thread():
    queue, taken = new_queue(), np.zeros((4, 1_000_000), np.int64)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda mine: _take(queue, mine), taken))
    assert (taken.sum(axis=0) == 1).all()
    assert found == taken.sum(axis=1).tolist()


@pytest.mark.parametrize("n_instances", [1, 17, 33, 70, 201])
@pytest.mark.parametrize("n_samples", [1, 8, 9, 336])
@pytest.mark.parametrize("words", [2, 8])
def test_groups_hold_all_instances_and_groups_of_a_size_share_blocks(n_instances, n_samples, words):
    size, instance, start, stop = lay_groups(n_instances, n_samples, words).T
    assert size.tolist() == group_sizes(n_instances)
    assert instance.tolist() == [0, *np.cumsum(size)[:-1]]
    assert ((stop - start) * words * VECTOR >= size * n_samples).all()
    assert ((stop - start - 1) * words * VECTOR < size * n_samples).all()
    spans = dict.fromkeys(zip(size.tolist(), start.tolist(), stop.tolist(), strict=True))
    assert len(spans) == len(set(size.tolist()))
    edges = [0, *(stop for *_, stop in spans)]
    assert [start for _, start, _ in spans] == edges[:-1]
