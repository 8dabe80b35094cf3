"""Search engines: selection against DEAP, pymoo and moocore, and their own properties."""

import moocore
import numpy as np
import pytest
from deap import base, tools
from hypothesis import given, settings
from hypothesis import strategies as st
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

from evosnn.campaign import front_of
from evosnn.chips import load_chip
from evosnn.evaluation import Measurement
from evosnn.evolution import ENGINES, Breeder, Individual, objectives_by_name, search_space

OBJECTIVES = objectives_by_name(["accuracy", "synapses", "resilience"])
PARETO_ENGINES = ("nsga2", "sms-emoa", "age-moea2", "nsga3")


def build(kind, size, n_objectives=3, **settings):
    """An engine with settings of its own, on a breeder of its own."""
    return ENGINES[kind](**settings).build(make_breeder(), size, OBJECTIVES[:n_objectives])


def make_breeder():
    return Breeder(search_space(load_chip("risp-127"), 20), 4, 2)


def make_population(rng, n, *, distinct=None):
    """Random networks with made-up costs; ``distinct`` limits how many different costs."""
    networks = [c.network for c in make_breeder().first(n, rng)]
    costs = rng.integers(0, 6, (distinct or n, 3)).astype(float)
    costs = costs[rng.integers(0, len(costs), n)]
    record = Measurement(0.0, np.zeros(0), 0.0, 0.0)
    return [
        Individual(network, record, tuple(-c for c in cost), tuple(cost))
        for network, cost in zip(networks, costs, strict=True)
    ]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), n=st.integers(1, 40))
def test_the_front_equals_those_of_deap_pymoo_and_moocore(seed, n):
    population = make_population(np.random.default_rng(seed), n)
    costs = np.array([m.cost for m in population])
    ours = {m.cost for m in front_of(population)}
    ranks = moocore.pareto_rank(costs)
    assert ours == {tuple(c) for c, rank in zip(costs, ranks, strict=True) if rank == 0}
    first = NonDominatedSorting().do(costs, only_non_dominated_front=True)
    assert ours == {tuple(costs[i]) for i in first}

    class Cost(base.Fitness):
        weights = (-1.0, -1.0, -1.0)

    class Item:
        def __init__(self, cost):
            self.fitness = Cost(tuple(cost))

    deap = tools.sortNondominated([Item(c) for c in costs], n, first_front_only=True)[0]
    assert ours == {tuple(float(v) for v in item.fitness.values) for item in deap}
    assert len(front_of(population)) == len(ours)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_nsga2_selects_better_ranks_first(seed):
    rng = np.random.default_rng(seed)
    both = make_population(rng, 40)
    survivors = build("nsga2", 20).tell(both[:20], both[20:], rng)
    assert len(survivors) == 20
    ranks = dict(zip((m.network.key for m in both), moocore.pareto_rank(
        np.array([m.cost for m in both])), strict=True))  # fmt: skip
    survived = {m.network.key for m in survivors}
    costs = [m.cost for m in both]
    rare = [m for m in both if costs.count(m.cost) <= 2]
    worst_survivor = max(ranks[k] for k in survived if k in {m.network.key for m in rare})
    for member in rare:
        if ranks[member.network.key] < worst_survivor:
            assert member.network.key in survived


@pytest.mark.parametrize("kind", PARETO_ENGINES)
def test_few_clones_in_objective_space_survive(kind):
    rng = np.random.default_rng(1)
    both = make_population(rng, 60, distinct=20)
    survivors = build(kind, 30).tell(both[:30], both[30:], rng)
    costs = [m.cost for m in both]
    assert max(costs.count(c) for c in costs) > 2
    survived = [m.cost for m in survivors]
    assert max(survived.count(c) for c in survived) <= 2
    assert len(survived) == 30


@pytest.mark.parametrize("kind", [*PARETO_ENGINES, "islands", "random", "eons"])
def test_children_follow_from_population_and_random_state_alone(kind):
    """A new engine, asked with the same two, gives the same children."""
    settings = {"islands": 3, "interval": 2} if kind == "islands" else {}

    def children(engine, warm):
        population = make_population(np.random.default_rng(0), 20)
        if warm:
            list(engine.ask(population, np.random.default_rng(99)))
            engine.tell(population, population[:5], np.random.default_rng(98))
        return [c.network.key for c in engine.ask(population, np.random.default_rng(7))]

    first = children(build(kind, 20, **settings), warm=False)
    assert first == children(build(kind, 20, **settings), warm=True)
    assert len(set(first)) == len(first) == (18 if kind == "eons" else 20)


def test_islands_select_separately_and_exchange_members_of_their_fronts():
    both = make_population(np.random.default_rng(5), 80)
    population, offspring = both[:40], both[40:]
    apart = build("islands", 40, islands=4, interval=1e12)
    rng = np.random.default_rng(0)
    lone = [
        build("nsga2", 10).tell(population[k : k + 10], offspring[k : k + 10], rng)
        for k in range(0, 40, 10)
    ]
    survived = apart.tell(population, offspring, np.random.default_rng(0))
    assert [m.network.key for m in survived] == [m.network.key for part in lone for m in part]
    joined = build("islands", 40, islands=4, interval=1)
    moved = joined.tell(population, offspring, np.random.default_rng(0))
    assert {m.network.key for m in moved} == {m.network.key for m in survived}
    changed = [k for k in range(40) if moved[k] is not survived[k]]
    assert [k // 10 for k in changed] == [0, 1, 2, 3]
    for k, place in enumerate(changed):
        assert moved[place] in lone[k - 1]
        assert moved[place].cost in {m.cost for m in front_of(lone[k - 1])}


def test_children_of_islands_are_new_to_all_islands():
    population = make_population(np.random.default_rng(6), 40)
    engine = build("islands", 40, islands=4, interval=5)
    keys = {m.network.key for m in population}
    for seed in range(20):
        asked = [c.network.key for c in engine.ask(population, np.random.default_rng(seed))]
        assert len(set(asked)) == len(asked) == 40
        assert not keys & set(asked)


def test_nsga2_fills_the_population_with_clones_if_there_are_no_others():
    rng = np.random.default_rng(1)
    both = make_population(rng, 40, distinct=3)
    assert len(build("nsga2", 20).tell(both[:20], both[20:], rng)) == 20


@pytest.mark.parametrize("kind", PARETO_ENGINES)
def test_members_that_meet_the_requirements_survive_first(kind):
    both = make_population(np.random.default_rng(4), 40)
    both = [
        Individual(m.network, m.measurement, m.values, m.cost, shortfall=(i % 3) * 0.1)
        for i, m in enumerate(both)
    ]
    engine = build(kind, 20)
    rng = np.random.default_rng(0)
    survivors = engine.tell(both[:20], both[20:], rng)
    assert sorted(m.shortfall for m in survivors) == [0.0] * 14 + [0.1] * 6
    assert len(list(engine.ask(survivors, rng))) == 20


@pytest.mark.parametrize("kind", PARETO_ENGINES)
def test_the_worst_quarter_is_excluded_while_none_meets_the_requirements(kind):
    both = make_population(np.random.default_rng(4), 40)
    both = [
        Individual(m.network, m.measurement, m.values, m.cost, shortfall=0.1 * (1 + i % 4))
        for i, m in enumerate(both)
    ]
    competing = [m for m in both if m.shortfall < 0.35]
    survivors = build(kind, 20).tell(both[:20], both[20:], np.random.default_rng(0))
    assert max(m.shortfall for m in survivors) < 0.35
    front = {m.cost for m in front_of([m._replace(shortfall=0.0) for m in competing])}
    assert front <= {m.cost for m in survivors}


@pytest.mark.parametrize("kind", PARETO_ENGINES)
def test_the_whole_front_survives_if_it_fits(kind):
    both = make_population(np.random.default_rng(4), 40)
    survivors = build(kind, 20).tell(both[:20], both[20:], np.random.default_rng(0))
    assert {m.cost for m in front_of(both)} == {m.cost for m in front_of(survivors)}


def test_sms_emoa_removes_the_least_hypervolume_contribution():
    """Of four networks on a line of two objectives, the one between two near ones goes."""
    networks = [c.network for c in make_breeder().first(4, np.random.default_rng(0))]
    record = Measurement(0.0, np.zeros(0), 0.0, 0.0)
    costs = [(0.0, 10.0), (4.0, 5.0), (5.0, 4.9), (10.0, 0.0)]
    line = [
        Individual(n, record, tuple(-c for c in cost), cost)
        for n, cost in zip(networks, costs, strict=True)
    ]
    survived = build("sms-emoa", 3, 2).tell(line[:2], line[2:], np.random.default_rng(0))
    assert sorted(m.cost for m in survived) == [(0.0, 10.0), (4.0, 5.0), (10.0, 0.0)]


def test_eons_score_is_the_published_formula():
    engine = build("eons", 10, neuron_cost=0.01, synapse_cost=0.002)
    network = make_breeder().random_network(np.random.default_rng(0)).network
    record = Measurement(0.9, np.array([0.7, 0.8]), 0.0, 0.0)
    member = Individual(network, record, (0.9, float(network.n_synapses), 0.75), (0.0,) * 3)
    expected = (0.9 + 0.75) / 2 - 0.01 * network.n_used - 0.002 * network.n_synapses
    assert engine.score(member) == pytest.approx(expected)


def test_eons_preserves_its_elites_and_adds_random_networks():
    rng = np.random.default_rng(2)
    population = make_population(rng, 30)
    engine = build("eons", 30, elites=4, random_immigrants=0.5)
    asked = list(engine.ask(population, rng))
    assert sum(c.operators == ("random",) for c in asked) >= 13
    following = engine.tell(population, population[:26], rng)
    best = sorted(population, key=engine.score, reverse=True)[:4]
    assert [engine.score(m) for m in following[:4]] == [engine.score(m) for m in best]
    assert len(following) == 30


def test_eons_tournaments_are_won_with_the_expected_probability():
    engine = build("eons", 10, tournament=1.0, winner=0.9)
    rng = np.random.default_rng(3)
    ranked = list(range(10))
    wins = sum(engine._pick(ranked, rng) == 0 for _ in range(4000)) / 4000
    # The best is in a tournament of 10 with probability 1 - 0.9^10, once or more often.
    share = np.array([1 - 0.1**k for k in range(11)])
    odds = np.array([_binomial(10, k, 0.1) for k in range(11)])
    assert wins == pytest.approx(float(share @ odds), abs=0.03)


def _binomial(n, k, p):
    from math import comb

    return comb(n, k) * p**k * (1 - p) ** (n - k)
