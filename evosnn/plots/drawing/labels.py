"""Places the names beside a network's inputs and outputs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from evosnn.errors import SpecError
from evosnn.network import Network
from evosnn.plots._style import INK, PAPER, plain, shorten, text_width
from evosnn.plots.drawing.layout import Layout, unused_inputs
from evosnn.plots.drawing.neuron import ROOM_FOR_LEAK, number

__all__ = ["Name", "end_names", "margins", "names_of"]

_SIZE, _SMALL_SIZE = 8.0, 6.0
_GAP = 0.07  # inches between a neuron and its name
_LINE = 0.16  # inches more where lines join them
_AWAY = 0.015  # inches; a name further off its neuron's row is joined to it
_BEYOND = 0.2  # inches above and below the drawing
_UNUSED = "#9BA1A8"
_LONGEST = 28  # characters
_NUMBER = re.compile(r" \[\d+\]$")


@dataclass(frozen=True, slots=True)
class Name:
    """A text beside a neuron, in inches; ``rim`` is where on the neuron it belongs."""

    text: str
    x: float
    y: float
    side: Literal["left", "right"]
    size: float
    color: str
    rim: tuple[float, float]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the text."""
        width, half = text_width(self.text, self.size), 0.6 * self.size / 72
        left = self.x - width if self.side == "left" else self.x
        return left, self.y - half, left + width, self.y + half

    @property
    def moved(self) -> bool:
        """Whether it is off its neuron's row."""
        return abs(self.y - self.rim[1]) > _AWAY

    def draw(self, ax: Axes) -> None:
        """Write the name."""
        ax.text(
            self.x,
            self.y,
            plain(self.text),
            ha="right" if self.side == "left" else "left",
            va="center_baseline",
            fontsize=self.size,
            color=self.color,
            gid="name",
            zorder=6,
            path_effects=[withStroke(linewidth=1.8, foreground=PAPER)],
        )
        if self.moved:
            start = self.x + (0.02 if self.side == "left" else -0.02)
            ax.plot((start, self.rim[0]), (self.y, self.rim[1]), color=_UNUSED, lw=0.5, zorder=3.9)


def end_names(
    network: Network, input_names: Sequence[str] | None, output_names: Sequence[str] | None
) -> tuple[dict[int, str], dict[int, str]]:
    """Return the names to write left of inputs and right of outputs, by neuron.

    Raises:
        SpecError: If the number of names is not that of the inputs or outputs.
    """
    inputs = _named("input", network.inputs.tolist(), input_names)
    outputs = _named("output", network.outputs.tolist(), output_names)
    for neuron in inputs.keys() & outputs.keys():
        outputs[neuron] += f" (is {inputs.pop(neuron)} too)"
    return inputs, outputs


def margins(names: list[Name]) -> tuple[float, float]:
    """Return the room in inches that names take left and right of the neurons."""
    wide = {"left": 0.0, "right": 0.0}
    for name in names:
        room = text_width(name.text, name.size) + abs(name.x - name.rim[0])
        wide[name.side] = max(wide[name.side], room)
    return wide["left"], wide["right"]


def names_of(
    network: Network,
    layout: Layout,
    inputs: dict[int, str],
    outputs: dict[int, str],
    halo: NDArray[np.float64],
) -> list[Name]:
    """Return the names to draw; where rows are tight, one for a run of unused inputs.

    Names that would cover each other stand apart, joined to their neurons by lines; those that
    find no room are left out, unused inputs first.

    Args:
        network: Whose inputs and outputs.
        layout: Where they are.
        inputs: Names of inputs, by neuron.
        outputs: Names of outputs, by neuron.
        halo: ``(n_neurons,)``, how far each neuron's halo goes beyond it, in inches.
    """
    unused = unused_inputs(network)
    found = []
    runs = groupby(inputs, key=lambda i: (i in unused, None if i in unused and layout.tight else i))
    for (faint, _), neurons in runs:
        run = list(neurons)
        text = inputs[run[0]] if len(run) == 1 else f"{inputs[run[0]]} … {inputs[run[-1]]}"
        text += _outer_leak(network, layout, run)
        y = float(layout.xy[run, 1].mean())
        away = float(halo[run].max())
        found.append(_beside(layout, run[0], y, text, "left", _UNUSED if faint else INK, away))
    for neuron, text in outputs.items():
        y = float(layout.xy[neuron, 1])
        text += _outer_leak(network, layout, [neuron])
        found.append(_beside(layout, neuron, y, text, "right", INK, float(halo[neuron])))
    left, right = ([name for name in found if name.side == side] for side in ("left", "right"))
    return [*_apart(left, layout.height), *_apart(right, layout.height)]


def _apart(names: list[Name], height: float) -> list[Name]:
    """Names of one side that do not cover each other."""
    used = [name for name in names if name.color == INK]
    spread = _spread(used, height)
    free = [
        name
        for name in names
        if name.color != INK and all(abs(name.y - other.y) >= _row(name) for other in spread)
    ]
    kept = sorted([*spread, *_thinned(free)], key=lambda name: -name.y)
    if not any(name.moved for name in kept):
        return kept
    away = -_LINE if names[0].side == "left" else _LINE
    return [replace(name, x=name.x + away) for name in kept]


def _spread(names: list[Name], height: float) -> list[Name]:
    """Names moved apart as little as can be; every second, third, ... if not all have room."""
    from scipy.optimize import isotonic_regression  # slow to load

    if len(names) < 2:
        return names
    row, low, high = _row(names[0]), -_BEYOND, height + _BEYOND
    most = int((high - low) / row) + 1
    chosen = sorted(names, key=lambda name: name.y)[:: -(-len(names) // most)]
    y = np.array([name.y for name in chosen])
    if (np.diff(y) >= row).all():
        return chosen
    steps = row * np.arange(y.size)
    y = steps + np.clip(isotonic_regression(y - steps).x, low, high - steps[-1])
    return [replace(name, y=float(at)) for name, at in zip(chosen, y, strict=True)]


def _thinned(names: list[Name]) -> list[Name]:
    """Names without those that would cover the one before."""
    kept: list[Name] = []
    for name in sorted(names, key=lambda name: name.y):
        if not kept or name.y - kept[-1].y >= _row(name):
            kept.append(name)
    return kept


def _row(name: Name) -> float:
    """Height in inches of a line of names."""
    return 1.2 * name.size / 72


def _outer_leak(network: Network, layout: Layout, neurons: list[int]) -> str:
    """Return the leak of a neuron that has no room for it inside."""
    leak = float(network.leak[neurons[0]])
    outside = len(neurons) == 1 and leak and layout.radius[neurons[0]] < ROOM_FOR_LEAK
    return f"  λ{number(leak)}" if outside else ""


def _beside(
    layout: Layout,
    neuron: int,
    y: float,
    text: str,
    side: Literal["left", "right"],
    color: str,
    halo: float,
) -> Name:
    out = -1.0 if side == "left" else 1.0
    rim = float(layout.xy[neuron, 0]) + out * float(layout.radius[neuron])
    size = _SMALL_SIZE if layout.tight and side == "left" else _SIZE
    return Name(text, rim + out * (halo + _GAP), y, side, size, color, (rim, y))


def _named(kind: str, neurons: list[int], names: Sequence[str] | None) -> dict[int, str]:
    given = [f"{kind} {k}" for k in range(len(neurons))] if names is None else list(names)
    if len(given) != len(neurons):
        raise SpecError(
            f"{kind}_names has length {len(given)}, but the network has {len(neurons)} to name"
        )
    return {i: _short(str(name)) for i, name in zip(neurons, given, strict=True)}


def _short(name: str) -> str:
    """A name cut to fit, but not the number by which a feature's inputs differ."""
    number = _NUMBER.search(name)
    tail = number[0] if number else ""
    return shorten(name.removesuffix(tail), _LONGEST - len(tail)) + tail
