"""The event-driven path: the vector kernels' results, and chosen where little happens."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.network import Network
from evosnn.simulation import Stimulus, simulate
from evosnn.simulation import _begin as engine
from tests.networks import events, make_chip, random_network, random_stimulus

FIELDS = ("counts", "first", "spikes", "deliveries")


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    floor=st.sampled_from([-7, 0, -100, None]),
    leak=st.sampled_from([(0,), (1,), (0, 1)]),
    lowest=st.sampled_from([1.0, 0.0, -7.0]),
    samples=st.sampled_from([1, 40, 300, 700]),
    timesteps=st.sampled_from([1, 20, 70]),
    rate=st.sampled_from([0.01, 0.3]),
)
def test_random_networks(seed, floor, leak, lowest, samples, timesteps, rate):
    rng = np.random.default_rng(seed)
    chip = make_chip(floor=floor, leak=leak)
    networks = [
        random_network(rng, chip, neurons=n, synapses=s, lowest_threshold=lowest)
        for n, s in ((9, 40), (12, 12), (5, 0))
    ]
    stimulus = random_stimulus(
        rng, chip, timesteps=timesteps, samples=samples, rate=rate, spikes=bool(seed % 2)
    )
    responses = []
    for chosen in (True, False):
        with events(chosen):
            responses.append(simulate(networks, stimulus, chip, threads=1 + seed % 2))
    for name in FIELDS:
        np.testing.assert_array_equal(*(getattr(found, name) for found in responses))


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


def ring(reached):
    """Fifty neurons that keep spiking once reached; the input reaches so many of them."""
    first = [(0, i, 7.0, 1) for i in range(1, reached + 1)]
    return Network.create(
        threshold=np.full(51, 5), inputs=[0], outputs=[1],
        synapses=[*first, *((i, i % 50 + 1, 7.0 if reached else 1.0, 1) for i in range(1, 51))],
    )  # fmt: skip


def test_it_runs_where_little_happens_and_gives_back_what_is_busy(runs):
    chip = make_chip()
    charge = np.zeros((60, 1, 600))
    charge[0, 0] = 7.0
    simulate([ring(0), ring(50), ring(1)], Stimulus(charge), chip, threads=1)
    assert [found.tolist() for found in runs] == [[True, False, False]]


def test_it_is_not_tried_where_the_input_alone_is_too_much(runs):
    chip = make_chip()
    simulate([ring(50)], Stimulus(np.full((60, 1, 600), 7.0)), chip)
    simulate([ring(0)], Stimulus(np.ones((60, 1, 600))), make_chip(integer=False))
    assert runs == []
