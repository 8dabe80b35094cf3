"""Faults of leaks, delays, resets and drivers, and faults that come and go."""

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from evosnn.hardware import (
    DRIVES_ALWAYS,
    FIRES_NEVER,
    NO_INTEGRATION,
    NO_RESET,
    BitFlips,
    Crossbar,
    DeadNeurons,
    DeadSynapses,
    DeafNeurons,
    DelayBitFlips,
    DelayVariation,
    LeaklessNeurons,
    LeakVariation,
    Mechanism,
    ResetlessNeurons,
    ScaledLeaks,
    StuckDrivers,
    StuckNeurons,
    WeightVariation,
    draw_instances,
    join_instances,
    nominal_instances,
)
from evosnn.network import Network
from evosnn.simulation import Stimulus, simulate
from evosnn.simulation.reference import run_reference
from tests.networks import make_chip, random_network, random_stimulus

CHIP = make_chip(top=127, floor=-127, leak=(0.25, 0.5))
NETWORK = random_network(np.random.default_rng(0), CHIP, neurons=30, synapses=200)


def draw(*mechanisms, seed=1, networks=(NETWORK,), n=1000, chip=CHIP):
    return draw_instances(networks, chip, mechanisms, n, np.random.SeedSequence(seed))


NEURONS = {
    "deaf": (DeafNeurons, {}, lambda i: i.broken == NO_INTEGRATION),
    "resetless": (ResetlessNeurons, {}, lambda i: i.broken == NO_RESET),
    "leakless": (LeaklessNeurons, {}, lambda i: i.leak == 0),
    "scaled": (ScaledLeaks, {"factor": 1.5}, lambda i: i.leak == 1.5 * NETWORK.leak),
}


@pytest.mark.parametrize("name", NEURONS)
def test_neurons_are_struck_at_their_rate_and_count(name):
    make, options, struck = NEURONS[name]
    hits = struck(draw(make(rate=0.05, **options), n=5000))
    assert stats.binomtest(int(hits.sum()), hits.size, 0.05).pvalue > 0.001
    assert struck(draw(make(count=3, **options))).sum(axis=1).tolist() == [3] * 1000
    one = struck(draw(make(sites=(int(NETWORK.ids[4]),), **options), n=1))
    assert np.flatnonzero(one[0]).tolist() == [4]


def test_a_leak_takes_at_most_all():
    assert (draw(ScaledLeaks(factor=9, rate=1.0), n=1).leak == 1).all()


def test_bits_of_delays_flip_at_their_rate():
    hits = draw(DelayBitFlips(rate=0.02)).delay - 1 ^ (NETWORK.delay - 1)
    for bit in range(4):  # 1..15: codes 0..14
        some = (hits >> bit) & 1
        assert stats.binomtest(int(some.sum()), some.size, 0.02).pvalue > 0.0005
    assert (draw(DelayBitFlips(rate=0.5)).delay >= 1).all()
    flips = np.bitwise_count(draw(DelayBitFlips(count=5)).delay - 1 ^ (NETWORK.delay - 1))
    assert flips.sum(axis=1).tolist() == [5] * 1000
    one = make_chip(max_delay=1)
    net = random_network(np.random.default_rng(0), one)
    assert draw(DelayBitFlips(rate=0.5), networks=(net,), chip=one, n=2).delay is None


def test_leaks_and_delays_vary_about_those_drawn():
    leak = draw(LeakVariation(sigma=0.1), n=4000).leak / NETWORK.leak
    assert leak.mean() == pytest.approx(1, abs=0.002)
    assert leak.std() == pytest.approx(0.1, rel=0.01)
    wide = draw(LeakVariation(sigma=1.0)).leak
    assert wide.min() == 0
    assert wide.max() == 1
    drawn = NETWORK.delay[None]
    delay = draw(DelayVariation(sigma=0.2), n=4000).delay
    assert delay.min() >= 1
    long = drawn[0] >= 10
    spread = (delay[:, long] - drawn[:, long]) / drawn[:, long]
    rounding = (1 / 12 / drawn[0, long].astype(float) ** 2).mean()
    assert spread.std() == pytest.approx(np.sqrt(0.2**2 + rounding), rel=0.01)


def test_a_stuck_driver_feeds_all_synapses_out_of_a_neuron():
    net = Network.create(
        threshold=[100, 1, 1], inputs=[0], outputs=[1, 2], synapses=[(0, 1, 5, 9), (0, 2, 0, 1)]
    )
    high = draw(StuckDrivers(at="high", count=1), networks=(net,), n=2)
    assert high.broken.tolist() == [[DRIVES_ALWAYS, 0, 0]] * 2
    nothing = Stimulus(np.zeros((7, 1, 1)))
    assert simulate([net], nothing, CHIP, high).counts[0, :, 0, 0].tolist() == [7, 0]
    low = draw(StuckDrivers(at="low", count=1), networks=(net,), n=1)
    assert low.is_simple
    assert not low.weight.any()


def test_a_fault_within_a_window_comes_and_goes():
    dead = draw(DeadNeurons(count=2, since=3, until=8), StuckNeurons(count=1, since=5), n=20)
    assert [t for t, _ in dead.later] == [3, 5, 8]
    struck = [(dead.at(t).firing == FIRES_NEVER).sum() for t in range(10)]
    assert struck[:5] == [0, 0, 0, 40, 40]
    assert 20 <= struck[5] == struck[7] <= 40  # one that is stuck is no longer dead
    assert struck[8:] == [0, 0]
    assert [(dead.at(t).firing > 0).sum() for t in (4, 5, 9)] == [0, 20, 20]
    np.testing.assert_array_equal(
        dead.at(3).firing, draw(DeadNeurons(count=2), n=20).firing
    )  # the same parts as when permanent


def test_windows_leave_the_draws_of_others_alone():
    plain = draw(WeightVariation(sigma=0.1), n=5).weight
    some = draw(
        DeadSynapses(rate=0.2, since=2, until=4), WeightVariation(sigma=0.1), Crossbar(), n=5
    )
    bare = draw(WeightVariation(sigma=0.1), Crossbar(), n=5)
    np.testing.assert_array_equal(some.at(9).weight, bare.weight)
    here = draw(BitFlips(rate=0.1, since=2), WeightVariation(sigma=0.1), n=5)
    np.testing.assert_array_equal(here.at(0).weight, plain)


def test_passing_faults_run_as_the_reference_says():
    rng = np.random.default_rng(8)
    chip = make_chip(leak=(0, 0.5, 1))
    network = random_network(rng, chip)
    stimulus = random_stimulus(rng, chip, samples=3)
    drawn = draw_instances(
        [network],
        chip,
        [
            DelayBitFlips(rate=0.2, since=4, until=9),
            ResetlessNeurons(rate=0.3, until=6),
            DeadNeurons(rate=0.2, since=12),
            StuckDrivers(rate=0.2, at="high", since=7, until=8),
        ],
        6,
        np.random.SeedSequence(0),
        nominal=True,
    )
    response = simulate([network], stimulus, chip, drawn)
    for k in range(7):
        for sample in range(3):
            run = run_reference(network, stimulus, chip, sample=sample, instances=drawn, instance=k)
            expected = run.spikes[:, network.outputs].sum(axis=0)
            np.testing.assert_array_equal(response.counts[0, :, k, sample], expected)
    nominal = simulate([network], stimulus, chip).counts[:, :, 0]
    np.testing.assert_array_equal(response.counts[:, :, 6], nominal)


def test_a_file_says_from_and_until():
    adapter = TypeAdapter(Mechanism)
    found = adapter.validate_python({"kind": "dead-neurons", "rate": 0.1, "from": 3, "until": 7})
    assert (found.since, found.until) == (3, 7)
    assert adapter.validate_json(found.model_dump_json()) == found
    with pytest.raises(ValidationError, match="until is 3; it takes more than from, 3"):
        DeadNeurons(rate=0.1, since=3, until=3)


def test_chips_are_taken_apart_and_joined_with_all_that_they_are():
    drawn = draw(
        DeadNeurons(rate=0.3, since=3, until=6), DelayBitFlips(rate=0.1),
        LeakVariation(sigma=0.1), Crossbar(adc_bits=4, adc_range=2.0), n=6,
    )  # fmt: skip
    rng = np.random.default_rng(0)
    stimulus = random_stimulus(rng, CHIP, samples=3)
    whole = simulate([NETWORK], stimulus, CHIP, drawn).counts
    parts = [drawn.chips(slice(0, 2)), drawn.chips(slice(2, 6))]
    assert parts[1].at(4).adc.shape == (4, 2)
    apart = [simulate([NETWORK], stimulus, CHIP, part).counts for part in parts]
    np.testing.assert_array_equal(np.concatenate(apart, axis=2), whole)
    joined = join_instances([NETWORK], [*parts[::-1], nominal_instances([NETWORK], 1)])
    again = simulate([NETWORK], stimulus, CHIP, joined).counts
    np.testing.assert_array_equal(again[:, :, :6], whole[:, :, [2, 3, 4, 5, 0, 1]])
    nominal = simulate([NETWORK], stimulus, CHIP).counts[:, :, 0]
    np.testing.assert_array_equal(again[:, :, 6], nominal)
