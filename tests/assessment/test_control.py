"""Assessment in closed loop: the same questions, asked of episodes."""

import json

import numpy as np
import pytest

from evosnn.assessment import assess, certify, measure_costs, try_faults, try_levels
from evosnn.chips import load_chip
from evosnn.evaluation import ControlTrial
from evosnn.hardware import BitFlips, DeadNeurons, DeadSynapses, Instances, draw_instances
from evosnn.network import Network
from evosnn.simulation import Session
from evosnn.tasks import ArgyleEncoder, FirstSpikeDecoder, MostSpikesDecoder
from evosnn.tasks.control import SETTINGS, EpisodesSpec, build_control_task, record, run_episodes
from tests.networks import random_network

CHIP = load_chip("risp-127")


def make_bench(name="cartpole-easy", *, chip=CHIP, steps=40, decoder=None, encoder=None):
    task = build_control_task(
        name,
        encoder=encoder or SETTINGS[name].encoder,
        decoder=decoder or MostSpikesDecoder(),
        timesteps=SETTINGS[name].timesteps,
        chip=chip,
        seed=np.random.SeedSequence(5),
        episodes=EpisodesSpec(train=4, validation=2, test=6, steps=steps),
    )
    return ControlTrial(task, chip)


def make_network(trial, seed, *, hidden=3, synapses=24):
    task = trial.task
    return random_network(
        np.random.default_rng(seed),
        trial.chip,
        neurons=task.n_inputs + task.n_outputs + hidden,
        synapses=synapses,
        inputs=task.n_inputs,
        outputs=task.n_outputs,
        max_delay=4,
    )


FIRST = {
    "decoder": FirstSpikeDecoder(),
    "encoder": ArgyleEncoder(neurons=3, max_spikes=5, interval=2),
}


@pytest.mark.parametrize(
    ("name", "more"),
    [("cartpole-easy", {}), ("cartpole-hardest", FIRST), ("acrobot", {}), ("pendulum", {})],
)
def test_a_recording_is_what_the_compiled_loop_did(name, more):
    trial = make_bench(name, steps=15, **more)
    for seed in range(4):
        network = make_network(trial, seed)
        found = record(trial.task, network, trial.samples, CHIP)
        wanted = run_episodes(trial.task, [network], trial.samples, CHIP).returns[0, 0]
        np.testing.assert_array_equal(found.returns, wanted)
        assert found.event.shape[0] == found.windows.max() * trial.task.timesteps


@pytest.mark.parametrize(
    "name", ["risp-127", pytest.param("caspian", marks=pytest.mark.slow)]
)  # plain, and arithmetic of its own
def test_single_faults_equal_a_plain_loop(name):
    chip = load_chip(name)
    trial = make_bench(chip=chip)
    network = make_network(trial, 1)
    found = try_faults(network, trial)
    sound = trial.outcomes(network)[0]
    assert found.nominal == sound.mean()
    kinds = {"dead-synapse": DeadSynapses, "dead-neuron": DeadNeurons, "bit-flip": BitFlips}
    tried = 0
    for k in range(0, len(found.faults), 5):
        fault = found.faults[k]
        if fault.kind not in kinds:
            continue
        site = fault.site if fault.kind == "dead-neuron" else (fault.site,)
        chips = draw_instances(
            [network], chip, [kinds[fault.kind](sites=site)], 1, np.random.SeedSequence(0)
        )
        returns = run_episodes(trial.task, [network], trial.samples, chip, chips).returns[0, 0]
        assert found.score[k] == returns.mean()
        assert found.lost[k] == np.maximum(sound - returns, 0).mean()
        tried += 1
    assert tried > 20
    assert found.worst < found.nominal


def test_threads_change_nothing():
    trial = make_bench()
    network = make_network(trial, 2)
    one, three = (ControlTrial(trial.task, CHIP, threads=n) for n in (1, 3))
    for a, b in zip(
        try_levels(network, one, trials=70), try_levels(network, three, trials=70), strict=True
    ):
        np.testing.assert_array_equal(a.scores, b.scores)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "more"), [("cartpole-easy", {}), ("cartpole-hardest", FIRST), ("pendulum", {})]
)
def test_no_error_inside_the_bound_changes_an_episode(name, more):
    """What is certified of an episode holds in the loop itself, whatever the weights."""
    trial = make_bench(name, steps=30, **more)
    real = CHIP.model_copy(update={"arithmetic": "float"})
    rng = np.random.default_rng(2)
    tried = beyond = 0
    for seed in range(20):
        network = make_network(trial, seed, synapses=10)
        found = certify(network, trial)
        np.testing.assert_array_equal(found.outcomes, trial.outcomes(network)[0])
        assert (found.decisions >= found.spikes).all()
        for episode, bound in enumerate(found.decisions.tolist()):
            if not 0 < bound < 1:
                continue
            sign = rng.choice([-1.0, 1.0], (64, network.n_synapses))
            sign[:32] = rng.choice([-1.0, 1.0], (32, network.n_neurons))[:, network.post]
            weight = network.weight + sign * 0.999 * bound * np.abs(network.weight)
            chips = Instances(
                weight,
                np.tile(network.threshold, (64, 1)),
                np.zeros((64, network.n_neurons), np.int8),
            )
            returns = run_episodes(trial.task, [network], trial.samples, real, chips).returns[0]
            assert (returns[:, episode] == found.outcomes[episode]).all()
            tried += 1
            beyond += found.decisions[episode] > found.spikes[episode]
    assert tried > 8
    assert beyond > 2


def test_the_certain_score_counts_the_rest_as_lost():
    trial = make_bench("mountain-car", steps=20)
    found = certify(make_network(trial, 3), trial)
    assert found.least == -20
    assert found.score(0.0) == found.outcomes.mean()
    assert found.score(np.nextafter(found.decisions.max(), 2)) == -20


def test_deliveries_of_weight_zero_are_not_effective():
    trial = make_bench(steps=10)
    plain = make_network(trial, 4)
    weight = np.where(np.arange(plain.n_synapses) % 3 == 0, 0.0, plain.weight)
    ids = plain.ids.tolist()
    network = Network.create(
        threshold=plain.threshold,
        leak=plain.leak,
        ids=ids,
        inputs=[ids[i] for i in plain.inputs],
        outputs=[ids[i] for i in plain.outputs],
        synapses=[
            (ids[a], ids[b], w, d)
            for a, b, w, d in zip(plain.pre, plain.post, weight, plain.delay, strict=True)
        ],
    )
    found = measure_costs(network, trial)
    seen = record(trial.task, network, trial.samples, CHIP)
    fires = np.zeros(network.n_neurons)
    used = network.used[network.inputs]
    for k, windows in enumerate(seen.windows.tolist()):
        event = seen.event[: windows * trial.task.timesteps, :, k]
        charge = (event * used * CHIP.spike_value)[:, :, None, None]
        fires += Session(network, CHIP, 1).run(charge).fires
    windows = seen.windows.sum()
    assert found.spikes == pytest.approx(fires.sum() / windows)
    assert found.synaptic_operations == pytest.approx(fires[network.pre].sum() / windows)
    works = network.weight != 0
    assert found.effective_synaptic_operations == pytest.approx(
        fires[network.pre[works]].sum() / windows
    )
    assert found.effective_synaptic_operations < found.synaptic_operations


def test_the_data_has_the_same_shape():
    trial = make_bench(steps=12)
    network = make_network(trial, 5)
    data = json.loads(json.dumps(assess(network, trial, trials=3).as_data()))
    assert data["nominal"]["score"] == trial.score(network)[0]
    low, high = data["nominal"]["interval"]
    assert trial.span[0] <= low <= data["nominal"]["score"] <= high <= trial.span[1]
    assert data["network"]["measured_in"] == "steps survived"
    assert data["single_faults"]["count"] == 24 * 11 + 2 * network.n_used
    assert len(data["certified"]["score"]) == len(data["certified"]["epsilon"])
    assert data["costs"]["latency_timesteps"] == trial.task.timesteps
