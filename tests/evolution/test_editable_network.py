"""Editable networks: conversion in both directions, and trimming of dead parts."""

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.evolution._editable_network import put_together, take_apart, trim
from evosnn.network import Network
from tests.networks import make_chip, random_network

SEEDS = st.integers(0, 2**32)


@settings(max_examples=50, deadline=None)
@given(SEEDS)
def test_conversion_back_gives_the_same_network(seed):
    network = random_network(np.random.default_rng(seed), make_chip())
    again = put_together(take_apart(network))
    assert again == network
    assert again.key == network.key


@settings(max_examples=50, deadline=None)
@given(SEEDS, st.integers(0, 12))
def test_trimming_removes_all_parts_on_no_path(seed, synapses):
    network = random_network(np.random.default_rng(seed), make_chip(), synapses=synapses)
    draft = take_apart(network)
    trim(draft)
    graph = network.to_networkx()
    onward = set(draft.inputs).union(*(nx.descendants(graph, i) for i in draft.inputs))
    back = set(draft.outputs).union(*(nx.ancestors(graph, o) for o in draft.outputs))
    useful = onward & back
    assert set(draft.synapses) == {(a, b) for a, b in graph.edges if {a, b} <= useful}
    assert set(draft.neurons) == useful | {*draft.inputs, *draft.outputs}


def test_networks_are_in_canonical_order():
    chip = make_chip()
    network = random_network(np.random.default_rng(1), chip)
    draft = take_apart(network)
    draft.neurons = dict(reversed(draft.neurons.items()))
    draft.synapses = dict(reversed(draft.synapses.items()))
    made = put_together(draft)
    checked = Network.create(
        ids=list(draft.neurons),
        threshold=[t for t, _ in draft.neurons.values()],
        leak=[leak for _, leak in draft.neurons.values()],
        inputs=draft.inputs,
        outputs=draft.outputs,
        synapses=[(a, b, w, d) for (a, b), (w, d) in draft.synapses.items()],
    )
    assert made == checked == network
