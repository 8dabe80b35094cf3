"""Draws one neuron: a disc with its threshold and leak."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from evosnn.plots._style import INK, PAPER, text_width

__all__ = ["ROOM_FOR_LEAK", "draw_neuron", "draw_parameters", "number"]

ROOM_FOR_LEAK = 0.12  # inches of radius; a smaller neuron has its leak outside

_INPUT, _FAINT_INK, _FAINT_FILL = "#DDE1E5", "#C4C9CE", "#F4F5F6"
_LEAST, _MOST = 4.6, 8.0  # size of text


def draw_neuron(
    ax: Axes, at: tuple[float, float], radius: float, role: str, gid: str, unused: bool = False
) -> None:
    """Draw a neuron: an input grey, an output with a double rim.

    Args:
        ax: Where to draw, in inches.
        at: Its centre.
        radius: Its radius.
        role: The letters ``i`` and ``o`` for what it is.
        gid: A name for it in the file.
        unused: Whether it is drawn faint.
    """
    edge = _FAINT_INK if unused else INK
    fill = (_FAINT_FILL if unused else _INPUT) if "i" in role else PAPER
    width = 0.6 if unused else 0.9
    ax.add_patch(Circle(at, radius, fc=fill, ec=edge, lw=width, zorder=4, gid=gid))
    if "o" in role:
        inner = radius - max(0.022, 0.13 * radius)
        ax.add_patch(Circle(at, inner, fc="none", ec=edge, lw=0.6, zorder=4))


def draw_parameters(
    ax: Axes, at: tuple[float, float], radius: float, threshold: float, leak: float, color: str
) -> None:
    """Write a neuron's threshold in it, and under it λ and its leak if that is not 0.

    A neuron too small for two lines has its threshold alone, one too small for text nothing.
    """
    lines = [number(threshold)]
    if leak and radius >= ROOM_FOR_LEAK:
        lines.append(f"λ{number(leak)}")
    widest = max(text_width(line, 1.0) for line in lines)
    room = 1.55 * radius * (0.92 if len(lines) > 1 else 1.0)
    size = min(room / widest, 1.5 * radius * 72 / (1.25 * len(lines)), _MOST)
    if radius < 0.06:
        return
    ax.text(
        *at,
        "\n".join(lines),
        ha="center",
        va="center_baseline" if len(lines) == 1 else "center",
        fontsize=max(size, _LEAST),
        linespacing=1.05,
        color=color,
        zorder=5,
        gid="threshold",
    )


def number(value: float) -> str:
    """Return a number as short as it can be told, with at most three digits."""
    rounded = float(f"{value:.3g}")
    text = np.format_float_positional(rounded, trim="-")
    return text if len(text) <= 6 else f"{value:.2g}"
