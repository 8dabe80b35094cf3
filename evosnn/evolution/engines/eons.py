"""EONS, the evolutionary baseline of the field: one score, tournaments, elites, random immigrants.

After Schuman, Mitchell, Patton, Potok and Plank, "Evolutionary Optimization for Neuromorphic
Systems" (NICE 2020), whose size penalty is ``score = fitness - (c1 * neurons + c2 *
synapses)``. EONS itself is not public; its parameters here are those that public scripts pass to
it (audio classification on RISP): tournaments of a tenth of the population that the best wins
with probability 0.9, a tenth of random networks, two elites, and the rates of :data:`EONS_RATES`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from evosnn.evolution._search_space import pick
from evosnn.evolution._variation import Variation
from evosnn.evolution.engines.base import Engine, EngineSpec

if TYPE_CHECKING:
    from numpy.random import Generator

    from evosnn.evolution._breed import Breeder
    from evosnn.evolution._population import Candidate, Individual
    from evosnn.evolution.objectives.base import Objective
    from evosnn.network import Network

__all__ = ["EONS_RATES", "EONS_VARIATION", "Eons", "EonsSpec"]

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

EONS_VARIATION = Variation(
    crossover=0.5, extra_mutation=0.0, rates=EONS_RATES, error_guided=0.0, class_means=0.0
)
"""EONS's variation: one mutation a child, and crossover for half of the children."""


class EonsSpec(EngineSpec):
    """Settings of EONS.

    Attributes:
        neuron_cost: ``c1``, subtracted from the score for each neuron.
        synapse_cost: ``c2``, subtracted from the score for each synapse.
        elites: Best networks that survive unchanged (``num_best``).
        random_immigrants: Share of new random networks in each generation (``random_factor``).
        tournament: Size of a tournament, as a share of the population.
        winner: Probability that the best of a tournament wins it; else the next best has the
            same chance, and so on.
    """

    baseline: ClassVar[bool] = True

    kind: Literal["eons"] = "eons"
    neuron_cost: Annotated[float, Field(ge=0)] = 0.001
    synapse_cost: Annotated[float, Field(ge=0)] = 0.001
    elites: Annotated[int, Field(ge=1)] = 2
    random_immigrants: Annotated[float, Field(ge=0, le=1)] = 0.1
    tournament: Annotated[float, Field(gt=0, le=1)] = 0.1
    winner: Annotated[float, Field(gt=0, le=1)] = 0.9

    def variation(self, default: Variation) -> Variation:
        """Return EONS's own variation, whatever the task."""
        del default
        return EONS_VARIATION

    def check_population(self, population: int) -> None:
        """Check that a generation has more than its elites.

        Raises:
            ValueError: If the elites fill the population.
        """
        if self.elites >= population:
            raise ValueError(
                f"engine.elites is {self.elites}; a population of {population} takes at most "
                f"{population - 1}"
            )

    def build(self, breeder: Breeder, population: int, objectives: Sequence[Objective]) -> Engine:
        """Return the engine."""
        return Eons(breeder, population, objectives, self)


class Eons(Engine):
    """The EONS-style engine.

    Args:
        breeder: Makes new networks.
        size: Size of the population.
        objectives: The campaign's objectives; the score is the mean of those to maximise.
        settings: EONS's parameters; the published ones if not given.
    """

    def __init__(
        self,
        breeder: Breeder,
        size: int,
        objectives: Sequence[Objective],
        settings: EonsSpec | None = None,
    ) -> None:
        self.breeder = breeder
        self.size = size
        self.objectives = tuple(objectives)
        self.settings = settings or EonsSpec()

    def score(self, individual: Individual) -> float:
        """Return the scalar score of an individual: gains less penalty and shortfall."""
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
        """Return the ``n`` best, best first; equal scores stay in their order."""
        return sorted(individuals, key=self.score, reverse=True)[:n]

    def ask(self, population: Sequence[Individual], rng: Generator) -> Iterator[Candidate]:
        """Yield random networks and children, all of a generation except its elites."""
        if not population:
            yield from self.breeder.first(self.size, rng)
            return
        self.breeder.prepare_parents([member.network for member in population])
        settings = self.settings
        ranked = [member.network for member in self._ranked(population, len(population))]
        seen = {network.key for network in ranked}
        asked = self.size - min(settings.elites, len(population))
        n_random = round(settings.random_immigrants * asked)
        for _ in range(n_random):
            random_network = self.breeder.random_network(rng)
            seen.add(random_network.network.key)
            yield random_network
        improved = self.breeder.improved(
            lambda: self._pick(ranked, rng), asked - n_random, seen, rng
        )
        yield from improved
        for _ in range(asked - n_random - len(improved)):
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
