"""Recorded closed-loop runs of published cart-pole networks come out column for column.

``EVOSNN_CARTPOLE_RUNS`` names a folder with a CSV for each run (step, observations, input
spikes, output spikes, action) and, by the same name, its network as TENNLab JSON.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from evosnn.chips import chip_from_risp
from evosnn.simulation import Session
from evosnn.tasks import ArgyleEncoder, FlipFlopEncoder
from evosnn.tennlab import read_network

_LIMITS = {4: (2.4, 2.0, 0.209, 2.0), 2: (2.4, 0.209)}
"""What observations are scaled by, by how many there are: x, dx, theta, dtheta; or x, theta."""
_TIMESTEPS = 24

_FOLDER = os.environ.get("EVOSNN_CARTPOLE_RUNS", "")
_FILES = sorted(Path(_FOLDER).glob("*.csv")) if _FOLDER else []


@pytest.mark.parametrize("path", _FILES or [None], ids=lambda path: path.stem if path else "none")
def test_a_recorded_run(path):
    if not _FOLDER:
        pytest.skip("EVOSNN_CARTPOLE_RUNS names no folder of recorded cart-pole runs")
    assert path, f"{_FOLDER} holds no recorded runs (*.csv)"
    file = read_network(path.with_suffix(".json"))
    chip = chip_from_risp(file.parameters)
    names = path.read_text().splitlines()[0].split(",")
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    observed = table[:, [k for k, name in enumerate(names) if name.startswith("obs")]]
    inputs = table[:, [k for k, name in enumerate(names) if name.startswith("in")]]
    outputs = table[:, [k for k, name in enumerate(names) if name.startswith("out")]]
    actions = table[:, names.index("action")]

    limits = np.array(_LIMITS[observed.shape[1]])
    scaled = np.clip((observed + limits) / (2 * limits), 0, 1)
    flip_flop = inputs.shape[1] == 2 * observed.shape[1]
    encoder = FlipFlopEncoder() if flip_flop else ArgyleEncoder()
    stimulus = encoder.encode(
        scaled, timesteps=_TIMESTEPS, spike_value=chip.spike_value, integer=chip.integer,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    np.testing.assert_array_equal((stimulus.charge != 0).sum(axis=0).T, inputs)

    session = Session(file.network, chip, n_episodes=1)
    windows = np.moveaxis(stimulus.charge, 2, 0)[:, :, :, None, None]
    counts = np.array([session.run(window).counts[:, 0, 0] for window in windows])
    np.testing.assert_array_equal(counts, outputs)
    np.testing.assert_array_equal(counts.argmax(axis=1), actions)
