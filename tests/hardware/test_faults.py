"""Faults: by rate against the binomial, by count and by site exactly."""

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from evosnn.hardware import (
    FIRES_ALWAYS,
    FIRES_NEVER,
    MECHANISMS,
    BitFlips,
    DeadNeurons,
    DeadSynapses,
    Mechanism,
    OpenLines,
    ScaledThresholds,
    StuckNeurons,
    StuckSynapses,
    draw_instances,
)
from evosnn.network import Network
from tests.networks import make_chip, random_network

CHIP = make_chip(top=127, floor=-127)
NETWORK = random_network(np.random.default_rng(0), CHIP, neurons=30, synapses=200)
ENDS = list(
    zip(
        NETWORK.ids[NETWORK.pre].tolist(), NETWORK.ids[NETWORK.post].tolist(), strict=True
    )
)  # fmt: skip


def draw(*mechanisms, seed=1, networks=(NETWORK,), n=1000, chip=CHIP):
    return draw_instances(networks, chip, mechanisms, n, np.random.SeedSequence(seed))


def flipped_bits(instances):
    """How many bits of each synapse's 8-bit code differ from the drawn ones."""
    code = instances.weight.astype(np.int64) & 0xFF
    drawn = NETWORK.weight.astype(np.int64) & 0xFF
    return np.bitwise_count((code ^ drawn).astype(np.uint8))


SYNAPSES = {
    "dead": (DeadSynapses, {}, lambda i: (i.weight == 0) & (NETWORK.weight != 0)),
    "high": (StuckSynapses, {"at": "high"}, lambda i: i.weight == 127),
    "low": (StuckSynapses, {"at": "low"}, lambda i: i.weight == -127),
}
NEURONS = {
    "dead": (DeadNeurons, {}, lambda i: i.firing == FIRES_NEVER),
    "stuck": (StuckNeurons, {}, lambda i: i.firing == FIRES_ALWAYS),
    "scaled": (
        ScaledThresholds,
        {"factor": 0.5},
        lambda i: i.threshold == NETWORK.threshold / 2,
    ),
}


@pytest.mark.parametrize("name", SYNAPSES)
def test_synapse_faults_strike_at_their_rate(name):
    make, options, struck = SYNAPSES[name]
    plain = np.abs(NETWORK.weight) % 127 != 0
    hits = struck(draw(make(rate=0.05, **options)))[:, plain]
    assert stats.binomtest(int(hits.sum()), hits.size, 0.05).pvalue > 0.001


@pytest.mark.parametrize("name", NEURONS)
def test_neuron_faults_strike_at_their_rate(name):
    make, options, struck = NEURONS[name]
    hits = struck(draw(make(rate=0.05, **options), n=5000))
    assert stats.binomtest(int(hits.sum()), hits.size, 0.05).pvalue > 0.001


def test_bits_flip_at_their_rate_each_alike():
    instances = draw(BitFlips(rate=0.02))
    code = (instances.weight.astype(np.int64) ^ NETWORK.weight.astype(np.int64)) & 0xFF
    for bit in range(8):
        hits = (code >> bit) & 1
        assert stats.binomtest(int(hits.sum()), hits.size, 0.02).pvalue > 0.0005


@pytest.mark.parametrize("k", [1, 7, 200, 5000])
def test_a_count_strikes_exactly_so_many(k):
    dead = draw(StuckSynapses(count=k, at="high")).weight == 127
    already = int((NETWORK.weight == 127).sum())
    assert (dead.sum(axis=1) >= min(k, 200)).all()
    assert (dead.sum(axis=1) <= min(k, 200) + already).all()
    assert (draw(DeadNeurons(count=k)).firing != 0).sum(axis=1).tolist() == [min(k, 30)] * 1000
    assert flipped_bits(draw(BitFlips(count=k))).sum(axis=1).tolist() == [min(k, 1600)] * 1000


def test_a_count_holds_for_each_network_and_chooses_evenly():
    other = random_network(np.random.default_rng(1), CHIP, neurons=5, synapses=9)
    firing = draw(DeadNeurons(count=2), networks=(NETWORK, other), n=6000).firing
    assert ((firing[:, :30] != 0).sum(axis=1) == 2).all()
    assert ((firing[:, 30:] != 0).sum(axis=1) == 2).all()
    struck = (firing[:, 30:] != 0).sum(axis=0)
    assert stats.chisquare(struck).pvalue > 0.001


def test_more_faults_include_fewer():
    few, many = (draw(DeadNeurons(count=k)).firing != 0 for k in (3, 9))
    assert (many | ~few).all()
    rare, often = (draw(DeadSynapses(rate=r)).weight == 0 for r in (0.05, 0.2))
    assert (often | ~rare).all()


def test_sites_are_struck_on_every_chip_and_nothing_else_is():
    instances = draw(DeadSynapses(sites=(ENDS[3], ENDS[7])), n=4)
    expected = NETWORK.weight.copy()
    expected[[3, 7]] = 0
    np.testing.assert_array_equal(instances.weight, np.tile(expected, (4, 1)))
    neuron = int(NETWORK.ids[5])
    firing = draw(StuckNeurons(sites=(neuron, 4_000_000_000)), n=2).firing
    assert np.flatnonzero(firing[0]).tolist() == [5]
    one = draw(BitFlips(sites=((*ENDS[3], 0), (*ENDS[3], 7), (*ENDS[4], 20))), n=1)
    changed = np.flatnonzero(one.weight[0] != NETWORK.weight)
    assert changed.tolist() == [3]
    number = int(NETWORK.weight[3]) ^ 1
    assert one.weight[0, 3] == number + (128 if number < 0 else -128)


def test_an_open_row_silences_what_leaves_a_neuron_and_a_column_what_enters_it():
    neuron = int(NETWORK.pre[0])
    site = (int(NETWORK.ids[neuron]),)
    row = draw(OpenLines(line="row", sites=site), n=1).weight[0]
    column = draw(OpenLines(line="column", sites=site), n=1).weight[0]
    np.testing.assert_array_equal(row, np.where(NETWORK.pre == neuron, 0, NETWORK.weight))
    np.testing.assert_array_equal(column, np.where(NETWORK.post == neuron, 0, NETWORK.weight))


def test_only_lines_that_exist_are_counted():
    net = Network.create(
        threshold=[1] * 5, inputs=[0, 1], outputs=[4], synapses=[(0, 4, 3, 1), (1, 4, 5, 1)]
    )
    weight = draw(OpenLines(line="row", count=1), networks=(net,), n=400).weight
    assert set(map(tuple, weight.tolist())) == {(0, 5), (3, 0)}
    assert not draw(OpenLines(line="row", count=3), networks=(net,), n=2).weight.any()
    cut = draw(OpenLines(line="row", rate=0.3), networks=(net,), n=5000).weight == 0
    assert stats.binomtest(int(cut.sum()), cut.size, 0.3).pvalue > 0.001


@pytest.mark.parametrize("way", [{}, {"rate": 0.1, "count": 2}, {"count": 1, "sites": [3]}])
def test_exactly_one_way_of_striking(way):
    with pytest.raises(ValidationError, match="dead-neurons takes one of rate, count and sites"):
        DeadNeurons(**way)
    with pytest.raises(ValidationError, match="bit-flips takes one of"):
        BitFlips(**{**way, **({"sites": [(1, 2, 3)]} if "sites" in way else {})})


@pytest.mark.parametrize(
    "mechanism",
    [
        BitFlips(sites=((1, 2, 3),), sign="sign-magnitude"),
        StuckSynapses(at="low", count=2),
        OpenLines(line="row", sites=(7,)),
        ScaledThresholds(factor=1.5, rate=0.25),
    ],
)
def test_a_mechanism_survives_json(mechanism):
    adapter = TypeAdapter(Mechanism)
    assert adapter.validate_json(mechanism.model_dump_json()) == mechanism


def test_every_mechanism_is_listed_by_its_kind():
    for kind, model in MECHANISMS.items():
        assert model.model_fields["kind"].default == kind
        assert model.__doc__


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"kind": "bit-flip", "rate": 0.1}, "unknown mechanism 'bit-flip'; did you mean"),
        ({"rate": 0.1}, "a mechanism has a 'kind', one of bit-flips, crossbar"),
        ("ghosts", "unknown mechanism 'ghosts'"),
    ],
)
def test_an_unknown_kind_gets_the_nearest_one(table, words):
    with pytest.raises(ValidationError, match=words):
        TypeAdapter(Mechanism).validate_python(table)


def test_a_kind_alone_is_a_table():
    assert TypeAdapter(Mechanism).validate_python("crossbar").kind == "crossbar"
