"""Plots the spikes of a network's neurons over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from evosnn.errors import SpecError
from evosnn.network import Network
from evosnn.plots._style import BLUE, INK, MUTED, VERMILLION, heading, new_figure, plain, styled
from evosnn.plots.drawing.labels import end_names
from evosnn.plots.drawing.layout import unused_inputs

__all__ = ["raster"]

_COLORS = {"input": INK, "hidden": BLUE, "output": VERMILLION}
_BAND = "#F5F6F7"


@styled
def raster(
    spikes: NDArray[np.bool_ | np.uint8],
    network: Network,
    title: str = "",
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
) -> Figure:
    """Draw which neuron fired when: inputs on top, then hidden neurons, then outputs.

    The number at the end of a row counts its spikes. Inputs without a synapse are left out, and
    how many there are is said below.

    Args:
        spikes: ``(n_timesteps, n_neurons)``, whether, or how often, each neuron fired in each
            timestep, in the network's order.
        network: Whose spikes.
        title: A heading; none if empty.
        input_names: A name for each input; ``input 0`` and so on if not given.
        output_names: The same for the outputs.

    Raises:
        SpecError: If the shape or the number of names is wrong, or nothing is there to draw.
    """
    fired = np.asarray(spikes, dtype=np.int64)
    if fired.ndim != 2 or fired.shape[1] != network.n_neurons or not fired.size:
        raise SpecError(
            f"spikes has shape {fired.shape}; it takes (n_timesteps, {network.n_neurons}), with "
            f"at least one timestep"
        )
    inputs, outputs = end_names(network, input_names, output_names)
    ends = inputs.keys() | outputs.keys()
    unused = unused_inputs(network)
    inputs = {i: name for i, name in inputs.items() if i not in unused}
    hidden = {i: f"neuron {network.ids[i]}" for i in range(network.n_neurons) if i not in ends}
    groups = {"input": inputs, "hidden": hidden, "output": outputs}
    rows = sum(len(group) for group in groups.values())
    row = float(np.clip(7.0 / rows, 0.115, 0.24))
    figure = new_figure(8.0, 1.1 + row * rows, layout="constrained")
    ax = figure.add_subplot()
    _draw_rows(ax, fired, groups, row)
    _set_axes(ax, len(fired), groups, row)
    if unused:
        kind = "input" if len(unused) == 1 else "inputs"
        ax.set_xlabel(f"timestep ({len(unused)} {kind} without a synapse not shown)")
    heading(figure, title)
    return figure


def _draw_rows(
    ax: Axes, fired: NDArray[np.int64], groups: dict[str, dict[int, str]], row: float
) -> None:
    y = 0
    for kind, names in groups.items():
        if kind == "hidden" and names:
            ax.axhspan(y - 0.5, y + len(names) - 0.5, color=_BAND, zorder=0)
        for neuron in names:
            times = np.flatnonzero(fired[:, neuron])
            ax.vlines(times, y - 0.38, y + 0.38, color=_COLORS[kind], lw=1.2, gid="spikes")
            ax.text(
                1.01,
                y,
                str(fired[:, neuron].sum()),
                transform=ax.get_yaxis_transform(),
                va="center",
                fontsize=_text_size(row),
                color=_COLORS[kind] if times.size else MUTED,
                gid="count",
            )
            y += 1


def _set_axes(ax: Axes, steps: int, groups: dict[str, dict[int, str]], row: float) -> None:
    names = [name for group in groups.values() for name in group.values()]
    kinds = [kind for kind, group in groups.items() for _ in group]
    ax.set_xlim(-0.75, steps - 0.25)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_yticks(range(len(names)), [plain(name) for name in names], fontsize=_text_size(row))
    for label, kind in zip(ax.get_yticklabels(), kinds, strict=True):
        label.set_color(_COLORS[kind])
    ax.tick_params(axis="y", length=0)
    ax.grid(False, axis="y")
    ax.xaxis.set_major_locator(MaxNLocator(10, integer=True))
    ax.set_xlabel("timestep")
    ax.set_title("spikes", loc="right", fontsize=7, color=MUTED)


def _text_size(row: float) -> float:
    return float(np.clip(row * 72 * 0.7, 5.5, 8.0))
