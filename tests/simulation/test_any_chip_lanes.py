"""The general kernel's short cuts: what it leaves out, repeats or shares out changes nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import chip_names, load_chip
from evosnn.hardware import (
    DRIVES_ALWAYS,
    FIRES_ALWAYS,
    FIRES_NEVER,
    NO_INTEGRATION,
    NO_RESET,
    nominal_instances,
)
from evosnn.simulation import simulate
from evosnn.simulation.any_chip import run as general_run
from tests.networks import random_instances, random_network, random_stimulus
from tests.simulation.test_any_chip import assert_as_reference, chips

FIELDS = ("counts", "first", "spikes", "deliveries")


def one_fault_each(rng, network):
    """Chips of which each has one part that is off, so that most are as the one before."""
    n, s = network.n_neurons, network.n_synapses
    chips = nominal_instances([network], 12)
    weight, threshold, firing = chips.weight.copy(), chips.threshold.copy(), chips.firing.copy()
    leak = np.tile(network.leak, (12, 1))
    delay = np.tile(network.delay, (12, 1)).astype(np.int32)
    broken = np.zeros((12, n), np.uint8)
    weight[1, rng.integers(s)] *= 0
    weight[2, rng.integers(s)] *= 1.1
    threshold[3, rng.integers(n)] += 1
    threshold[4, rng.integers(n)] = -1
    firing[5, rng.integers(n)] = FIRES_NEVER
    firing[6, rng.integers(n)] = FIRES_ALWAYS
    leak[7, rng.integers(n)] = 0.5
    delay[8, rng.integers(s)] = 3
    for k, bit in ((9, NO_RESET), (10, NO_INTEGRATION), (11, DRIVES_ALWAYS)):
        broken[k, rng.integers(n)] = bit
    return replace(
        chips, weight=weight, threshold=threshold, firing=firing, leak=leak, delay=delay,
        broken=broken,
    )  # fmt: skip


@pytest.mark.parametrize("name", chip_names())
def test_every_fault_on_every_chip_of_the_catalogue(name):
    chip = load_chip(name)
    rng = np.random.default_rng(len(name))
    network = random_network(rng, chip, neurons=9, synapses=12)
    network = replace(network, threshold=np.minimum(network.threshold, 3 * chip.spike_value))
    stimulus = random_stimulus(rng, chip, samples=2, timesteps=25)
    assert_as_reference(network, stimulus, chip, one_fault_each(rng, network))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), chip=chips(), lowest=st.sampled_from([1.0, 0.0, -9.0]))
def test_chips_that_are_mostly_as_the_one_before(seed, chip, lowest):
    rng = np.random.default_rng(seed)
    network = random_network(rng, chip, lowest_threshold=lowest, synapses=9)
    stimulus = random_stimulus(rng, chip, samples=2, timesteps=12)
    assert_as_reference(network, stimulus, chip, one_fault_each(rng, network))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), chip=chips(), noisy=st.booleans())
def test_neither_blocks_nor_threads_nor_company_change_anything(seed, chip, noisy):
    rng = np.random.default_rng(seed)
    networks = [random_network(rng, chip, neurons=n) for n in (5, 8, 6)]
    stimulus = random_stimulus(rng, chip, samples=23)
    chips_ = random_instances(rng, networks, 3)
    noise = {"noise": 2.0} if noisy else {}
    whole = simulate(networks, stimulus, chip, chips_, threads=1, **noise)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(general_run, "_LANES", 7)
        blocks = simulate(networks, stimulus, chip, chips_, threads=5, **noise)
    neurons, synapses = networks[0].n_neurons, networks[0].n_synapses
    own = chips_.networks(slice(neurons), slice(synapses))
    alone = simulate(networks[:1], stimulus, chip, own, threads=2, **noise)
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(blocks, field), getattr(whole, field))
        np.testing.assert_array_equal(getattr(alone, field)[0], getattr(whole, field)[0])
