"""The closed loop against a slow one made of the simulator's own windows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import load_chip
from evosnn.errors import SpecError
from evosnn.evolution import Breeder, search_space
from evosnn.hardware import (
    DeadSynapses,
    LeaklessNeurons,
    StuckNeurons,
    WeightVariation,
    draw_instances,
)
from evosnn.network import Network
from evosnn.simulation import Session
from evosnn.tasks import ArgyleEncoder, FirstSpikeDecoder, MostSpikesDecoder, RateEncoder
from evosnn.tasks.control import (
    SETTINGS,
    EpisodesSpec,
    _run_compiled,
    build_control_task,
    run_episodes,
)
from evosnn.tasks.control._dynamics import advance, observe


def _task(name, chip, *, steps=12, episodes=5, decoder=None, encoder=None, seed=3):
    return build_control_task(
        name,
        encoder=encoder or SETTINGS[name].encoder,
        decoder=decoder or MostSpikesDecoder(),
        timesteps=SETTINGS[name].timesteps,
        chip=chip,
        seed=np.random.SeedSequence(seed),
        episodes=EpisodesSpec(train=episodes, validation=3, test=4, steps=steps),
    )


def _networks(task, chip, n, seed):
    rng = np.random.default_rng(seed)
    breeder = Breeder(search_space(chip, task.timesteps), task.n_inputs, task.n_outputs)
    networks = [candidate.network for candidate in breeder.first(n, rng)]
    return [
        breeder.child(a, b, set(), rng).network
        for a, b in zip(networks, networks[::-1], strict=True)
    ]


def _slow(task, network, chip, instances=None):
    """One window at a time, one lane at a time, with the encoders that samples use.

    Returns the returns, and each neuron's spikes in a window of an episode that goes on.
    """
    setting, part = task.setting, task.train
    environment = setting.environment
    n_instances = instances.n_instances if instances else 1
    session = Session(network, chip, part.n_samples, instances)
    state = np.repeat(part.starts[None], n_instances, 0)
    shape = (n_instances, part.n_samples)
    returns, going = np.zeros(shape), np.ones(shape, bool)
    limits = np.array(environment.limits)[list(setting.seen)]
    seen = np.empty(len(environment.observations))
    lanes = list(np.ndindex(shape))
    fires, windows = np.zeros(network.n_neurons), 0
    for _ in range(part.steps):
        features = np.empty((len(lanes), len(setting.seen)))
        for row, lane in enumerate(lanes):
            observe(environment.code, state[lane][None], 0, seen)
            features[row] = seen[list(setting.seen)]
        x = np.clip((features - limits[:, 0]) / (limits[:, 1] - limits[:, 0]), 0, 1)
        charge = task.encoder.encode(
            x, timesteps=task.timesteps, spike_value=chip.spike_value, integer=chip.integer,
            rng=np.random.default_rng(0),
        ).charge  # fmt: skip
        window = session.run(charge.reshape(*charge.shape[:2], *shape), record=True)
        fires += window.spikes[..., going].sum(axis=(0, 2))
        windows += going.sum()
        for lane in lanes:
            if not going[lane]:
                continue
            counts, first = window.counts[:, *lane], window.first[:, *lane]
            if setting.graded:
                lead = (float(counts[1]) - float(counts[0])) / task.encoder.max_spikes
                action = setting.actions[1][1] * float(np.clip(lead, -1, 1))
            elif task.decoder.kind == "first-spike":
                action = setting.actions[int(first.argmin())][1]
            else:
                action = setting.actions[int(counts.argmax())][1]
            reward, over = advance(environment.code, state[lane][None], 0, action)
            returns[lane] += reward
            going[lane] = not over
    return returns, fires / windows


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize(
    "chip", ["risp-127", "risp-1", pytest.param("risp-f", marks=pytest.mark.slow)]
)
def test_the_compiled_loop_is_the_slow_one(name, chip):
    chip = load_chip(chip)
    task = _task(name, chip)
    networks = _networks(task, chip, 6, seed=7)
    returns = run_episodes(task, networks, task.train, chip).returns
    for found, network in zip(returns, networks, strict=True):
        np.testing.assert_allclose(found, _slow(task, network, chip)[0], rtol=1e-12)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 2**31),
    st.sampled_from(["cartpole-hard", "cartpole-hardest", "pendulum"]),
    st.integers(1, 19),
    st.booleans(),
)
def test_on_chip_instances_too(seed, name, n_instances, first):
    chip = load_chip("risp-127")
    decoder = FirstSpikeDecoder() if first else MostSpikesDecoder()
    encoder = ArgyleEncoder(neurons=3, max_spikes=5, interval=2) if first else None
    task = _task(name, chip, decoder=decoder, encoder=encoder, seed=seed % 1000, episodes=17)
    network = _networks(task, chip, 1, seed)[0]
    faults = [WeightVariation(sigma=0.3), DeadSynapses(rate=0.2)]
    instances = draw_instances([network], chip, faults, n_instances, np.random.SeedSequence(seed))
    found = run_episodes(task, [network], task.train, chip, instances).returns
    assert found.shape == (1, n_instances, 17)
    np.testing.assert_allclose(found[0], _slow(task, network, chip, instances)[0], rtol=1e-12)


def test_threads_and_company_change_nothing():
    chip = load_chip("risp-127")
    task = _task("cartpole-medium", chip, steps=300)
    networks = _networks(task, chip, 12, seed=2)
    one = run_episodes(task, networks, task.train, chip, threads=1)
    two = run_episodes(task, networks, task.train, chip, threads=2)
    alone = run_episodes(task, networks[3:4], task.train, chip)
    np.testing.assert_array_equal(one.returns, two.returns)
    np.testing.assert_array_equal(one.spikes, two.spikes)
    np.testing.assert_array_equal(one.returns[3:4], alone.returns)
    assert one.deliveries[3] == alone.deliveries[0]


def test_a_share_says_where_a_return_lies():
    chip = load_chip("risp-127")
    pole, car = _task("cartpole-easy", chip), _task("mountain-car", chip, steps=200)
    assert pole.share(np.array(6.0), pole.train) == 0.5
    assert car.share(np.array(-200.0), car.train) == 0
    assert car.of_share(0.5, car.train) == -100


def test_starts_lie_where_they_should_and_parts_differ():
    chip = load_chip("risp-127")
    task = _task("cartpole-easy", chip, episodes=200)
    low, high = np.array(task.setting.environment.start).T
    assert (task.train.starts >= low).all()
    assert (task.train.starts <= high).all()
    assert not np.isin(task.train.starts, task.test.starts).any()


def test_an_encoder_for_samples_alone_is_refused():
    with pytest.raises(SpecError, match="encoder 'rate' is for samples; control task"):
        _task("cartpole-easy", load_chip("risp-127"), encoder=RateEncoder())


@pytest.mark.parametrize(
    "name",
    [pytest.param("loihi-2", marks=pytest.mark.slow), "caspian", "xylo-audio-2", "truenorth"],
)
@pytest.mark.parametrize("setting", ["cartpole-hard", "pendulum"])
def test_a_chip_of_another_arithmetic(name, setting):
    chip = load_chip(name)
    task = _task(setting, chip)
    networks = _networks(task, chip, 3, seed=1)
    faults = [WeightVariation(sigma=0.3), LeaklessNeurons(rate=0.2)]
    instances = draw_instances(networks, chip, faults, 3, np.random.SeedSequence(4))
    found = run_episodes(task, networks, task.train, chip, instances)
    neurons = np.cumsum([0, *(net.n_neurons for net in networks)])
    synapses = np.cumsum([0, *(net.n_synapses for net in networks)])
    for i, network in enumerate(networks):
        own = instances.networks(
            slice(neurons[i], neurons[i + 1]), slice(synapses[i], synapses[i + 1])
        )
        expected = _slow(task, network, chip, own)[0]
        np.testing.assert_allclose(found.returns[i], expected, rtol=1e-12)


@pytest.mark.parametrize(
    "name",
    [
        "risp-127",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("caspian", "xylo-audio-2")),
    ],
)
def test_spikes_are_those_of_neurons_in_use(name):
    """Fed or stuck, a neuron without a synapse counts only as an output; a dead end counts."""
    chip = load_chip(name)
    task = _task("cartpole-hard", chip)
    lone, end = task.n_inputs - 1, task.n_inputs - 2
    outputs = [task.n_inputs + k for k in range(task.n_outputs)]
    hidden = outputs[-1] + 1
    feeds = [(i, outputs[i % 2], 1.0, 1) for i in range(end)]
    network = Network.create(
        threshold=[1.0] * (hidden + 1),
        leak=[min(chip.neuron.leak)] * (hidden + 1),
        inputs=list(range(task.n_inputs)),
        outputs=outputs,
        synapses=[*feeds, (0, end, 1.0, 1)],
    )
    assert not network.used[[lone, hidden]].any()
    stuck = [StuckNeurons(sites=[lone, end, hidden])]
    for faults in ([], stuck):
        instances = draw_instances([network], chip, faults, 1, np.random.SeedSequence(4))
        found = run_episodes(task, [network], task.train, chip, instances)
        _, fires = _slow(task, network, chip, instances)
        assert fires[[lone, end]].all()
        assert found.spikes[0] == pytest.approx(fires[network.used].sum())
        assert found.deliveries[0] == pytest.approx(fires[network.pre].sum())


@pytest.mark.slow
def test_both_kernels_see_the_same_episodes():
    chip = load_chip("risp-127")
    task = _task("cartpole-medium", chip, steps=60)
    networks = _networks(task, chip, 8, seed=2)
    fast = run_episodes(task, networks, task.train, chip)
    general = _run_compiled._drive_general(task, networks, task.train, chip, None, 2)
    for field in ("returns", "spikes", "deliveries"):
        np.testing.assert_array_equal(getattr(general, field), getattr(fast, field))
