from __future__ import annotations

import numpy as np
import pytest
from matplotlib.patches import PathPatch

from evosnn import plots
from evosnn.errors import SpecError
from evosnn.network import Network
from evosnn.plots.drawing.layout import lay_out
from evosnn.plots.drawing.routes import along, routes

from .helpers import make_network, overlapping, text_boxes, texts, with_gid

FLOWERS = ("sepal length", "sepal width", "petal length", "petal width")
KINDS = ("setosa", "versicolor", "virginica")


def synapses(figure):
    return {
        patch.get_gid(): patch
        for patch in figure.findobj(PathPatch)
        if (patch.get_gid() or "").startswith("synapse")
    }


@pytest.fixture
def figure(iris):
    return plots.network(iris, "the knee", FLOWERS, KINDS)


def test_every_neuron_and_synapse_is_drawn_once(iris, figure):
    ids = iris.ids.tolist()
    wanted = {f"synapse {ids[a]} to {ids[b]}" for a, b in zip(iris.pre, iris.post, strict=True)}
    assert set(synapses(figure)) == wanted
    assert all(len(with_gid(figure, gid)) == 1 for gid in wanted)
    assert all(len(with_gid(figure, f"neuron {i}")) == 1 for i in ids)


def test_names_counts_and_units_are_written(figure):
    written = texts(figure)
    for text in ("the knee", "synaptic weight", *FLOWERS, *KINDS):
        assert written.count(text) == 1, text
    assert "4 inputs (2 unused), 2 hidden, 3 outputs, 8 synapses" in written
    (note,) = [t for t in written if t.startswith("in a neuron")]
    assert "delay in timesteps" in note
    assert "leak (λ" in note


def test_thresholds_and_leaks_that_are_not_0_are_in_the_neurons(figure):
    written = sorted(t.get_text() for t in with_gid(figure, "threshold"))
    assert written == sorted(["1", "1", "1", "1", "64\nλ0.5", "30", "12", "45", "9"])


def test_delays_are_written_where_there_are_few(iris, figure):
    written = sorted(int(t.get_text()) for t in with_gid(figure, "delay"))
    assert written == sorted(iris.delay.tolist())


@pytest.mark.parametrize(("n_synapses", "labels"), [(25, 25), (26, 0)])
def test_delays_stop_at_25_synapses(n_synapses, labels):
    figure = plots.network(make_network(8, 4, 3, n_synapses), "t")
    assert len(with_gid(figure, "delay")) == labels
    (note,) = [t for t in texts(figure) if t.startswith("in a neuron")]
    assert ("delays: 1 to 8 timesteps" in note) == (labels == 0)


def test_sign_is_told_by_colour_and_by_end_and_size_by_width(figure):
    drawn = synapses(figure)
    strong, weak, negative = (drawn[f"synapse {s}"] for s in ("5 to 8", "4 to 5", "2 to 6"))
    red, _, blue, _ = negative.get_edgecolor()
    assert red > blue
    red, _, blue, _ = strong.get_edgecolor()
    assert blue > red
    assert strong.get_linewidth() > weak.get_linewidth()
    arrow, bar = (
        with_gid(figure, f"synapse {s} end")[0].get_xy()[:4] for s in ("5 to 8", "2 to 6")
    )
    assert lopsided(arrow) > 0.03
    assert lopsided(bar) < 1e-9


def lopsided(corners):
    """How far, in inches, the middle of a shape's corners is from the middle of its extent."""
    centred = corners - corners.mean(axis=0)
    along = centred @ np.linalg.svd(centred)[2].T
    return float(np.abs(along.max(axis=0) + along.min(axis=0)).max())


def test_the_colour_bar_is_symmetric_about_0(figure):
    (bar,) = [ax for ax in figure.axes if ax.get_gid() == "weights"]
    assert [t.get_text() for t in bar.get_xticklabels()] == ["−120", "0", "120"]


def test_unused_inputs_are_faint(figure):
    faint, used = (with_gid(figure, f"neuron {i}")[0] for i in (0, 2))
    assert np.mean(faint.get_edgecolor()[:3]) > 0.6
    assert np.mean(used.get_edgecolor()[:3]) < 0.3


def test_columns_run_from_inputs_by_distance_to_outputs(iris):
    layout = lay_out(iris, 5.0)
    assert sorted(map(sorted, layout.columns)) == [[0, 1, 2, 3], [4, 5], [6, 7, 8]]
    x = layout.xy[:, 0]
    assert x[:4].max() < x[4:6].min() <= x[4:6].max() < x[6:].min()
    chain = Network.create(
        threshold=np.ones(5),
        inputs=[0],
        outputs=[4],
        synapses=[(0, 1, 1, 1), (1, 2, 1, 1), (2, 4, 1, 1)],  # nothing reaches 3
    )
    assert lay_out(chain, 5.0).columns == [[0], [1], [2, 3], [4]]


@pytest.mark.parametrize("shape", [(8, 3, 3, 16), (8, 12, 3, 40), (64, 12, 10, 80)])
def test_neurons_do_not_overlap(shape):
    layout = lay_out(make_network(*shape), 5.0)
    apart = np.linalg.norm(layout.xy[:, None] - layout.xy, axis=2)
    reach = layout.radius[:, None] + layout.radius
    np.fill_diagonal(apart, np.inf)
    assert np.all(apart > reach)


def test_a_synapse_and_its_reverse_keep_apart(iris):
    layout = lay_out(iris, 5.0)
    pairs = list(zip(iris.pre.tolist(), iris.post.tolist(), strict=True))
    curves = routes(iris, layout, np.empty((0, 4)))
    middles = [along(c, np.array([0.5]))[0] for c in curves]
    there, back = middles[pairs.index((4, 5))], middles[pairs.index((5, 4))]
    assert np.linalg.norm(there - back) > 0.15


def test_a_self_loop_leaves_its_neuron_and_comes_back(iris):
    layout = lay_out(iris, 5.0)
    pairs = list(zip(iris.pre.tolist(), iris.post.tolist(), strict=True))
    loop = routes(iris, layout, np.empty((0, 4)))[pairs.index((4, 4))]
    away = np.linalg.norm(along(loop, np.linspace(0, 1, 50)) - layout.xy[4], axis=1)
    assert away[0] == pytest.approx(0)
    assert away[-1] == pytest.approx(0)
    assert away.max() > layout.radius[4] + 0.15


@pytest.mark.parametrize("shape", [(4, 2, 3, 9), (8, 3, 3, 16), (64, 12, 10, 80), (256, 0, 10, 90)])
def test_texts_neither_overlap_nor_leave_the_figure(shape):
    figure = plots.network(make_network(*shape), "t")
    boxes = text_boxes(figure, ("name", "delay", "threshold"))
    assert len(boxes) > shape[1]
    assert not overlapping(boxes)
    edge = figure.bbox.extents
    for text, box in boxes.items():
        assert np.all(box[:2] >= edge[:2]), text
        assert np.all(box[2:] <= edge[2:]), text


def test_many_inputs_name_runs_of_unused_ones_together():
    network = Network.create(
        threshold=np.ones(66),
        inputs=range(64),
        outputs=[64, 65],
        synapses=[(0, 64, 1, 1), (63, 65, -1, 1)],
    )
    written = [t.get_text() for t in with_gid(plots.network(network, "t"), "name")]
    assert written == ["input 0", "input 1 … input 62", "input 63", "output 0", "output 1"]


def test_a_neuron_that_is_input_and_output_is_named_as_both():
    network = Network.create(
        threshold=[1, 1], inputs=[0, 1], outputs=[1], synapses=[(0, 1, 2.0, 1)]
    )
    figure = plots.network(network, "t", ["a", "b"], ["c"])
    assert [t.get_text() for t in with_gid(figure, "name")] == ["a", "c (is b too)"]


def test_a_network_without_synapses_has_no_colour_bar():
    figure = plots.network(Network.create(threshold=[1, 1], inputs=[0], outputs=[1]), "t")
    assert not [ax for ax in figure.axes if ax.get_gid() == "weights"]
    assert not synapses(figure)
    assert "1 input (1 unused), 0 hidden, 1 output, 0 synapses" in texts(figure)


@pytest.mark.parametrize("weight", [0.0, 1e-9, 3.25, 1e6])
def test_any_weight_can_be_drawn(weight):
    network = Network.create(
        threshold=[1, 1], inputs=[0], outputs=[1], synapses=[(0, 1, weight, 1)]
    )
    assert len(synapses(plots.network(network, "t"))) == 1


def test_wrong_names_and_an_empty_network_get_one_sentence(iris):
    with pytest.raises(SpecError, match="input_names has length 2, but the network has 4"):
        plots.network(iris, "t", ["a", "b"])
    with pytest.raises(SpecError, match="output_names has length 1, but the network has 3"):
        plots.network(iris, "t", None, ["a"])
    with pytest.raises(SpecError, match="no neuron"):
        plots.network(Network.create(threshold=[], inputs=[], outputs=[]), "t")


def test_long_names_and_dollars_are_written_plainly(iris):
    long = "the mean of the concavity of the nucleus in $"
    figure = plots.network(iris, "a $ sign $", [long, "$x$", "c", "d"])
    figure.draw_without_rendering()
    names = [t.get_text() for t in with_gid(figure, "name")]
    assert names[0].endswith("…")
    assert len(names[0]) <= 28
    assert names[1] == r"\$x\$"


def test_a_long_name_keeps_the_number_of_its_input(iris):
    names = [f"od280/od315_of_diluted_wines [{k}]" for k in range(4)]
    written = [t.get_text() for t in with_gid(plots.network(iris, "t", names), "name")]
    assert written[:4] == [f"od280/od315_of_diluted_… [{k}]" for k in range(4)]
    assert len(written[0]) == 28


def test_names_keep_clear_of_halos(iris):
    harm = np.full(9, 0.4), np.zeros(8)
    figure = plots.network(iris, "t", FLOWERS, KINDS, harm)
    figure.draw_without_rendering()
    halos = [patch.get_window_extent() for patch in with_gid(figure, "mark")]
    assert len(halos) == 9
    gap = 0.05 * figure.dpi
    for text in with_gid(figure, "name"):
        box = text.get_window_extent()
        beside = [h for h in halos if h.y0 < (box.y0 + box.y1) / 2 < h.y1]
        assert beside
        assert all(box.x1 + gap < h.x0 or h.x1 + gap < box.x0 for h in beside)


def test_parts_whose_faults_cost_accuracy_are_marked(iris):
    assert not with_gid(plots.network(iris), "mark")
    neurons, synapses = np.zeros(9), np.zeros(8)
    neurons[[4, 6]], synapses[1] = (0.2, 0.4), 0.1
    figure = plots.network(iris, harm=(neurons, synapses), unit="share of samples")
    marks = with_gid(figure, "mark")
    assert len(marks) == 3
    radii = sorted(mark.radius for mark in marks if hasattr(mark, "radius"))
    assert len(radii) == 2
    assert any("up to 0.40 (share of samples)" in text for text in texts(figure))
    harmless = plots.network(iris, harm=(np.zeros(9), np.zeros(8)))
    assert "no single fault costs anything" in texts(harmless)
