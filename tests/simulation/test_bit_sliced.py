"""Networks on full adders against the reference, and against the vector kernel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.network import Network
from evosnn.simulation import NEVER, Stimulus, simulate
from evosnn.simulation import _dispatch as engine
from evosnn.simulation.reference import run_reference
from tests.networks import events, make_chip, random_network


@pytest.fixture(autouse=True, scope="module")
def _never_event_driven():
    with events(False):
        yield


def spike_stimulus(rng, *, timesteps, inputs, samples, rate, top):
    amount = rng.choice([-top, 1, top // 2 + 1, top], inputs)
    spikes = rng.random((timesteps, inputs, samples)) < rate
    return Stimulus(spikes * amount[:, None].astype(float))


def without_adders(monkeypatch):
    monkeypatch.setattr(engine, "_ADDER_LANES", 10**9)


@pytest.fixture
def calls(monkeypatch):
    """How often full adders ran."""
    seen = []
    run = engine.run_adder_networks
    monkeypatch.setattr(
        engine, "run_adder_networks", lambda *args: (seen.append(args), run(*args))[1]
    )
    return seen


def check_random_networks(seed, top, floor, leak, neurons, samples, timesteps, max_delay, rate):
    rng = np.random.default_rng(seed)
    chip = make_chip(top=top, floor=floor, leak=leak)
    networks = [
        random_network(rng, chip, neurons=n, synapses=s, max_delay=max_delay)
        for n, s in ((neurons, 5 * neurons), (neurons + 1, neurons), (4, 0))
    ]
    stimulus = spike_stimulus(
        rng, timesteps=timesteps, inputs=3, samples=samples, rate=rate, top=top
    )
    got = simulate(networks, stimulus, chip)
    with pytest.MonkeyPatch.context() as patch:
        without_adders(patch)
        plain = simulate(networks, stimulus, chip)
    for field in ("counts", "first", "spikes", "deliveries"):
        np.testing.assert_array_equal(getattr(got, field), getattr(plain, field))
    for i, network in enumerate(networks):
        for sample in {0, samples // 2, samples - 1}:
            out = run_reference(network, stimulus, chip, sample=sample).spikes[:, network.outputs]
            first = np.where(out.any(axis=0), out.argmax(axis=0), NEVER)
            np.testing.assert_array_equal(got.counts[i, :, 0, sample], out.sum(axis=0))
            np.testing.assert_array_equal(got.first[i, :, 0, sample], first)


@pytest.mark.parametrize("seed", range(6))
def test_networks_of_a_small_chip(seed):
    check_random_networks(
        seed, top=7, floor=(-7, 0, None)[seed % 3], leak=(0,), neurons=3 + 5 * seed,
        samples=(257, 512, 1100)[seed % 3], timesteps=20, max_delay=(3, 15)[seed % 2],
        rate=(0.02, 0.4)[seed % 2],
    )  # fmt: skip


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    top=st.sampled_from([1, 7, 127, 1000]),
    floor=st.sampled_from([-7, 0, -100, None]),
    leak=st.sampled_from([(0,), (1,), (0, 1)]),
    neurons=st.integers(3, 30),
    samples=st.sampled_from([257, 511, 512, 513, 1100]),
    timesteps=st.sampled_from([1, 5, 20, 70]),
    max_delay=st.sampled_from([1, 3, 15]),
    rate=st.sampled_from([0.02, 0.4]),
)
def test_random_networks(**drawn):
    check_random_networks(**drawn)


def test_adders_run_where_they_can_and_only_there(calls):
    rng = np.random.default_rng(1)
    chip = make_chip()
    network = random_network(rng, chip)
    spikes = spike_stimulus(rng, timesteps=9, inputs=3, samples=300, rate=0.3, top=7)
    simulate([network], spikes, chip)
    assert len(calls) == 1
    simulate([network], Stimulus(spikes.charge[:, :, :20]), chip)
    simulate([network], Stimulus(spikes.charge * rng.integers(1, 4, spikes.charge.shape)), chip)
    resting = Network.create(
        threshold=np.where(np.arange(8) == 5, 0, network.threshold),
        inputs=[0, 1, 2], outputs=[3], synapses=[(0, 3, 5.0, 1)],
    )  # fmt: skip
    simulate([resting], spikes, chip)
    half = make_chip(leak=(0.5,))
    simulate([random_network(rng, half)], spikes, half)
    assert len(calls) == 1


def test_many_timesteps_go_round_the_tape():
    rng = np.random.default_rng(2)
    chip = make_chip(top=7)
    network = random_network(rng, chip, neurons=12, synapses=60)
    stimulus = spike_stimulus(rng, timesteps=1500, inputs=3, samples=260, rate=0.2, top=7)
    got = simulate([network], stimulus, chip)
    run = run_reference(network, stimulus, chip, sample=159)
    np.testing.assert_array_equal(
        got.counts[0, :, 0, 159], run.spikes[:, network.outputs].sum(axis=0)
    )
