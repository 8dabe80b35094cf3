from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evosnn import plots
from evosnn.assessment import SWEEPS, assess
from evosnn.hardware import WeightVariation
from tests.assessment.benches import make_bench, make_network

from .helpers import overlapping, text_boxes, texts, with_gid


@pytest.fixture(scope="module")
def found():
    trial = make_bench()
    return [assess(make_network(trial, seed), trial, trials=10) for seed in (0, 1)]


def test_every_level_and_fault_is_drawn(found):
    figure = plots.resilience(found[0], "a network")
    for name in {level.mechanism for level in found[0].levels}:
        (line,) = with_gid(figure, f"mean {name}")
        means = [level.mean for level in found[0].levels if level.mechanism == name]
        np.testing.assert_array_equal(line.get_ydata(), means)
    for kind, scores in found[0].single_faults.by_kind().items():
        bars = [bar for bar in with_gid(figure, kind) if bar.get_height() > 0]
        assert min(bar.get_x() for bar in bars) <= scores.min() + 1e-9
        assert max(bar.get_x() + bar.get_width() for bar in bars) >= scores.max() - 1e-9
    (line,) = with_gid(figure, "decisions")
    epsilon = line.get_xdata() / 100
    np.testing.assert_array_equal(line.get_ydata(), found[0].certificate.decision_share(epsilon))
    assert any("none published" in text for text in texts(figure))
    assert not overlapping(text_boxes(figure, ("cost",)))


def test_a_sweep_of_one_level_and_a_campaign_s_own_mechanisms_are_drawn():
    trial = make_bench()
    sweeps = [replace(SWEEPS[0], levels=SWEEPS[0].levels[:1])]
    own = [WeightVariation(sigma=0.1), WeightVariation(sigma=0.2)]
    found, other = (
        assess(make_network(trial, seed), trial, trials=10, sweeps=sweeps, mechanisms=own)
        for seed in (0, 1)
    )
    figure = plots.resilience(found, "a network", other)
    assert len(with_gid(figure, f"mean {SWEEPS[0].name}")) == 1
    shown = texts(figure)
    assert [shown.count(n) for n in ("weight variation 2", "together")] == [1, 1]
    assert shown.count("weight variation") == 2  # the sweep and the campaign's
    for levels, gid in ((found.levels, "mean"), (other.levels, "against")):
        for level in levels[1:]:
            (dot,) = with_gid(figure, f"{gid} {level.mechanism}")
            assert dot.get_xdata() == [level.mean]
    assert len(with_gid(figure, "own worst")) == 3


def test_another_network_is_drawn_beside_it(found):
    figure = plots.resilience(found[0], "two", found[1])
    (line,) = with_gid(figure, "against all")
    means = [level.mean for level in found[1].levels if level.mechanism == "all"]
    np.testing.assert_array_equal(line.get_ydata(), means)
    assert "the other network's mean" in texts(figure)
