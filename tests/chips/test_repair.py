"""Repairs: the nearest network that a chip holds, and nothing else changed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import Range, check, chip_names, find_violations, load_chip, repair
from evosnn.network import Network
from tests.networks import make_chip, random_network


def test_each_violation_has_its_repair_in_words():
    network = Network.create(
        ids=[1, 4], threshold=[0.5, 900], leak=[0, 0.4], inputs=[1], outputs=[4],
        synapses=[(1, 4, 300, 20), (4, 4, -1.25, 1)],
    )  # fmt: skip
    chip = make_chip(top=255, floor=-255, leak=(0, 0.5))
    fixed, said = repair(chip, network)
    assert said == [
        "threshold 0.5 of neuron 1 is rounded to 0",
        "threshold 900 of neuron 4 is clamped to 255",
        "leak 0.4 of neuron 4 is set to 0.5",
        "weight 300 of synapse 1->4 is clamped to 255",
        "weight -1.25 of synapse 4->4 is rounded to -1",
        "delay 20 of synapse 1->4 is clamped to 15",
    ]
    assert fixed.weight.tolist() == [255, -1]
    assert fixed.delay.dtype == np.int32
    assert network.weight.tolist() == [300, -1.25]
    assert [v.sentence for v in find_violations(chip, network)] == check(chip, network)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), name=st.sampled_from(chip_names()))
def test_a_repaired_network_fits_and_repairs_to_itself(seed, name):
    rng = np.random.default_rng(seed)
    wild = make_chip(integer=False, top=400, floor=None, leak=(0, 0.3, 0.9), max_delay=70)
    network = random_network(rng, wild, lowest_threshold=-5.0)
    chip = load_chip(name)
    fixed, said = repair(chip, network)
    assert check(chip, fixed) == []
    assert repair(chip, fixed) == (fixed, [])
    assert len(said) == len(check(chip, network))
    restored = Network.from_bytes(fixed.to_bytes())
    assert restored == fixed


def test_what_is_too_large_stays_so():
    chip = make_chip()
    chip = chip.model_copy(update={"limits": chip.limits.model_copy(update={"synapses": 3})})
    network = random_network(np.random.default_rng(0), chip)
    assert repair(chip, network) == (network, [])
    assert find_violations(chip, network)[0].repair == ""


@pytest.mark.parametrize("name", ["caspian", "loihi-1"])
def test_a_fitting_network_is_left_alone(name):
    chip = load_chip(name)
    network = random_network(np.random.default_rng(1), chip)
    assert repair(chip, network) == (network, [])


def test_messages_show_values_that_differ_with_all_their_digits():
    network = Network.create(threshold=[1, 1], leak=float(np.float32(0.1)), inputs=[0], outputs=[1])
    chip = make_chip(integer=False, leak=(0, 0.1))
    assert check(chip, network)[0] == (
        "neuron 0 has leak 0.10000000149011612; the chip takes 0, 0.1"
    )
    assert repair(chip, network)[1][0] == "leak 0.10000000149011612 of neuron 0 is set to 0.1"
    assert str(Range(min=-1.0000001, max=1711845001)) == "-1.0000001..1711845001"
