"""Plots the course of a search: hypervolume and best values by generation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from evosnn.errors import SpecError
from evosnn.plots._data import Axis
from evosnn.plots._style import BLUE, heading, new_figure, plain, styled

__all__ = ["convergence"]

_Numbers = NDArray[np.float64] | NDArray[np.int64]


@styled
def convergence(
    history: Mapping[str, _Numbers],
    title: str = "",
    axes: Sequence[Axis] = (),
    generations: _Numbers | None = None,
) -> Figure:
    """Draw figures of a search against its generations, a panel each.

    Args:
        history: ``(n_generations,)`` for each figure's name, in the order to be drawn;
            what is not a number leaves a gap.
        title: A heading; none if empty.
        axes: Labels and units for the figures that they name; a name that has none is its
            own label.
        generations: ``(n_generations,)``, the generations' numbers; 0, 1, 2, ... if not
            given.

    Raises:
        SpecError: If there is nothing to draw, or the lengths differ.
    """
    series = {name: np.asarray(values, dtype=np.float64) for name, values in history.items()}
    x = _checked(series, generations)
    known = {axis.name: axis for axis in axes}
    figure = new_figure(8.0, 1.2 + 1.65 * len(series), layout="constrained")
    panels = figure.subplots(len(series), 1, sharex=True, squeeze=False)[:, 0]
    for ax, (name, values) in zip(panels, series.items(), strict=True):
        _draw_series(ax, x, values, known.get(name) or Axis(name, name.replace("_", " ")))
    panels[-1].set_xlabel("generation")
    panels[-1].xaxis.set_major_locator(MaxNLocator(8, integer=True))
    figure.align_ylabels(panels)
    heading(figure, title)
    return figure


def _checked(
    series: Mapping[str, NDArray[np.float64]], generations: _Numbers | None
) -> NDArray[np.float64]:
    """Return the generations' numbers, ``(n_generations,)``."""
    if not series:
        raise SpecError("the history is empty; a history to draw has at least one figure")
    n = next(iter(series.values())).size
    x = np.arange(n) if generations is None else np.asarray(generations)
    for name, values in series.items():
        if values.shape != x.shape or not n:
            raise SpecError(
                f"history '{name}' has shape {values.shape}; it takes a value for each of the "
                f"{x.size} generations"
            )
    return np.asarray(x, dtype=np.float64)


def _draw_series(ax: Axes, x: NDArray[np.float64], values: NDArray[np.float64], axis: Axis) -> None:
    lone = "o" if x.size == 1 else None
    ax.step(x, values, where="post", color=BLUE, linewidth=1.3, marker=lone, gid=axis.name)
    ax.set_ylabel(plain(axis.text.replace(" (", "\n(")))
    there = np.flatnonzero(np.isfinite(values))
    whole = not axis.unit and bool(there.size and np.all(values[there] % 1 == 0))
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=whole))
    ax.margins(x=0.02, y=0.12)
    if there.size:
        last = int(there[-1])
        ax.plot(x[last], values[last], marker="o", markersize=4, color=BLUE)
        ax.annotate(
            f"{values[last]:.4g}",
            (x[last], values[last]),
            (6, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
            annotation_clip=False,
        )
