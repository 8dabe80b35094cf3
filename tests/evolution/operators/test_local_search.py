"""Local search: children fit the chip, score as predicted, and reach the optimum of small tasks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from evosnn.chips import check, chip_names, load_chip
from evosnn.evolution import Breeder, Variation, margin_scorer, search_space
from evosnn.evolution._editable_network import EditableNetwork, in_order, put_together, take_apart
from evosnn.evolution.operators.local_search import CHIPS_PER_PARENT, local_search
from evosnn.evolution.operators.margin_score import margin_score
from evosnn.hardware import nominal_instances
from evosnn.tasks import ArgyleEncoder, Dataset, FirstSpikeDecoder, MostSpikesDecoder, build_task
from evosnn.tasks.control import SETTINGS, EpisodesSpec, build_control_task

CHIPS = [load_chip(name) for name in chip_names()]
PLAIN = [chip for chip in CHIPS if chip.is_plain]  # where nothing that arrives changes nothing
RISP = load_chip("risp-127")


def task_of(name, decoder, chip=RISP, timesteps=32):
    return build_task(
        name, encoder=ArgyleEncoder(), decoder=decoder, timesteps=timesteps, chip=chip, seed=0
    )


def control():
    known = SETTINGS["cartpole-medium"]
    return build_control_task(
        "cartpole-medium", encoder=known.encoder, decoder=MostSpikesDecoder(),
        timesteps=known.timesteps, chip=RISP, seed=np.random.SeedSequence(0),
        episodes=EpisodesSpec(train=6, validation=2, test=2, steps=100),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), chip=st.sampled_from(CHIPS))
def test_children_fit_the_chip(seed, chip):
    rng = np.random.default_rng(seed)
    space = search_space(chip, 20)
    breeder = Breeder(space, 4, 2)
    parents = [in_order(take_apart(breeder.random_network(rng).network)) for _ in range(3)]
    before = [parent.copy() for parent in parents]
    seen = 0

    def score(networks, instances):
        nonlocal seen
        seen += instances.n_instances
        return rng.random((len(networks), instances.n_instances))

    found = local_search(parents, space, score, rng)
    assert parents == before
    assert seen == CHIPS_PER_PARENT
    assert len(found) == 3
    for parent, children in zip(parents, found, strict=True):
        for name, child in children:
            network = put_together(child)
            assert check(chip, network) == []
            assert (network.weight != 0).all()
            for value, scale in (
                (network.weight, space.weight),
                (network.threshold, space.threshold),
            ):
                assert not scale.whole or (value == np.round(value)).all()
            more = len(child.synapses) - len(parent.synapses)
            assert {"polish": more <= 0, "polish-away": more < 0, "polish-on": more <= 1}[name]


def test_it_reaches_the_optimal_weights_thresholds_and_delays():
    """On a score without plateaus every value ends at its optimum."""
    rng = np.random.default_rng(3)
    space = search_space(RISP, 20)
    ends = {(0, 2): (5.0, 1), (1, 2): (-60.0, 3), (2, 3): (90.0, 1), (1, 3): (1.0, 2)}
    draft = EditableNetwork(dict.fromkeys(range(4), (50.0, 0.0)), ends, (0, 1), (2, 3))
    target = {(0, 2): (-127.0, 9), (1, 2): (127.0, 1), (2, 3): (1.0, 10), (0, 3): (33.0, 2)}
    thresholds = np.array([1.0, 127.0, 64.0, 2.0])

    def off(found):
        """Distance of the synapses from the optimum; a surplus or missing one counts as far."""
        pairs = [
            (found.get(end, (0.0, 99)), target.get(end, (0.0, 99))) for end in {*found, *target}
        ]
        return sum(abs(a - b) + 20 * abs(c - d) for (a, c), (b, d) in pairs)

    def score(networks, instances):
        network, scores = networks[0], []
        pairs = list(zip(network.pre.tolist(), network.post.tolist(), strict=True))
        for weight, threshold in zip(instances.weight, instances.threshold, strict=True):
            there = np.flatnonzero(weight)
            found = {pairs[k]: (weight[k], network.delay[k]) for k in there}
            assert len(found) == len(there)  # never two between the same neurons
            scores.append(-1e-4 * (off(found) + np.abs(threshold - thresholds).sum()))
        return np.array([scores])

    for _ in range(100):
        for name, child in local_search([in_order(draft)], space, score, rng)[0]:
            if name == "polish":
                draft = child
    assert draft.synapses == target
    assert [threshold for threshold, _ in draft.neurons.values()] == thresholds.tolist()


@pytest.mark.parametrize("decoder", [MostSpikesDecoder(), FirstSpikeDecoder()])
def test_it_finds_the_best_weights_of_a_small_task(decoder):
    """Two classes separated by one feature: as good as the best of all weights of two synapses."""
    chip = load_chip("risp-7")
    rng = np.random.default_rng(0)
    x = rng.random((40, 1))
    data = Dataset(name="step", x=x, y=(x[:, 0] + rng.normal(0, 0.1, 40) > 0.6).astype(int),
                   feature_names=("x",), class_names=("low", "high"))  # fmt: skip
    task = task_of(data, decoder, chip)
    score, space = margin_scorer(task, chip, 1), search_space(chip, 32)
    ports = task.n_inputs, task.n_inputs + 1
    pairs = {(0, ports[0]): (1.0, 1), (task.n_inputs - 1, ports[1]): (1.0, 1)}
    draft = EditableNetwork(
        dict.fromkeys(range(task.n_inputs + 2), (7.0, 0.0)),
        pairs,
        tuple(range(task.n_inputs)),
        ports,
    )
    whole = np.arange(-7, 8)
    grid = np.stack(np.meshgrid(whole, whole, np.arange(1, 8), np.arange(1, 8)), -1).reshape(-1, 4)
    network = put_together(draft)
    every = nominal_instances([network], len(grid))
    every.weight[:] = grid[:, :2]
    every.threshold[:, list(ports)] = grid[:, 2:]
    best = score([network], every).max()
    start = score([network], nominal_instances([network], 1)).item()
    assert best > start
    found = start
    for _ in range(30):
        for name, child in local_search([draft], space, score, rng)[0]:
            if name == "polish":
                draft = in_order(child)
                made = put_together(child)
                gained = score([made], nominal_instances([made], 1)).item()
                assert gained > found
                found = gained
    assert found >= best


def gains_of(parent, task, chip, rng):
    """Yield the name and the gain of each child, which scores the same alone as on its chip."""
    score, scores = margin_scorer(task, chip, 1), []

    def recording(networks, instances):
        scores.append(score(networks, instances))
        return scores[-1]

    (children,) = local_search(
        [take_apart(parent)], search_space(chip, task.timesteps), recording, rng
    )
    (alone,), (together,) = scores
    assert alone[0] == score([parent], nominal_instances([parent], 1)).item()
    for name, child in children:
        network = put_together(child)
        alone_score = score([network], nominal_instances([network], 1)).item()
        assert alone_score in together
        yield name, alone_score - alone[0]


@pytest.mark.parametrize("task", [task_of("iris", MostSpikesDecoder()), control()])
def test_a_child_scores_as_its_steps_did_in_the_search(task):
    """As a network of its own it behaves like the wiring with spare synapses on its chip."""
    rng = np.random.default_rng(5)
    breeder = Breeder(search_space(RISP, task.timesteps), task.n_inputs, task.n_outputs)
    least = {"polish": 0, "polish-away": -0.005, "polish-on": 0.005}
    made = set()
    for _ in range(12):
        for name, gain in gains_of(breeder.random_network(rng).network, task, RISP, rng):
            assert gain > least[name]
            made.add(name)
    assert made == set(least)


@pytest.mark.parametrize(
    "chip",
    [
        pytest.param(chip, id=chip.name, marks=[] if chip.integer else [pytest.mark.slow])
        for chip in PLAIN
    ],
)
def test_children_score_as_predicted_on_chips_of_all_rules(chip):
    rng = np.random.default_rng(2)
    task = task_of("iris", MostSpikesDecoder(), chip)
    breeder = Breeder(search_space(chip, task.timesteps), task.n_inputs, task.n_outputs)
    gains = []
    while len(gains) < 3:
        gains += gains_of(breeder.random_network(rng).network, task, chip, rng)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 4))
def test_the_margin_score_is_the_documented_formula(seed, outputs):
    rng = np.random.default_rng(seed)
    values = rng.integers(-40, 40, (2, outputs, 3, 25)).astype(np.int16)
    labels = rng.integers(0, outputs, 25)
    own = np.take_along_axis(values, labels[None, None, None], 1)[:, 0]
    others = np.where(np.arange(outputs)[:, None, None] == labels, -999, values).max(axis=1)
    expected = expit(own - others - 0.5).mean(axis=2)
    np.testing.assert_allclose(margin_score(values, labels), expected, atol=1e-6)


def test_the_number_of_searches_follows_the_share():
    """On average, if it is no whole number; without a score function there are none."""
    rng = np.random.default_rng(0)
    space = search_space(RISP, 20)

    def score(networks, instances):
        return np.zeros((len(networks), instances.n_instances))

    variation = Variation(local_search=0.13)
    breeder = Breeder(space, 4, 2, variation, score=score)
    for _ in range(400):
        breeder.improved(lambda: breeder.random_network(rng).network, 30, set(), rng)
    assert breeder.chips_tried / 400 == pytest.approx(0.13 * 30 * CHIPS_PER_PARENT, rel=0.03)
    idle = Breeder(space, 4, 2, variation)
    assert idle.improved(lambda: idle.random_network(rng).network, 30, set(), rng) == []
    assert not idle.chips_tried
