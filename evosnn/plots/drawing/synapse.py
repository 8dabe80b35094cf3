"""Draws one synapse: a curve with an arrow (positive weight) or a bar (negative)."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from evosnn.network import Network
from evosnn.plots._style import INK, PAPER
from evosnn.plots.drawing.layout import Layout
from evosnn.plots.drawing.routes import along, part

__all__ = ["draw_curve", "draw_delays", "trimmed", "weight_width"]

_CURVE = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
_GAP = 0.025  # inches between an arrow and its neuron
_T = np.linspace(0.0, 1.0, 241)
_DELAY_SIZE = 7.0
_SHARES = np.array([0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8])
_HIDDEN_BELOW = 0.42  # inches of curve; a label on a shorter one would hide it


def weight_width(share: float) -> float:
    """Return a line's width in points for a weight's share of the largest."""
    return 0.7 + 2.6 * share


def trimmed(curve: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    """Return the part of a curve that lies outside the neurons at its ends.

    Args:
        curve: ``(4, 2)``, from centre to centre.
        start: Radius of the neuron at its beginning.
        end: Radius of the neuron at its end.
    """
    points = along(curve, _T)
    out = np.linalg.norm(points - curve[0], axis=1) > start
    before = np.linalg.norm(points - curve[3], axis=1) > end + _GAP
    first = int(np.argmax(out))
    last = len(_T) - 1 - int(np.argmax(before[::-1]))
    return part(curve, _T[min(first, last)], _T[last])


def draw_curve(
    ax: Axes, curve: NDArray[np.float64], color: str, width: float, positive: bool, gid: str
) -> None:
    """Draw a synapse along a trimmed curve.

    Args:
        ax: Where to draw, in inches.
        curve: ``(4, 2)``, a cubic curve from neuron to neuron.
        color: Its colour.
        width: Its width in points.
        positive: Whether it ends in an arrow; else in a bar.
        gid: A name for it in the file.
    """
    tip = curve[3]
    size = 0.055 + 0.022 * width if positive else 0.0
    points = along(curve, _T)
    behind = np.linalg.norm(points - tip, axis=1) > 0.8 * size
    stop = _T[len(_T) - 1 - int(np.argmax(behind[::-1]))]
    base = along(curve, np.array([stop if positive else _T[-8]]))[0]
    line = PathPatch(
        Path(part(curve, 0.0, stop), _CURVE), facecolor="none", edgecolor=color, lw=width, gid=gid
    )
    line.set_path_effects([withStroke(linewidth=width + 1.4, foreground=PAPER)])
    ax.add_patch(line)
    ahead = (tip - base) / (np.linalg.norm(tip - base) or 1.0)
    aside = np.array([-ahead[1], ahead[0]])
    if positive:
        corners = [tip, tip - ahead * size + aside * size * 0.42]
        corners += [tip - ahead * size * 0.78, tip - ahead * size - aside * size * 0.42]
    else:
        half, thick = 0.045 + 0.012 * width, 0.013 + 0.006 * width
        corners = [tip + aside * half, tip - aside * half]
        corners += [tip - aside * half - ahead * thick, tip + aside * half - ahead * thick]
    ax.add_patch(Polygon(corners, facecolor=color, edgecolor="none", gid=f"{gid} end"))


def draw_delays(
    ax: Axes, network: Network, layout: Layout, curves: list[NDArray[np.float64]]
) -> None:
    """Write each synapse's delay on its curve, where it covers least.

    Args:
        ax: Where to draw, in inches.
        network: Whose delays.
        layout: Where the neurons are.
        curves: The trimmed curve of each synapse.
    """
    paths = np.array([along(curve, np.linspace(0, 1, 30)) for curve in curves])
    labels: list[NDArray[np.float64]] = []
    for k, curve in enumerate(curves):
        places, cost = _label_places(curve)
        others = np.delete(paths, k, axis=0).reshape(-1, 2)
        cost += 3 * _crowding(places, np.array(labels).reshape(-1, 2), 0.16)
        cost += _crowding(places, others, 0.09)
        away = np.linalg.norm(places[:, None] - layout.xy, axis=2) - layout.radius
        cost += 3 * np.maximum(0, 1 - away / 0.1).sum(axis=1)
        at = places[int(np.argmin(cost))]
        labels.append(at)
        ax.text(
            at[0],
            at[1],
            str(int(network.delay[k])),
            ha="center",
            va="center",
            fontsize=_DELAY_SIZE,
            color=INK,
            gid="delay",
            zorder=6,
            bbox={"boxstyle": "round,pad=0.12", "fc": PAPER, "ec": "none"},
        )


def _label_places(curve: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return places for a label, ``(n, 2)``, and what each costs for being off the middle.

    On a curve that a label would hide, the places are beside it.
    """
    cost = 0.1 * np.abs(_SHARES - 0.5)
    places = along(curve, _SHARES)
    steps = np.linalg.norm(np.diff(along(curve, _T), axis=0), axis=1)
    if steps.sum() > _HIDDEN_BELOW:
        return places, cost
    way = curve[3] - curve[0]
    aside = np.array([-way[1], way[0]]) / (np.linalg.norm(way) or 1.0) * 0.11
    return np.vstack((places + aside, places - aside)), np.tile(cost, 2)


def _crowding(
    places: NDArray[np.float64], points: NDArray[np.float64], reach: float
) -> NDArray[np.float64]:
    """Return how near, ``(n,)``, each place is to the points within reach."""
    if not len(points):
        return np.zeros(len(places))
    away = np.linalg.norm(places[:, None] - points, axis=2)
    return np.asarray(np.maximum(0, 1 - away / reach).sum(axis=1))
