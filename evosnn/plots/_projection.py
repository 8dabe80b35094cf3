"""Plots a front in two of its objectives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation, Transform
from numpy.typing import NDArray

from evosnn.plots._data import Axis, FrontPoint, HeldOut, held_out
from evosnn.plots._domination import attainment_line
from evosnn.plots._frame import Frame
from evosnn.plots._knee import KNEE
from evosnn.plots._style import BLUE, FAINT, PAPER, VERMILLION, plain

__all__ = ["SHOWN", "TESTED", "WORST", "draw_projection"]

_BESIDE = 3.5 / 72  # inches from a network to its held-out figures
_BAR: dict[str, Any] = {"color": VERMILLION, "linewidth": 0.9, "alpha": 0.8}

SHOWN: dict[str, Any] = {
    "marker": "o",
    "color": BLUE,
    "markersize": 5.5,
    "markeredgecolor": PAPER,
    "markeredgewidth": 0.6,
}
TESTED: dict[str, Any] = {
    "marker": "o",
    "markerfacecolor": PAPER,
    "markeredgecolor": VERMILLION,
    "markersize": 4.2,
    "markeredgewidth": 1.0,
}
WORST: dict[str, Any] = {
    "marker": "x",
    "markeredgecolor": VERMILLION,
    "markersize": 3.2,
    "markeredgewidth": 0.8,
}


def draw_projection(
    ax: Axes,
    front: Sequence[FrontPoint],
    values: NDArray[np.float64],
    rest: NDArray[np.float64],
    x: Frame,
    y: Frame,
) -> None:
    """Draw a front in two objectives.

    Args:
        ax: Where to draw.
        front: The networks of the front.
        values: ``(n_front, 2)``, the front.
        rest: ``(n, 2)``, the dominated networks.
        x: The objective on the horizontal axis, and the range of it to show.
        y: The same for the vertical axis.
    """
    _set_axes(ax, x, y)
    _draw_rest(ax, rest)
    _draw_border(ax, values, x, y)
    for point, at in zip(front, values, strict=True):
        _draw_held_out(ax, point, at, x.axis, y.axis)
    ax.plot(*values.T, linestyle="none", gid="front", zorder=5, **SHOWN)
    for point, at in zip(front, values, strict=True):
        if point.knee:
            ax.plot(*at, linestyle="none", gid="knee", zorder=6, **KNEE)


def _set_axes(ax: Axes, x: Frame, y: Frame) -> None:
    ax.set_xlim(x.low, x.high)
    ax.set_ylim(y.low, y.high)
    ax.set_xlabel(plain(_towards_better(x.axis)))
    ax.set_ylabel(plain(_towards_better(y.axis)))
    x.set_ticks(ax.xaxis)
    y.set_ticks(ax.yaxis)


def _towards_better(axis: Axis) -> str:
    return f"{axis.text} →" if axis.maximise else f"← {axis.text}"


def _draw_rest(ax: Axes, rest: NDArray[np.float64]) -> None:
    if len(rest):
        alpha = float(np.clip(120 / len(rest), 0.3, 0.8))
        ax.scatter(
            rest[:, 0],
            rest[:, 1],
            s=9,
            color=FAINT,
            alpha=alpha,
            linewidths=0,
            gid="dominated",
            rasterized=True,
        )


def _draw_border(ax: Axes, values: NDArray[np.float64], x: Frame, y: Frame) -> None:
    worst = np.array([x.worst, y.worst])
    line = attainment_line(values, np.array([x.sign, y.sign]), worst)
    ax.fill(*np.vstack((line, worst)).T, color=BLUE, alpha=0.05, linewidth=0, zorder=0.5)
    ax.plot(*line.T, color=BLUE, linewidth=1.1, gid="border", zorder=3)


def _draw_held_out(ax: Axes, point: FrontPoint, at: NDArray[np.float64], x: Axis, y: Axis) -> None:
    """Draw a network's held-out figures.

    What has one held-out figure is drawn a little beside its network, or the bar would hide
    in the border.
    """
    hx, hy = held_out(point, x.name), held_out(point, y.name)
    if hx is None and hy is None:
        return
    to = np.array([hx.estimate if hx else at[0], hy.estimate if hy else at[1]])
    figure = ax.get_figure(root=True)
    assert figure is not None
    aside = (0.0 if hx else _BESIDE, 0.0 if hy else -_BESIDE)
    place = ax.transData + ScaledTranslation(*aside, figure.dpi_scale_trans)
    ax.plot(*np.transpose((at, to)), ls=":", lw=0.9, color=VERMILLION, zorder=2, transform=place)
    for h, along in ((hx, 0), (hy, 1)):
        if h is not None:
            _draw_bar(ax, h, to, along, place)
    ax.plot(*to, linestyle="none", gid="held-out", zorder=4, transform=place, **TESTED)


def _draw_bar(ax: Axes, h: HeldOut, at: NDArray[np.float64], along: int, place: Transform) -> None:
    """Draw an interval through ``at``, ``(2,)``, along the axis 0 (x) or 1 (y)."""
    ends = np.array([at, at, at])
    ends[:, along] = h.low, h.high, np.nan if h.worst is None else h.worst
    cap: dict[str, Any] = {
        "marker": "_" if along else "|",
        "markersize": 4.5,
        "markeredgewidth": 0.9,
    }
    ax.plot(*ends[:2].T, gid="interval", zorder=3.5, transform=place, **_BAR, **cap)
    if h.worst is not None:
        ax.plot(*ends[2], linestyle="none", gid="worst", zorder=3.5, transform=place, **WORST)
