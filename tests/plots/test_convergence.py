from __future__ import annotations

import numpy as np
import pytest

from evosnn import plots
from evosnn.errors import SpecError
from evosnn.plots import Axis

from .helpers import with_gid

HISTORY = {
    "hypervolume": np.array([0.1, 0.4, 0.5]),
    "best_accuracy": np.array([np.nan, 0.8, 0.9]),
    "smallest_size": np.array([9, 7, 7]),
}


def test_each_figure_has_a_panel_over_shared_generations():
    accuracy = Axis("best_accuracy", "best accuracy", "share of samples", maximise=True)
    figure = plots.convergence(HISTORY, "t", [accuracy])
    labels = [ax.get_ylabel() for ax in figure.axes]
    assert labels == ["hypervolume", "best accuracy\n(share of samples)", "smallest size"]
    assert figure.axes[-1].get_xlabel() == "generation"
    assert len({ax.get_xlim() for ax in figure.axes}) == 1
    for ax, (name, values) in zip(figure.axes, HISTORY.items(), strict=True):
        (line,) = with_gid(ax, name)
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert all(tick == round(tick) for tick in figure.axes[2].get_yticks())


def test_generations_can_be_numbered():
    figure = plots.convergence(HISTORY, "t", generations=np.array([10, 20, 30]))
    (line,) = with_gid(figure, "hypervolume")
    np.testing.assert_array_equal(line.get_xdata(), [10, 20, 30])


@pytest.mark.parametrize("values", [[0.5], [np.nan, np.nan]])
def test_little_can_be_drawn(values):
    figure = plots.convergence({"best": np.array(values)})
    assert len(figure.axes) == 1


@pytest.mark.parametrize(
    ("history", "words"),
    [({}, "empty"), ({"a": np.ones(3), "b": np.ones(2)}, "'b'"), ({"a": np.ones(0)}, "'a'")],
)
def test_wrong_history_gets_one_sentence(history, words):
    with pytest.raises(SpecError, match=words):
        plots.convergence(history)
