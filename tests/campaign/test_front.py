"""Fronts, volumes, knees and intervals against other people's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymoo.indicators.hv import HV

from evosnn.campaign import front_of, hypervolume, knee_of, reference_point
from evosnn.chips import load_chip
from evosnn.evaluation import Measurement, wilson
from evosnn.evolution import Breeder, Individual, objectives_by_name, search_space

OBJECTIVES = objectives_by_name(["accuracy", "synapses", "resilience"])
NETWORK = (
    Breeder(search_space(load_chip("risp-7"), 20), 4, 2)
    .random_network(np.random.default_rng(0))
    .network
)


def member(accuracy, synapses, resilience):
    record = Measurement(accuracy, np.array([resilience]), 0.0, 0.0)
    values = (accuracy, float(synapses), resilience)
    return Individual(NETWORK, record, values, (-accuracy, float(synapses), -resilience))


def members(rng, n):
    return [member(rng.random(), rng.integers(0, 60), rng.random()) for _ in range(n)]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 30))
def test_hypervolume_is_pymoos(seed, n):
    some = members(np.random.default_rng(seed), n)
    ideal, reference = reference_point(OBJECTIVES, 4, 3, 20)
    box = float(np.prod(reference - ideal))
    theirs = HV(ref_point=reference)(np.array([m.cost for m in some])) / box
    assert hypervolume(some, ideal, reference) == pytest.approx(theirs)
    assert hypervolume(front_of(some), ideal, reference) == pytest.approx(theirs)


def test_the_box_of_a_task():
    ideal, reference = reference_point(OBJECTIVES, 64, 10, 20)
    assert ideal.tolist() == [-1, 0, -1]
    assert reference.tolist() == [0, 640, 0]
    assert hypervolume([member(1.0, 0, 1.0)], ideal, reference) == pytest.approx(1.0)
    assert hypervolume([], ideal, reference) == 0.0


def test_the_knee_is_nearest_to_the_ideal():
    front = [member(0.3, 1, 0.3), member(0.9, 3, 0.88), member(0.95, 20, 0.9)]
    assert knee_of(front) is front[1]
    assert knee_of([]) is None


def test_of_equal_networks_the_front_shows_one():
    assert len(front_of([member(0.5, 3, 0.5)] * 3)) == 1


def test_wilson_by_hand():
    n, right, z = 45, 43, 1.959963984540054
    p = right / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert wilson(right, n) == pytest.approx((centre - half, centre + half))


def test_what_falls_short_of_a_requirement_is_on_no_front():
    good, small = member(0.9, 9, 0.9), member(0.3, 1, 0.3)
    short = Individual(small.network, small.measurement, small.values, small.cost, 0.1)
    assert front_of([good, short]) == [good]
    assert front_of([short]) == [short]
