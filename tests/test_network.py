"""The network as data: canonical, checked, hashed, and whole as bytes."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.errors import NetworkError
from evosnn.network import Network
from tests.networks import make_chip, random_network

GOOD = {
    "ids": [7, 3, 5],
    "threshold": [1, 2, 3],
    "inputs": [7, 3],
    "outputs": [5],
    "synapses": [(7, 5, 1.5, 2), (3, 5, -1, 1), (5, 5, 2, 4)],
}


def test_parts_are_put_in_canonical_order():
    network = Network.create(**GOOD)
    assert network.ids.tolist() == [3, 5, 7]
    assert network.threshold.tolist() == [2, 3, 1]
    assert network.inputs.tolist() == [2, 0]
    ends = list(zip(network.pre.tolist(), network.post.tolist(), strict=True))
    assert ends == [(0, 1), (1, 1), (2, 1)]
    assert network.weight.tolist() == [-1, 2, 1.5]
    shuffled = Network.create(**{**GOOD, "synapses": GOOD["synapses"][::-1]})
    assert shuffled == network
    assert hash(shuffled) == hash(network)


def test_sizes():
    network = Network.create(
        threshold=[1] * 5, inputs=[0, 1], outputs=[2], synapses=[(0, 3, 1, 1), (3, 2, 1, 1)]
    )
    assert (network.n_neurons, network.n_hidden, network.n_synapses) == (5, 2, 2)
    assert network.n_used == 3
    assert "2 inputs, 1 outputs, 2 hidden, 2 synapses" in repr(network)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ids": [7, 3, 3]}, "id appears twice"),
        ({"ids": [7, 3]}, "there are 3 thresholds"),
        ({"ids": [7, 3, -1]}, "outside 0..4294967295"),
        ({"inputs": [7, 9]}, "inputs names neuron 9, which does not exist"),
        ({"outputs": [5, 5]}, "outputs lists a neuron twice"),
        ({"synapses": [(7, 8, 1, 1)]}, "a synapse names neuron 8"),
        ({"synapses": [(7, 5, 1, 1), (7, 5, 2, 3)]}, "two synapses join the same pair"),
        ({"synapses": [(7, 5, 1, 0)]}, "a delay is 0"),
        ({"synapses": [(7, 5, float("nan"), 1)]}, "a weight is not a finite number"),
        ({"leak": [0, 0, 1.5]}, "a leak is outside 0..1"),
    ],
)
def test_what_is_wrong_is_said(change, sentence):
    with pytest.raises(NetworkError, match=sentence):
        Network.create(**{**GOOD, **change})


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0, 1, 30]))
def test_bytes_are_the_whole_network(seed, synapses):
    network = random_network(np.random.default_rng(seed), make_chip(), synapses=synapses)
    data = network.to_bytes()
    again = Network.from_bytes(data)
    assert again == network
    assert again.key == network.key
    for cut in (0, 3, 19, len(data) - 1):
        with pytest.raises(NetworkError, match="not a whole network"):
            Network.from_bytes(data[:cut])
    with pytest.raises(NetworkError, match="not a whole network"):
        Network.from_bytes(data + b"x")


@pytest.mark.parametrize("field", ["ids", "threshold", "leak", "weight", "delay", "post"])
def test_any_difference_is_another_key(field):
    network = Network.create(**GOOD)
    values = getattr(network, field).copy()
    values[-1] += 1
    assert replace(network, **{field: values}).key != network.key


def test_a_network_of_bytes_has_what_the_network_had():
    network = Network.create(**GOOD)
    again = Network.from_bytes(network.to_bytes())
    assert (again.n_neurons, again.n_synapses) == (3, 3)
    for field in fields(Network):
        np.testing.assert_array_equal(
            getattr(again, field.name), getattr(network, field.name), strict=True
        )
    with pytest.raises(AttributeError, match="'wieght'"):
        _ = again.wieght


def test_bytes_do_not_depend_on_how_numbers_are_held():
    network = Network.create(**{**GOOD, "synapses": [(7, 5, 2, 2), (3, 5, -1, 1)]})
    other = replace(
        network, weight=network.weight.astype(np.int64), delay=network.delay.astype(np.int64)
    )
    assert other.to_bytes() == network.to_bytes()


def test_the_networkx_view_says_the_same():
    graph = Network.create(**GOOD).to_networkx()
    assert graph.nodes[7]["role"] == "i"
    assert graph.nodes[5] == {"threshold": 3.0, "leak": 0.0, "role": "o"}
    assert graph.edges[7, 5] == {"weight": 1.5, "delay": 2}
    assert graph.number_of_edges() == 3
