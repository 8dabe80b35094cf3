"""Operators, crossover and the breeder: children fit every chip, and parents stay unchanged."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import check, chip_names, load_chip
from evosnn.evolution import OPERATORS, Breeder, Variation, search_space
from evosnn.evolution._editable_network import put_together, take_apart, trim
from evosnn.evolution.operators.crossover import cross

CHIPS = [load_chip(name) for name in chip_names()]
SEEDS = st.integers(0, 2**32)


def breeder_for(chip, **limits):
    return Breeder(search_space(chip, 20, **limits), 4, 2)


@pytest.mark.parametrize("name", OPERATORS)
@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, chip=st.sampled_from(CHIPS))
def test_an_operator_gives_networks_that_fit_the_chip(name, seed, chip):
    rng = np.random.default_rng(seed)
    breeder = breeder_for(chip)
    parent = breeder.random_network(rng).network
    before = parent.key
    draft = take_apart(parent)
    changed = OPERATORS[name](draft, breeder.space, rng)
    child = put_together(draft)
    assert check(chip, child) == []
    assert parent.key == before
    copied = take_and_copy(parent)
    parts = {part.name: getattr(copied, part.name) for part in fields(copied)}
    assert type(parent)(**parts).to_bytes() == parent.to_bytes()
    if not changed:
        assert child == parent


def take_and_copy(network):
    return put_together(take_apart(network))


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_does_what_its_name_says(name):
    """Within 200 tries on a chip with leaks every operator finds something to do."""
    chip = load_chip("risp-7")
    chip = chip.model_copy(update={"neuron": chip.neuron.model_copy(update={"leak": (0.0, 1.0)})})
    rng = np.random.default_rng(0)
    breeder = breeder_for(chip)
    done = 0
    for _ in range(200):
        before = take_apart(breeder.random_network(rng).network)
        after = before.copy()
        if OPERATORS[name](after, breeder.space, rng):
            done += 1
            assert (after.neurons, after.synapses) != (before.neurons, before.synapses)
            grown = len(after.synapses) - len(before.synapses)
            own = {
                "remove-neuron": grown, "copy-neuron": max(grown, 1), "join-neurons": min(grown, 0),
            }  # fmt: skip
            assert grown == {
                "add-neuron": 2, "add-synapse": 1, "remove-synapse": -1, "split-synapse": 1,
                "double-synapse": 2, **own,
            }.get(name, 0)  # fmt: skip
    assert done > 20


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_crossover_inherits_each_part_from_a_parent(seed):
    rng = np.random.default_rng(seed)
    breeder = breeder_for(load_chip("risp-127"))
    first = breeder.random_network(rng).network
    second = breeder.child(first, first, {first.key}, rng).network
    a, b = take_apart(first), take_apart(second)
    child = cross(a, b, rng)
    for end, value in child.synapses.items():
        assert value in (a.synapses.get(end), b.synapses.get(end))
    assert a.synapses.keys() & b.synapses.keys() <= child.synapses.keys()
    for neuron, value in child.neurons.items():
        assert value in (a.neurons.get(neuron), b.neurons.get(neuron))
    trim(child)
    assert check(load_chip("risp-127"), put_together(child)) == []


def test_crossover_inherits_half_of_the_unshared_synapses():
    rng = np.random.default_rng(3)
    breeder = breeder_for(load_chip("risp-127"))
    a, b = (take_apart(breeder.random_network(rng).network) for _ in range(2))
    only = [end for end in a.synapses if end not in b.synapses]
    taken = sum(len([e for e in only if e in cross(a, b, rng).synapses]) for _ in range(2000))
    n = 2000 * len(only)
    assert taken == pytest.approx(n / 2, abs=4 * np.sqrt(n / 4))


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, chip=st.sampled_from(CHIPS), most=st.integers(1, 6))
def test_children_are_new_and_within_the_limits(seed, chip, most):
    rng = np.random.default_rng(seed)
    breeder = breeder_for(chip, max_synapses=most, max_neurons=7)
    parents = [c.network for c in breeder.first(5, rng)]
    seen = {p.key for p in parents}
    for _ in range(10):
        child = breeder.child(parents[0], parents[1], seen, rng)
        assert child.network.n_synapses <= most
        assert child.network.n_neurons <= 7
        assert check(chip, child.network) == []
        assert set(child.parents) <= {p.key for p in parents}
        assert child.network.key not in seen or child.operators == ("random",)


def test_children_respect_fan_in_and_fan_out():
    chip = load_chip("risp-127")
    limits = chip.limits.model_copy(update={"fan_in": 2, "fan_out": 1})
    tight = chip.model_copy(update={"limits": limits})
    breeder = breeder_for(tight)
    rng = np.random.default_rng(0)
    population = [c.network for c in breeder.first(10, rng)]
    for _ in range(200):
        i, j = rng.integers(10, size=2)
        child = breeder.child(population[i], population[j], set(), rng).network
        assert check(tight, child) == []
        population[i] = child


def test_mutations_are_chosen_at_their_rates():
    breeder = Breeder(
        search_space(load_chip("risp-127"), 20), 4, 2,
        Variation(
            crossover=0, extra_mutation=0,
            rates={"change-weight": 3.0, "change-threshold": 1.0},
        ),
    )  # fmt: skip
    rng = np.random.default_rng(1)
    parent = breeder.random_network(rng).network
    made = [breeder.child(parent, parent, set(), rng).operators[0] for _ in range(2000)]
    assert set(made) == {"change-weight", "change-threshold"}
    # A change that lands on the old value is tried again, so the rates hold but roughly.
    assert made.count("change-weight") / 2000 == pytest.approx(0.75, abs=0.05)


def test_a_remembered_draft_equals_the_converted_network():
    """Otherwise a continued campaign, which converts networks, would breed differently."""
    chip = load_chip("risp-127")
    breeder = breeder_for(chip)
    rng = np.random.default_rng(0)
    networks = [c.network for c in breeder.first(10, rng)]
    for _ in range(300):
        i, j = rng.integers(10, size=2)
        networks[i] = breeder.child(networks[i], networks[j], set(), rng).network
        remembered, made = breeder._draft(networks[i]), take_apart(networks[i])
        for field in ("neurons", "synapses"):
            assert list(getattr(remembered, field).items()) == list(getattr(made, field).items())
        assert (remembered.inputs, remembered.outputs) == (made.inputs, made.outputs)
        trimmed = made.copy()
        trim(trimmed)
        assert trimmed == made
