"""Counts the children of each operator, and those that survived selection."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from evosnn.evolution._population import Candidate

__all__ = ["credit_of"]


def credit_of(candidates: Iterable[Candidate], survivors: AbstractSet[str]) -> dict[str, list[int]]:
    """Return ``[children, survivors]`` by operator; a child counts once for each of its operators.

    Args:
        candidates: The children of a generation.
        survivors: Keys of the networks of the next population.
    """
    credit: dict[str, list[int]] = {}
    for candidate in candidates:
        survived = candidate.network.key in survivors
        for name in dict.fromkeys(candidate.operators):
            made = credit.setdefault(name, [0, 0])
            made[0] += 1
            made[1] += survived
    return credit
