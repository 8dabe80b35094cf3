"""Compares two networks on the same chips, chip by chip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evosnn.assessment._levels import Level
from evosnn.errors import SpecError
from evosnn.evaluation import mean_interval

__all__ = ["Difference", "compare_levels"]


@dataclass(frozen=True)
class Difference:
    """How much better one network is than another on the same chips.

    Attributes:
        mechanism: Name of the sweep.
        level: The level.
        mean: Mean over chips of the first network's score less the second's.
        band: 95 % confidence band of that mean, over chips.
        better: Share of chips on which the first is better.
        worse: Share of chips on which it is worse.
    """

    mechanism: str
    level: float
    mean: float
    band: tuple[float, float]
    better: float
    worse: float


def compare_levels(first: Sequence[Level], second: Sequence[Level]) -> list[Difference]:
    """Compare two networks' levels, tried with the same seed, sweeps and number of trials.

    Raises:
        SpecError: If the levels are not the same.
    """
    found = []
    if [(x.mechanism, x.level) for x in first] != [(x.mechanism, x.level) for x in second]:
        raise SpecError("the two networks were not tried at the same levels")
    for a, b in zip(first, second, strict=True):
        if a.scores.shape != b.scores.shape:
            raise SpecError("the two networks were not tried on the same number of chips")
        off, most = a.scores - b.scores, a.span[1] - a.span[0]
        found.append(
            Difference(
                mechanism=a.mechanism,
                level=a.level,
                mean=float(off.mean()),
                band=mean_interval(off, (-most, most)),
                better=float((off > 0).mean()),
                worse=float((off < 0).mean()),
            )
        )
    return found
