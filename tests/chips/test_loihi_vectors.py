"""The chip ``loihi-1`` against spikes that brian2-loihi 0.5.2 produced."""

import json
from pathlib import Path

import numpy as np
import pytest

from evosnn.chips import check, load_chip
from evosnn.network import Network
from evosnn.simulation import Stimulus, simulate
from evosnn.simulation.reference import run_reference

CASES = json.loads((Path(__file__).parents[1] / "data" / "brian2loihi" / "spikes.json").read_text())


@pytest.mark.parametrize("case", CASES)
def test_every_spike_of_every_neuron_is_loihi_s(case):
    chip = load_chip("loihi-1")
    network = Network.create(
        threshold=case["threshold"],
        leak=case["leak"],
        inputs=case["inputs"],
        outputs=range(len(case["threshold"])),
        synapses=case["synapses"],
    )
    assert check(chip, network) == []
    charge = np.zeros((case["timesteps"], len(case["inputs"]), 1))
    for k, times in enumerate(case["input_spikes"]):
        charge[times, k] = chip.spike_value
    spikes = run_reference(network, Stimulus(charge), chip).spikes
    assert [np.flatnonzero(row).tolist() for row in spikes.T] == case["spikes"]
    counts = simulate([network], Stimulus(charge), chip).counts[0, :, 0, 0]
    assert counts.tolist() == [len(times) for times in case["spikes"]]
