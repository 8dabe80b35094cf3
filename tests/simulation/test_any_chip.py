"""The general kernel against the reference: any chip's rules, any fault, any window."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import Chip, NeuronModel, Range, SynapseModel, special_rules
from evosnn.hardware import DRIVES_ALWAYS, NO_INTEGRATION, NO_RESET, Instances
from evosnn.simulation import NEVER, Session, Stimulus, simulate
from evosnn.simulation.reference import run_reference
from tests.networks import make_chip, random_instances, random_network, random_stimulus

LEAKS = {
    "share": (0, 1, 0.5, 0.25, 7 / 4096),
    "shift": (1, 0.5, 0.25, 2**-5),
    "subtract": (0, 0.125, 1),
    "half-life": (0, 0.5, *(1 - 2 ** (-1 / tau) for tau in (2, 4, 8, 16))),
}


@st.composite
def chips(draw):
    integer = draw(st.booleans())
    rule = draw(st.sampled_from(list(LEAKS)))
    current = None
    if rule in ("share", "shift"):
        current = draw(st.sampled_from([None, 1.0, 0.5, 0.25]))
    bounded = current is not None and current < 1
    reset, refractory = draw(
        st.sampled_from([("zero", 0), ("zero", 3), ("subtract", 1), ("subtract", 0)])
    )
    several = reset == "subtract" and refractory == 0
    return Chip(
        name="test",
        description="a chip of the tests",
        source="the tests",
        arithmetic="integer" if integer else "float",
        spike_value=20,
        neuron=NeuronModel(
            threshold=Range(min=-30, max=30),
            threshold_inclusive=draw(st.booleans()),
            min_potential=draw(st.sampled_from([None, 0, -25])),
            max_potential=draw(st.sampled_from([None, 31])),
            leak=LEAKS[rule],
            leak_rule=rule,
            leak_unit=draw(st.sampled_from([1, 8])),
            leak_first=rule != "half-life" and draw(st.booleans()),
            resolution=draw(st.sampled_from([0.0, 1.0, 1 / 128])),
            fires_on=draw(st.sampled_from(["arrival", "potential"])),
            reset=reset,
            refractory=refractory,
            max_spikes=draw(st.sampled_from([1, 2, 31])) if several else 1,
            max_output_spikes=draw(st.sampled_from([None, 1, 5])) if several else None,
            integration_delay=draw(st.booleans()),
        ),
        synapse=SynapseModel(
            weight=Range(min=-20, max=20),
            delay=Range(min=1, max=6),
            current_leak=current,
            current_leak_first=draw(st.booleans()),
            min_current=draw(st.sampled_from([None, -12])) if bounded else None,
            max_current=draw(st.sampled_from([None, 25])) if bounded else None,
        ),
    )


def faulty(rng, network, n, *, deep=True):
    """Chips whose every parameter differs, by amounts that no arithmetic rounds."""
    sound = random_instances(rng, [network], n, sigma=0)
    some = Instances(
        weight=sound.weight + rng.choice([0, 1, -3], sound.weight.shape),
        threshold=sound.threshold + rng.choice([0, 2], sound.threshold.shape),
        firing=sound.firing,
        leak=rng.choice([0.0, 0.5, 0.25, 1.0], sound.threshold.shape),
        delay=rng.integers(1, 5, sound.weight.shape).astype(np.int32),
        broken=rng.choice(
            np.array([0, NO_RESET, NO_INTEGRATION, DRIVES_ALWAYS], np.uint8),
            sound.firing.shape, p=[0.7, 0.1, 0.1, 0.1],
        ),
    )  # fmt: skip
    if not deep:
        return some
    adc = np.where(rng.random((n, 1)) < 0.5, [[4.0, 24.0]], [[0.0, 0.0]])
    some = replace(some, adc=adc)
    later = ((4, faulty(rng, network, n, deep=False)), (9, sound))
    return Instances(**{**vars(some), "later": later})


def assert_as_reference(network, stimulus, chip, instances=None):
    n = instances.n_instances if instances else 1
    response = simulate([network], stimulus, chip, instances)
    spikes = deliveries = 0
    for k in range(n):
        for sample in range(stimulus.n_samples):
            run = run_reference(
                network, stimulus, chip, sample=sample, instances=instances, instance=k
            )
            out = run.spikes[:, network.outputs]
            first = np.where(out.any(axis=0), (out > 0).argmax(axis=0), NEVER)
            np.testing.assert_array_equal(response.counts[0, :, k, sample], out.sum(axis=0))
            np.testing.assert_array_equal(response.first[0, :, k, sample], first)
            spikes += run.spikes[:, network.used].sum()
            deliveries += run.deliveries
    runs = n * stimulus.n_samples
    assert response.deliveries[0] == pytest.approx(deliveries / runs)
    assert response.spikes[0] == pytest.approx(spikes / runs)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), chip=chips(), lowest=st.sampled_from([1.0, 0.0, -9.0]))
def test_any_chip_as_drawn(seed, chip, lowest):
    rng = np.random.default_rng(seed)
    network = random_network(rng, chip, lowest_threshold=lowest)
    assert_as_reference(network, random_stimulus(rng, chip, samples=3), chip)


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32), chip=chips(), plain=st.booleans())
def test_chips_that_differ_in_everything_and_change_on_the_way(seed, chip, plain):
    rng = np.random.default_rng(seed)
    chip = make_chip(leak=(0, 0.5, 1)) if plain else chip
    network = random_network(rng, chip)
    stimulus = random_stimulus(rng, chip, samples=2)
    assert_as_reference(network, stimulus, chip, faulty(rng, network, 3))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), chip=chips(), cut=st.integers(1, 19), own=st.booleans())
def test_a_session_s_windows_are_one_run(seed, chip, cut, own):
    rng = np.random.default_rng(seed)
    network = random_network(rng, chip)
    stimulus = random_stimulus(rng, chip, samples=2)
    instances = faulty(rng, network, 2) if own else None
    n = 2 if own else 1
    session = Session(network, chip, 2, instances)
    charge, event = (
        np.broadcast_to(x[:, :, None], (20, 3, n, 2)) for x in (stimulus.charge, stimulus.event)
    )
    for attempt in range(2):
        if attempt:
            if own:  # its windows of faults count on
                return
            session.reset()
        parts = [
            session.run(charge[a:b], event[a:b], record=True, potentials=True)
            for a, b in ((0, cut), (cut, 20))
        ]
        spikes = np.concatenate([part.spikes for part in parts])
        potential = np.concatenate([part.potentials for part in parts])
        for k in range(n):
            for sample in range(2):
                run = run_reference(
                    network, stimulus, chip, sample=sample, instances=instances, instance=k
                )
                np.testing.assert_array_equal(spikes[:, :, k, sample], run.spikes)
                sound = slice(None) if instances is None else (instances.firing[k] == 0)
                np.testing.assert_allclose(
                    potential[:, sound, k, sample], run.potential[:, sound], atol=1e-9
                )
        np.testing.assert_array_equal(
            parts[1].counts, parts[1].spikes[:, network.outputs].sum(axis=0)
        )
        np.testing.assert_array_equal(session.potential, potential[-1])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), chip=chips())
def test_networks_that_meet_no_special_rule_are_the_common_ground_s(seed, chip):
    """What runs on the vector kernels is what the chip's own rules say."""
    rng = np.random.default_rng(seed)
    plain = {
        "leak": (0.0, 1.0), "reset": "zero", "refractory": 0, "leak_first": False,
        "max_spikes": 1, "max_output_spikes": None,
    }  # fmt: skip
    if chip.neuron.leak_rule in ("subtract", "half-life"):
        plain["leak"] = (0.0,)
    chip = chip.model_copy(
        update={
            "neuron": chip.neuron.model_copy(update=plain),
            "synapse": chip.synapse.model_copy(update={"current_leak": None}),
        }
    )
    network = random_network(rng, chip)
    assert special_rules(chip, network) == ()
    if chip.integer:
        assert_as_reference(network, random_stimulus(rng, chip, samples=3), chip)


@pytest.mark.slow
def test_one_population_holds_both_kinds():
    chip = make_chip(leak=(0, 0.5))
    chip = chip.model_copy(update={"neuron": chip.neuron.model_copy(update={"resolution": 1 / 64})})
    rng = np.random.default_rng(3)
    networks = [random_network(rng, chip, neurons=6 + i % 3) for i in range(8)]
    plain = [replace(n, leak=np.zeros(n.n_neurons)) for n in networks]
    mixed = [a if i % 3 else b for i, (a, b) in enumerate(zip(networks, plain, strict=True))]
    assert len({bool(special_rules(chip, net)) for net in mixed}) == 2
    stimulus = random_stimulus(rng, chip, samples=4)
    instances = random_instances(rng, mixed, 3)
    together = simulate(mixed, stimulus, chip, instances)
    at = np.cumsum([0, *(net.n_neurons for net in mixed)])
    sy = np.cumsum([0, *(net.n_synapses for net in mixed)])
    for i, net in enumerate(mixed):
        own = instances.networks(slice(at[i], at[i + 1]), slice(sy[i], sy[i + 1]))
        alone = simulate([net], stimulus, chip, own, threads=1)
        for field in ("counts", "first", "spikes", "deliveries"):
            np.testing.assert_array_equal(getattr(together, field)[i], getattr(alone, field)[0])


def test_a_window_of_one_timestep_sees_no_late_spike():
    chip = make_chip()
    chip = chip.model_copy(
        update={"neuron": chip.neuron.model_copy(update={"integration_delay": True})}
    )
    network = random_network(np.random.default_rng(0), chip)
    response = simulate([network], Stimulus(np.full((1, 3, 2), 7.0)), chip)
    assert not response.counts.any()
    assert (response.first == NEVER).all()
