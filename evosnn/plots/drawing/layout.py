"""Places the neurons of a network: inputs left, outputs right, hidden ones between.

Lengths are in inches. The layout is a function of the network alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from evosnn.network import Network

__all__ = ["Layout", "lay_out", "unused_inputs"]

_MAX_PITCH = 0.56
_HEIGHT = (1.7, 9.6)  # least and most of the drawing
_UNUSED_ROW = 0.45  # height of an unused input's row where rows are tight
_TIGHT = 0.26
_SWEEPS = 8
_STAGGER = 0.3


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of neurons, in inches from the lower left corner of the drawing.

    Attributes:
        xy: ``(n_neurons, 2)``, the centres.
        radius: ``(n_neurons,)``.
        columns: Indices of the neurons of each column, left to right, each from the top down.
        height: Height of the drawing.
        tight: Whether a column is too crowded for a name beside each unused input.
    """

    xy: NDArray[np.float64]
    radius: NDArray[np.float64]
    columns: list[list[int]]
    height: float
    tight: bool


def lay_out(network: Network, width: float) -> Layout:
    """Place the neurons of a network in columns.

    Hidden neurons stand in columns by their distance from the inputs, in synapses, and in a
    column near the neurons that they are connected with. A neuron that is both input and
    output stands with the outputs.

    Args:
        network: What to place.
        width: From the centres of the first column to those of the last.
    """
    columns = _columns(network)
    sizes = [_rows(network, column, 1.0).sum() for column in columns]
    tight = bool(max(sizes) * _TIGHT > _HEIGHT[1])
    share = _UNUSED_ROW if tight else 1.0
    rows = [_rows(network, column, share) for column in columns]
    most = max(float(r.sum()) for r in rows)
    height = float(np.clip(most * _MAX_PITCH, *_HEIGHT))
    xs = np.linspace(0, width, len(columns)) if len(columns) > 1 else np.array([width / 2])
    xy = np.zeros((network.n_neurons, 2))
    radius = np.zeros(network.n_neurons)
    for column, row, x in zip(columns, rows, xs, strict=True):
        pitch = min(_MAX_PITCH * 1.5, height / float(row.sum()))
        xy[column, 0] = x
        xy[column, 1] = height / 2 + pitch * (row.sum() / 2 - np.cumsum(row) + row / 2)
        radius[column] = np.clip(0.40 * pitch, 0.03, 0.2) * np.where(row < 1, 0.5, 1.0)
    _settle(network, columns, xy, radius, height)
    _stagger(network, columns, xy)
    return Layout(xy, radius, columns, height, tight)


def unused_inputs(network: Network) -> set[int]:
    """Return the inputs that no synapse touches and that are not outputs."""
    used = {*network.pre.tolist(), *network.post.tolist(), *network.outputs.tolist()}
    return set(network.inputs.tolist()) - used


def _columns(network: Network) -> list[list[int]]:
    outputs = network.outputs.tolist()
    inputs = [i for i in network.inputs.tolist() if i not in set(outputs)]
    hidden = _depths(network)
    deep = [[i for i, d in hidden.items() if d == depth] for depth in sorted({*hidden.values()})]
    return [column for column in (inputs, *deep, outputs) if column]


def _depths(network: Network) -> dict[int, int]:
    """Return, for each hidden neuron, its distance from the inputs.

    What no input reaches stands with the deepest that one does.
    """
    after: dict[int, list[int]] = {}
    for a, b in zip(network.pre.tolist(), network.post.tolist(), strict=True):
        after.setdefault(a, []).append(b)
    depth = dict.fromkeys(network.inputs.tolist(), 0)
    reached = list(depth)
    for a in reached:
        for b in after.get(a, ()):
            if b not in depth:
                depth[b] = depth[a] + 1
                reached.append(b)
    ends = {*network.inputs.tolist(), *network.outputs.tolist()}
    hidden = [i for i in range(network.n_neurons) if i not in ends]
    last = max((depth[i] for i in hidden if i in depth), default=1)
    return {i: depth.get(i, last) for i in hidden}


def _rows(network: Network, column: list[int], share: float) -> NDArray[np.float64]:
    """Return the height of each neuron's row, as a share of a full one."""
    unused = unused_inputs(network)
    return np.array([share if i in unused else 1.0 for i in column])


def _settle(
    network: Network,
    columns: list[list[int]],
    xy: NDArray[np.float64],
    radius: NDArray[np.float64],
    height: float,
) -> None:
    """Move the hidden neurons up and down in their columns, towards their neighbours."""
    joined: dict[int, list[int]] = {}
    for a, b in zip(network.pre.tolist(), network.post.tolist(), strict=True):
        if a != b:
            joined.setdefault(a, []).append(b)
            joined.setdefault(b, []).append(a)
    ends = {*network.inputs.tolist(), *network.outputs.tolist()}
    for _ in range(_SWEEPS):
        for column in columns:
            if column[0] in ends:
                continue
            wish = {i: xy[joined[i], 1].mean() if i in joined else height / 2 for i in column}
            column.sort(key=lambda i: (-wish[i], i))
            gap = min(_MAX_PITCH * 1.25, height / len(column))
            edge = float(radius[column[0]])
            wanted = np.array([wish[i] for i in column])
            xy[column, 1] = _spread(wanted, gap, edge, height - edge)


def _stagger(network: Network, columns: list[list[int]], xy: NDArray[np.float64]) -> None:
    """Shift every other hidden neuron aside where they are joined within their column."""
    pairs = list(zip(network.pre.tolist(), network.post.tolist(), strict=True))
    for column in columns[1:-1]:
        within = set(column)
        if len(column) > 3 and any(a in within and b in within and a != b for a, b in pairs):
            xy[column[::2], 0] -= _STAGGER
            xy[column[1::2], 0] += _STAGGER


def _spread(wish: NDArray[np.float64], gap: float, low: float, high: float) -> NDArray[np.float64]:
    """Return the positions nearest to the wished ones, in descending order, ``gap`` apart."""
    n = len(wish)
    gap = min(gap, (high - low) / max(n - 1, 1))
    level = isotonic_regression(wish[::-1] - gap * np.arange(n)).x
    level = np.clip(level, low, high - gap * (n - 1))
    return np.asarray((level + gap * np.arange(n))[::-1])
