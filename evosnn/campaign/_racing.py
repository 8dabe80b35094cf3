"""Racing: measures a network on all chips only if it could still join the front.

A sequential test in the spirit of racing (Maron and Moore, NIPS 1993; Heidrich-Meisner and Igel,
ICML 2009): a network is dropped once another one dominates it although its mean over chips is
raised by two standard errors.
"""

from __future__ import annotations

from collections.abc import Sequence

import moocore
import numpy as np
from numpy.typing import NDArray

from evosnn.campaign._problem import Problem
from evosnn.evaluation import Measurement
from evosnn.evolution import Individual

__all__ = ["contenders"]

_CONFIDENCE = 2.0  # standard errors that a network's mean over chips is raised by


def contenders(
    problem: Problem, members: Sequence[Individual], rivals: Sequence[Individual]
) -> list[Individual]:
    """Return the members that could be on the front of the rivals, given their standard error.

    The standard error is computed from the median standard deviation among chips of all networks:
    a network's own, from a few chips, is too uncertain.

    Args:
        problem: Computes objective values of records.
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
    raised = [
        problem.individual(m.network, _raised(m.measurement, _CONFIDENCE * spread)) for m in members
    ]
    return [
        member
        for member, optimistic in zip(members, raised, strict=True)
        if optimistic.shortfall <= 0 and not _is_dominated(np.array(optimistic.cost), best)
    ]


def _is_dominated(cost: NDArray[np.float64], others: NDArray[np.float64]) -> bool:
    """Return whether any of ``(n, n_objectives)`` costs dominates ``(n_objectives,)`` ones."""
    both = np.vstack([others, cost])
    return not moocore.is_nondominated(both, keep_weakly=True)[-1]


def _spread(record: Measurement) -> float:
    """Return the standard deviation among the chips of a record."""
    off = record.perturbed - record.mean
    return float((off @ off / max(off.size, 1)) ** 0.5)


def _raised(record: Measurement, spread: float) -> Measurement:
    """Return the record with every chip's score raised by ``spread`` over the root of their number.

    Scores stay at most 1.
    """
    n = record.perturbed.size
    if not n:
        return record
    return record._replace(perturbed=np.minimum(record.perturbed + spread / n**0.5, 1.0))
