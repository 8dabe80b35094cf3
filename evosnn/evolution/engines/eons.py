"""An EONS-style engine on DEAP: one score, tournaments, elites and strangers.

After Schuman, Mitchell, Patton, Potok and Plank, "Evolutionary Optimization for Neuromorphic
Systems" (NICE 2020), whose size penalty is ``score = fitness - (c1 * neurons + c2 *
synapses)``. EONS itself is not public; its parameters here are those that public scripts pass to
it (audio classification on RISP): tournaments of a tenth of the population that the best wins
with probability 0.9, a tenth of strangers, two elites, and the rates of :data:`EONS_RATES`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deap import base, tools
from numpy.random import Generator

from evosnn.evolution._breed import Breeder, Variation
from evosnn.evolution._population import Candidate, Individual
from evosnn.evolution._search_space import pick
from evosnn.evolution.objectives.registry import Objective
from evosnn.network import Network

__all__ = ["EONS_RATES", "EONS_VARIATION", "Eons", "EonsSettings"]

EONS_RATES: dict[str, float] = {
    "add-neuron": 0.75,
    "remove-neuron": 0.25,
    "add-synapse": 0.75,
    "remove-synapse": 0.25,
    "change-threshold": 2.5,
    "change-weight": 2.5 * 0.65,
    "change-delay": 2.5 * 0.35,
    "split-synapse": 0.0,
    "change-leak": 0.0,
}
"""EONS's relative rates: neuron and synapse parameters 2.5 each, weight to delay 0.65 to 0.35."""

EONS_VARIATION = Variation(crossover=0.5, more=0.0, rates=EONS_RATES, follow=0.0, means=0.0)
"""How EONS makes a child: one mutation, crossover for every second one."""


@dataclass(frozen=True)
class EonsSettings:
    """EONS's parameters.

    Attributes:
        neuron_cost: ``c1``, taken from the score for each neuron.
        synapse_cost: ``c2``, taken from the score for each synapse.
        elites: Best networks that go on unchanged (``num_best``).
        strangers: Share of fresh random networks in each generation (``random_factor``).
        tournament: Size of a tournament, as a share of the population.
        winner: Probability that the best of a tournament wins it; else the next best has the
            same chance, and so on.
    """

    neuron_cost: float = 0.001
    synapse_cost: float = 0.001
    elites: int = 2
    strangers: float = 0.1
    tournament: float = 0.1
    winner: float = 0.9


class _Score(base.Fitness):  # type: ignore[misc]
    weights = (1.0,)


class _Scored:
    """An individual as DEAP knows it: something with a ``fitness``."""

    def __init__(self, individual: Individual, score: float) -> None:
        self.individual = individual
        self.fitness = _Score((score,))


class Eons:
    """The EONS-style engine.

    Args:
        breeder: Makes new networks.
        size: Size of the population.
        objectives: The campaign's; the score is the mean of those to be maximised.
        settings: EONS's parameters.
    """

    def __init__(
        self,
        breeder: Breeder,
        size: int,
        objectives: Sequence[Objective],
        settings: EonsSettings | None = None,
    ) -> None:
        self.breeder = breeder
        self.size = size
        self.objectives = tuple(objectives)
        self.settings = settings or EonsSettings()

    def score(self, individual: Individual) -> float:
        """Return the scalar score of an individual, less what it falls short of."""
        gains = [
            value
            for objective, value in zip(self.objectives, individual.values, strict=True)
            if objective.maximise
        ]
        network = individual.network
        penalty = (
            self.settings.neuron_cost * network.n_used
            + self.settings.synapse_cost * network.n_synapses
        )
        return sum(gains) / max(len(gains), 1) - penalty - individual.shortfall

    def _ranked(self, individuals: Sequence[Individual], n: int) -> list[Individual]:
        scored = [_Scored(member, self.score(member)) for member in individuals]
        return [item.individual for item in tools.selBest(scored, n)]

    def ask(self, population: Sequence[Individual], rng: Generator) -> Iterator[Candidate]:
        """Yield a generation but for its elites: strangers and children."""
        if not population:
            yield from self.breeder.first(self.size, rng)
            return
        self.breeder.watch([member.network for member in population])
        settings = self.settings
        ranked = [member.network for member in self._ranked(population, len(population))]
        seen = {network.key for network in ranked}
        asked = self.size - min(settings.elites, len(population))
        strangers = round(settings.strangers * asked)
        for _ in range(strangers):
            random_network = self.breeder.random_network(rng)
            seen.add(random_network.network.key)
            yield random_network
        polished = self.breeder.polished(
            lambda: self._pick(ranked, rng), asked - strangers, seen, rng
        )
        yield from polished
        for _ in range(asked - strangers - len(polished)):
            child = self.breeder.child(self._pick(ranked, rng), self._pick(ranked, rng), seen, rng)
            seen.add(child.network.key)
            yield child

    def _pick(self, ranked: Sequence[Network], rng: Generator) -> Network:
        """Return the winner of a tournament; ``ranked`` is sorted, best first."""
        size = max(round(self.settings.tournament * len(ranked)), 1)
        entrants = sorted(pick(rng, len(ranked)) for _ in range(size))
        for entrant in entrants:
            if rng.random() < self.settings.winner:
                return ranked[entrant]
        return ranked[entrants[-1]]

    def tell(
        self, population: Sequence[Individual], offspring: Sequence[Individual], rng: Generator
    ) -> list[Individual]:
        """Return the elites of the present population and all offspring."""
        if not population:
            return list(offspring)
        return self._ranked(population, min(self.settings.elites, len(population))) + list(
            offspring
        )
