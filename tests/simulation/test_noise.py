"""Noise on every delivery: its distribution, and that nothing else changes the draw."""

import numpy as np
import pytest
from scipy import stats

from evosnn.errors import SpecError
from evosnn.hardware import nominal_instances
from evosnn.network import Network
from evosnn.simulation import Stimulus, simulate
from tests.networks import make_chip, random_instances, random_network, random_stimulus


@pytest.mark.parametrize("threshold", [3.0, 5.0, 6.5])
def test_a_delivery_is_normal_about_its_weight(threshold):
    chip = make_chip(integer=False)
    network = Network.create(
        threshold=[1, threshold], inputs=[0], outputs=[1], synapses=[(0, 1, 5.0, 2)]
    )
    charge = np.zeros((4, 1, 20_000))
    charge[0] = 7
    fired = simulate([network], Stimulus(charge), chip, noise=1.5).counts.sum()
    expected = stats.norm.sf(threshold, loc=5, scale=1.5)
    assert stats.binomtest(int(fired), 20_000, expected).pvalue > 1e-3


def test_deliveries_are_independent():
    chip = make_chip(integer=False, floor=None)
    network = Network.create(
        threshold=[1, 1, 0.5], inputs=[0, 1], outputs=[2],
        synapses=[(0, 2, 0.1, 1), (1, 2, 0.1, 1)],
    )  # fmt: skip
    charge = np.zeros((7, 2, 4000))
    charge[[0, 2, 4]] = 7
    instances = nominal_instances([network], 3)
    counts = simulate([network], Stimulus(charge), chip, instances, noise=1.0)
    first = counts.first[0, 0] == 1
    expected = stats.norm.sf(0.5, loc=0.2, scale=np.sqrt(2))
    assert stats.binomtest(int(first.sum()), first.size, expected).pvalue > 1e-3
    assert abs(np.corrcoef(first[:, ::2].ravel(), first[:, 1::2].ravel())[0, 1]) < 0.05
    assert abs(np.corrcoef(first[0], first[1])[0, 1]) < 0.06


@pytest.mark.slow
def test_neither_threads_nor_lanes_nor_company_change_a_draw():
    rng = np.random.default_rng(5)
    chip = make_chip()
    networks = [random_network(rng, chip, neurons=n, synapses=3 * n) for n in range(5, 15)]
    stimulus = random_stimulus(rng, chip, samples=10)
    instances = random_instances(rng, networks, 3)
    whole = simulate(networks, stimulus, chip, instances, noise=1.0, threads=1)
    threaded = simulate(networks, stimulus, chip, instances, noise=1.0, threads=3)
    np.testing.assert_array_equal(whole.counts, threaded.counts)
    np.testing.assert_array_equal(whole.deliveries, threaded.deliveries)
    plain = simulate(networks, stimulus, chip, noise=1.0)
    few = Stimulus(stimulus.charge[:, :, :4], stimulus.event[:, :, :4])
    alone = simulate(networks[3:4], few, chip, noise=1.0)
    np.testing.assert_array_equal(alone.counts[0], plain.counts[3][:, :, :4])
    seed = np.random.SeedSequence(1)
    other = simulate(networks, stimulus, chip, noise=1.0, noise_seed=seed)
    assert (other.counts != plain.counts).any()


@pytest.mark.slow
def test_vanishing_noise_is_none():
    rng = np.random.default_rng(6)
    chip = make_chip(integer=False, leak=(0, 0.5, 1))
    networks = [random_network(rng, chip, neurons=9, synapses=40)]
    stimulus = random_stimulus(rng, chip, samples=6)
    instances = random_instances(rng, networks, 3)
    noisy = simulate(networks, stimulus, chip, instances, noise=1e-12)
    clean = simulate(networks, stimulus, chip, instances)
    for field in ("counts", "first", "spikes", "deliveries"):
        np.testing.assert_array_equal(getattr(noisy, field), getattr(clean, field))


def test_negative_noise_is_refused():
    rng = np.random.default_rng(6)
    chip = make_chip()
    with pytest.raises(SpecError, match=r"noise is -1\.0"):
        simulate([random_network(rng, chip)], random_stimulus(rng, chip), chip, noise=-1.0)
