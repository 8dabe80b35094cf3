"""What every search engine offers: ask for new networks, tell what they are worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from numpy.random import Generator

from evosnn.evolution._population import Candidate, Individual

__all__ = ["Engine"]


class Engine(Protocol):
    """A search strategy. All its state is the population, its order included, and ``rng``.

    So a campaign that was stopped goes on from its stored population and random state.
    """

    def ask(self, population: Sequence[Individual], rng: Generator) -> Iterator[Candidate]:
        """Yield networks to measure: the first ones if the population is empty.

        They can be measured while the next ones are made.
        """

    def tell(
        self, population: Sequence[Individual], offspring: Sequence[Individual], rng: Generator
    ) -> list[Individual]:
        """Return the next population, from the present one and what was asked for."""
