"""Networks end to end say what the networks say, one after the other."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn import packed_networks
from evosnn.network import LAYOUT, Network
from evosnn.packed_networks import join_networks
from tests.networks import make_chip, random_network


@pytest.mark.parametrize("large", [-1, 10**6], ids=["by arrays", "by bytes"])
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    sizes=st.lists(st.tuples(st.integers(5, 9), st.integers(0, 30)), min_size=1, max_size=6),
)
def test_every_array_of_every_network_is_there(large, seed, sizes):
    rng = np.random.default_rng(seed)
    chip = make_chip(leak=(0, 0.5, 1))
    made = [random_network(rng, chip, neurons=n, synapses=s) for n, s in sizes]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed_networks, "_LARGE", large)
        found = join_networks([Network.from_bytes(network.to_bytes()) for network in made])
    starts = (found.neuron_start, found.input_start, found.output_start, found.synapse_start)
    for name, kind, count in LAYOUT:
        array, start = getattr(found, name), starts[count]
        assert array.dtype == kind
        assert array.flags.aligned
        assert array.flags.c_contiguous
        assert array.size == start[-1]
        for k, network in enumerate(made):
            own = array[start[k] : start[k + 1]]
            np.testing.assert_array_equal(own, getattr(network, name), strict=True)


@pytest.mark.parametrize("large", [-1, 10**6], ids=["by arrays", "by bytes"])
def test_types_do_not_depend_on_how_numbers_are_held(large, monkeypatch):
    monkeypatch.setattr(packed_networks, "_LARGE", large)
    network = random_network(np.random.default_rng(0), make_chip(), neurons=5, synapses=9)
    wide = {
        name: getattr(network, name).astype(np.int64)
        for name, kind, _ in LAYOUT
        if kind.kind != "f"
    }
    narrow = {"weight": network.weight.astype(np.float32)}
    for found, own in zip(
        join_networks([replace(network, **wide, **narrow)]), join_networks([network]), strict=True
    ):
        np.testing.assert_array_equal(found, own, strict=True)
