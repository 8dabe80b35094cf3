"""Jitter: what it multiplies, how far off, and what it leaves alone."""

import numpy as np
import pytest

from evosnn.chips import load_chip
from evosnn.tasks import ArgyleEncoder, JitterSpec, MostSpikesDecoder, build_task
from evosnn.tasks.data.jitter import jitter


def test_the_samples_come_first_and_the_rest_is_off_by_sigma():
    rng = np.random.default_rng(0)
    x = np.full((2000, 5), 0.5)
    y = rng.integers(0, 3, 2000)
    many, labels = jitter(x, y, JitterSpec(copies=4, sigma=0.05), rng)
    np.testing.assert_array_equal(many[:2000], x)
    np.testing.assert_array_equal(labels, np.tile(y, 4))
    off = many[2000:] - 0.5
    n = off.size
    assert off.mean() == pytest.approx(0, abs=4 * 0.05 / np.sqrt(n))
    assert off.std() == pytest.approx(0.05, rel=0.02)


def test_features_stay_in_their_range():
    x = np.random.default_rng(0).random((50, 3))
    many, _ = jitter(x, np.zeros(50, np.int64), JitterSpec(copies=9, sigma=1.0),
                     np.random.default_rng(1))  # fmt: skip
    assert many.min() == 0
    assert many.max() == 1


def test_only_the_training_part_is_multiplied():
    def make(spec):
        return build_task(
            "iris", encoder=ArgyleEncoder(), decoder=MostSpikesDecoder(), timesteps=32,
            chip=load_chip("risp-127"), seed=1, jitter_spec=spec,
        )  # fmt: skip

    plain, more = make(None), make(JitterSpec(copies=3))
    assert more.train.n_samples == 3 * plain.train.n_samples
    n = plain.train.n_samples
    np.testing.assert_array_equal(more.train.stimulus.charge[:, :, :n], plain.train.stimulus.charge)
    np.testing.assert_array_equal(more.train.features, np.tile(plain.train.features, (3, 1)))
    for part in ("validation", "test"):
        np.testing.assert_array_equal(
            getattr(more, part).stimulus.charge, getattr(plain, part).stimulus.charge
        )
