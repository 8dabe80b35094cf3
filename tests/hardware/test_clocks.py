"""Noise on every delivery as a mechanism, temperature, and supplies of rows and columns."""

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from evosnn.evaluation import Trial
from evosnn.hardware import (
    DeliveryNoise,
    SupplyShift,
    Temperature,
    WeightVariation,
    draw_instances,
    join_instances,
)
from evosnn.network import Network
from evosnn.simulation import Session, Stimulus, simulate
from tests.assessment.benches import make_bench, make_network
from tests.networks import make_chip, random_network, random_stimulus

CHIP = make_chip(integer=False, leak=(0.25, 0.5))
NETWORK = random_network(np.random.default_rng(0), CHIP, neurons=20, synapses=150)


def draw(*mechanisms, n=4000, network=NETWORK, chip=CHIP, nominal=False):
    seed = np.random.SeedSequence(2)
    return draw_instances([network], chip, mechanisms, n, seed, nominal=nominal)


@pytest.mark.parametrize(("per", "end"), [("row", "pre"), ("column", "post")])
def test_each_line_has_a_supply_of_its_own(per, end):
    factor = draw(SupplyShift(sigma=0.1, per=per)).weight / NETWORK.weight
    ends = getattr(NETWORK, end)
    for neuron in np.unique(ends):
        line = factor[:, ends == neuron]
        np.testing.assert_allclose(line, np.tile(line[:, :1], line.shape[1]))
    first = np.unique(ends, return_index=True)[1]
    lines = factor[:, first]
    assert lines.std() == pytest.approx(0.1, rel=0.02)
    correlation = np.corrcoef(lines.T) - np.eye(first.size)
    assert np.abs(correlation).max() < 0.08


def test_a_chip_s_temperature_moves_all_its_parameters():
    warm = draw(Temperature(mean=10, sigma=5, weight=0.002, threshold=-0.001, leak=0.01))
    kelvin = (warm.weight[:, 0] / NETWORK.weight[0] - 1) / 0.002
    assert kelvin.mean() == pytest.approx(10, abs=0.3)
    assert kelvin.std() == pytest.approx(5, rel=0.03)
    np.testing.assert_allclose(warm.weight, NETWORK.weight * (1 + 0.002 * kelvin[:, None]))
    np.testing.assert_allclose(warm.threshold, NETWORK.threshold * (1 - 0.001 * kelvin[:, None]))
    np.testing.assert_allclose(warm.leak, NETWORK.leak * (1 + 0.01 * kelvin[:, None]))
    assert draw(Temperature(mean=10, weight=0.002)).is_simple


@pytest.mark.parametrize(
    ("options", "words"),
    [({"mean": 5}, "takes a coefficient"), ({"weight": 0.1}, "takes a difference in kelvin")],
)
def test_a_temperature_without_effect_is_refused(options, words):
    with pytest.raises(ValidationError, match=words):
        Temperature(**options)


def test_noise_on_deliveries_is_normal_and_fresh_on_every_chip():
    network = Network.create(threshold=[1, 6.0], inputs=[0], outputs=[1], synapses=[(0, 1, 5.0, 2)])
    charge = np.zeros((4, 1, 200))
    charge[0] = 7
    drawn = draw(DeliveryNoise(sigma=0.2), network=network, n=100, nominal=True)
    fired = simulate([network], Stimulus(charge), CHIP, drawn).counts[0, 0]
    assert not fired[-1].any()  # 5 of 6, without noise
    expected = stats.norm.sf(6, loc=5, scale=0.2 * 7)
    assert stats.binomtest(int(fired[:-1].sum()), fired[:-1].size, expected).pvalue > 1e-3
    assert 0 < fired[:-1].mean(axis=1).std() < 0.1
    assert np.unique(fired[:-1], axis=0).shape[0] == 100


def test_chips_take_their_noise_along():
    rng = np.random.default_rng(4)
    stimulus = random_stimulus(rng, CHIP, samples=6)
    drawn = draw(WeightVariation(sigma=0.1), DeliveryNoise(sigma=0.3), n=6)
    whole = simulate([NETWORK], stimulus, CHIP, drawn).counts
    parts = [simulate([NETWORK], stimulus, CHIP, drawn.chips(slice(a, a + 2))) for a in (0, 2, 4)]
    np.testing.assert_array_equal(np.concatenate([p.counts for p in parts], axis=2), whole)
    joined = join_instances([NETWORK], [drawn.chips(slice(3, 6)), drawn.chips(slice(0, 3))])
    again = simulate([NETWORK], stimulus, CHIP, joined).counts
    np.testing.assert_array_equal(again, whole[:, :, [3, 4, 5, 0, 1, 2]])
    window = Session(NETWORK, CHIP, 6, drawn).run(
        np.broadcast_to(stimulus.charge[:, :, None], (20, 3, 6, 6)),
        np.broadcast_to(stimulus.event[:, :, None], (20, 3, 6, 6)),
    )
    np.testing.assert_array_equal(window.counts, whole[0])


def test_a_bench_s_cores_do_not_change_its_noise():
    trial = make_bench()
    network = make_network(trial)
    drawn = draw(DeliveryNoise(sigma=0.05), network=network, chip=trial.chip, n=70)
    one = Trial(trial.task, trial.chip, "train", threads=1).right(network, drawn)
    two = Trial(trial.task, trial.chip, "train", threads=2).right(network, drawn)
    np.testing.assert_array_equal(one, two)
    assert one.mean() <= trial.score(network)[0] + 0.05
