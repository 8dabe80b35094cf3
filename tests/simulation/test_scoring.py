"""Right answers counted on bit planes, against those that a decoder counts in a response."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.errors import SpecError
from evosnn.simulation import PreparedStimulus, Scorer, simulate
from evosnn.simulation import _simulate as engine
from evosnn.tasks import FirstSpikeDecoder, MostSpikesDecoder
from tests.networks import events, make_chip, random_instances, random_network, random_stimulus


def of_kind(first):
    return FirstSpikeDecoder() if first else MostSpikesDecoder()


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    first=st.booleans(),
    integer=st.booleans(),
    instances=st.sampled_from([None, 1, 3, 17, 33]),
    outputs=st.integers(1, 5),
    samples=st.sampled_from([1, 7, 90, 300]),
    timesteps=st.sampled_from([1, 9, 40]),
    chosen=st.booleans(),
)
def test_right_answers(seed, first, integer, instances, outputs, samples, timesteps, chosen):
    rng = np.random.default_rng(seed)
    chip = make_chip(integer=integer)
    networks = [random_network(rng, chip, neurons=n, outputs=outputs) for n in (6, 9)]
    stimulus = random_stimulus(
        rng, chip, timesteps=timesteps, samples=samples, spikes=bool(seed % 2)
    )
    drawn = random_instances(rng, networks, instances) if instances else None
    labels = rng.integers(0, outputs, samples)
    decoder = of_kind(first)
    scorer = decoder.scorer(labels, outputs)
    with events(chosen):
        judged = simulate(networks, stimulus, chip, drawn, scorer=scorer)
    with events(not chosen):
        response = simulate(networks, stimulus, chip, drawn)
    np.testing.assert_array_equal(judged.right, decoder.correct(response, labels))
    np.testing.assert_array_equal(scorer.right(response.counts, response.first), judged.right)
    np.testing.assert_array_equal(judged.spikes, response.spikes)
    np.testing.assert_array_equal(judged.deliveries, response.deliveries)
    assert judged.counts.size == judged.first.size == response.right.size == 0


@pytest.mark.parametrize("first", [False, True])
def test_full_adders_tiles_and_noise_judge_alike(first, monkeypatch):
    rng = np.random.default_rng(5)
    chip = make_chip()
    networks = [random_network(rng, chip, outputs=3) for _ in range(3)]
    stimulus = PreparedStimulus(random_stimulus(rng, chip, samples=1500, spikes=True))
    labels = rng.integers(0, 3, 1500)
    decoder = of_kind(first)
    scorer = decoder.scorer(labels, 3)
    wanted = decoder.correct(simulate(networks, stimulus, chip), labels)
    assert 0 < wanted.min() < wanted.max() < 1500
    np.testing.assert_array_equal(simulate(networks, stimulus, chip, scorer=scorer).right, wanted)
    monkeypatch.setattr(engine, "_TILE_BYTES", 1)
    np.testing.assert_array_equal(simulate(networks, stimulus, chip, scorer=scorer).right, wanted)
    noisy = simulate(networks, stimulus, chip, noise=0.5)
    judged = simulate(networks, stimulus, chip, noise=0.5, scorer=scorer)
    np.testing.assert_array_equal(judged.right, decoder.correct(noisy, labels))


def test_a_race_for_others_is_refused():
    rng = np.random.default_rng(0)
    chip = make_chip()
    with pytest.raises(SpecError, match="3 outputs and 4 samples; got networks of 2"):
        simulate(
            [random_network(rng, chip)], random_stimulus(rng, chip), chip,
            scorer=Scorer(np.zeros(4, np.int64), 3),
        )  # fmt: skip
