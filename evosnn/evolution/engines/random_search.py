"""Random search: the floor that every engine must beat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from numpy.random import Generator

from evosnn.evolution._breed import Breeder
from evosnn.evolution._population import Candidate, Individual
from evosnn.evolution.engines.pymoo import PymooEngine

__all__ = ["RandomSearch"]


class RandomSearch:
    """Fresh random networks in every generation; the best of all stay, as in NSGA-II.

    Args:
        breeder: Makes random networks.
        size: Size of the population, and number of networks a generation.
        n_objectives: Number of objectives.
    """

    def __init__(self, breeder: Breeder, size: int, n_objectives: int) -> None:
        self.breeder = breeder
        self.size = size
        self._survival = PymooEngine("nsga2", breeder, size, n_objectives)

    def ask(self, population: Sequence[Individual], rng: Generator) -> Iterator[Candidate]:
        """Yield random networks that are not in the population."""
        seen = {member.network.key for member in population}
        found = [c for c in self.breeder.first(self.size, rng) if c.network.key not in seen]
        yield from found or [self.breeder.random_network(rng)]

    def tell(
        self, population: Sequence[Individual], offspring: Sequence[Individual], rng: Generator
    ) -> list[Individual]:
        """Return the best of both, by rank and crowding."""
        return self._survival.tell(population, offspring, rng)
