"""Routes the curves of synapses around neurons and apart from each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from evosnn.network import Network
from evosnn.plots.drawing.layout import Layout

__all__ = ["along", "part", "routes"]

_BENDS = (
    0.0,
    0.04,
    -0.04,
    0.08,
    -0.08,
    0.16,
    -0.16,
    0.26,
    -0.26,
    0.38,
    -0.38,
    0.52,
    -0.52,
    0.7,
    -0.7,
)
_T = np.linspace(0.0, 1.0, 33)
_CLEAR = 0.1  # inches between a curve and a neuron that it passes
_APART = 0.06  # inches between two curves
_SHORT = 1.4  # inches; a shorter synapse bows as far out as one of this length
_FAN = 0.3  # radians between two ends at one neuron


def routes(
    network: Network, layout: Layout, boxes: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Return a cubic Bezier curve, ``(4, 2)``, from centre to centre for each synapse.

    Each synapse, the shortest first and self loops last, takes the bend that least touches
    neurons, names and the curves before it. A synapse and its reverse never share a curve.

    Args:
        network: Whose synapses.
        layout: Where the neurons are.
        boxes: ``(n, 4)``, left, bottom, right and top of texts to keep clear of.
    """
    pairs = list(zip(network.pre.tolist(), network.post.tolist(), strict=True))
    both = {(a, b) for a, b in pairs if a != b} & {(b, a) for a, b in pairs}
    taken = _Taken(layout, boxes)
    found: dict[int, NDArray[np.float64]] = {}
    for k in sorted(range(len(pairs)), key=lambda k: _order(layout, *pairs[k])):
        a, b = pairs[k]
        choices = _loops(layout, a) if a == b else _bows(layout, a, b, (a, b) in both)
        costs = [taken.cost(curve, a, b) + extra for curve, extra in choices]
        found[k] = choices[int(np.argmin(costs))][0]
        taken.add(found[k], a, b)
    return [found[k] for k in range(len(pairs))]


def _order(layout: Layout, a: int, b: int) -> float:
    return float(np.linalg.norm(layout.xy[a] - layout.xy[b])) if a != b else np.inf


def along(curve: NDArray[np.float64], t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points, ``(n, 2)``, of a cubic curve at ``t``, ``(n,)``."""
    t = np.asarray(t)[:, None]
    s = 1 - t
    weights = np.hstack((s**3, 3 * s**2 * t, 3 * s * t**2, t**3))
    return np.asarray(weights @ curve)


def part(curve: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    """Return the part of a cubic curve between two of its ``t``, as a cubic curve."""

    def blossom(ts: Sequence[float]) -> NDArray[np.float64]:
        points = curve
        for t in ts:
            points = points[:-1] * (1 - t) + points[1:] * t
        return np.asarray(points[0])

    return np.array(
        [blossom(ts) for ts in ((start,) * 3, (start, start, end), (start, end, end), (end,) * 3)]
    )


def _bows(layout: Layout, a: int, b: int, both: bool) -> list[tuple[NDArray[np.float64], float]]:
    """Return curves from ``a`` to ``b``, and what each costs for being bent.

    Two that join the same neurons both ways are bent, each to its own right or left.
    """
    start, way = layout.xy[a], layout.xy[b] - layout.xy[a]
    length = float(np.linalg.norm(way)) or 1.0
    reach = max(length, _SHORT)
    least = 0.0 if not both else 0.08 if length > _SHORT else 0.16
    found = []
    for bend in _BENDS:
        if abs(bend) >= least:
            out = np.array([way[1], -way[0]]) / length * bend * reach
            bow = np.array([start, start + 0.3 * way + out, start + 0.7 * way + out, start + way])
            found.append((bow, 3 * abs(bend)))
    return found


def _loops(layout: Layout, neuron: int) -> list[tuple[NDArray[np.float64], float]]:
    """Return loops around ``neuron``, the upper one first."""
    centre, size = layout.xy[neuron], 1.5 * layout.radius[neuron] + 0.3
    found = []
    for k in range(16):
        turn = np.pi / 2 + k * np.pi / 8
        sides = [centre + size * _direction(turn + d) for d in (-0.6, 0.6)]
        found.append((np.array([centre, *sides, centre]), 0.02 * k))
    return found


def _direction(angle: float) -> NDArray[np.float64]:
    return np.array([np.cos(angle), np.sin(angle)])


class _Taken:
    """What a new curve should keep clear of."""

    def __init__(self, layout: Layout, boxes: NDArray[np.float64]) -> None:
        self._layout = layout
        self._boxes = boxes
        self._curves = np.empty((0, 2))
        self._tree: KDTree | None = None  # of the curves, made when it is asked
        self._ends: dict[int, list[float]] = {}
        rim = layout.radius.max() + _CLEAR
        self._low = np.array([layout.xy[:, 0].min() - rim, -_CLEAR])
        self._high = np.array([layout.xy[:, 0].max() + rim, layout.height + _CLEAR])

    def add(self, curve: NDArray[np.float64], a: int, b: int) -> None:
        """Take the place of a curve from neuron ``a`` to neuron ``b``."""
        self._curves, self._tree = np.vstack((self._curves, along(curve, _T))), None
        for neuron, angle in zip((a, b), _angles(curve), strict=True):
            self._ends.setdefault(neuron, []).append(angle)

    def cost(self, curve: NDArray[np.float64], a: int, b: int) -> float:
        """Return how badly a curve from ``a`` to ``b`` touches what is there."""
        points = along(curve, _T)
        low, high = self._boxes[:, :2], self._boxes[:, 2:]
        names = np.all((points[:, None] > low) & (points[:, None] < high), axis=2).sum()
        beyond = np.maximum(0, self._low - points) + np.maximum(0, points - self._high)
        touched = 8 * self._passed(points, a, b) + 0.12 * self._shared(points, a, b)
        return float(touched + 0.5 * self._crowded(curve, a, b) + names + 3 * beyond.sum())

    def _passed(self, points: NDArray[np.float64], a: int, b: int) -> float:
        """Return how deep the curve goes into neurons that are not its ends."""
        passed = np.ones(len(self._layout.xy), dtype=bool)
        passed[[a, b]] = False
        away = np.linalg.norm(points[:, None] - self._layout.xy[passed], axis=2)
        return float(np.maximum(0, 1 - away / (self._layout.radius[passed] + _CLEAR)).sum())

    def _shared(self, points: NDArray[np.float64], a: int, b: int) -> float:
        """Return how far, in points, the curve runs along others outside its neurons."""
        ends = [a, b]
        away = np.linalg.norm(points[:, None] - self._layout.xy[ends], axis=2)
        outside = np.all(away > self._layout.radius[ends] + _CLEAR, axis=1)
        if not len(self._curves) or not outside.any():
            return 0.0
        if self._tree is None:
            self._tree = KDTree(self._curves, compact_nodes=False, balanced_tree=False)
        nearest, _ = self._tree.query(points[outside], distance_upper_bound=_APART)
        return float((nearest < _APART).sum())

    def _crowded(self, curve: NDArray[np.float64], a: int, b: int) -> float:
        """Return how near the curve's ends come to others at the same neuron."""
        total = 0.0
        for neuron, angle in zip((a, b), _angles(curve), strict=True):
            others = np.array(self._ends.get(neuron, []))
            apart = np.abs((others - angle + np.pi) % (2 * np.pi) - np.pi)
            total += float(np.maximum(0, 1 - apart / _FAN).sum())
        return total


def _angles(curve: NDArray[np.float64]) -> list[float]:
    """Return the directions in which a curve leaves its first and its last centre."""
    ways = (curve[1] - curve[0], curve[2] - curve[3])
    return [float(np.arctan2(way[1], way[0])) for way in ways]
