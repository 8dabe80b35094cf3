"""Starting networks that are rounded logistic regressions."""

import numpy as np
import pytest

from evosnn.chips import check, load_chip
from evosnn.evolution import linear_networks, search_space
from evosnn.simulation import Stimulus, simulate
from evosnn.tasks import MostSpikesDecoder


def _separable(n_samples=90, seed=0):
    """Three classes, each with an input of its own that spikes most, and one that says nothing."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n_samples) % 3
    counts = rng.integers(0, 4, (4, n_samples))
    counts[labels, np.arange(n_samples)] += 5
    timesteps = 16
    charge = (np.arange(timesteps)[:, None, None] < counts) * 127.0
    return Stimulus(charge), counts.astype(float), labels


@pytest.mark.parametrize("name", ["risp-127", "risp-7", "risp-f"])
def test_they_separate_separable_classes_and_fit_the_chip(name):
    chip = load_chip(name)
    stimulus, counts, labels = _separable()
    stimulus = Stimulus(stimulus.charge / 127 * chip.spike_value)
    networks = linear_networks(counts, labels, 3, search_space(chip, 16))
    assert networks
    right = MostSpikesDecoder().correct(simulate(networks, stimulus, chip), labels)[:, 0]
    assert right.max() >= 0.95 * labels.size
    for network in networks:
        assert check(chip, network) == []
        assert network.n_hidden == 0


def test_stronger_penalties_give_fewer_synapses():
    _, counts, labels = _separable()
    sizes = [
        n.n_synapses
        for n in linear_networks(counts, labels, 3, search_space(load_chip("risp-f"), 16))
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


def test_networks_that_exceed_the_limits_are_left_out():
    _, counts, labels = _separable()
    space = search_space(load_chip("risp-127"), 16, max_synapses=5)
    assert all(n.n_synapses <= 5 for n in linear_networks(counts, labels, 3, space))


def test_uninformative_data_give_no_networks():
    space = search_space(load_chip("risp-127"), 16)
    assert linear_networks(np.zeros((4, 9)), np.arange(9) % 3, 3, space) == []
    assert linear_networks(np.ones((4, 9)), np.zeros(9, int), 3, space) == []


def test_dense_ones_generalise_better_with_many_inputs_and_few_samples():
    """Every input says a little: what leaves inputs out must say less."""
    rng = np.random.default_rng(4)
    n_inputs, timesteps, chip = 80, 16, load_chip("risp-127")

    def samples(n):
        labels = np.arange(n) % 2
        mean = np.where(np.arange(n_inputs)[:, None] % 2 == labels, 4.6, 3.4)
        return np.clip(rng.poisson(mean), 0, 8), labels

    def accuracy(networks, counts, labels):
        charge = (np.arange(timesteps)[:, None, None] < counts) * 127.0
        response = simulate(networks, Stimulus(charge), chip)
        return MostSpikesDecoder().correct(response, labels)[:, 0] / labels.size

    counts, labels = samples(60)
    networks = linear_networks(counts.astype(float), labels, 2, search_space(chip, timesteps))
    seen = accuracy(networks, *samples(2000))
    dense = np.array([network.n_synapses > 1.5 * n_inputs for network in networks])
    assert seen[dense].max() > seen[~dense].max() + 0.03
