"""How much of each kind of variation a campaign's search uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evosnn.evolution.operators.registry import DEFAULT_RATES

__all__ = ["Variation"]


@dataclass(frozen=True)
class Variation:
    """Shares and rates of the ways to make new networks.

    Attributes:
        crossover: Share of children of two parents, 0 to 1.
        extra_mutation: Probability of a further mutation after each one, below 1.
        rates: Relative rate of each mutation, by name; those not named have rate 0.
        error_guided: Share of children that take a step of the delta rule away from their first
            parent's errors, in a classification; see
            :mod:`evosnn.evolution.operators.delta_rule_step`.
        class_means: Share of random networks whose weights are differences of class means, in a
            classification; see :mod:`evosnn.evolution.operators.class_mean_starts`.
        local_search: Parents whose neighbourhood is searched, for each child; the improved
            networks are some of the children. See :mod:`evosnn.evolution.operators.local_search`.
    """

    crossover: float = 0.7
    extra_mutation: float = 0.1
    rates: Mapping[str, float] = field(default_factory=lambda: DEFAULT_RATES)
    error_guided: float = 0.3
    class_means: float = 0.5
    local_search: float = 0.0
