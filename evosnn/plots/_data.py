"""The data that front plots take: axes, points, held-out figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TypeGuard

__all__ = ["Axis", "FrontPoint", "HeldOut", "held_out"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One objective, as an axis of a plot.

    Attributes:
        name: The objective's name, the key in :attr:`FrontPoint.values`.
        label: What a person calls it, as in ``"accuracy"``.
        unit: Its unit, as in ``"share of samples"``; empty for a count.
        maximise: Whether more is better.
    """

    name: str
    label: str
    unit: str = ""
    maximise: bool = False

    @property
    def text(self) -> str:
        """The label with its unit, as in ``"accuracy (share of samples)"``."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True, slots=True)
class FrontPoint:
    """One network of a front: what is expected of it, and what held-out samples say.

    Attributes:
        id: The network's id.
        values: What the front was formed by, for each objective's name.
        test_accuracy: Accuracy (or score) on held-out samples; shown on the ``accuracy``
            or ``score`` axis.
        test_interval: ``(low, high)``, the interval of ``test_accuracy``.
        perturbed_mean: Mean on held-out samples over fresh chips; shown on the
            ``resilience`` axis.
        perturbed_p05: 5th percentile over the same chips.
        perturbed_worst: The worst of the same chips.
        knee: Whether this is the front's knee.
    """

    id: str
    values: Mapping[str, float]
    test_accuracy: float | None = None
    test_interval: tuple[float, float] | None = None
    perturbed_mean: float | None = None
    perturbed_p05: float | None = None
    perturbed_worst: float | None = None
    knee: bool = False


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A held-out estimate on one axis, the bar to draw through it, and the worst case."""

    estimate: float
    low: float
    high: float
    worst: float | None = None


def held_out(point: FrontPoint, name: str) -> HeldOut | None:
    """Return the held-out figures of a network that belong on an objective's axis."""
    if name in ("accuracy", "score") and _known(point.test_accuracy):
        low, high = point.test_interval or (point.test_accuracy, point.test_accuracy)
        return HeldOut(point.test_accuracy, low, high)
    single = {"resilience-p05": point.perturbed_p05, "resilience-worst": point.perturbed_worst}
    only = single.get(name)
    if _known(only):
        return HeldOut(only, only, only, None)
    if name == "resilience" and _known(point.perturbed_mean):
        mean, p05 = point.perturbed_mean, point.perturbed_p05
        return HeldOut(mean, mean if p05 is None else p05, mean, point.perturbed_worst)
    return None


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and isfinite(value)
