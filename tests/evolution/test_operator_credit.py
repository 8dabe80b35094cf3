"""Credit of operators for children that survive."""

import numpy as np

from evosnn.evolution import Candidate, credit_of
from tests.networks import make_chip, random_network


def _candidates(n, seed=0):
    rng = np.random.default_rng(seed)
    return [random_network(rng, make_chip()) for _ in range(n)]


def test_a_child_counts_once_for_each_of_its_operators():
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
