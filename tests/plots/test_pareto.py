from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from evosnn import plots
from evosnn.errors import SpecError
from evosnn.plots import Axis, FrontPoint

from .helpers import (
    ACCURACY,
    AXES,
    RESILIENCE,
    SYNAPSES,
    make_front,
    make_others,
    overlapping,
    text_boxes,
    texts,
    with_gid,
)


def flat(figure):
    return [ax for ax in figure.axes if ax.name != "3d"]


@pytest.mark.parametrize(("n_objectives", "panels", "spaces"), [(2, 1, 0), (3, 3, 1), (4, 6, 0)])
def test_every_pair_of_objectives_has_a_panel_and_three_a_view(n_objectives, panels, spaces):
    figure = plots.pareto(make_front(5), make_others(50, n_objectives), AXES[:n_objectives], "t")
    assert len(flat(figure)) == panels
    assert len(figure.axes) - panels == spaces
    pairs = {frozenset((ax.get_xlabel(), ax.get_ylabel())) for ax in flat(figure)}
    assert len(pairs) == panels


@pytest.mark.parametrize("n", [1, 2, 5, 30])
def test_every_network_of_the_front_is_in_every_panel(n):
    front = make_front(n)
    figure = plots.pareto(front, make_others(40, 3), AXES[:3], "t")
    ends = [[p.values["synapses"], p.values["accuracy"]] for p in front]
    (first, *_) = flat(figure)
    (drawn,) = with_gid(first, "front")
    np.testing.assert_allclose(drawn.get_xydata(), ends)
    for ax in figure.axes:
        (drawn,) = with_gid(ax, "front")
        assert len(drawn.get_xdata()) == n
        for x, y in drawn.get_xydata() if ax.name != "3d" else ():
            assert ax.get_xlim()[0] < x < ax.get_xlim()[1]
            assert ax.get_ylim()[0] < y < ax.get_ylim()[1]


def test_axes_have_names_units_and_point_to_better():
    figure = plots.pareto(make_front(3), make_others(5, 3), AXES[:3], "the title")
    (ax, *_) = flat(figure)
    assert ax.get_xlabel() == "← synapses"
    assert ax.get_ylabel() == "accuracy (share of samples) →"
    assert "the title" in texts(figure)


def test_the_knee_is_marked_once_a_panel_and_labelled_with_id_and_size():
    figure = plots.pareto(make_front(5, knee=2), make_others(50, 3), AXES[:3], "t")
    for ax in figure.axes:
        assert len(with_gid(ax, "knee")) == 1
    for ax in flat(figure):
        (label,) = with_gid(ax, "knee label")
        assert label.get_text() == "knee net2\n6 synapses"
        (star,) = with_gid(ax, "knee")
        assert label.xy == pytest.approx(tuple(star.get_xydata()[0]))
    assert sum(t == "knee: net2, 6 synapses" for t in texts(figure)) == 1


def test_no_knee_is_no_star():
    figure = plots.pareto(make_front(5, knee=None), make_others(50, 3), AXES[:3], "t")
    assert not with_gid(figure, "knee")
    assert not any("knee" in t for t in texts(figure))


def test_a_knee_label_stays_in_its_panel():
    figure = plots.pareto(make_front(30, knee=29), make_others(200), AXES, "t")
    for ax in flat(figure):
        (box,) = text_boxes(ax, ("knee label",)).values()
        panel = ax.get_window_extent().extents
        assert np.all(box[:2] > panel[:2] - 10)
        assert np.all(box[2:] < panel[2:] + 10)


def test_the_border_is_the_step_line_of_the_points_that_no_other_dominates():
    points = [(4, 0.5), (8, 0.9), (6, 0.4)]
    front = [FrontPoint(str(k), {"synapses": s, "accuracy": a}) for k, (s, a) in enumerate(points)]
    figure = plots.pareto(front, np.empty((0, 2)), [SYNAPSES, ACCURACY], "t")
    (ax,) = figure.axes
    (border,) = with_gid(ax, "border")
    low, right = ax.get_ylim()[0], ax.get_xlim()[1]
    corners = [(4, low), (4, 0.5), (8, 0.5), (8, 0.9), (right, 0.9)]
    np.testing.assert_allclose(border.get_xydata(), corners)


def test_held_out_figures_stand_on_their_own_axis():
    (point,) = make_front(1)
    figure = plots.pareto([point], np.empty((0, 3)), [ACCURACY, SYNAPSES, RESILIENCE], "t")
    accuracy, both, resilience = flat(figure)
    (shown,) = with_gid(accuracy, "held-out")
    np.testing.assert_allclose(shown.get_xydata(), [[4, point.test_accuracy]])
    (bar,) = with_gid(accuracy, "interval")
    np.testing.assert_allclose(bar.get_ydata(), point.test_interval)
    assert not with_gid(accuracy, "worst")

    (shown,) = with_gid(resilience, "held-out")
    np.testing.assert_allclose(shown.get_xydata(), [[4, point.perturbed_mean]])
    (bar,) = with_gid(resilience, "interval")
    np.testing.assert_allclose(bar.get_ydata(), [point.perturbed_p05, point.perturbed_mean])
    (worst,) = with_gid(resilience, "worst")
    np.testing.assert_allclose(worst.get_ydata(), [point.perturbed_worst])

    (shown,) = with_gid(both, "held-out")
    np.testing.assert_allclose(shown.get_xydata(), [[point.test_accuracy, point.perturbed_mean]])
    assert len(with_gid(both, "interval")) == 2


def test_what_was_not_tested_is_neither_drawn_nor_explained():
    figure = plots.pareto(make_front(4, tested=False), make_others(9, 3), AXES[:3], "t")
    assert not with_gid(figure, "held-out")
    assert not with_gid(figure, "interval")
    assert not any("held-out" in t for t in texts(figure))


def test_the_legend_explains_what_is_drawn():
    figure = plots.pareto(make_front(4), make_others(9, 3), AXES[:3], "t")
    (legend,) = figure.legends
    said = " ".join(t.get_text() for t in legend.get_texts())
    for word in ("(4 networks)", "border", "dominated networks (9", "knee", "worst", "interval"):
        assert word in said
    assert "held-out accuracy" in said
    assert "held-out resilience" in said


def test_a_count_has_whole_ticks():
    figure = plots.pareto(make_front(3), np.empty((0, 2)), [ACCURACY, SYNAPSES], "t")
    (ax,) = figure.axes
    assert all(tick == round(tick) for tick in ax.get_xticks())
    assert any(tick != round(tick) for tick in ax.get_yticks())


def test_dominated_networks_that_are_not_finite_are_left_out():
    others = np.array([[0.1, 9.0], [np.nan, 9.0], [0.2, np.inf]])
    figure = plots.pareto(make_front(2), others, [ACCURACY, SYNAPSES], "t")
    (dots,) = with_gid(figure, "dominated")
    np.testing.assert_allclose(dots.get_offsets(), [[9.0, 0.1]])


def test_a_name_with_a_dollar_is_no_formula():
    cost = Axis("cost", "cost", "$")
    front = [FrontPoint("$a$", {"cost": 1.0, "accuracy": 0.5}, knee=True)]
    figure = plots.pareto(front, np.empty((0, 2)), [cost, ACCURACY], "in $")
    figure.draw_without_rendering()
    assert figure.axes[0].get_xlabel() == r"← cost (\$)"


def test_equal_networks_and_a_flat_axis_can_be_drawn():
    (point,) = make_front(1)
    twin = dataclasses.replace(point, id="twin", knee=False)
    figure = plots.pareto([point, twin], np.empty((0, 3)), AXES[:3], "t")
    assert len(with_gid(figure.axes[0], "front")[0].get_xdata()) == 2


@pytest.mark.parametrize(
    ("front", "others", "objectives", "words"),
    [
        ([], np.empty((0, 2)), AXES[:2], "front is empty"),
        (make_front(1), np.empty((0, 1)), AXES[:1], "2, 3 or 4 objectives, not 1"),
        (make_front(1), np.ones((3, 3)), AXES[:2], r"\(3, 3\); it takes \(n, 2\)"),
        ([FrontPoint("x", {"accuracy": 1})], np.empty((0, 2)), AXES[:2], "'x' has no .*'synapses'"),
    ],
)
def test_wrong_data_gets_one_sentence(front, others, objectives, words):
    with pytest.raises(SpecError, match=words) as caught:
        plots.pareto(front, others, objectives, "t")
    assert "\n" not in str(caught.value)


def test_the_callers_settings_neither_change_nor_matter():
    import matplotlib

    def picture():
        figure = plots.pareto(make_front(3), make_others(9, 2), AXES[:2], "t")
        figure.canvas.draw()
        return np.array(figure.canvas.buffer_rgba())

    plain = picture()
    with matplotlib.rc_context({"font.size": 20, "axes.facecolor": "black", "xtick.labelsize": 20}):
        before = dict(matplotlib.rcParams)
        styled = picture()
        assert dict(matplotlib.rcParams) == before
    np.testing.assert_array_equal(plain, styled)


def test_labels_do_not_overlap():
    figure = plots.pareto(make_front(30, knee=10), make_others(100), AXES, "t")
    assert not overlapping(text_boxes(figure, ("knee label",)))
