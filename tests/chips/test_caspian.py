"""Caspian's rules as its README states them, on the chips ``caspian`` and ``ucaspian``."""

import numpy as np
import pytest

from evosnn.chips import check, load_chip
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.simulation.reference import run_reference


def fires(chip, weight, times, *, threshold=10, leak=0.0, delay=1):
    """Timesteps at which a neuron fires that gets a spike through one synapse at some times."""
    network = Network.create(
        threshold=[0, threshold],
        leak=[0, leak],
        inputs=[0],
        outputs=[1],
        synapses=[(0, 1, weight, delay)],
    )
    assert check(chip, network) == []
    charge = np.zeros((12, 1, 1))
    charge[times] = chip.spike_value
    return np.flatnonzero(run_reference(network, Stimulus(charge), chip).spikes[:, 1]).tolist()


@pytest.mark.parametrize("name", ["caspian", "ucaspian"])
def test_charge_must_exceed_the_threshold(name):
    chip = load_chip(name)
    assert fires(chip, 10, [0]) == []
    assert fires(chip, 11, [0]) == [1]
    assert fires(chip, 10, [0, 3]) == [4]


def test_with_a_time_constant_of_1_half_of_the_charge_is_left_a_timestep():
    chip = load_chip("caspian")
    # 8 halves to 4, 2, 1 before the next 8 comes: 12, 10 and 9, of which 10 is exceeded by 12.
    assert fires(chip, 8, [0, 1], leak=0.5) == [2]
    assert fires(chip, 8, [0, 2], leak=0.5) == []
    assert fires(chip, 8, [0, 3], leak=0.5) == []
    assert fires(chip, 8, [0, 9], leak=0.0) == [10]


def test_delays_are_offered_as_far_as_the_chips_have_them():
    assert fires(load_chip("caspian"), 11, [0], delay=9) == [9]
    micro = load_chip("ucaspian")
    network = Network.create(
        threshold=[0, 1], inputs=[0], outputs=[1], synapses=[(0, 1, 1, 2)], leak=[0, 0.5]
    )
    assert check(micro, network) == [
        f"neuron {network.ids[1]} has leak 0.5; the chip takes 0",
        "synapse 0->1 has delay 2; the chip takes 1..1",
    ]
