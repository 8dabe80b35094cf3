"""The contract of a search engine: reproducible, without hidden state, of constant size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

import numpy as np

from evosnn.chips import load_chip
from evosnn.evaluation import Measurement
from evosnn.evolution import (
    Breeder,
    Candidate,
    Engine,
    Individual,
    Objective,
    objectives_by_name,
    search_space,
)
from evosnn.network import Network
from evosnn.testing._common import require

__all__ = ["check_engine"]

MakeEngine = Callable[[Breeder, int, Sequence[Objective]], Engine]
"""Makes an engine of a breeder, a population size and the objectives."""

_SIZE, _GENERATIONS = 16, 3


def check_engine(make: MakeEngine) -> None:
    """Check that a search engine keeps its contract.

    ``ask`` yields candidates with the task's inputs and outputs; ``tell`` returns individuals of
    the present population or the offspring, no more than the population's size, and leaves both
    lists alone; the same generator gives the same search; and an engine made anew goes on from a
    population like one that has run so far, as a resumed campaign needs.

    Args:
        make: Makes an engine of a breeder, a population size and the objectives.

    Raises:
        AssertionError: With one sentence, at the first breach.
    """
    names = [_run(make, seed=1), _run(make, seed=1)]
    require(names[0] == names[1], "the engine: the same seed gives another search")
    require(
        names[0] == _run(make, seed=1, anew=True),
        "the engine keeps state besides the population: one made anew goes on otherwise",
    )


def _breeder() -> Breeder:
    return Breeder(search_space(load_chip("risp-127"), 12), 3, 2)


def _run(make: MakeEngine, seed: int, anew: bool = False) -> list[str]:
    """Return the keys of the populations of a short search, in order."""
    objectives = objectives_by_name(["accuracy", "synapses"])
    engine, rng = make(_breeder(), _SIZE, objectives), np.random.default_rng(seed)
    population: list[Individual] = []
    keys = []
    for _ in range(_GENERATIONS):
        if anew:
            engine = make(_breeder(), _SIZE, objectives)
        before = list(population)
        offspring = [_measured(c) for c in engine.ask(population, rng)]
        require(offspring, "the engine: ask yields no candidate")
        given = list(offspring)
        following = engine.tell(population, offspring, rng)
        require(
            population == before and offspring == given,
            "the engine: ask or tell changes the lists it is given",
        )
        _check_population(following, [*population, *offspring])
        population = list(following)
        keys += [member.network.key for member in population]
    return keys


def _check_population(following: Sequence[Individual], known: Sequence[Individual]) -> None:
    require(
        0 < len(following) <= _SIZE,
        f"the engine: tell returns {len(following)} individuals; it takes 1 to {_SIZE}",
    )
    ids = {id(member) for member in known}
    require(
        all(id(member) in ids for member in following),
        "the engine: tell returns an individual that is neither in the population nor offspring",
    )


def _measured(candidate: Candidate) -> Individual:
    require(
        isinstance(candidate, Candidate) and isinstance(candidate.network, Network),
        f"the engine: ask yields {type(candidate).__name__}; it takes Candidate",
    )
    network = candidate.network
    ports = (network.inputs.size, network.outputs.size)
    require(
        ports == (3, 2),
        f"the engine: a network has {ports[0]} inputs and {ports[1]} outputs; the task has 3 and 2",
    )
    score = sum(int(c, 16) * k for c, k in zip(network.key, count(1), strict=False)) % 101 / 100
    values = (score, float(network.n_synapses))
    record = Measurement(score, np.zeros(0), 0.0, 0.0)
    return Individual(network, record, values, (-score, values[1]))
