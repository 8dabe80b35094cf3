"""The form of a search engine, and of the table of its settings in a campaign file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from evosnn.validation import Table

if TYPE_CHECKING:
    from numpy.random import Generator

    from evosnn.evolution._breed import Breeder
    from evosnn.evolution._population import Candidate, Individual
    from evosnn.evolution._variation import Variation
    from evosnn.evolution.objectives.base import Objective

__all__ = ["Engine", "EngineSpec"]


class Engine(ABC):
    """A search strategy: proposes networks to measure, and selects the next population.

    A generation is one call of :meth:`ask` and one of :meth:`tell`. The first generation is asked
    for with an empty population. An engine holds no state of its own between generations: what it
    needs follows from the population, whose order it chooses, and from the random generator. So a
    campaign that was stopped continues from its stored population and generator state to the same
    result.

    Networks come from a :class:`~evosnn.evolution.Breeder`, which knows the chip's limits:
    ``breeder.first(n, rng)`` for the first generation, ``breeder.child(a, b, seen, rng)``,
    ``breeder.random_network(rng)``, and ``breeder.improved(...)`` for children of a local search.
    Call ``breeder.prepare_parents(networks)`` once before children, so that error-guided ones can
    be made.
    """

    @abstractmethod
    def ask(self, population: Sequence[Individual], rng: Generator) -> Iterator[Candidate]:
        """Yield the networks to measure in this generation.

        They are measured while the next ones are bred, so yield each as soon as it is made. Those
        that are in the population, or were yielded before, are not measured again.

        Args:
            population: What :meth:`tell` returned last, its records pooled with later ones; empty
                in the first generation.
            rng: The only source of randomness.
        """

    @abstractmethod
    def tell(
        self, population: Sequence[Individual], offspring: Sequence[Individual], rng: Generator
    ) -> list[Individual]:
        """Return the next population.

        Args:
            population: The present population; empty in the first generation.
            offspring: The measured networks that were asked for. Smaller ``cost`` is better in
                each objective; a ``shortfall`` above 0 means that a requirement is not met.
            rng: The only source of randomness.

        Returns:
            Some of both, each at most once.
        """


class EngineSpec(Table, ABC):
    """The settings of a search engine: its table in a campaign file, with what the engine implies.

    A subclass declares ``kind``, the settings as pydantic fields with defaults, and
    :meth:`build`. A package adds one by an entry point of the group ``evosnn.engines`` whose name
    is the kind. Campaign files are read without running an engine, so a module with a spec imports
    heavy libraries within functions.

    Attributes:
        kind: Name of the engine: in a subclass a ``Literal`` of one value, which is also the
            default.
        baseline: Whether it reproduces a baseline of the field, which measures every network on
            all chips unless the campaign file says otherwise.
        has_children: Whether it breeds children; if not, settings of children are refused.

    Example:
        A hill climber, in a file ``climb.py`` of a package ``my_package`` whose ``pyproject.toml``
        has the entry point ``climb = "my_package.climb:ClimbSpec"``::

            from typing import Literal
            from evosnn.evolution import Engine, EngineSpec

            class Climb(Engine):
                def __init__(self, breeder, size):
                    self.breeder, self.size = breeder, size

                def ask(self, population, rng):
                    if not population:
                        yield from self.breeder.first(self.size, rng)
                    seen = {member.network.key for member in population}
                    for member in population:
                        yield self.breeder.child(member.network, member.network, seen, rng)

                def tell(self, population, offspring, rng):
                    both = [*population, *offspring]
                    return sorted(both, key=lambda m: (m.shortfall, m.cost))[: self.size]

            class ClimbSpec(EngineSpec):
                kind: Literal["climb"] = "climb"

                def build(self, breeder, population, objectives):
                    return Climb(breeder, population)

        A campaign file asks for it with ``engine = "climb"``.
    """

    baseline: ClassVar[bool] = False
    has_children: ClassVar[bool] = True

    kind: str

    def variation(self, default: Variation) -> Variation:
        """Return the engine's shares and rates of variation, before a campaign file's own.

        Args:
            default: The defaults for the kind of task.
        """
        return default

    def check_population(self, population: int) -> None:
        """Check that the settings allow a population of this size.

        Raises:
            ValueError: If they do not, with the reason in one sentence.
        """

    @abstractmethod
    def build(self, breeder: Breeder, population: int, objectives: Sequence[Objective]) -> Engine:
        """Return the engine.

        Args:
            breeder: Makes new networks.
            population: Size of the population.
            objectives: The campaign's objectives, in the order of costs and values.
        """
