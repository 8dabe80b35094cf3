"""A search engine: hill climbers, each of which keeps a child that is no worse."""

from typing import Literal

from evosnn.evolution import Engine, EngineSpec


class Climbers(Engine):
    """As many hill climbers as the population has members, sorted by requirements and costs.

    Args:
        breeder: Makes new networks.
        size: Number of climbers.
        mutants: Children of each climber in a generation.
    """

    def __init__(self, breeder, size, mutants):
        self.breeder, self.size, self.mutants = breeder, size, mutants

    def ask(self, population, rng):
        if not population:
            yield from self.breeder.first(self.size, rng)
            return
        seen = {member.network.key for member in population}
        for member in population:
            for _ in range(self.mutants):
                child = self.breeder.child(member.network, member.network, seen, rng)
                seen.add(child.network.key)
                yield child

    def tell(self, population, offspring, rng):
        both = [*population, *offspring]
        return sorted(both, key=lambda member: (member.shortfall, member.cost))[: self.size]


class ClimbersSpec(EngineSpec):
    """Settings of the hill climbers.

    Attributes:
        mutants: Children of each climber in a generation.
    """

    kind: Literal["climbers"] = "climbers"
    mutants: int = 1

    def build(self, breeder, population, objectives):
        return Climbers(breeder, population, self.mutants)
