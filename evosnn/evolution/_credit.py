"""Which mutations have made survivors lately, and the rates that follow from it.

Probability matching (Thierens, GECCO 2005, compares it with its rivals): a mutation whose
children survive twice as often as the average is tried twice as often. Bounds keep every
mutation alive, and a prior keeps few tries from saying much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from evosnn.evolution._population import Candidate

__all__ = ["Credit", "adapted_rates", "credit_of"]

Credit = Mapping[str, Sequence[int]]
"""For each operator how many children it made, and how many of them survived."""

_WINDOW = 25  # generations that count
_PRIOR = 30.0  # tries that every mutation is taken to have had at the average success
_MOST = 4.0  # largest factor by which a rate rises or falls


def credit_of(candidates: Iterable[Candidate], survivors: AbstractSet[str]) -> dict[str, list[int]]:
    """Return the credit of one generation.

    Args:
        candidates: The children of the generation.
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


def adapted_rates(rates: Mapping[str, float], credits: Sequence[Credit]) -> dict[str, float]:
    """Return rates turned towards the mutations that made survivors.

    Args:
        rates: The rates to begin with.
        credits: The credit of each generation so far, oldest first.
    """
    made, kept = dict.fromkeys(rates, 0), dict.fromkeys(rates, 0)
    for credit in credits[-_WINDOW:]:
        for name in rates:
            tried, lived = credit.get(name, (0, 0))
            made[name] += tried
            kept[name] += lived
    total = sum(made.values())
    average = sum(kept.values()) / total if total else 0.0
    if average == 0.0:
        return dict(rates)
    success = {
        name: (kept[name] + _PRIOR * average) / (made[name] + _PRIOR) / average for name in rates
    }
    return {name: rate * min(max(success[name], 1 / _MOST), _MOST) for name, rate in rates.items()}
