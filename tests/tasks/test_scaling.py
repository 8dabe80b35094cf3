import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evosnn.tasks import Scaling

NAN = np.nan


def test_training_range_becomes_0_to_1_and_the_rest_is_clipped() -> None:
    scaling = Scaling.fit(np.array([[2.0, -1.0], [4.0, 1.0], [3.0, 0.0]]))
    assert scaling.apply(np.array([[2.5, 0.5]])).tolist() == [[0.25, 0.75]]
    assert scaling.apply(np.array([[-9.0, 9.0]])).tolist() == [[0, 1]]


def test_a_constant_feature_becomes_0_throughout() -> None:
    scaling = Scaling.fit(np.array([[7.0], [7.0]]))
    assert scaling.apply(np.array([[7.0], [6.0], [8.0], [NAN]])).tolist() == [[0]] * 4


def test_a_missing_value_becomes_the_training_mean() -> None:
    scaling = Scaling.fit(np.array([[0.0], [NAN], [1.0], [2.0], [NAN], [9.0]]))
    assert scaling.apply(np.array([[NAN], [9.0]])).tolist() == [[3 / 9], [1]]


def test_a_feature_never_seen_in_training_becomes_0() -> None:
    scaling = Scaling.fit(np.array([[NAN, 1.0], [NAN, 2.0]]))
    assert scaling.apply(np.array([[5.0, 1.5], [NAN, NAN]])).tolist() == [[0, 0.5], [0, 0.5]]


def test_a_span_of_next_to_nothing_overflows_to_its_ends() -> None:
    scaling = Scaling.fit(np.array([[0.0], [5e-324]]))
    assert scaling.apply(np.array([[0.0], [5e-324], [1e6], [-1e6]])).tolist() == [
        [0],
        [1],
        [1],
        [0],
    ]


@given(arrays(float, (6, 3), elements=st.one_of(st.just(NAN), st.floats(-1e6, 1e6))))
def test_the_result_is_always_within_0_to_1(x) -> None:
    scaled = Scaling.fit(x[:4]).apply(x)
    assert ((scaled >= 0) & (scaled <= 1)).all()
    for j in range(3):
        known = x[:4, j][~np.isnan(x[:4, j])]
        if known.size and known.min() < known.max():
            assert scaled[:4, j].min() == 0
            assert scaled[:4, j].max() == 1


def test_values_near_the_largest_number_are_scaled():
    x = np.array([[-1.7e308, 1.0], [1.7e308, 2.0], [0.0, 3.0], [1.7e308, np.nan]])
    scaling = Scaling.fit(x)
    np.testing.assert_allclose(scaling.mean, [0.425e308, 2.0])
    np.testing.assert_allclose(scaling.apply(x)[:3, 0], [0, 1, 0.5])
