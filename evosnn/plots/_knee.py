"""Marks and labels the knee of a front."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from evosnn.plots._data import Axis, FrontPoint
from evosnn.plots._style import INK, ORANGE, PAPER, plain, text_width

__all__ = ["KNEE", "knee_text", "label_knees"]

KNEE: dict[str, Any] = {
    "marker": "*",
    "color": ORANGE,
    "markersize": 13,
    "markeredgecolor": INK,
    "markeredgewidth": 0.8,
}

_SIZE = 7.0
_SIDES = ((1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (-1, 0), (0, 1), (0, -1))
_REACHES = (10, 18, 30, 45, 65, 90, 120)
_HORIZONTAL: dict[int, Literal["left", "center", "right"]] = {1: "left", 0: "center", -1: "right"}
_VERTICAL: dict[int, Literal["bottom", "center", "top"]] = {1: "bottom", 0: "center", -1: "top"}


def knee_text(point: FrontPoint, objectives: Sequence[Axis], join: str = ", ") -> str:
    """Return a network's id and its sizes, as in ``"3f2a9c1b, 14 synapses"``."""
    sizes = [
        f"{point.values[a.name]:g} {a.label}" for a in objectives if not (a.unit or a.maximise)
    ]
    return join.join([point.id[:8], *sizes])


def label_knees(
    ax: Axes, front: Sequence[FrontPoint], objectives: Sequence[Axis], pair: tuple[int, int]
) -> None:
    """Label the knee in a panel, where the least is in the way.

    Args:
        ax: The panel, drawn and in its final place.
        front: The networks of the front.
        objectives: All objectives.
        pair: The objectives on x and y.
    """
    obstacles = _obstacles(ax)
    for point in front:
        if point.knee:
            x, y = (point.values[objectives[k].name] for k in pair)
            text = "knee " + knee_text(point, objectives, join="\n")
            _label(ax, text, (float(x), float(y)), obstacles)


def _label(ax: Axes, text: str, at: tuple[float, float], obstacles: NDArray[np.float64]) -> None:
    reach, (dx, dy) = _free_place(ax, text, ax.transData.transform(at), obstacles)
    ax.annotate(
        plain(text),
        at,
        (reach * dx, reach * dy),
        textcoords="offset points",
        ha=_HORIZONTAL[dx],
        va=_VERTICAL[dy],
        fontsize=_SIZE,
        linespacing=1.25,
        zorder=7,
        gid="knee label",
        bbox={"boxstyle": "round,pad=0.2", "fc": PAPER, "ec": "none", "alpha": 0.85},
        arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.6, "shrinkB": 5},
    )


def _free_place(
    ax: Axes, text: str, at: NDArray[np.float64], obstacles: NDArray[np.float64]
) -> tuple[int, tuple[int, int]]:
    """Return how many points away from ``at`` a text goes, and to which side."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    scale = 72 / figure.dpi
    frame = np.array(ax.get_window_extent().extents) * scale
    lines = text.split("\n")
    size = np.array([max(text_width(line, _SIZE) for line in lines) * 72, 10.0 * len(lines)])

    def cost(place: tuple[int, tuple[int, int]]) -> float:
        reach, side = place
        centre = at * scale + np.array(side) * (reach + size / 2)
        low, high = centre - size / 2 - 4, centre + size / 2 + 4
        points = obstacles[:, :2] * scale
        hits = obstacles[np.all((points > low) & (points < high), axis=1), 2].sum()
        over = np.sum(np.maximum(0, frame[:2] - low) + np.maximum(0, high - frame[2:]))
        return float(hits + 2 * over + reach / 8)

    return min(((reach, side) for reach in _REACHES for side in _SIDES), key=cost)


def _obstacles(ax: Axes) -> NDArray[np.float64]:
    """Return ``(n, 3)``: points, in pixels, on all that a label may cover, and how bad it is."""
    found = []
    for faint in ax.collections:
        points = ax.transData.transform(np.asarray(faint.get_offsets()))
        found.append(np.column_stack((points, np.full(len(points), 0.2))))
    for line in ax.lines:
        points = line.get_transform().transform(line.get_xydata())
        points = points if line.get_linestyle() == "None" else _along(points)
        found.append(np.column_stack((points, np.ones(len(points)))))
    return np.vstack(found)


def _along(corners: NDArray[np.float64], n: int = 40) -> NDArray[np.float64]:
    """Return ``n`` points on each segment of a line of ``(k, 2)`` corners."""
    steps = np.linspace(0, 1, n)[:, None, None]
    return np.asarray((corners[:-1] * (1 - steps) + corners[1:] * steps).reshape(-1, 2))
