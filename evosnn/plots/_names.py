"""The names beside a network's inputs and outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from matplotlib.axes import Axes

from evosnn.errors import SpecError
from evosnn.network import Network
from evosnn.plots._layout import Layout, unused_inputs
from evosnn.plots._neuron import ROOM_FOR_LEAK, number
from evosnn.plots._style import INK, plain, shorten, text_width

__all__ = ["Name", "end_names", "margins", "names_of"]

_SIZE, _SMALL_SIZE = 8.0, 6.0
_GAP = 0.07  # inches between a neuron and its name
_UNUSED = "#9BA1A8"


@dataclass(frozen=True, slots=True)
class Name:
    """A text beside a neuron, in inches."""

    text: str
    x: float
    y: float
    side: Literal["left", "right"]
    size: float
    color: str = INK

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the text."""
        width, half = text_width(self.text, self.size), 0.6 * self.size / 72
        left = self.x - width if self.side == "left" else self.x
        return left, self.y - half, left + width, self.y + half

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
        )


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
        wide[name.side] = max(wide[name.side], text_width(name.text, name.size) + _GAP)
    return wide["left"], wide["right"]


def names_of(
    network: Network, layout: Layout, inputs: dict[int, str], outputs: dict[int, str]
) -> list[Name]:
    """Return the names to draw; where rows are tight, one for a run of unused inputs."""
    unused = unused_inputs(network)
    found = []
    runs = groupby(inputs, key=lambda i: (i in unused, None if i in unused and layout.tight else i))
    for (faint, _), neurons in runs:
        run = list(neurons)
        text = inputs[run[0]] if len(run) == 1 else f"{inputs[run[0]]} … {inputs[run[-1]]}"
        text += _outer_leak(network, layout, run)
        y = float(layout.xy[run, 1].mean())
        found.append(_beside(layout, run[0], y, text, "left", _UNUSED if faint else INK))
    for neuron, text in outputs.items():
        y = float(layout.xy[neuron, 1])
        text += _outer_leak(network, layout, [neuron])
        found.append(_beside(layout, neuron, y, text, "right", INK))
    return found


def _outer_leak(network: Network, layout: Layout, neurons: list[int]) -> str:
    """Return the leak of a neuron that has no room for it inside."""
    leak = float(network.leak[neurons[0]])
    outside = len(neurons) == 1 and leak and layout.radius[neurons[0]] < ROOM_FOR_LEAK
    return f"  λ{number(leak)}" if outside else ""


def _beside(
    layout: Layout, neuron: int, y: float, text: str, side: Literal["left", "right"], color: str
) -> Name:
    radius = float(layout.radius[neuron])
    away = radius + _GAP
    x = float(layout.xy[neuron, 0]) + (-away if side == "left" else away)
    size = _SMALL_SIZE if layout.tight and side == "left" else _SIZE
    return Name(text, x, y, side, size, color)


def _named(kind: str, neurons: list[int], names: Sequence[str] | None) -> dict[int, str]:
    given = [f"{kind} {k}" for k in range(len(neurons))] if names is None else list(names)
    if len(given) != len(neurons):
        raise SpecError(
            f"{kind}_names has length {len(given)}, but the network has {len(neurons)} to name"
        )
    return {i: shorten(str(name), 28) for i, name in zip(neurons, given, strict=True)}
