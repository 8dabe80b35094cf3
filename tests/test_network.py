"""The network as data: canonical, checked, hashed, and whole as bytes."""

from contextlib import closing
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.campaign._store import Store
from evosnn.errors import NetworkError, StoreError
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
        ({"leak": [0, 0]}, "leak has shape"),
        ({"leak": [0, "x", 0]}, "leak is no list of numbers"),
        ({"threshold": [[1, 2, 3]]}, "threshold has shape"),
        ({"threshold": [1, float("inf"), 3]}, "a threshold is not a finite number"),
        ({"ids": [7, 3, 5.5]}, "ids takes whole numbers"),
        ({"ids": [7, 3, float("nan")]}, "ids takes whole numbers"),
        ({"ids": ["a", "b", "c"]}, "ids takes whole numbers"),
        ({"inputs": [7.5]}, r"inputs names neuron 7\.5"),
        ({"inputs": [[7]]}, r"inputs names neuron \[7\]"),
        ({"synapses": [(7, 5, 1)]}, r"it takes \(pre id, post id, weight, delay"),
        ({"synapses": [(7, 5, 1, 1.5)]}, r"a delay is 1\.5; it takes whole timesteps"),
        ({"synapses": [(7, 5, 1, 2**40)]}, "a delay is 1099511627776"),
        ({"synapses": [(7, 5, 1, float("nan"))]}, "a delay is nan"),
        ({"synapses": [(7, 5, 1, float("inf"))]}, "a delay is inf"),
        ({"synapses": [(7, 5, "much", 1)]}, "a weight is 'much'"),
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


WRONG = [
    ("pre", [0, 1, 3], "pre names the neuron at place 3 of 3"),
    ("post", [1, 1, -3], "post names the neuron at place -3 of 3"),
    ("inputs", [2, 2**30], "inputs names the neuron at place 1073741824 of 3"),
    ("outputs", [-1], "outputs names the neuron at place -1 of 3"),
    ("inputs", [2, 2], "inputs lists a neuron twice"),
    ("pre", [2, 1, 0], "the synapses are not in order"),
    ("pre", [0, 0, 2], "two join the same pair"),
    ("ids", [3, 3, 7], "a neuron id appears twice"),
    ("threshold", [1, np.nan, 1], "a threshold is not a finite number"),
    ("weight", [1, -np.inf, 1], "a weight is not a finite number"),
    ("leak", [0, np.nan, 0], "a leak is not a finite number"),
    ("leak", [0, -0.5, 0], "a leak is outside 0..1"),
    ("delay", [1, 0, 1], "a delay is 0"),
    ("delay", [1, 2**31 - 1, 1], "a delay is 2147483647"),
    ("delay", [1, -5, 1], "a delay is -5"),
]


@pytest.mark.parametrize(("field", "values", "sentence"), WRONG)
def test_wrong_values_in_bytes_and_in_arrays_are_refused(field, values, sentence):
    network = Network.create(**GOOD)
    kind = getattr(network, field).dtype
    parts = {f.name: getattr(network, f.name) for f in fields(Network)}
    parts[field] = np.asarray(values, kind)
    with pytest.raises(NetworkError, match=sentence):
        Network(**parts)
    broken = object.__new__(Network)
    broken.__dict__.update(parts)
    with pytest.raises(NetworkError, match=sentence):
        Network.from_bytes(broken.to_bytes())


def test_arrays_of_another_kind_are_refused():
    network = Network.create(**GOOD)
    for change in (
        {"pre": network.pre.astype(float)}, {"weight": network.weight.astype(object)},
        {"weight": network.weight[:2]}, {"leak": network.leak[None]}, {"ids": [3, 5, 7]},
    ):  # fmt: skip
        with pytest.raises(NetworkError):
            replace(network, **change)
    with pytest.raises(NetworkError, match=r"an index is outside 0\.\.0"):
        Network.from_lists([0], [1.0], [0.0], [0], [0], [0], [1], [1.0], [1])
    with pytest.raises(NetworkError, match="not those of a network"):
        Network.from_lists([0], [1.0], [0.0], [0], [0], [0], [0], [1.0], ["x"])


def test_a_stored_network_is_checked_against_its_key(tmp_path):
    network = Network.create(**GOOD)
    other = Network.create(**{**GOOD, "threshold": [1, 2, 4]})
    with closing(Store(tmp_path, create=True)) as store:
        rows = [network.to_bytes(), other.to_bytes(), network.to_bytes()[:-1], "text", 7]
        for data in rows:
            store._db.execute("DELETE FROM networks")
            store._db.execute(
                "INSERT INTO networks VALUES (1, ?, 0, '', '', ?)", (network.key, data)
            )
            if data == rows[0]:
                assert store.network(network.key) == network
                continue
            with pytest.raises(StoreError, match=r"not a whole network|are those of network"):
                store.network(network.key)


def test_bytes_of_another_network_are_refused_where_the_key_is_known():
    network = Network.create(**GOOD)
    assert Network.from_bytes(network.to_bytes(), network.key) == network
    with pytest.raises(NetworkError, match=f"network {network.key}, not of 00"):
        Network.from_bytes(network.to_bytes(), "0" * 16)
    for data in (None, "text", 7):
        with pytest.raises(NetworkError, match="not a whole network"):
            Network.from_bytes(data)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_bytes_are_refused_or_hold_a_sound_network(data):
    content = bytearray(Network.create(**GOOD).to_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.sampled_from([0, 1, 2, 3, 127, 128, 255]))
    try:
        network = Network.from_bytes(bytes(content))
    except NetworkError:
        return
    for name in ("inputs", "outputs", "pre", "post"):
        indices = getattr(network, name)
        assert ((indices >= 0) & (indices < network.n_neurons)).all()
    for name in ("threshold", "leak", "weight"):
        assert np.isfinite(getattr(network, name)).all()


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
