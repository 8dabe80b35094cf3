"""Each mechanism against the closed form of what it says it does."""

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from evosnn.hardware import (
    FIRES_ALWAYS,
    FIRES_NEVER,
    DeadNeurons,
    DeadSynapses,
    StuckNeurons,
    SupplyShift,
    ThresholdVariation,
    WeightVariation,
    draw_instances,
)
from tests.networks import make_chip, random_network

CHIP = make_chip(top=127, floor=-127)
NETWORK = random_network(np.random.default_rng(0), CHIP, neurons=30, synapses=200)
K = 1000


def draw(*mechanisms, seed=1, networks=(NETWORK,), nominal=False, n=K):
    return draw_instances(
        networks, CHIP, mechanisms, n, np.random.SeedSequence(seed), nominal=nominal
    )


def assert_moments(values, mean, std):
    """Mean and standard deviation within what 2e5 draws allow."""
    n = values.size
    assert values.mean() == pytest.approx(mean, abs=4.5 * std / np.sqrt(n))
    assert values.std() == pytest.approx(std, rel=0.01)


def test_gaussian_weights_relative_to_the_weight():
    some = NETWORK.weight != 0
    factor = draw(WeightVariation(sigma=0.1)).weight[:, some] / NETWORK.weight[some]
    assert_moments(factor, 1.0, 0.1)
    assert stats.kstest((factor.ravel() - 1) / 0.1, stats.norm.cdf).pvalue > 0.001


def test_gaussian_weights_relative_to_the_range():
    off = draw(WeightVariation(sigma=0.05, relative_to="range")).weight - NETWORK.weight
    assert_moments(off, 0.0, 0.05 * 127)


def test_lognormal_weights_keep_their_mean():
    some = NETWORK.weight != 0
    drawn = draw(WeightVariation(sigma=0.3, distribution="lognormal")).weight[:, some]
    factor = drawn / NETWORK.weight[some]
    law = stats.lognorm(s=0.3, scale=np.exp(-(0.3**2) / 2))
    assert law.mean() == pytest.approx(1.0)
    assert_moments(factor, 1.0, law.std())
    assert stats.kstest(factor.ravel(), law.cdf).pvalue > 0.001


def test_thresholds_vary_and_weights_do_not():
    instances = draw(ThresholdVariation(sigma=0.1), n=20_000)
    assert_moments(instances.threshold / NETWORK.threshold, 1.0, 0.1)
    assert (instances.weight == NETWORK.weight).all()


def test_a_supply_shift_scales_all_weights_of_a_chip_together():
    instances = draw(SupplyShift(sigma=0.1), n=20_000)
    some = NETWORK.weight != 0
    factor = instances.weight[:, some] / NETWORK.weight[some]
    np.testing.assert_allclose(factor, factor[:, :1].repeat(some.sum(), axis=1))
    assert stats.kstest((factor[:, 0] - 1) / 0.1, stats.norm.cdf).pvalue > 0.001


@pytest.mark.parametrize(
    ("mechanism", "struck"),
    [
        (DeadSynapses(rate=0.05), lambda i: (i.weight == 0)[:, NETWORK.weight != 0]),
        (DeadNeurons(rate=0.05), lambda i: i.firing == FIRES_NEVER),
        (StuckNeurons(rate=0.05), lambda i: i.firing == FIRES_ALWAYS),
    ],
)
def test_faults_strike_at_their_rate(mechanism, struck):
    hits = struck(draw(mechanism, n=10_000))
    assert stats.binomtest(int(hits.sum()), hits.size, 0.05).pvalue > 0.001


def test_mechanisms_compose_and_do_not_reshuffle_each_other():
    alone = draw(WeightVariation(sigma=0.1))
    both = draw(DeadSynapses(rate=0.1), WeightVariation(sigma=0.1), ThresholdVariation(sigma=0.1))
    alive = both.weight != 0
    assert 0.88 < alive[:, NETWORK.weight != 0].mean() < 0.92
    np.testing.assert_array_equal(both.weight[alive], alone.weight[alive])


def test_two_of_a_kind_draw_apart():
    one = draw(WeightVariation(sigma=0.1)).weight
    two = draw(WeightVariation(sigma=0.1), WeightVariation(sigma=0.1)).weight
    some = NETWORK.weight != 0
    first, second = (one / NETWORK.weight)[:, some] - 1, (two / one)[:, some] - 1
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.01


def test_a_synapse_that_two_networks_share_is_equally_off_in_both():
    other = type(NETWORK).create(
        ids=NETWORK.ids,
        threshold=NETWORK.threshold,
        inputs=NETWORK.ids[NETWORK.inputs].tolist(),
        outputs=NETWORK.ids[NETWORK.outputs].tolist(),
        synapses=[
            (NETWORK.ids[NETWORK.pre[s]], NETWORK.ids[NETWORK.post[s]], NETWORK.weight[s], 1)
            for s in range(10, 20)
        ],
    )
    instances = draw(WeightVariation(sigma=0.1), networks=(NETWORK, other))
    here = instances.weight[:, 10:20]
    np.testing.assert_array_equal(here, instances.weight[:, NETWORK.n_synapses :])


def test_the_nominal_chip_stands_last():
    instances = draw(WeightVariation(sigma=0.1), DeadNeurons(rate=0.5), nominal=True, n=3)
    assert instances.n_instances == 4
    np.testing.assert_array_equal(instances.weight[3], NETWORK.weight)
    assert not instances.firing[3].any()


def test_a_lognormal_relative_to_the_range_is_refused():
    with pytest.raises(ValidationError, match="lognormal variation is relative to the weight"):
        WeightVariation(sigma=0.1, distribution="lognormal", relative_to="range")
