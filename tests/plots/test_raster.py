from __future__ import annotations

import numpy as np
import pytest

from evosnn import plots
from evosnn.errors import SpecError

from .helpers import make_network, with_gid


def test_rows_are_inputs_hidden_outputs_with_their_spikes(iris):
    spikes = np.random.default_rng(0).random((20, 9)) < 0.3
    spikes[:, 3] = False
    figure = plots.raster(spikes, iris, "t", list("abcd"), list("xyz"))
    (ax,) = figure.axes
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["c", "d", "neuron 4", "neuron 5", "x", "y", "z"]  # a, b: no synapse
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first row is the upper one
    assert ax.get_xlabel() == "timestep (2 inputs without a synapse not shown)"
    for k, row in enumerate(with_gid(ax, "spikes"), start=2):
        times = [segment[0][0] for segment in row.get_segments()]
        np.testing.assert_array_equal(times, np.flatnonzero(spikes[:, k]))
    counts = [int(text.get_text()) for text in with_gid(ax, "count")]
    assert counts == spikes.sum(axis=0).tolist()[2:]


def test_many_neurons_can_be_drawn():
    network = make_network(64, 12, 10, 80)
    figure = plots.raster(np.zeros((5, 86), dtype=bool), network)
    idle = set(range(64)) - {*network.pre.tolist(), *network.post.tolist()}
    assert len(with_gid(figure, "spikes")) == 86 - len(idle)


@pytest.mark.parametrize("shape", [(20, 8), (9,), (0, 9)])
def test_a_wrong_shape_gets_one_sentence(iris, shape):
    with pytest.raises(SpecError, match=r"\(n_timesteps, 9\)"):
        plots.raster(np.zeros(shape, dtype=bool), iris)
