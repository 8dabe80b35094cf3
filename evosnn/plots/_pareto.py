"""Plots a Pareto front in every pair of objectives, with held-out figures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from evosnn.errors import SpecError
from evosnn.plots._data import Axis, FrontPoint, held_out
from evosnn.plots._frame import Frame, frame_of
from evosnn.plots._knee import KNEE, knee_text, label_knees
from evosnn.plots._projection import SHOWN, TESTED, WORST, draw_projection
from evosnn.plots._space import draw_space
from evosnn.plots._style import BLUE, FAINT, VERMILLION, heading, new_figure, plain, styled

__all__ = ["pareto"]

_Entry = tuple[Line2D | tuple[Line2D, ...], str]

# For each number of panels: rows, columns, width and height in inches.
_GRIDS = {1: (1, 1, 8.0, 5.6), 3: (2, 2, 8.6, 8.0), 6: (2, 3, 10.6, 7.4)}


@styled
def pareto(
    front: Sequence[FrontPoint],
    others: NDArray[np.float64],
    objectives: Sequence[Axis],
    title: str = "",
) -> Figure:
    """Draw a front in every pair of objectives and, for three, in space.

    The line in a panel is the border of what the front dominates there. A network's
    held-out figures are joined to the figure that was expected, so that what is left of
    luck and optimism is seen. An arrow on each axis points to better.

    Args:
        front: The networks of the front, at least one.
        others: ``(n, n_objectives)``, the same values of the dominated networks; those that
            are not finite are left out.
        objectives: Two to four axes, in the order of the columns of ``others``.
        title: A heading; none if empty.

    Raises:
        SpecError: If the front is empty, a network lacks an objective, or a shape or the
            number of objectives is wrong.
    """
    values, rest = _checked(front, others, objectives)
    frames = [
        frame_of(axis, values[:, k], rest[:, k], [held_out(p, axis.name) for p in front])
        for k, axis in enumerate(objectives)
    ]
    pairs = [_oriented(frames, i, j) for i, j in combinations(range(len(frames)), 2)]
    rows, columns, width, height = _GRIDS[len(pairs)]
    engine = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08)
    figure = new_figure(width, height, layout=engine)
    panels = [figure.add_subplot(rows, columns, k + 1) for k in range(len(pairs))]
    for ax, (x, y) in zip(panels, pairs, strict=True):
        draw_projection(ax, front, values[:, [x, y]], rest[:, [x, y]], frames[x], frames[y])
    if len(objectives) == 3:
        order = sorted(range(3), key=lambda k: objectives[k].maximise)
        space = figure.add_subplot(rows, columns, 4, projection="3d")
        draw_space(space, front, values, rest, frames, order)
    heading(figure, title)
    entries = _legend(front, objectives, rest, frames)
    handles: list[Any] = [handle for handle, _ in entries]  # a tuple is drawn as one
    labels = [plain(label) for _, label in entries]
    figure.legend(handles, labels, loc="outside lower left", ncols=2)
    figure.draw_without_rendering()  # the labels need to know where the panels are
    for ax, pair in zip(panels, pairs, strict=True):
        label_knees(ax, front, objectives, pair)
    return figure


def _checked(
    front: Sequence[FrontPoint], others: NDArray[np.float64], objectives: Sequence[Axis]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n = len(objectives)
    if not 2 <= n <= 4:
        raise SpecError(f"a front is drawn in 2, 3 or 4 objectives, not {n}")
    if not front:
        raise SpecError("the front is empty; a front to draw has at least one network")
    for point in front:
        for axis in objectives:
            if not np.isfinite(point.values.get(axis.name, np.nan)):
                raise SpecError(f"network '{point.id}' has no finite value for '{axis.name}'")
    rest = np.asarray(others, dtype=np.float64)
    if rest.size == 0:
        rest = rest.reshape(0, n)
    if rest.ndim != 2 or rest.shape[1] != n:
        raise SpecError(f"others has shape {rest.shape}; it takes (n, {n}), a column an objective")
    values = np.array([[float(p.values[a.name]) for a in objectives] for p in front])
    return values, rest[np.isfinite(rest).all(axis=1)]


def _oriented(frames: Sequence[Frame], i: int, j: int) -> tuple[int, int]:
    """Put what is to be kept small on x and what is to be made large on y."""
    return (j, i) if frames[i].axis.maximise and not frames[j].axis.maximise else (i, j)


def _legend(
    front: Sequence[FrontPoint],
    objectives: Sequence[Axis],
    rest: NDArray[np.float64],
    frames: Sequence[Frame],
) -> list[_Entry]:
    n = len(front)
    border = Line2D([], [], color=BLUE, linewidth=1.1)
    entries: list[_Entry] = [
        (_marker(SHOWN), f"front, as expected ({n} network{'s' if n > 1 else ''})"),
        (border, "border of what the front dominates"),
    ]
    if len(rest):
        outside = np.zeros(len(rest), dtype=bool)
        for k, frame in enumerate(frames):
            outside |= (rest[:, k] < frame.low) | (rest[:, k] > frame.high)
        beyond = f", {outside.sum()} of them beyond a frame" if outside.any() else ""
        dot = _marker({"marker": "o", "color": FAINT, "markersize": 3.5})
        entries.append((dot, f"dominated networks ({len(rest)}{beyond})"))
    entries += [(_marker(KNEE), f"knee: {knee_text(p, objectives)}") for p in front if p.knee]
    return entries + _held_out_legend(front, objectives)


def _held_out_legend(front: Sequence[FrontPoint], objectives: Sequence[Axis]) -> list[_Entry]:
    entries: list[_Entry] = []
    worst = False
    for axis in objectives:
        tested = [h for p in front if (h := held_out(p, axis.name))]
        worst |= any(h.worst is not None for h in tested)
        if tested:
            chips = axis.name == "resilience"
            what = "mean on fresh chips, bar to 5th percentile" if chips else "estimate, interval"
            bar = _marker({"marker": "|", "color": VERMILLION, "markersize": 11})
            entries.append(((bar, _marker(TESTED)), f"held-out {axis.label}: {what}"))
    if worst:
        entries.append((_marker(WORST), "the worst of the fresh chips"))
    if entries:
        link = Line2D([], [], color=VERMILLION, linewidth=0.9, linestyle=":")
        entries.append((link, "from what was expected to the held-out figure"))
    return entries


def _marker(style: dict[str, Any]) -> Line2D:
    return Line2D([], [], linestyle="none", **style)
