"""Xylo's and TrueNorth's neurons, step by step against integers written down from their sources."""

import numpy as np
import pytest

from evosnn.chips import check, chip_names, load_chip, special_rules
from evosnn.errors import ExportError
from evosnn.export import TARGETS, export_network
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.simulation.reference import run_reference
from tests.networks import random_network


def lone(threshold, leak):
    return Network.create(threshold=[threshold], leak=[leak], inputs=[0], outputs=[0])


def test_xylo_s_neuron_is_xylosim_s():
    chip = load_chip("xylo-audio-2")
    rng = np.random.default_rng(0)
    fed = rng.integers(-60, 128, 300) * (rng.random(300) < 0.4)
    network = lone(150, 2**-3)
    run = run_reference(network, Stimulus(fed.astype(float)[:, None, None]), chip)

    def decay(v, dash):
        lost = v >> dash
        return lost if lost else (v > 0) - (v < 0)

    v = i = 0
    for t, charge in enumerate(fed.tolist()):
        i += charge
        v -= decay(v, 3)
        i -= decay(i, 2)
        v += i
        fires = v >= 150
        v -= 150 * fires
        assert run.spikes[t, 0] == fires
        assert run.potential[t, 0] == v - decay(v, 3)
    assert 5 < run.spikes.sum() < 295


def test_truenorth_leaks_before_it_fires():
    chip = load_chip("truenorth")
    rng = np.random.default_rng(1)
    fed = rng.integers(-20, 60, 300) * (rng.random(300) < 0.5)
    run = run_reference(lone(40, 4 / 256), Stimulus(fed.astype(float)[:, None, None]), chip)
    v = 0
    for t, charge in enumerate(fed.tolist()):
        v += charge
        v -= max(min(v, 4), -4)
        fires = v >= 40
        v *= not fires
        assert (run.spikes[t, 0], run.potential[t, 0]) == (fires, v)
    assert 5 < run.spikes.sum() < 295


@pytest.mark.parametrize("name", chip_names())
def test_no_export_pretends_to_have_a_chip_s_own_arithmetic(name):
    chip = load_chip(name)
    network = random_network(
        np.random.default_rng(0), chip, lowest_threshold=1.0, max_delay=int(chip.synapse.delay.max)
    )
    assert check(chip, network) == []
    special = special_rules(chip, network) or chip.neuron.integration_delay
    assert special or chip.is_plain
    own = {"c", "graphml"} | ({"loihi"} if name == "loihi-1" else set())
    if "caspian" in name:
        own |= {"caspian", "ucaspian"}
    for target in set(TARGETS) - own if special else ():
        with pytest.raises(
            ExportError, match=r"does not reproduce; 'c'|RISP (takes|needs)|takes an integer chip"
        ):
            export_network(target, network, chip)
