"""Networks that are simulated while the caller does something else."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import load_chip
from evosnn.errors import SpecError
from evosnn.hardware import DelayVariation, WeightVariation, draw_instances
from evosnn.simulation import PreparedStimulus, Scorer, begin, simulate
from evosnn.simulation import _dispatch as kernels
from evosnn.simulation import _simulate as engine
from tests.networks import make_chip, random_network, random_stimulus


def a_case(seed, chip, mechanisms=(), samples=40):
    rng = np.random.default_rng(seed)
    networks = [random_network(rng, chip, outputs=2) for _ in range(7)]
    stimulus = PreparedStimulus(random_stimulus(rng, chip, samples=samples))
    drawn = None
    if mechanisms:
        drawn = draw_instances(networks, chip, mechanisms, 5, np.random.SeedSequence(seed))
    return networks, stimulus, chip, drawn, Scorer(rng.integers(0, 2, samples), 2)


def assert_same(found, wanted):
    np.testing.assert_array_equal(found.right, wanted.right)
    np.testing.assert_array_equal(found.spikes, wanted.spikes)
    np.testing.assert_array_equal(found.deliveries, wanted.deliveries)


@pytest.mark.slow
@given(
    seed=st.integers(0, 10**6),
    threads=st.integers(1, 3),
    mechanisms=st.sampled_from([(), (WeightVariation(sigma=0.1),), (DelayVariation(sigma=0.2),)]),
)
@settings(max_examples=20, deadline=None)
def test_what_was_begun_ends_as_if_waited_for(seed, threads, mechanisms):
    *call, scorer = a_case(seed, make_chip(), mechanisms)
    wanted = simulate(*call, scorer=scorer)
    with ThreadPoolExecutor(threads) as pool:
        pending = [begin(*call, scorer, pool, threads) for _ in range(3)]
        for finish in reversed(pending):
            assert_same(finish(), wanted)


def test_chips_of_their_own_and_tiles_are_done_at_once(monkeypatch):
    *call, scorer = a_case(3, load_chip("caspian"), samples=1100)
    wanted = simulate(*call, scorer=scorer)
    with ThreadPoolExecutor(1) as pool:
        assert_same(begin(*call, scorer, pool, 1)(), wanted)
        *call, scorer = a_case(4, make_chip(), samples=1100)
        wanted = simulate(*call, scorer=scorer)
        monkeypatch.setattr(engine, "_TILE_BYTES", 1)
        assert_same(begin(*call, scorer, pool, 1)(), wanted)


def test_who_waits_does_what_nobody_has_come_to():
    *call, scorer = a_case(5, make_chip(), [WeightVariation(sigma=0.1)])
    free = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(free.wait)
        assert_same(begin(*call, scorer, pool, 2)(), simulate(*call, scorer=scorer))
        assert not busy.done()
        free.set()


def test_who_waits_runs_the_rest_before_waiting_for_what_another_runs(monkeypatch):
    *call, scorer = a_case(7, make_chip(), [WeightVariation(sigma=0.1)])
    wanted, run, me = simulate(*call, scorer=scorer), kernels.run_networks, threading.get_ident()
    begun, helped = threading.Event(), threading.Event()

    def watched(*args):
        if threading.get_ident() == me:
            helped.set()
        else:
            begun.set()
            assert helped.wait(20)
        run(*args)

    monkeypatch.setattr(kernels, "run_networks", watched)
    with ThreadPoolExecutor(1) as pool:
        finish = begin(*call, scorer, pool, 2)
        assert begun.wait(20)
        assert_same(finish(), wanted)


def test_all_is_packed_before_a_thread_runs(monkeypatch):
    *call, scorer = a_case(8, make_chip(), [WeightVariation(sigma=0.1)])
    packers, feed, packed_labels = set(), PreparedStimulus.feed, Scorer.packed_labels

    def watched(method):
        def call(*args):
            packers.add(threading.get_ident())
            return method(*args)

        return call

    monkeypatch.setattr(PreparedStimulus, "feed", watched(feed))
    monkeypatch.setattr(Scorer, "packed_labels", watched(packed_labels))
    with ThreadPoolExecutor(2) as pool:
        begin(*call, scorer, pool, 3)()
    assert packers == {threading.get_ident()}


@pytest.mark.parametrize("mine", [True, False])
def test_a_kernel_s_error_is_told_to_who_waits(monkeypatch, mine):
    *call, scorer = a_case(9, make_chip(), [WeightVariation(sigma=0.1)])
    run, me, begun = kernels.run_networks, threading.get_ident(), threading.Event()

    def failing(*args):
        begun.set()
        if (threading.get_ident() == me) == mine:
            raise MemoryError
        run(*args)

    monkeypatch.setattr(kernels, "run_networks", failing)
    with ThreadPoolExecutor(1) as pool:
        free = threading.Event()
        if mine:
            pool.submit(free.wait)
        finish = begin(*call, scorer, pool, 2)
        assert mine or begun.wait(20)
        with pytest.raises(MemoryError):
            finish()
        free.set()


def test_bad_calls_are_refused_when_begun():
    networks, stimulus, chip, drawn, _ = a_case(6, make_chip())
    with ThreadPoolExecutor(1) as pool, pytest.raises(SpecError, match="3 outputs"):
        begin(networks, stimulus, chip, drawn, Scorer(np.zeros(40, np.int64), 3), pool, 1)
