"""Scores against levels, and networks compared chip by chip."""

import numpy as np
import pytest

from evosnn.assessment import ALL, SWEEPS, Level, Sweep, compare_levels, try_levels, try_own
from evosnn.errors import SpecError
from evosnn.evaluation import derive_seed, mean_interval
from evosnn.hardware import DeadNeurons, WeightVariation, draw_instances
from tests.assessment.benches import CHIP, make_network

FEW = tuple(sweep for sweep in SWEEPS if sweep.name in ("weight-variation", "dead-neurons"))


def test_every_level_is_scored_on_its_own_chips(iris_network, bench):
    levels = try_levels(iris_network, bench, trials=20, seed=5, sweeps=FEW)
    names = [(level.mechanism, level.level) for level in levels]
    expected = [(s.name, x) for s in FEW for x in s.levels] + [(ALL, float(k)) for k in range(1, 6)]
    assert names == expected
    for level, mechanisms in (
        (levels[2], [WeightVariation(sigma=0.1)]),
        (levels[9], [DeadNeurons(rate=0.1)]),
        (levels[-1], [WeightVariation(sigma=0.3), DeadNeurons(rate=0.1)]),
    ):
        chips = draw_instances(
            [iris_network], CHIP, mechanisms, 20, derive_seed(5, "assess levels")
        )
        np.testing.assert_array_equal(level.scores, bench.score(iris_network, chips))
        assert level.worst == level.scores.min() <= level.p05 <= level.mean
        assert level.band[0] <= level.mean <= level.band[1]


def test_noise_does_harm_in_the_end(iris_network, bench):
    levels = try_levels(iris_network, bench, trials=60)
    nominal = bench.score(iris_network)[0]
    last = [level for level in levels if level.mechanism == ALL][-1]
    assert last.band[1] < nominal
    assert len(levels) == 5 * (len(SWEEPS) + 1)


def test_a_band_has_a_width_even_if_no_chip_differs():
    alike = Level("weight-variation", 0.1, np.full(200, 0.9), (0.0, 1.0))
    assert alike.band == mean_interval(alike.scores, alike.span)
    (off,) = compare_levels([alike], [alike])
    assert off.band == mean_interval(np.zeros(200), (-1.0, 1.0))
    assert off.band[0] < 0 < off.band[1]


def test_a_network_is_no_better_than_itself(iris_network, bench):
    levels = try_levels(iris_network, bench, trials=10, sweeps=FEW)
    again = try_levels(iris_network, bench, trials=10, sweeps=FEW)
    for difference in compare_levels(levels, again):
        assert difference.mean == difference.better == difference.worse == 0


def test_a_pair_is_compared_chip_by_chip(iris_network, bench):
    other = make_network(bench, seed=1)
    a, b = (try_levels(net, bench, trials=30, sweeps=FEW) for net in (iris_network, other))
    for x, y, found in zip(a, b, compare_levels(a, b), strict=True):
        assert found.mean == pytest.approx(x.mean - y.mean)
        assert found.better + found.worse <= 1
        assert found.band == mean_interval(x.scores - y.scores, (-1.0, 1.0))
    with pytest.raises(SpecError, match="same levels"):
        compare_levels(a, b[1:])
    with pytest.raises(SpecError, match="same number of chips"):
        compare_levels(a, try_levels(other, bench, trials=5, sweeps=FEW))


def test_sweeps_of_different_lengths_are_refused(iris_network, bench):
    odd = Sweep("odd", (0.1,), "", lambda x: WeightVariation(sigma=x))
    with pytest.raises(SpecError, match="same number of levels"):
        try_levels(iris_network, bench, sweeps=(odd, FEW[0]))
    assert len(try_levels(iris_network, bench, trials=4, sweeps=(odd,))) == 1


def test_a_campaign_s_own_mechanisms_are_tried_as_they_are(iris_network, bench):
    own = [WeightVariation(sigma=0.2), DeadNeurons(rate=0.1)]
    levels = try_own(iris_network, bench, own, trials=20, seed=5)
    assert [level.mechanism for level in levels] == [
        "campaign's weight-variation", "campaign's dead-neurons", "campaign's together",
    ]  # fmt: skip
    for level, mechanisms in zip(levels, (own[:1], own[1:], own), strict=True):
        chips = draw_instances(
            [iris_network], CHIP, mechanisms, 20, derive_seed(5, "assess levels")
        )
        np.testing.assert_array_equal(level.scores, bench.score(iris_network, chips))
    assert try_own(iris_network, bench, []) == []
    twice = try_own(iris_network, bench, [own[0], WeightVariation(sigma=0.4)], trials=4)
    assert [level.mechanism for level in twice] == [
        "campaign's weight-variation", "campaign's weight-variation 2", "campaign's together",
    ]  # fmt: skip
