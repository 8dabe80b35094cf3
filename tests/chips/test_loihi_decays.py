"""Loihi's decays, currents and refractory periods against brian2-loihi 0.5.2's voltages."""

import json
from pathlib import Path

import numpy as np
import pytest

from evosnn.chips import load_chip
from evosnn.network import Network
from evosnn.simulation import Session, Stimulus, simulate
from evosnn.simulation.reference import run_reference

CASES = json.loads((Path(__file__).parents[1] / "data" / "brian2loihi" / "decays.json").read_text())


def chip_of(case):
    chip = load_chip("loihi-1")
    neuron = {"refractory": case["refractory"] - 1}
    synapse = {"current_leak": case["decay_I"] / 4096}
    return chip.model_copy(
        update={
            "neuron": chip.neuron.model_copy(update=neuron),
            "synapse": chip.synapse.model_copy(update=synapse),
        }
    )


def decayed(steps, decay):
    """Loihi's own integers: sign(v) (|v| (4096 - d) >> 12)."""
    return np.sign(steps) * ((np.abs(steps) * (4096 - decay)) >> 12)


@pytest.mark.parametrize("case", CASES)
def test_every_voltage_and_spike_is_loihi_s(case):
    chip = chip_of(case)
    decay = np.array(case["decay_v"])
    network = Network.create(
        threshold=case["threshold"],
        leak=decay / 4096,
        inputs=case["inputs"],
        outputs=range(len(case["threshold"])),
        synapses=case["synapses"],
    )
    charge = np.zeros((case["timesteps"], len(case["inputs"]), 1))
    for k, times in enumerate(case["input_spikes"]):
        charge[times, k] = chip.spike_value
    run = run_reference(network, Stimulus(charge), chip)
    assert [np.flatnonzero(row).tolist() for row in run.spikes.T] == case["spikes"]
    # Recorded before the decay that here ends the timestep, there begins the next.
    voltage = (128 * np.array(case["voltage"]).T).astype(np.int64)
    np.testing.assert_array_equal(128 * run.potential, decayed(voltage, decay))
    counts = simulate([network], Stimulus(charge), chip).counts[0, :, 0, 0]
    assert counts.tolist() == [len(times) for times in case["spikes"]]
    window = Session(network, chip, 1).run(charge[:, :, None], record=True)
    np.testing.assert_array_equal(window.spikes[:, :, 0, 0], run.spikes)


def test_the_cases_cover_what_they_are_for():
    assert {case["refractory"] for case in CASES} >= {1, 2, 5}
    assert {case["decay_I"] for case in CASES} >= {4096, 2048, 512, 100}
    assert sum(len(times) for case in CASES for times in case["spikes"]) > 300
