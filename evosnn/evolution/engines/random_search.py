"""Random search: draws networks at random, the lower bound that every engine must beat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Literal

from evosnn.evolution.engines.base import Engine, EngineSpec

if TYPE_CHECKING:
    from numpy.random import Generator

    from evosnn.evolution._breed import Breeder
    from evosnn.evolution._population import Candidate, Individual
    from evosnn.evolution._variation import Variation
    from evosnn.evolution.objectives.base import Objective

__all__ = ["RandomSearch", "RandomSpec"]


class RandomSpec(EngineSpec):
    """Settings of random search; there are none."""

    baseline: ClassVar[bool] = True
    has_children: ClassVar[bool] = False

    kind: Literal["random"] = "random"

    def variation(self, default: Variation) -> Variation:
        """Return the defaults without what only children use."""
        return replace(default, error_guided=0.0, local_search=0.0)

    def build(self, breeder: Breeder, population: int, objectives: Sequence[Objective]) -> Engine:
        """Return the engine."""
        del objectives
        return RandomSearch(breeder, population)


class RandomSearch(Engine):
    """Draws random networks in every generation, and selects survivors as NSGA-II does.

    Args:
        breeder: Makes random networks.
        size: Size of the population, and number of networks a generation.
    """

    def __init__(self, breeder: Breeder, size: int) -> None:
        from evosnn.evolution.engines.pareto import ParetoEngine
        from evosnn.evolution.engines.survival import choose_by_rank

        self.breeder = breeder
        self.size = size
        self._survival = ParetoEngine(breeder, size, choose_by_rank)

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
