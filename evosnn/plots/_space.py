"""Plots a front of three objectives in three dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.plots._data import FrontPoint
from evosnn.plots._frame import Frame
from evosnn.plots._knee import KNEE
from evosnn.plots._projection import SHOWN
from evosnn.plots._style import BLUE, FAINT, plain

__all__ = ["draw_space"]


def draw_space(
    ax: Any,
    front: Sequence[FrontPoint],
    values: NDArray[np.float64],
    rest: NDArray[np.float64],
    frames: Sequence[Frame],
    order: Sequence[int],
) -> None:
    """Draw a front in space, each network on a stem from the floor.

    Args:
        ax: A 3-D axes.
        front: The networks of the front.
        values: ``(n_front, 3)``, the front.
        rest: ``(n, 3)``, the dominated networks; those outside the frames are left out.
        frames: The range shown of each objective.
        order: The objectives on x, y and z.
    """
    shown, behind = values[:, order], rest[:, order]
    x, y, z = (frames[k] for k in order)
    _set_axes(ax, x, y, z)
    inside = np.ones(len(behind), dtype=bool)
    for k, frame in enumerate((x, y, z)):
        inside &= (behind[:, k] >= frame.low) & (behind[:, k] <= frame.high)
    if inside.any():
        ax.scatter(*behind[inside].T, s=5, color=FAINT, alpha=0.6, linewidths=0, rasterized=True)
    for a, b, c in shown:
        ax.plot([a, a], [b, b], [z.low, c], color=BLUE, linewidth=0.6, alpha=0.45)
    ax.plot(*shown.T[:2], np.full(len(shown), z.low), linestyle="none", marker=".", ms=2, c=BLUE)
    ax.plot(*shown.T, linestyle="none", gid="front", **SHOWN)
    for point, at in zip(front, shown, strict=True):
        if point.knee:
            ax.plot(*at[:, None], linestyle="none", gid="knee", zorder=6, **KNEE)


def _set_axes(ax: Any, x: Frame, y: Frame, z: Frame) -> None:
    pads = {"x": 0, "y": 0, "z": 3}  # the label upright stays clear of the one that ends below it
    for name, frame, axis in zip("xyz", (x, y, z), (ax.xaxis, ax.yaxis, ax.zaxis), strict=True):
        getattr(ax, f"set_{name}lim")(frame.low, frame.high)
        getattr(ax, f"set_{name}label")(plain(frame.axis.text), labelpad=pads[name], fontsize=6.5)
        frame.set_ticks(axis, 5)
        axis.set_pane_color((1, 1, 1, 0))
        axis.line.set_color("#9AA0A6")
    ax.tick_params(labelsize=6.5, pad=-2)
    ax.view_init(elev=22, azim=-52)
    ax.set_box_aspect((1, 1, 0.82), zoom=0.98)
