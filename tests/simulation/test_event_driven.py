"""The event-driven path: the vector kernels' results, and chosen where little happens."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.network import Network
from evosnn.simulation import NEVER, Scorer, Stimulus, simulate
from evosnn.simulation import _dispatch as engine
from evosnn.simulation.reference import run_reference
from tests.networks import events, make_chip, random_network, random_stimulus

FIELDS = ("counts", "first", "spikes", "deliveries")


def check_random_networks(seed, top, floor, leak, lowest, spikes, samples, timesteps, rate):
    rng = np.random.default_rng(seed)
    chip = make_chip(top=top, floor=None if floor is None else floor * top, leak=leak)
    networks = [
        random_network(rng, chip, neurons=n, synapses=s, lowest_threshold=lowest * top)
        for n, s in ((9, 40), (40, 60), (5, 0))
    ]
    stimulus = random_stimulus(
        rng, chip, timesteps=timesteps, samples=samples, rate=rate, spikes=spikes
    )
    with events(True):
        got = simulate(networks, stimulus, chip, threads=1 + seed % 2)
    with events(False):
        plain = simulate(networks, stimulus, chip)
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(got, name), getattr(plain, name))
    sample = int(rng.integers(samples))
    for i, network in enumerate(networks):
        out = run_reference(network, stimulus, chip, sample=sample).spikes[:, network.outputs]
        first = np.where(out.any(axis=0), out.argmax(axis=0), NEVER)
        np.testing.assert_array_equal(got.counts[i, :, 0, sample], out.sum(axis=0))
        np.testing.assert_array_equal(got.first[i, :, 0, sample], first)


@pytest.mark.parametrize("seed", range(6))
def test_networks_of_a_small_chip(seed):
    check_random_networks(
        seed, top=7, floor=(-1.0, 0.0, None)[seed % 3], leak=(0,), lowest=1.0, spikes=True,
        samples=(1, 33, 300)[seed % 3], timesteps=20, rate=(0.01, 0.3)[seed % 2],
    )  # fmt: skip


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    top=st.sampled_from([7, 127, 10_000]),
    floor=st.sampled_from([-1.0, 0.0, -14.0, None]),
    leak=st.sampled_from([(0,), (1,), (0, 0.5, 1)]),
    lowest=st.sampled_from([1.0, 0.0, -1.0]),
    spikes=st.booleans(),
    samples=st.sampled_from([1, 33, 300, 700]),
    timesteps=st.sampled_from([1, 20, 70]),
    rate=st.sampled_from([0.01, 0.3]),
)
def test_random_networks(**drawn):
    check_random_networks(**drawn)


@pytest.mark.parametrize("first", [False, True])
def test_a_race_is_judged_alike(first):
    rng = np.random.default_rng(3)
    chip = make_chip()
    networks = [random_network(rng, chip, neurons=9, synapses=40) for _ in range(20)]
    stimulus = random_stimulus(rng, chip, samples=290)
    scorer = Scorer(rng.integers(0, 2, 290), 2, first)
    found = []
    for chosen in (True, False):
        with events(chosen):
            found.append(simulate(networks, stimulus, chip, scorer=scorer))
    np.testing.assert_array_equal(found[0].right, found[1].right)
    np.testing.assert_array_equal(found[0].spikes, found[1].spikes)


@pytest.fixture
def runs(monkeypatch):
    """Which networks each call of the event-driven path had done."""
    seen = []
    run = engine.run_event_networks

    def noted(*arguments):
        seen.append(run(*arguments))
        return seen[-1]

    monkeypatch.setattr(engine, "run_event_networks", noted)
    return seen


def circle(reached):
    """Fifty neurons that keep spiking once reached; the input reaches so many of them."""
    first = [(0, i, 7.0, 1) for i in range(1, reached + 1)]
    return Network.create(
        threshold=np.full(51, 5), inputs=[0], outputs=[1],
        synapses=[*first, *((i, i % 50 + 1, 7.0 if reached else 1.0, 1) for i in range(1, 51))],
    )  # fmt: skip


def test_it_runs_where_little_happens_and_gives_back_what_is_busy(runs):
    charge = np.zeros((60, 1, 600))
    charge[0, 0] = 7.0
    networks = [circle(0), circle(50), circle(1)]
    simulate(networks, Stimulus(charge), make_chip(), threads=1)
    assert [found.tolist() for found in runs] == [[True, False, True]]


def test_a_network_that_gets_busy_later_is_given_back_too(runs):
    charge = np.zeros((60, 1, 2000))
    charge[0, 0, 500:] = 7.0
    with_it = simulate([circle(50)], Stimulus(charge), make_chip(), threads=1)
    assert [found.tolist() for found in runs] == [[False]]
    with events(False):
        without = simulate([circle(50)], Stimulus(charge), make_chip())
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(with_it, name), getattr(without, name))


def test_the_samples_of_one_word_are_never_given_back(runs):
    simulate([circle(50)], Stimulus(np.full((60, 1, 32), 7.0)), make_chip())
    assert [found.tolist() for found in runs] == [[True]]


def test_what_timesteps_alone_are_too_much_for_is_not_begun(runs):
    small = Network.create(threshold=[5, 5], inputs=[0], outputs=[1], synapses=[(0, 1, 7.0, 1)])
    simulate([small], Stimulus(np.zeros((60, 1, 600))), make_chip())
    assert runs == []


@pytest.mark.slow
def test_floating_point_is_for_the_other_kernel(runs):
    simulate([circle(0)], Stimulus(np.ones((60, 1, 600))), make_chip(integer=False))
    assert runs == []
