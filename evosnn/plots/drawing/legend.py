"""Draws the legend of a network: colours, line ends, discs and numbers."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_hex
from matplotlib.figure import Figure

from evosnn.network import Network
from evosnn.plots._style import INK, MAGENTA, MUTED, WEIGHTS, text_width
from evosnn.plots.drawing.layout import unused_inputs
from evosnn.plots.drawing.neuron import draw_neuron, number
from evosnn.plots.drawing.synapse import draw_curve

__all__ = ["draw_key"]

_SIZE = 7.5
_LEFT = 0.22  # inches from the left edge


def draw_key(
    figure: Figure,
    network: Network,
    scale: Normalize,
    delays: bool,
    marked: float | None = None,
    unit: str = "",
) -> None:
    """Draw the key at the foot of a figure.

    Args:
        figure: A figure with an inch of room at its foot.
        network: What it shows.
        scale: The weights' range.
        delays: Whether the delays are written on the synapses.
        marked: The most score that a fault of one part costs, if parts are marked by it.
        unit: What that is measured in; not said if empty.
    """
    width, height = figure.get_size_inches()
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0), gid="key")
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    ax.set_axis_off()
    x = _LEFT
    if network.n_synapses:
        x = _draw_bar(figure, ax, scale)
    x = _draw_ends(ax, network, scale, x)
    _draw_discs(ax, network, x)
    ax.text(_LEFT, 0.2, _note(network, delays), fontsize=_SIZE, color=MUTED, va="center")
    if marked is not None:
        most = f"{marked:.2f}" if marked <= 1 else f"{marked:.1f}"
        said = f"halo: what the worst single fault of a part costs, up to {most}"
        said += f" ({unit})" if unit else ""
        ax.text(
            width - _LEFT, 0.37, said if marked > 0 else "no single fault costs anything",
            fontsize=_SIZE, color=MAGENTA, va="center", ha="right", gid="marks",
        )  # fmt: skip


def _draw_bar(figure: Figure, ax: Axes, scale: Normalize) -> float:
    width, height = figure.get_size_inches()
    length = 2.1
    place = (_LEFT / width, 0.66 / height, length / width, 0.09 / height)
    bar = figure.colorbar(
        ScalarMappable(scale, WEIGHTS),
        cax=figure.add_axes(place, gid="weights"),
        orientation="horizontal",
    )
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=7, length=2, pad=2)
    bar.ax.grid(False)
    most = float(scale.vmax or 1.0)
    bar.set_ticks(
        [-most, 0.0, most], labels=[number(v).replace("-", "−") for v in (-most, 0, most)]
    )
    ax.text(_LEFT, 0.87, "synaptic weight", fontsize=_SIZE, va="center")
    return _LEFT + length + 0.35


def _draw_ends(ax: Axes, network: Network, scale: Normalize, x: float) -> float:
    """Draw a synapse of either sign, if the network has such; return where the next goes."""
    widest = x
    for y, sign, text in ((0.84, 1, "positive (arrow)"), (0.58, -1, "negative (bar)")):
        there = network.weight >= 0 if sign > 0 else network.weight < 0
        if not there.any():
            continue
        color = to_hex(WEIGHTS(scale(sign * 0.8 * float(scale.vmax or 1.0))))
        curve = np.column_stack((np.linspace(x, x + 0.42, 4), np.full(4, y)))
        draw_curve(ax, curve, color, 2.2, sign > 0, "key")
        ax.text(x + 0.52, y, text, fontsize=_SIZE, va="center")
        widest = max(widest, x + 0.52 + text_width(text, _SIZE) + 0.35)
    return widest


def _draw_discs(ax: Axes, network: Network, x: float) -> None:
    kinds = [("input", "i", False), ("unused input", "i", True)]
    kinds += [("hidden neuron", "", False), ("output", "o", False)]
    there = (True, bool(unused_inputs(network)), network.n_hidden > 0, True)
    shown = [kind for kind, yes in zip(kinds, there, strict=True) if yes]
    for k, (text, role, unused) in enumerate(shown):
        at = (x + 0.09 + 1.35 * (k // 2), 0.84 - 0.26 * (k % 2))
        draw_neuron(ax, at, 0.085, role, "key", unused)
        ax.text(at[0] + 0.16, at[1], text, fontsize=_SIZE, va="center", color=INK)


def _note(network: Network, delays: bool) -> str:
    parts = ["in a neuron: its threshold"]
    if network.leak.any():
        parts[0] += ", and its leak (λ, share lost a timestep)"
    if network.n_synapses:
        low, high = int(network.delay.min()), int(network.delay.max())
        span = f"{low}" if low == high else f"{low} to {high}"
        parts.append(
            "on a synapse: its delay in timesteps"
            if delays
            else f"delays: {span} timestep{'s' if high > 1 else ''}"
        )
    return ";  ".join(parts)
