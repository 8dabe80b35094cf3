"""Marks the parts of a drawn network whose faults lower the score."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from evosnn.plots._style import MAGENTA

__all__ = ["halo_widths", "mark_curve", "mark_neuron", "mark_width"]

_CURVE = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
_BEHIND = 0.5  # below synapses and neurons


def mark_width(share: float) -> float:
    """Return a mark's width in points for a share of the greatest harm."""
    return 1.5 + 7.5 * share


def halo_widths(harm: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    """Return how far, in inches, each neuron's halo goes beyond it; 0 where it has none.

    Args:
        harm: ``(n_neurons,)``, the score that a fault of each costs.
        most: The most that one of any part costs.
    """
    return np.array([mark_width(h / most) / 2 / 72 if h > 0 else 0.0 for h in harm.tolist()])


def mark_neuron(ax: Axes, at: tuple[float, float], radius: float, share: float) -> None:
    """Draw a halo round a neuron; ``share`` is its harm over the greatest."""
    reach = radius + mark_width(share) / 2 / 72
    ax.add_patch(Circle(at, reach, fc=MAGENTA, ec="none", alpha=0.55, zorder=3.5, gid="mark"))


def mark_curve(ax: Axes, curve: NDArray[np.float64], share: float) -> None:
    """Draw a band under a synapse; ``share`` is its harm over the greatest."""
    ax.add_patch(
        PathPatch(
            Path(curve, _CURVE), facecolor="none", edgecolor=MAGENTA, alpha=0.4,
            lw=3.0 + mark_width(share), zorder=_BEHIND, capstyle="butt", gid="mark",
        )
    )  # fmt: skip
