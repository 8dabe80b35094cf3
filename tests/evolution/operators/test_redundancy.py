"""Operators that duplicate parts: behaviour is unchanged, and one of two parts may fail."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import check, load_chip
from evosnn.evolution import search_space
from evosnn.evolution._editable_network import put_together, take_apart
from evosnn.evolution.objectives.dead_synapses import without_each_synapse
from evosnn.evolution.operators.redundancy import copy_neuron, double, join_neurons
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.simulation.reference import run_reference

CHIP = load_chip("risp-7")
SPACE = search_space(CHIP, 24, max_delay=15)


def saturating(rng, neurons=5, synapses=7):
    """A network each of whose synapses alone makes its neuron fire, none too fast to double."""
    pairs = [(a, b) for a in range(neurons) for b in range(neurons)]
    chosen = rng.choice(len(pairs), synapses, replace=False)
    threshold = rng.integers(1, 6, neurons)
    return Network.create(
        threshold=threshold,
        inputs=[0, 1],
        outputs=[neurons - 1],
        synapses=[
            (*pairs[k], int(rng.integers(threshold[pairs[k][1]], 8)), int(rng.integers(2, 9)))
            for k in chosen
        ],
    )


def spikes_of(network, charge, instances=None, instance=0):
    run = run_reference(network, Stimulus(charge), CHIP, instances=instances, instance=instance)
    return {int(i): run.spikes[:, k] for k, i in enumerate(network.ids)}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_a_duplicated_synapse_may_fail_if_one_spike_is_enough(seed):
    rng = np.random.default_rng(seed)
    network = saturating(rng)
    charge = 7.0 * (rng.random((40, 2, 1)) < 0.3)
    before = spikes_of(network, charge)
    draft = take_apart(network)
    ends = list(draft.synapses)
    for end in ends:
        assert double(draft, SPACE, end)
    whole = put_together(draft)
    assert whole.n_synapses == 3 * network.n_synapses
    assert check(CHIP, whole) == []
    chips = without_each_synapse(whole)
    for chip in range(-1, whole.n_synapses):
        after = spikes_of(whole, charge) if chip < 0 else spikes_of(whole, charge, chips, chip)
        for neuron, expected in before.items():
            np.testing.assert_array_equal(after[neuron], expected)


def test_a_synapse_faster_than_the_path_is_slowed():
    network = Network.create(threshold=[1, 3], inputs=[0], outputs=[1], synapses=[(0, 1, 2, 1)])
    draft = take_apart(network)
    assert double(draft, SPACE, (0, 1))
    (relay,) = draft.hidden
    assert draft.neurons[relay] == (1.0, 0.0)
    assert draft.synapses == {(0, 1): (2.0, 2), (0, relay): (7.0, 1), (relay, 1): (2.0, 1)}


def test_nothing_is_duplicated_if_no_relay_fires_on_one_spike():
    chip = load_chip("risp-7")
    slow = search_space(chip, 24, max_delay=1)
    network = Network.create(threshold=[1, 3], inputs=[0], outputs=[1], synapses=[(0, 1, 2, 1)])
    draft = take_apart(network)
    assert not double(draft, slow, (0, 1))
    assert put_together(draft) == network


def test_a_copied_neuron_has_copies_of_all_its_synapses():
    network = Network.create(
        threshold=[1, 3, 4],
        inputs=[0],
        outputs=[1],
        synapses=[(0, 2, 5, 3), (2, 2, -1, 4), (2, 1, 6, 2), (0, 1, 1, 1)],
    )
    draft = take_apart(network)
    assert copy_neuron(draft, SPACE, np.random.default_rng(0))
    first, twin = draft.hidden
    assert draft.neurons[twin] == draft.neurons[first] == (4.0, 0.0)
    assert draft.synapses == {
        (0, 1): (1.0, 1),
        (0, 2): (5.0, 3), (0, twin): (5.0, 3),
        (2, 2): (-1.0, 4), (twin, twin): (-1.0, 4),
        (2, 1): (6.0, 2), (twin, 1): (6.0, 2),
    }  # fmt: skip


def test_joined_neurons_share_their_synapses():
    network = Network.create(
        threshold=[1, 1, 3, 4, 5],
        inputs=[0, 1],
        outputs=[2],
        synapses=[
            (0, 3, 1, 1), (1, 4, 2, 2), (3, 2, 3, 3), (4, 2, 4, 4), (3, 4, 5, 5), (4, 4, 6, 6),
            (4, 0, 7, 7),
        ],
    )  # fmt: skip
    outcomes = set()
    for seed in range(20):
        draft = take_apart(network)
        assert join_neurons(draft, SPACE, np.random.default_rng(seed))
        (kept,) = draft.hidden
        assert draft.neurons[kept] == (float(kept + 1), 0.0)
        out = {3: (3.0, 3), 4: (4.0, 4)}[kept]
        shared = {(0, kept): (1.0, 1), (1, kept): (2.0, 2), (kept, 2): out, (kept, 0): (7.0, 7)}
        loop = {(4, 4): (6.0, 6)} if kept == 4 else {}
        assert draft.synapses == shared | loop
        outcomes.add(kept)
    assert outcomes == {3, 4}


def test_two_paths_through_one_relay_survive_one_dead_synapse():
    """Two doubled synapses into one neuron, alike in delay: their relays joined save one."""
    network = Network.create(
        threshold=[1, 1, 3], inputs=[0, 1], outputs=[2], synapses=[(0, 2, 4, 6), (1, 2, 5, 6)]
    )
    draft = take_apart(network)
    for end in list(draft.synapses):
        assert double(draft, SPACE, end)
    assert join_neurons(draft, SPACE, np.random.default_rng(0))
    whole = put_together(draft)
    assert whole.n_synapses == 5
    charge = 7.0 * (np.random.default_rng(1).random((60, 2, 1)) < 0.3)
    expected = spikes_of(network, charge)[2]
    chips = without_each_synapse(whole)
    for chip in range(whole.n_synapses):
        np.testing.assert_array_equal(spikes_of(whole, charge, chips, chip)[2], expected)


def test_each_chip_has_another_dead_synapse():
    network = saturating(np.random.default_rng(1))
    chips = without_each_synapse(network)
    dead = np.eye(network.n_synapses, dtype=bool)
    np.testing.assert_array_equal(chips.weight, np.where(dead, 0.0, network.weight))
    np.testing.assert_array_equal(chips.threshold, network.threshold[None].repeat(7, 0))
    assert not chips.firing.any()
