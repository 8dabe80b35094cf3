"""Windows that go on from each other are one long run."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.errors import SpecError
from evosnn.simulation import NEVER, Session, simulate
from evosnn.simulation.reference import run_reference
from tests.networks import make_chip, random_instances, random_network, random_stimulus


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    cut=st.integers(1, 19),
    integer=st.booleans(),
    leak=st.sampled_from([(0,), (0, 0.5, 1)]),
    samples=st.sampled_from([1, 3, 300]),
    spikes=st.booleans(),
)
def test_two_windows_are_one_run(seed, cut, integer, leak, samples, spikes):
    rng = np.random.default_rng(seed)
    chip = make_chip(integer=integer, leak=leak)
    network = random_network(rng, chip)
    stimulus = random_stimulus(rng, chip, samples=samples, spikes=spikes)
    session = Session(network, chip, n_episodes=samples)
    charge, event = stimulus.charge[:, :, None], stimulus.event[:, :, None]
    windows = [
        session.run(charge[part], event[part], record=True)
        for part in (slice(0, cut), slice(cut, None))
    ]
    fired = np.concatenate([w.spikes for w in windows])
    for sample in (0, samples - 1):
        run = run_reference(network, stimulus, chip, sample=sample)
        np.testing.assert_array_equal(fired[:, :, 0, sample], run.spikes)
        np.testing.assert_allclose(session.potential[:, 0, sample], run.potential[-1], atol=1e-12)
    total = simulate([network], stimulus, chip)
    np.testing.assert_array_equal(sum(w.counts for w in windows), total.counts[0])
    assert sum(w.fires.sum() for w in windows) == pytest.approx(total.spikes[0] * samples)


@pytest.mark.parametrize("spikes", [pytest.param(False, marks=pytest.mark.slow), True])
def test_instances_keep_their_own_state(spikes):
    rng = np.random.default_rng(1)
    chip = make_chip()
    network = random_network(rng, chip)
    stimulus = random_stimulus(rng, chip, samples=4, spikes=spikes)
    instances = random_instances(rng, [network], 19)
    session = Session(network, chip, n_episodes=4, instances=instances)
    charge = np.repeat(stimulus.charge[:, :, None], 19, axis=2)
    counts = sum(session.run(part).counts for part in np.split(charge, 4))
    np.testing.assert_array_equal(counts, simulate([network], stimulus, chip, instances).counts[0])


def test_a_reset_session_starts_from_rest():
    rng = np.random.default_rng(2)
    chip = make_chip()
    network = random_network(rng, chip)
    charge = random_stimulus(rng, chip, samples=6).charge[:, :, None]
    session = Session(network, chip, n_episodes=6)
    first = session.run(charge)
    session.reset()
    np.testing.assert_array_equal(first.counts, session.run(charge).counts)


def test_single_episodes_can_be_reset():
    rng = np.random.default_rng(4)
    chip = make_chip()
    network = random_network(rng, chip)
    instances = random_instances(rng, [network], 3)
    charge = np.repeat(random_stimulus(rng, chip, samples=150).charge[:, :, None], 3, axis=2)
    gone = rng.random(150) < 0.3
    session = Session(network, chip, n_episodes=150, instances=instances)
    session.run(charge[:11])
    session.reset(episodes=gone)
    assert not session.potential[:, :, gone].any()
    again = session.run(charge[11:], record=True).spikes
    whole = Session(network, chip, n_episodes=150, instances=instances)
    went_on = whole.run(charge, record=True).spikes[11:]
    fresh = Session(network, chip, n_episodes=150, instances=instances)
    started = fresh.run(charge[11:], record=True).spikes
    np.testing.assert_array_equal(again[..., ~gone], went_on[..., ~gone])
    np.testing.assert_array_equal(again[..., gone], started[..., gone])
    with pytest.raises(SpecError, match=r"episodes has shape \(3,\); it takes"):
        session.reset(episodes=gone[:3])


def test_a_window_that_is_refused_has_not_run():
    rng = np.random.default_rng(5)
    chip = make_chip()
    network = random_network(rng, chip)
    charge = random_stimulus(rng, chip, samples=700).charge[:, :, None]
    session, other = (Session(network, chip, n_episodes=700) for _ in range(2))
    session.run(charge), other.run(charge)
    broken = charge.copy()
    broken[-1, -1, 0, -1] = 0.5
    with pytest.raises(SpecError, match="not whole"):
        session.run(broken)
    wide = 9 * charge  # beyond what the first windows were given room for
    np.testing.assert_array_equal(session.run(wide).counts, other.run(wide).counts)
    np.testing.assert_array_equal(session.potential, other.potential)
    whole = Session(network, chip, n_episodes=700).run(np.concatenate([charge, wide]), record=True)
    again = Session(network, chip, n_episodes=700)
    again.run(charge)
    np.testing.assert_array_equal(again.run(wide, record=True).spikes, whole.spikes[len(charge) :])


def test_a_wrong_shape_and_a_broken_charge_are_refused():
    rng = np.random.default_rng(2)
    chip = make_chip()
    session = Session(random_network(rng, chip), chip, n_episodes=2)
    with pytest.raises(SpecError, match=r"charge has shape \(5, 3, 2\); it takes"):
        session.run(np.zeros((5, 3, 2)))
    with pytest.raises(SpecError, match="not whole"):
        session.run(np.full((5, 3, 1, 2), 0.5))


def test_a_window_of_many_charges_keeps_them_until_it_is_over():
    """More than 32 MiB of them: the system takes such memory back at once when it is let go."""
    rng = np.random.default_rng(6)
    chip = make_chip()
    network = random_network(rng, chip)
    stimulus = random_stimulus(rng, chip, timesteps=12_000, samples=1)
    charge, event = stimulus.charge[:, :, None], stimulus.event[:, :, None]
    found = Session(network, chip, n_episodes=1).run(charge, event, record=True)
    session, short = Session(network, chip, n_episodes=1), range(0, 12_000, 100)
    parts = [session.run(charge[t : t + 100], event[t : t + 100], record=True) for t in short]
    np.testing.assert_array_equal(found.spikes, np.concatenate([part.spikes for part in parts]))


@pytest.mark.parametrize("chips", [1, 5])
@pytest.mark.parametrize("samples", [1, 64, 100, 300])
def test_windows_of_all_lengths_are_one_run(chips, samples):
    """Shorter after longer and longer after shorter, read-only, with gaps between numbers."""
    rng = np.random.default_rng(7)
    chip = make_chip()
    network = random_network(rng, chip)
    stimulus = random_stimulus(rng, chip, timesteps=60, samples=samples, spikes=True)
    instances = random_instances(rng, [network], chips) if chips > 1 else None
    charge = np.broadcast_to(stimulus.charge[:, :, None], (60, 3, chips, samples))
    ends = [0, 7, 7, 40, 41, 45, 60]
    session = Session(network, chip, samples, instances)
    windows = [session.run(charge[a:b]) for a, b in pairwise(ends)]
    whole = simulate([network], stimulus, chip, instances)
    np.testing.assert_array_equal(sum(window.counts for window in windows), whole.counts[0])
    first = np.min(
        [
            np.where(w.first < NEVER, w.first + a, NEVER)
            for w, a in zip(windows, ends, strict=False)
        ],
        axis=0,
    )
    np.testing.assert_array_equal(first, whole.first[0])


def test_events_have_the_shape_of_charges():
    rng = np.random.default_rng(2)
    chip = make_chip()
    session = Session(random_network(rng, chip), chip, n_episodes=2)
    with pytest.raises(SpecError, match=r"event has shape \(4, 3, 1, 2\); it takes charge's"):
        session.run(np.zeros((5, 3, 1, 2)), np.zeros((4, 3, 1, 2), np.bool_))
