"""The chip ``xylo-audio-2`` against spikes that XyloSim 0.1.3 produced."""

import json
from pathlib import Path

import numpy as np
import pytest

from evosnn.chips import check, load_chip
from evosnn.network import Network
from evosnn.simulation import Session, Stimulus, simulate
from evosnn.simulation.reference import run_reference

CASES = json.loads((Path(__file__).parents[1] / "data" / "xylosim" / "spikes.json").read_text())
CHIP = load_chip("xylo-audio-2")


def read(case):
    network = Network.create(
        threshold=case["threshold"],
        leak=[2.0**-dash for dash in case["dash"]],
        inputs=case["inputs"],
        outputs=case["outputs"],
        synapses=[(pre, post, weight, 1) for pre, post, weight in case["synapses"]],
    )
    return network, Stimulus(127.0 * np.array(case["input_spikes"])[:, :, None])


@pytest.mark.parametrize("case", CASES)
def test_every_spike_of_every_neuron_is_xylosim_s(case):
    network, stimulus = read(case)
    assert check(CHIP, network) == []
    expected = np.array(case["spikes"])
    run = run_reference(network, stimulus, CHIP)
    np.testing.assert_array_equal(run.spikes, expected)
    window = Session(network, CHIP, 1).run(stimulus.charge[:, :, None], record=True)
    np.testing.assert_array_equal(window.spikes[:, :, 0, 0], expected)
    response = simulate([network], stimulus, CHIP)
    np.testing.assert_array_equal(
        response.counts[0, :, 0, 0], expected[:, network.outputs].sum(axis=0)
    )
    assert response.spikes[0] == expected[:, network.used].sum()
    last = np.array(case["last_potential"])  # XyloSim's is before the decay that follows
    lost = last >> np.array(case["dash"])
    left = last - np.where(lost == 0, np.sign(last), lost)
    np.testing.assert_array_equal(run.potential[-1], left)


def test_the_cases_have_many_spikes_at_once_and_currents_that_saturate():
    assert max(np.max(case["spikes"]) for case in CASES) == 31
    assert max(case["largest_current"] for case in CASES) == 32767 - (32767 >> 2)
