"""Which networks of a generation are worth more chips: those that could still join the front.

A sequential test in the spirit of racing (Maron and Moore, NIPS 1993; Heidrich-Meisner and Igel,
ICML 2009): a network is dropped once another is better even if its own chips were unlucky.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evosnn.campaign._problem import Problem
from evosnn.evaluation import Measurement
from evosnn.evolution import Individual

__all__ = ["contenders"]

_LUCK = 2.0  # standard errors by which a network's chips may have been unlucky


def contenders(
    problem: Problem, members: Sequence[Individual], rivals: Sequence[Individual]
) -> list[Individual]:
    """Return who could be on the front of the rivals, if its chips were unlucky.

    The standard error takes the usual spread among chips, the median of all networks' own: that
    of a network with a few chips says little.

    Args:
        problem: What the campaign makes of a record.
        members: Networks with their records.
        rivals: The present population, which the members may belong to.

    Returns:
        Some of the members, in their order; all if there are no rivals, or none of the rivals
        meets the requirements.
    """
    best = np.array([rival.cost for rival in rivals if rival.shortfall <= 0])
    if not len(best) or not members:
        return list(members)
    spread = float(np.median([_spread(m.measurement) for m in (*members, *rivals)]))
    lucky = [problem.individual(m.network, _lucky(m.measurement, _LUCK * spread)) for m in members]
    return [
        member
        for member, with_luck in zip(members, lucky, strict=True)
        if with_luck.shortfall <= 0 and not _beaten(np.array(with_luck.cost), best)
    ]


def _beaten(cost: NDArray[np.float64], others: NDArray[np.float64]) -> bool:
    """Whether any of ``(n, n_objectives)`` others is nowhere worse and somewhere better."""
    return bool(((others <= cost).all(axis=1) & (others < cost).any(axis=1)).any())


def _spread(record: Measurement) -> float:
    """Standard deviation among the chips."""
    off = record.perturbed - record.mean
    return float((off @ off / max(off.size, 1)) ** 0.5)


def _lucky(record: Measurement, spread: float) -> Measurement:
    """The record as if the chips so far had been unlucky."""
    n = record.perturbed.size
    if not n:
        return record
    return record._replace(perturbed=np.minimum(record.perturbed + spread / n**0.5, 1.0))
