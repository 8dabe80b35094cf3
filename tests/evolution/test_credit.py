"""Credit for survivors, and the rates that follow."""

import numpy as np
import pytest

from evosnn.evolution import Candidate, credit_of
from evosnn.evolution._credit import adapted_rates
from tests.networks import make_chip, random_network


def _candidates(n, seed=0):
    rng = np.random.default_rng(seed)
    return [random_network(rng, make_chip()) for _ in range(n)]


def test_credit_counts_children_and_survivors_once_an_operator():
    a, b, c = _candidates(3)
    credit = credit_of(
        [
            Candidate(a, (), ("crossover", "change-weight", "change-weight")),
            Candidate(b, (), ("change-weight",)),
            Candidate(c, (), ("add-synapse",)),
        ],
        {a.key},
    )
    assert credit == {"crossover": [1, 1], "change-weight": [2, 1], "add-synapse": [1, 0]}


def test_with_much_evidence_rates_follow_success():
    rates = {"good": 1.0, "bad": 1.0}
    found = adapted_rates(rates, [{"good": (1000, 300), "bad": (1000, 100)}] * 25)
    assert found["good"] == pytest.approx(1.5, rel=0.01)
    assert found["bad"] == pytest.approx(0.5, rel=0.01)


def test_no_mutation_dies_out_and_without_evidence_nothing_changes():
    rates = {"good": 1.0, "bad": 2.0}
    assert adapted_rates(rates, []) == rates
    assert adapted_rates(rates, [{"good": (10, 0), "bad": (5, 0)}]) == rates
    found = adapted_rates(rates, [{"good": (10_000, 9_000), "bad": (100_000, 0)}])
    assert found["bad"] == 2.0 / 4


def test_only_the_last_generations_count():
    rates = {"a": 1.0, "b": 1.0}
    old, new = {"a": (100, 90), "b": (100, 0)}, {"a": (100, 50), "b": (100, 50)}
    assert adapted_rates(rates, [old] * 10 + [new] * 25) == rates
