"""The ranges of potentials: what they must be for small networks, and that runs stay within."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.simulation.layout.potential_bounds import HORIZON, potential_ranges
from evosnn.simulation.reference import run_reference
from tests.networks import make_chip, random_network


def test_a_small_network_by_hand():
    network = Network.create(
        threshold=[5, 4],
        leak=[0, 1],
        inputs=[0],
        outputs=[1],
        synapses=[(0, 1, 6, 1), (1, 0, -3, 2)],
    )
    found = potential_ranges(network, make_chip(floor=-9), (-2, 7))
    assert found.floor == -9
    assert found.rest.tolist() == [[-9, 0], [4, 0]]
    assert found.peak.tolist() == [[-14, 0], [11, 6]]
    assert found.fires.tolist() == [True, True]
    unbounded = potential_ranges(network, make_chip(floor=None), (-2, 7))
    assert unbounded.floor == -5 * HORIZON
    assert potential_ranges(network, make_chip(inclusive=False), (0, 0)).threshold.tolist() == [
        6,
        5,
    ]


def test_what_can_never_fire_delivers_nothing():
    network = Network.create(
        threshold=[9, 4, 3, 2],
        leak=[1, 0, 0, 0],
        inputs=[0],
        outputs=[3],
        synapses=[(0, 1, 7, 1), (1, 3, 6, 1), (2, 3, -5, 1), (2, 2, 7, 1), (0, 3, -1, 1)],
    )
    found = potential_ranges(network, make_chip(top=9), (-7, 7))
    assert found.fires.tolist() == [False] * 4
    assert found.rest[:, 3].tolist() == [0, 0]
    found = potential_ranges(network, make_chip(top=9), (0, 9))
    assert found.fires.tolist() == [True, True, False, True]
    assert found.peak[:, 3].tolist() == [-8, 7]


def test_a_leak_bounds_what_is_kept():
    network = Network.create(
        threshold=[900, 30],
        leak=[0.25, 0.5],
        inputs=[0],
        outputs=[1],
        synapses=[(0, 1, 9, 1), (1, 1, -8, 2)],
    )
    chip = make_chip(top=900, floor=-500, leak=(0.25, 0.5))
    # At most 3 times what arrives is left after a leak of a quarter, once that of a half.
    assert potential_ranges(network, chip, (-20, 50)).rest.tolist() == [[-60, 0], [150, 0]]
    assert potential_ranges(network, chip, (-20, 50)).fires.tolist() == [False, False]
    found = potential_ranges(network, chip, (-200, 500))
    assert found.rest.tolist() == [[-500, 0], [899, 9]]
    assert found.fires.tolist() == [True, False]


@settings(deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    leak=st.sampled_from([(0,), (1,), (0, 0.5, 0.25, 0.125), (0, 1), (0.5,)]),
    floor=st.sampled_from([None, 0, -5, -40]),
    inclusive=st.booleans(),
)
def test_no_run_leaves_the_ranges(seed, leak, floor, inclusive):
    rng = np.random.default_rng(seed)
    chip = make_chip(leak=leak, floor=floor, inclusive=inclusive)
    network = random_network(rng, chip, lowest_threshold=-2)
    low, high = -int(rng.integers(0, 9)), int(rng.integers(0, 9))
    charge = rng.integers(low, high + 1, (40, 3, 1)).astype(float)
    run = run_reference(network, Stimulus(charge, rng.random(charge.shape) < 0.8), chip)
    found = run.potential
    ranges = potential_ranges(network, chip, (low, high))
    assert not (run.spikes & ~ranges.fires).any()
    assert (found >= ranges.rest[0]).all()
    assert (found <= ranges.rest[1]).all()
    assert (ranges.peak[0] <= ranges.rest[0]).all()
    assert (ranges.peak[1] >= ranges.rest[1]).all()
