"""The interval of a mean: closed forms, the bound it stands for, and how often it is right."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from evosnn.evaluation import mean_interval


@pytest.mark.parametrize(("ones", "n"), [(0, 20), (7, 20), (199, 200), (200, 200)])
def test_of_values_at_the_bounds_it_is_clopper_and_pearson_s(ones, n):
    values = np.repeat([1.0, 0.0], [ones, n - ones])
    known = stats.binomtest(ones, n).proportion_ci(confidence_level=0.95, method="exact")
    assert mean_interval(values, (0.0, 1.0)) == pytest.approx((known.low, known.high), abs=1e-12)


@pytest.mark.parametrize("n", [1, 20, 200])
@pytest.mark.parametrize(("value", "span"), [(0.9, (0, 1)), (1500, (0, 1500)), (0, (-1, 1))])
def test_of_equal_values_it_is_the_rule_of_three(value, span, n):
    unseen = 1 - 0.025 ** (1 / n)  # of values that may lie at a bound, and did not show
    low, high = mean_interval(np.full(n, float(value)), span)
    assert low == pytest.approx(value - unseen * (value - span[0]))
    assert high == pytest.approx(value + unseen * (span[1] - value))
    assert low < high


RARE = [(0.9, 0.005), (0.3, 0.01), (0.9, 0.03)]  # a fault that few chips have, and its score


@pytest.mark.parametrize(("score", "rate"), RARE)
def test_it_holds_the_mean_where_faults_are_rare_and_student_s_does_not(score, rate):
    rng = np.random.default_rng(4)
    true = (1 - rate) * 0.95 + rate * score
    held = student = 0
    for _ in range(1000):
        values = np.where(rng.random(60) < rate, score, 0.95)
        low, high = mean_interval(values, (0.0, 1.0))
        held += low <= true <= high
        reach = stats.t.ppf(0.975, 59) * values.std(ddof=1) / 60**0.5
        student += abs(values.mean() - true) <= reach
    assert held >= 950
    assert student < 900


def test_it_holds_the_mean_of_usual_scores_and_is_hardly_wider_than_student_s():
    rng = np.random.default_rng(5)
    held, widths = 0, []
    for _ in range(1000):
        values = rng.uniform(0.2, 1.0, 200)
        low, high = mean_interval(values, (0.0, 1.0))
        held += low <= 0.6 <= high
        reach = stats.t.ppf(0.975, 199) * values.std(ddof=1) / 200**0.5
        widths.append((high - low) / (2 * reach))
    assert stats.binomtest(held, 1000, 0.95, alternative="less").pvalue > 0.001
    assert np.mean(widths) < 1.15


def test_it_is_near_the_bound_that_it_stands_for():
    """Gaffke's bound as it is defined, by random weights."""
    rng = np.random.default_rng(6)
    weights = rng.dirichlet(np.ones(101), 20_000)
    for values in (rng.beta(8, 2, 100), np.where(rng.random(100) < 0.1, rng.random(100), 0.95)):
        low, high = mean_interval(values, (0.0, 1.0))
        drawn = [weights @ np.append(values, end) for end in (0.0, 1.0)]
        assert low == pytest.approx(np.quantile(drawn[0], 0.025), abs=0.006)
        assert high == pytest.approx(np.quantile(drawn[1], 0.975), abs=0.006)


SCORES = arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 1))


@given(SCORES)
def test_it_lies_within_the_bounds_and_holds_the_mean_that_was_seen(values):
    low, high = mean_interval(values, (0.0, 1.0))
    assert 0 <= low <= values.mean() + 1e-12
    assert values.mean() - 1e-12 <= high <= 1


def test_a_value_beyond_the_bounds_moves_them():
    values = np.array([-400.0, 100.0, 100.0])
    assert mean_interval(values, (-300.0, 250.0)) == mean_interval(values, (-400.0, 250.0))
