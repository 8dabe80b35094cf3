"""Chooses the range of an axis on which a front is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axis import Axis as PlotAxis
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from evosnn.plots._data import Axis, HeldOut

__all__ = ["Frame", "frame_of"]


@dataclass(frozen=True, slots=True)
class Frame:
    """An objective and the range of it that is shown.

    Attributes:
        axis: The objective.
        low: Lower end of the range.
        high: Upper end of the range.
        count: Whether every value is a whole number without a unit.
    """

    axis: Axis
    low: float
    high: float
    count: bool

    @property
    def sign(self) -> float:
        """-1 if more is better, else 1."""
        return -1.0 if self.axis.maximise else 1.0

    @property
    def worst(self) -> float:
        """The end of the range that is worse."""
        return self.low if self.axis.maximise else self.high

    def set_ticks(self, axis: PlotAxis, n: int = 6) -> None:
        """Give a plot's axis at most ``n`` ticks, on whole numbers for a count."""
        axis.set_major_locator(MaxNLocator(n, integer=self.count, steps=[1, 2, 2.5, 5, 10]))


def frame_of(
    axis: Axis,
    values: NDArray[np.float64],
    rest: NDArray[np.float64],
    tested: Sequence[HeldOut | None],
) -> Frame:
    """Return a frame that holds the front, its held-out figures and most of the rest.

    The front is what a person looks at: dominated networks far behind it may fall outside,
    on the worse side, where they would squeeze it.
    """
    core = list(values)
    for h in tested:
        core += [v for v in (h.low, h.high, h.estimate, h.worst) if v is not None] if h else []
    low, high = float(min(core)), float(max(core))
    span = high - low
    if rest.size:
        far = float(np.quantile(rest, 0.1 if axis.maximise else 0.9))
        far = float(np.clip(far, low - span, high + span)) if span else far
        low, high = min(low, far), max(high, far)
    whole = not axis.unit and bool(np.all(values % 1 == 0) and np.all(rest % 1 == 0))
    pad = 0.07 * (high - low) or (1.0 if whole else 0.05 * abs(high) or 0.05)
    room = 1.6 * pad if axis.maximise else pad  # a label may stand above the front
    return Frame(axis, low - pad, high + room, whole)
