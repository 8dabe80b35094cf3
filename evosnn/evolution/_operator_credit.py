"""Which mutations have made survivors."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from evosnn.evolution._population import Candidate

__all__ = ["credit_of"]


def credit_of(candidates: Iterable[Candidate], survivors: AbstractSet[str]) -> dict[str, list[int]]:
    """Return for each operator how many children it made, and how many of them survived.

    Args:
        candidates: The children of a generation.
        survivors: Keys of the networks of the next population.
    """
    credit: dict[str, list[int]] = {}
    for candidate in candidates:
        lived = candidate.network.key in survivors
        for name in dict.fromkeys(candidate.operators):
            made = credit.setdefault(name, [0, 0])
            made[0] += 1
            made[1] += lived
    return credit
