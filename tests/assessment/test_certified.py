"""Certificates, attacked: no weight error inside the bound may change what was certified."""

import numpy as np
import pytest

from evosnn.assessment import breaking_weights, certified_spikes, certify
from evosnn.assessment._intervals import run_intervals, wires_of
from evosnn.chips import load_chip
from evosnn.hardware import Instances, nominal_instances
from evosnn.network import Network
from evosnn.simulation import Session, Stimulus, simulate
from evosnn.simulation.reference import run_reference
from evosnn.tasks import FirstSpikeDecoder, MostSpikesDecoder
from tests.assessment.benches import make_bench, make_network
from tests.networks import make_chip, random_network, random_stimulus


def exact(chip):
    """The chip with real numbers for weights: what a physical error acts on."""
    return chip.model_copy(update={"arithmetic": "float"})


def errors(rng, network, epsilon, n):
    """Weights off by up to ``epsilon``, most at the bound: random, by neuron, all alike."""
    sign = rng.choice([-1.0, 1.0], (n, network.n_synapses))
    by_neuron = rng.choice([-1.0, 1.0], (n, network.n_neurons))
    third = n // 3
    sign[:third] = by_neuron[:third][:, network.post]
    sign[third : 2 * third] = rng.choice([-1.0, 1.0], (third, 1))
    size = np.ones((n, 1))
    size[2 * third :] = rng.random((n - 2 * third, 1))
    return network.weight + sign * size * epsilon * np.abs(network.weight)


def with_weights(network, weight):
    plain = nominal_instances([network], len(weight))
    return Instances(weight, plain.threshold, plain.firing)


def rasters(network, chip, stimulus, weight, sample):
    """``(timesteps, n_neurons, len(weight))``, all spikes of a sample under each weights."""
    session = Session(network, exact(chip), 1, with_weights(network, weight))
    charge, event = (
        np.repeat(x[:, :, sample, None, None], len(weight), axis=2)
        for x in (stimulus.charge, stimulus.event)
    )
    return session.run(charge, event, record=True).spikes[..., 0]


CASES = {
    "floor": make_chip(top=127, floor=-127, leak=(0, 1)),
    "shallow": make_chip(top=127, floor=-9, leak=(0, 1)),
    "no-floor": make_chip(top=127, floor=None, leak=(0,)),
    "float": make_chip(integer=False, top=1.0, floor=-0.3, leak=(0.0, 0.25, 1.0)),
    "several": make_chip(top=127, floor=-127, leak=(0, 1)),
}
several = CASES["several"].neuron.model_copy(
    update={"reset": "subtract", "fires_on": "potential", "max_spikes": 4, "max_output_spikes": 2}
)
CASES["several"] = CASES["several"].model_copy(update={"neuron": several})


def some_case(rng, chip):
    network = random_network(
        rng,
        chip,
        neurons=int(rng.integers(4, 12)),
        synapses=int(rng.integers(6, 50)),
        lowest_threshold=chip.neuron.threshold.max / 100,
        max_delay=min(5, int(chip.synapse.delay.max)),
    )
    return network, random_stimulus(rng, chip, samples=2, rate=rng.uniform(0.1, 0.6))


@pytest.mark.parametrize("name", CASES)
def test_no_error_inside_the_bound_changes_a_spike(name):
    rng = np.random.default_rng(3)
    chip = CASES[name]
    tried = 0
    for _ in range(25):
        network, stimulus = some_case(rng, chip)
        bounds = certified_spikes(network, stimulus, chip)
        for sample, bound in enumerate(bounds.tolist()):
            if not 0 < bound < 1:
                continue
            weight = errors(rng, network, 0.999 * bound, 300)
            found = rasters(network, chip, stimulus, np.vstack([network.weight, weight]), sample)
            assert found.any()
            assert (found == found[..., :1]).all()
            tried += 1
    assert tried > 15


@pytest.mark.parametrize("name", CASES)
def test_the_bound_is_the_smallest_error_that_changes_a_spike(name):
    rng = np.random.default_rng(4)
    chip = CASES[name]
    tried = 0
    for _ in range(25):
        network, stimulus = some_case(rng, chip)
        for sample, bound in enumerate(certified_spikes(network, stimulus, chip).tolist()):
            if bound == 1:
                continue
            error = 1.0001 * bound + 1e-7
            weight = breaking_weights(network, stimulus, chip, sample, error)
            assert (np.abs(weight - network.weight) <= error * np.abs(network.weight) + 1e-12).all()
            found = rasters(network, chip, stimulus, np.stack([network.weight, weight]), sample)
            assert (found[..., 0] != found[..., 1]).any()
            assert breaking_weights(network, stimulus, chip, sample, 0.999 * bound) is None
            tried += 1
    assert tried > 15


def test_rounded_leaks_are_sound_at_every_resolution():
    rng = np.random.default_rng(5)
    chip = make_chip(top=127, floor=-127, leak=(0, 0.5, 0.125))
    tried = 0
    for _ in range(12):
        network, stimulus = some_case(rng, chip)
        bound = certified_spikes(network, stimulus, chip)[0]
        if not 0 < bound < 1:
            continue
        sound = run_reference(network, stimulus, chip).spikes
        weight = errors(rng, network, 0.999 * bound, 30)
        for k in range(30):
            resolution = (1.0, 1 / 16, 1 / 256, 0.0)[k % 4]
            run = run_reference(
                network, stimulus, chip, instances=with_weights(network, weight), instance=k,
                resolution=resolution,
            )  # fmt: skip
            np.testing.assert_array_equal(run.spikes, sound)
        tried += 1
    assert tried > 3


@pytest.mark.parametrize("name", CASES)
def test_every_run_lies_between_what_must_and_what_may_be(name):
    rng = np.random.default_rng(7)
    chip = CASES[name]
    doubtful = 0
    for _ in range(20):
        network, stimulus = some_case(rng, chip)
        epsilon = float(rng.choice([0.02, 0.1, 0.3, 0.8]))
        must, may = bounds(network, stimulus, chip, epsilon)
        weight = errors(rng, network, epsilon, 150)
        found = rasters(network, chip, stimulus, weight, 0)
        assert (found >= must[..., None]).all()
        assert (found <= may[..., None]).all()
        doubtful += int((must != may).sum())
    assert doubtful > 200


def test_rounding_is_within_the_bounds_too():
    rng = np.random.default_rng(8)
    chip = make_chip(top=15, floor=-15, leak=(0.5, 0.25, 0.125))
    for _ in range(40):
        network, stimulus = some_case(rng, chip)
        epsilon = float(rng.choice([0.001, 0.02, 0.1]))
        must, may = bounds(network, stimulus, chip, epsilon)
        weight = errors(rng, network, epsilon, 12)
        for k in range(12):
            run = run_reference(
                network, stimulus, chip, instances=with_weights(network, weight), instance=k,
                resolution=(1.0, 1 / 16, 1 / 256, 0.0)[k % 4],
            )  # fmt: skip
            assert (run.spikes >= must).all()
            assert (run.spikes <= may).all()


SPECIAL = {
    **{
        name: load_chip(name)
        for name in ("loihi-2", "xylo-audio-2", "truenorth", "caspian", "spinnaker", "dynap-se2")
    },
    "refractory": make_chip(top=127, floor=-127, leak=(0, 0.5)),
    "shift": make_chip(top=127, floor=-127, leak=(0.5, 0.25)),
    "several": make_chip(top=127, floor=-127, leak=(0, 0.5)),
}
for special, rules in {
    "refractory": {"refractory": 3, "fires_on": "potential"},
    "shift": {"leak_rule": "shift", "reset": "subtract", "leak_first": True},
    "several": {"reset": "subtract", "max_spikes": 7, "max_output_spikes": 1},
}.items():
    neuron = SPECIAL[special].neuron.model_copy(update=rules)
    SPECIAL[special] = SPECIAL[special].model_copy(update={"neuron": neuron})


@pytest.mark.parametrize("name", SPECIAL)
def test_rules_of_a_chips_own_are_within_the_bounds(name):
    rng = np.random.default_rng(9)
    chip = SPECIAL[name]
    most = min(chip.neuron.threshold.max, 60 * chip.synapse.weight.max)
    tried = 0
    for _ in range(8):
        network, stimulus = some_case(rng, chip)
        network = with_thresholds(
            network, np.ceil(rng.uniform(0.01, 0.3, network.n_neurons) * most)
        )
        bound = certified_spikes(network, stimulus, chip)[0]
        sound = run_reference(network, stimulus, chip).spikes
        for epsilon in (0.999 * bound, 0.05, 0.4):
            must, may = bounds(network, stimulus, chip, epsilon)
            weight = errors(rng, network, epsilon, 9)
            for k in range(9):
                run = run_reference(
                    network, stimulus, chip, instances=with_weights(network, weight), instance=k,
                    resolution=(1.0, 1 / 16, 0.0)[k % 3] * chip.resolution,
                )  # fmt: skip
                seen = run.spikes[chip.neuron.integration_delay :]
                assert (seen >= must[: len(seen)]).all()
                assert (seen <= may[: len(seen)]).all()
                if epsilon < bound:
                    np.testing.assert_array_equal(run.spikes, sound)
                    tried += 1
    assert tried > 8


@pytest.mark.parametrize("name", ["loihi-2", "truenorth", "caspian", "spinnaker", "refractory"])
def test_the_bound_is_not_far_below_what_breaks(name):
    rng = np.random.default_rng(10)
    chip = SPECIAL[name]
    most = min(chip.neuron.threshold.max, 10 * chip.synapse.weight.max)
    broken = tried = 0
    for _ in range(12):
        network, stimulus = some_case(rng, chip)
        network = with_thresholds(
            network, np.ceil(rng.uniform(0.05, 0.3, network.n_neurons) * most)
        )
        bound = certified_spikes(network, stimulus, chip)[0]
        if not 0.001 < bound < 0.6:
            continue
        sound = run_reference(network, stimulus, chip).spikes
        weight = errors(rng, network, 1.6 * bound, 12)
        chips = with_weights(network, weight)
        runs = [
            run_reference(network, stimulus, chip, instances=chips, instance=k) for k in range(12)
        ]
        broken += any((run.spikes != sound).any() for run in runs)
        tried += 1
    assert tried > 3
    assert broken > tried / 3


def with_thresholds(network, threshold):
    ids = network.ids.tolist()
    ends = zip(network.pre.tolist(), network.post.tolist(), strict=True)
    return Network.create(
        threshold=threshold,
        leak=network.leak,
        ids=ids,
        inputs=[ids[i] for i in network.inputs],
        outputs=[ids[i] for i in network.outputs],
        synapses=[
            (ids[a], ids[b], w, d)
            for (a, b), w, d in zip(ends, network.weight, network.delay, strict=True)
        ],
    )


def bounds(network, stimulus, chip, epsilon):
    """Spikes of the first sample that must and that may be."""
    shape = (stimulus.timesteps, network.n_neurons)
    must, may = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    wires = wires_of(network, chip).arrays
    charge, event = stimulus.charge[:, :, 0].copy(), stimulus.event[:, :, 0].copy()
    run_intervals(*wires, charge, event, epsilon, True, must, may)
    return must, may


def lone(weight, threshold, arrivals, *, leak=0.0, floor=-100.0, second=None):
    """Bound of one neuron that gets spikes through one synapse, or two."""
    chip = make_chip(integer=False, top=100.0, floor=floor, leak=(0.0, 0.5, 1.0))
    synapses = [(0, 2, weight, 1)] + ([(1, 2, second, 1)] if second else [])
    network = Network.create(
        threshold=[1, 1, threshold],
        leak=[0, 0, leak],
        inputs=[0, 1],
        outputs=[2],
        synapses=synapses,
    )
    charge = np.zeros((12, 2, 1))
    for t, neuron in arrivals:
        charge[t, neuron] = 100.0
    return certified_spikes(network, Stimulus(charge), chip)[0]


def test_bounds_by_hand():
    near = {"abs": 1e-7}
    # 10 arrives twice, threshold 25: both would have to be a quarter larger.
    assert lone(10, 25, [(0, 0), (1, 0)]) == pytest.approx(0.25, **near)
    # Threshold 16: it fires at the second, and does while 20 (1 - e) >= 16; and must not fire
    # at the first: 10 (1 + e) < 16.
    assert lone(10, 16, [(0, 0), (1, 0)]) == pytest.approx(0.2, **near)
    # Exactly at the threshold: any loss at all breaks the spike.
    assert lone(10, 20, [(0, 0), (1, 0)]) == 0
    # Half leaks away in between: 15 (1 + e) < 18.
    assert lone(10, 18, [(0, 0), (1, 0)], leak=0.5) == pytest.approx(0.2, **near)
    # All leaks away: only the last arrival counts.
    assert lone(10, 18, [(0, 0), (1, 0)], leak=1.0) == pytest.approx(0.8, **near)
    # A reset forgets the error: 12 >= 10 each time, and never 24 against anything.
    assert lone(12, 10, [(0, 0), (1, 0), (2, 0)]) == pytest.approx(1 / 6, **near)
    # Nothing ever arrives.
    assert lone(10, 5, []) == 1.0
    # The floor forgets: -50 rests at -5 whatever its error; then 10 (1 + e) < 5 + 8.
    deep = lone(-50, 8, [(0, 0), (2, 1)], floor=-5.0, second=10)
    assert deep == pytest.approx(0.3, **near)
    # Without the floor: -50 (1 - e) + 10 (1 + e) < 8 while e < 48 / 60.
    assert lone(-50, 8, [(0, 0), (2, 1)], second=10) == pytest.approx(0.8, **near)


def test_a_spike_needs_an_arrival():
    # The neuron's potential is above its threshold of -5 from the start, and nothing arrives.
    assert lone(10, -5, []) == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("decoder", [MostSpikesDecoder(), FirstSpikeDecoder()])
def test_no_error_inside_the_bound_changes_a_certified_answer(decoder):
    trial = make_bench(decoder=decoder)
    rng = np.random.default_rng(6)
    more = 0
    for seed in range(4):
        network = make_network(trial, seed, synapses=16)
        found = certify(network, trial)
        assert (found.decisions >= found.spikes).all()
        stimulus = trial.samples.stimulus
        answer = decoder.decide(simulate([network], stimulus, trial.chip))[0, 0]
        assert (found.right == (answer == trial.samples.labels)).all()
        for level in np.quantile(found.decisions, [0.3, 0.6, 0.9]):
            weight = errors(rng, network, 0.999 * level, 200)
            response = simulate(
                [network], stimulus, exact(trial.chip), with_weights(network, weight)
            )
            certain = found.decisions >= level
            answers = decoder.decide(response)[0][:, certain]
            assert (answers == answer[certain]).all()
        more += int((found.decisions > found.spikes).sum())
    assert more > 20


def test_shares_fall_with_the_error():
    trial = make_bench()
    found = certify(make_network(trial), trial)
    levels = [0.0, 0.01, 0.05, 0.2, 1.0]
    for share in (found.share(levels), found.decision_share(levels), found.score(levels)):
        assert (np.diff(share) <= 0).all()
    assert found.share([0.0])[0] == 1.0
    assert (found.score(levels) <= found.decision_share(levels)).all()
    assert found.share(0.01) == (found.spikes >= 0.01).mean()
