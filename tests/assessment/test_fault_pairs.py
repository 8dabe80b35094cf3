"""Pairs of faults: the sample, its size and its interval."""

import numpy as np
import pytest
from scipy import stats

from evosnn.assessment import sample_size, try_pairs
from evosnn.errors import SpecError
from evosnn.hardware import draw_instances
from evosnn.network import Network
from tests.assessment.benches import CHIP, make_network
from tests.assessment.test_single_faults import AS_MECHANISM


@pytest.fixture(scope="module")
def iris_network(bench):
    return make_network(bench, synapses=20)


@pytest.mark.parametrize(("population", "expected"), [(100, 100), (10_000, 6240), (10**9, 16588)])
def test_the_size_is_the_published_rule_s(population, expected):
    assert sample_size(population) == pytest.approx(expected, abs=1)
    assert sample_size(population, error=0.05) <= sample_size(population)


def test_a_sample_of_that_size_is_as_close_as_promised():
    rng = np.random.default_rng(0)
    n = sample_size(5_000, 0.03, 0.95)
    share = rng.hypergeometric(2_500, 2_500, n, 4_000) / n
    held = int((np.abs(share - 0.5) <= 0.03).sum())
    assert stats.binomtest(held, 4_000, 0.95).pvalue > 0.001 or held / 4_000 > 0.95


def test_both_faults_strike_and_parts_differ(iris_network, bench):
    found = try_pairs(iris_network, bench, error=0.1)
    assert len(set(found.pairs)) == len(found.pairs) == sample_size(found.population, 0.1)
    for k in range(0, len(found.pairs), 9):
        a, b = found.pairs[k]
        assert a.site[:2] != b.site[:2]
        mechanisms = [AS_MECHANISM[fault.kind](fault.site) for fault in (a, b)]
        chips = draw_instances([iris_network], CHIP, mechanisms, 1, np.random.SeedSequence(0))
        assert found.score[k] == bench.score(iris_network, chips)[0]


def test_the_population_is_counted(iris_network, bench):
    n_faults = 20 * 11 + 2 * iris_network.n_used
    same = 20 * 11 * 10 // 2 + iris_network.n_used
    found = try_pairs(iris_network, bench, error=0.2)
    assert found.population == n_faults * (n_faults - 1) // 2 - same


def test_the_critical_share_has_an_interval(iris_network, bench):
    found = try_pairs(iris_network, bench, error=0.05)
    share, low, high = found.critical(0.05)
    assert share == (found.score < found.nominal - 0.05).mean()
    assert 0 <= low < share < high <= 1
    assert found.critical(0.5)[0] <= share


def test_one_seed_one_sample(iris_network, bench):
    a, b, c = (try_pairs(iris_network, bench, error=0.1, seed=s).pairs for s in (1, 1, 2))
    assert a == b != c


def test_wrong_numbers_are_refused(iris_network, bench):
    with pytest.raises(SpecError, match="error is 0;"):
        sample_size(10, error=0)
    lone = Network.create(
        threshold=[1] * iris_network.inputs.size + [1] * 3,
        inputs=range(iris_network.inputs.size),
        outputs=range(iris_network.inputs.size, iris_network.inputs.size + 3),
    )
    assert try_pairs(lone, bench).population == 2 * 2 * 3
