"""The local search: what comes out fits, is worth what was seen of it, and is the best there is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import check, chip_names, load_chip
from evosnn.evaluation import Evaluator
from evosnn.evolution import Breeder, Variation, judge_on, space_of
from evosnn.evolution._draft import Draft, in_order, put_together, take_apart
from evosnn.evolution._polish import LANES, polish
from evosnn.hardware import nominal_instances
from evosnn.tasks import ArgyleEncoder, Dataset, FirstSpikeDecoder, MostSpikesDecoder, build_task
from evosnn.tasks.control import SETTINGS, EpisodesSpec, build_control_task

CHIPS = [load_chip(name) for name in chip_names()]
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
def test_what_is_polished_fits_the_chip(seed, chip):
    rng = np.random.default_rng(seed)
    space = space_of(chip, 20)
    breeder = Breeder(space, 4, 2)
    parents = [in_order(take_apart(breeder.stranger(rng).network)) for _ in range(3)]
    before = [parent.copy() for parent in parents]
    seen = 0

    def judge(networks, instances):
        nonlocal seen
        seen += instances.n_instances
        return rng.random((len(networks), instances.n_instances))

    found = polish(parents, space, judge, rng)
    assert parents == before
    assert seen == LANES
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


def test_steps_reach_the_best_of_all_weights_and_thresholds():
    """A slope without a flat place: every coordinate ends where it is worth most."""
    rng = np.random.default_rng(3)
    space = space_of(RISP, 20)
    ends = {(0, 2): (5.0, 1), (1, 2): (-60.0, 3), (2, 3): (90.0, 1), (1, 3): (1.0, 2)}
    draft = Draft(dict.fromkeys(range(4), (50.0, 0.0)), ends, (0, 1), (2, 3))
    best = draft.copy()
    for end, weight in zip(ends, (-127.0, 127.0, 1.0, 33.0), strict=True):
        best.synapses[end] = (weight, ends[end][1])
    best.neurons |= {0: (1.0, 0.0), 1: (127.0, 0.0), 2: (64.0, 0.0), 3: (2.0, 0.0)}
    aim = put_together(best)
    place = {end: k for k, end in enumerate(in_order(draft).synapses)}

    def judge(networks, instances):
        """Less the farther from the aim; what is added is worth nothing."""
        ids = networks[0].ids
        pairs = list(zip(ids[networks[0].pre], ids[networks[0].post], strict=True))
        kept = [k for k, end in enumerate(pairs) if end in place]
        off = np.abs(instances.weight[:, kept] - aim.weight).sum(axis=1)
        return (-1e-4 * (off + np.abs(instances.threshold - aim.threshold).sum(axis=1)))[None]

    for _ in range(100):
        for name, child in polish([in_order(draft)], space, judge, rng)[0]:
            if name == "polish":
                draft = child
    assert put_together(draft) == aim


@pytest.mark.parametrize("decoder", [MostSpikesDecoder(), FirstSpikeDecoder()])
def test_a_tiny_task_is_solved_as_well_as_any_weights_solve_it(decoder):
    """Two classes told apart by one feature: the best of all weights of two synapses."""
    chip = load_chip("risp-7")
    rng = np.random.default_rng(0)
    x = rng.random((40, 1))
    data = Dataset(name="step", x=x, y=(x[:, 0] + rng.normal(0, 0.1, 40) > 0.6).astype(int),
                   feature_names=("x",), class_names=("low", "high"))  # fmt: skip
    task = task_of(data, decoder, chip)
    judge, space = judge_on(task, chip, 1), space_of(chip, 32)
    ports = task.n_inputs, task.n_inputs + 1
    pairs = {(0, ports[0]): (1.0, 1), (task.n_inputs - 1, ports[1]): (1.0, 1)}
    draft = Draft(
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
    best = judge([network], every).max()
    start = judge([network], nominal_instances([network], 1)).item()
    assert best > start
    found = start
    for _ in range(30):
        for name, child in polish([draft], space, judge, rng)[0]:
            if name == "polish":
                draft = in_order(child)
                made = put_together(child)
                worth = judge([made], nominal_instances([made], 1)).item()
                assert worth > found
                found = worth
    assert found >= best


@pytest.mark.parametrize("task", [task_of("iris", MostSpikesDecoder()), control()])
def test_a_polished_network_is_worth_what_its_steps_were(task):
    """On a chip of its own it does what its parent did with other weights and thresholds."""
    rng = np.random.default_rng(5)
    space = space_of(RISP, task.timesteps)
    breeder = Breeder(space, task.n_inputs, task.n_outputs)
    judge, evaluator = judge_on(task, RISP, 1), Evaluator(task, RISP, (), 0, 1)
    made = set()
    for _ in range(12):
        parent = breeder.stranger(rng).network
        (children,) = polish([take_apart(parent)], space, judge, rng)
        networks = [parent, *(put_together(child) for _, child in children)]
        worth, *others = (m.nominal for m in evaluator.measure(networks, "x", n_instances=1))
        for (name, _), other in zip(children, others, strict=True):
            made.add(name)
            assert other - worth > {"polish": 0, "polish-away": -0.005, "polish-on": 0.005}[name]
    assert made == {"polish", "polish-away", "polish-on"}


def test_a_share_of_the_chips_is_spent():
    """On average, where it is no whole number of parents; and nothing if nobody judges."""
    rng = np.random.default_rng(0)
    space = space_of(RISP, 20)

    def judge(networks, instances):
        return np.zeros((len(networks), instances.n_instances))

    variation = Variation(polish=0.25)
    breeder = Breeder(space, 4, 2, variation, judge=judge, chips=8)
    for _ in range(400):
        breeder.polished(lambda: breeder.stranger(rng).network, 30, set(), rng)
    assert breeder.tried / 400 == pytest.approx(0.25 * 30 * 8, rel=0.05)
    idle = Breeder(space, 4, 2, variation)
    assert idle.polished(lambda: idle.stranger(rng).network, 30, set(), rng) == []
    assert not idle.tried
