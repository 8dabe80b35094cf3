"""The vector engine against the reference, spike for spike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.errors import SpecError
from evosnn.hardware import Instances, nominal_instances
from evosnn.simulation import NEVER, PreparedStimulus, Scorer, Session, Stimulus, simulate
from evosnn.simulation.reference import run_reference
from tests.networks import (
    blocks,
    events,
    make_chip,
    random_instances,
    random_network,
    random_stimulus,
)

FLOORS = [-7, 0, -100, -40_000, None]


def expected_outputs(network, stimulus, chip, **options):
    """Counts, first times, spikes and deliveries of one lane by the reference."""
    run = run_reference(network, stimulus, chip, **options)
    out = run.spikes[:, network.outputs]
    first = np.where(out.any(axis=0), out.argmax(axis=0), NEVER)
    return out.sum(axis=0), first, run.spikes[:, network.used].sum(), run.deliveries


def check_a_chip_as_drawn(seed, integer, inclusive, floor, lowest, leak, spikes, samples, chosen):
    rng = np.random.default_rng(seed)
    chip = make_chip(integer=integer, inclusive=inclusive, floor=floor, leak=leak)
    network = random_network(rng, chip, lowest_threshold=lowest)
    stimulus = random_stimulus(rng, chip, samples=samples, spikes=spikes)
    with events(chosen):
        response = simulate([network], stimulus, chip)
    totals = np.zeros(2)
    for sample in range(samples):
        counts, first, *total = expected_outputs(network, stimulus, chip, sample=sample)
        np.testing.assert_array_equal(response.counts[0, :, 0, sample], counts)
        np.testing.assert_array_equal(response.first[0, :, 0, sample], first)
        totals += total
    assert response.spikes[0] == pytest.approx(totals[0] / samples)
    assert response.deliveries[0] == pytest.approx(totals[1] / samples)


@pytest.mark.parametrize("seed", range(8))
def test_an_integer_chip_as_drawn(seed):
    check_a_chip_as_drawn(
        seed, integer=True, inclusive=seed % 3 != 0, floor=FLOORS[seed % len(FLOORS)], lowest=1.0,
        leak=((0,), (1,))[seed % 2], spikes=True, samples=1 + seed, chosen=False,
    )  # fmt: skip


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    integer=st.booleans(),
    inclusive=st.booleans(),
    floor=st.sampled_from(FLOORS),
    lowest=st.sampled_from([1.0, 0.0, -7.0]),
    leak=st.sampled_from([(0,), (1,), (0, 0.5, 0.125, 1)]),
    spikes=st.booleans(),
    samples=st.integers(1, 9),
    chosen=st.booleans(),
)
def test_a_chip_as_drawn(**drawn):
    check_a_chip_as_drawn(**drawn)


def check_chip_instances(seed, n_instances, integer, leak):
    rng = np.random.default_rng(seed)
    chip = make_chip(integer=integer, leak=leak)
    networks = [random_network(rng, chip, neurons=n) for n in (5, 8)]
    stimulus = random_stimulus(rng, chip, samples=3)
    instances = random_instances(rng, networks, n_instances)
    resolution = 2.0**-8
    if integer:  # what the engine rounds these small networks to: then it is exact
        instances = Instances(
            np.rint(instances.weight / resolution) * resolution,
            np.rint(instances.threshold / resolution) * resolution,
            instances.firing,
        )
    response = simulate(networks, stimulus, chip, instances)
    neurons, synapses = np.array([[n.n_neurons, n.n_synapses] for n in networks]).T
    for i, network in enumerate(networks):
        rows = slice(neurons[:i].sum(), neurons[: i + 1].sum())
        columns = slice(synapses[:i].sum(), synapses[: i + 1].sum())
        own = Instances(
            instances.weight[:, columns], instances.threshold[:, rows], instances.firing[:, rows]
        )
        for instance in {0, n_instances // 2, n_instances - 1}:
            for sample in range(stimulus.n_samples):
                counts, first, *_ = expected_outputs(
                    network, stimulus, chip, sample=sample, instances=own, instance=instance,
                    resolution=resolution if integer else None,
                )  # fmt: skip
                np.testing.assert_array_equal(response.counts[i, :, instance, sample], counts)
                np.testing.assert_array_equal(response.first[i, :, instance, sample], first)


@pytest.mark.parametrize(("n_instances", "leak"), [(1, (0,)), (17, (1,)), (70, (0, 0.25))])
def test_instances_of_an_integer_chip(n_instances, leak):
    check_chip_instances(n_instances, n_instances, integer=True, leak=leak)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    n_instances=st.sampled_from([1, 2, 3, 17, 33, 70]),
    integer=st.booleans(),
    leak=st.sampled_from([(0,), (1,), (0, 0.25)]),
)
def test_chip_instances(**drawn):
    check_chip_instances(**drawn)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    n_instances=st.sampled_from([1, 17]),
    samples=st.sampled_from([3, 70]),
    spikes=st.booleans(),
    leak=st.sampled_from([(0,), (0, 0.5, 1)]),
)
def test_blocks_of_either_width(seed, n_instances, samples, spikes, leak):
    rng = np.random.default_rng(seed)
    chip = make_chip(leak=leak)
    network = random_network(rng, chip)
    stimulus = random_stimulus(rng, chip, samples=samples, spikes=spikes)
    instances = None
    if n_instances > 1:
        nominal = nominal_instances([network], n_instances)
        firing = random_instances(rng, [network], n_instances).firing
        instances = Instances(nominal.weight, nominal.threshold, firing)
    scorer = Scorer(rng.integers(0, 2, samples), 2)
    charge = np.broadcast_to(stimulus.charge[:, :, None], (20, 3, n_instances, samples))
    found = []
    for narrow in (False, True):
        with events(False), blocks(narrow):
            told = simulate([network], stimulus, chip, instances)
            judged = simulate([network], stimulus, chip, instances, scorer=scorer)
            session = Session(network, chip, samples, instances)
            window = session.run(charge)
        totals = (told.spikes, told.deliveries, judged.right, window.fires, session.potential)
        found.append((told.counts, told.first, window.counts, window.first, *totals))
    for wide, narrow in zip(*found, strict=True):
        np.testing.assert_array_equal(wide, narrow)
    counts, first, *_ = found[0]
    for instance, sample in ((0, 0), (n_instances - 1, samples - 1)):
        expected = expected_outputs(
            network, stimulus, chip, sample=sample, instances=instances, instance=instance
        )
        np.testing.assert_array_equal(counts[0, :, instance, sample], expected[0])
        np.testing.assert_array_equal(first[0, :, instance, sample], expected[1])


def test_neither_threads_nor_company_change_a_result():
    rng = np.random.default_rng(5)
    chip = make_chip()
    networks = [random_network(rng, chip, neurons=n, synapses=3 * n) for n in range(5, 30)]
    stimulus = PreparedStimulus(random_stimulus(rng, chip, samples=40))
    instances = random_instances(rng, networks, 5)
    one = simulate(networks, stimulus, chip, instances, threads=1)
    for threads in (2, 3):
        other = simulate(networks, stimulus, chip, instances, threads=threads)
        for field in ("counts", "first", "spikes", "deliveries"):
            np.testing.assert_array_equal(getattr(one, field), getattr(other, field))
    alone = simulate(networks[3:4], stimulus, chip)
    together = simulate(networks, stimulus, chip)
    np.testing.assert_array_equal(alone.counts[0], together.counts[3])


@pytest.mark.parametrize("top", [127, pytest.param(20_000, marks=pytest.mark.slow), 2_000_000_000])
def test_a_sum_that_leaves_a_number_type_takes_a_wider_one(top):
    rng = np.random.default_rng(3)
    chip = make_chip(top=top, floor=-top)
    network = random_network(rng, chip, neurons=6, synapses=30)
    stimulus = random_stimulus(rng, chip, samples=4, rate=0.6)
    response = simulate([network], stimulus, chip)
    for sample in range(4):
        counts, *_ = expected_outputs(network, stimulus, chip, sample=sample)
        np.testing.assert_array_equal(response.counts[0, :, 0, sample], counts)


def test_an_event_without_charge_fires_a_neuron_of_threshold_zero():
    chip = make_chip()
    network = random_network(
        np.random.default_rng(0), chip, neurons=1, synapses=0, inputs=1, outputs=1
    )
    resting = type(network).create(threshold=[0], inputs=[0], outputs=[0])
    event = np.zeros((4, 1, 1), np.bool_)
    event[2] = True
    response = simulate([resting], Stimulus(np.zeros((4, 1, 1)), event), chip)
    assert response.counts.tolist() == [[[[1]]]]
    assert response.first.tolist() == [[[[2]]]]


def test_a_stimulus_of_the_wrong_width_is_refused():
    rng = np.random.default_rng(0)
    chip = make_chip()
    with pytest.raises(SpecError, match="stimulus has 2 inputs; the networks have 3"):
        simulate([random_network(rng, chip)], random_stimulus(rng, chip, inputs=2), chip)


def test_more_timesteps_than_can_be_counted_are_refused():
    rng = np.random.default_rng(0)
    chip = make_chip()
    stimulus = Stimulus(np.zeros((40_000, 3, 1)))
    with pytest.raises(SpecError, match=r"timesteps is 40000; one call takes at most 32766"):
        simulate([random_network(rng, chip)], stimulus, chip)


def check_a_recording_is_what_the_reference_does(seed, integer, floor, n_instances):
    rng = np.random.default_rng(seed)
    chip = make_chip(integer=integer, floor=floor)
    networks = [random_network(rng, chip, neurons=n) for n in (5, 8, 6)]
    stimulus = random_stimulus(rng, chip, samples=3)
    instances = None
    if n_instances:
        instances = random_instances(rng, networks, n_instances, sigma=0)
    response = simulate(networks, stimulus, chip, instances, record=[2, 1])
    bare = simulate(networks, stimulus, chip, instances)
    np.testing.assert_array_equal(response.counts, bare.counts)
    assert bare.recordings == ()
    for index, recording in zip((2, 1), response.recordings, strict=True):
        network, own = networks[index], None
        if instances:
            start = sum(net.n_neurons for net in networks[:index])
            firing = instances.firing[:, start : start + network.n_neurons]
            own = Instances(
                np.tile(network.weight, (n_instances, 1)),
                np.tile(network.threshold, (n_instances, 1)),
                firing,
            )
        for k in range(max(n_instances, 1)):
            run = run_reference(network, stimulus, chip, sample=1, instances=own, instance=k)
            np.testing.assert_array_equal(recording.spikes[:, :, k, 1], run.spikes)
            sound = own.firing[k] == 0 if own else slice(None)
            np.testing.assert_allclose(
                recording.potential[:, sound, k, 1], run.potential[:, sound], atol=1e-12
            )


@pytest.mark.parametrize("seed", range(6))
def test_a_recording_of_an_integer_chip_is_what_the_reference_does(seed):
    check_a_recording_is_what_the_reference_does(
        seed, integer=True, floor=FLOORS[seed % len(FLOORS)], n_instances=0
    )


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    integer=st.booleans(),
    floor=st.sampled_from(FLOORS),
    n_instances=st.sampled_from([0, 3]),
)
def test_a_recording_is_what_the_reference_does(**drawn):
    check_a_recording_is_what_the_reference_does(**drawn)


def test_tiles_of_samples_change_nothing(monkeypatch):
    rng = np.random.default_rng(6)
    chip = make_chip()
    networks = [random_network(rng, chip, neurons=n) for n in (6, 12)]
    instances = random_instances(rng, networks, 3)
    for spikes in (False, True):
        stimulus = random_stimulus(rng, chip, samples=1300, spikes=spikes)
        for chips in (None, instances):
            whole = simulate(networks, stimulus, chip, chips)
            with monkeypatch.context() as patch:
                patch.setattr("evosnn.simulation._simulate._TILE_BYTES", 1)
                tiled = simulate(networks, stimulus, chip, chips)
            np.testing.assert_array_equal(whole.counts, tiled.counts)
            np.testing.assert_array_equal(whole.first, tiled.first)
            np.testing.assert_array_equal(whole.spikes, tiled.spikes)
            np.testing.assert_array_equal(whole.deliveries, tiled.deliveries)


def test_threads_share_the_samples_of_one_network():
    rng = np.random.default_rng(7)
    chip = make_chip()
    network = random_network(rng, chip)
    instances = random_instances(rng, [network], 3)
    stimulus = PreparedStimulus(random_stimulus(rng, chip, samples=2700))
    for chips in (None, instances):
        one = simulate([network], stimulus, chip, chips, threads=1)
        for threads in (2, 3):
            other = simulate([network], stimulus, chip, chips, threads=threads)
            for field in ("counts", "first", "spikes", "deliveries"):
                np.testing.assert_array_equal(getattr(one, field), getattr(other, field))
