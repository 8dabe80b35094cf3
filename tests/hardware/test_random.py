"""Philox against its authors' known answers, the draws against their distributions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evosnn.hardware._philox import philox
from evosnn.hardware._random import normals, stream_key, uniforms

_KNOWN = [  # Random123, kat_vectors, philox4x32 10
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip


@pytest.mark.parametrize(("counter", "key", "answer"), _KNOWN)
def test_known_answers(counter, key, answer):
    words = [np.uint32(int(w, 16)) for w in (counter + " " + key).split()]
    assert [f"{int(w):08x}" for w in philox(*words)] == answer.split()


def ids(n):
    return np.arange(n, dtype=np.uint32), np.arange(n, dtype=np.uint32)[::-1].copy()


@pytest.mark.parametrize(("draw", "law"), [(uniforms, stats.uniform), (normals, stats.norm)])
def test_the_distribution_is_the_one_named(draw, law):
    key = stream_key(np.random.SeedSequence(1), "test")
    values = draw(key, 200, *ids(1000)).ravel()
    assert stats.kstest(values, law.cdf).pvalue > 0.001
    lag = np.corrcoef(values[:-1], values[1:])[0, 1]
    assert abs(lag) < 4 / np.sqrt(values.size)


def test_instances_are_independent_of_each_other():
    key = stream_key(np.random.SeedSequence(2), "test")
    z = normals(key, 4, *ids(100_000))
    off = np.corrcoef(z) - np.eye(4)
    assert abs(off).max() < 4 / np.sqrt(100_000)


def test_more_instances_and_other_parts_change_nothing():
    key = stream_key(np.random.SeedSequence(3), "test")
    a, b = ids(50)
    few, many = normals(key, 5, a, b), normals(key, 12, a, b)
    np.testing.assert_array_equal(few, many[:5])
    np.testing.assert_array_equal(normals(key, 5, a[7:9], b[7:9]), few[:, 7:9])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2**32 - 1)), max_size=40))
def test_equal_parts_draw_alike_and_each_as_alone(parts):
    key = stream_key(np.random.SeedSequence(6), "test")
    a, b = np.array(parts, np.uint32).reshape(-1, 2).T.copy()
    together = uniforms(key, 3, a, b)
    alone = [uniforms(key, 3, a[k : k + 1], b[k : k + 1])[:, 0] for k in range(a.size)]
    np.testing.assert_array_equal(together.T, np.reshape(alone, (-1, 3)))
    assert len(np.unique(together[0])) == len({*parts})


def test_purposes_have_their_own_streams():
    seed = np.random.SeedSequence(4)
    keys = {tuple(stream_key(seed, name)) for name in ("weights", "thresholds")}
    keys.add(tuple(stream_key(np.random.SeedSequence(5), "weights")))
    assert len(keys) == 3
