"""Draws a front or a network into a caller's own axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from evosnn.errors import SpecError
from evosnn.network import Network
from evosnn.plots._style import BLUE, ORANGE, VERMILLION, look, new_figure
from evosnn.plots.drawing.draw import draw_parts

__all__ = ["draw_front", "draw_network"]

_MARGIN = 1.05  # room around a network, as a share of its drawing


def draw_front(report: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Draw held-out scores of a front against synapses, with 95 % intervals and the knee.

    Args:
        report: The front, as :func:`~evosnn.analysis.report` returns it.
        ax: Where to draw; a new figure's axes if not given.

    Raises:
        SpecError: If the front is empty.
    """
    networks = report["networks"]
    if not networks:
        raise SpecError(f"the campaign in '{report['campaign']}' has no front yet")
    ax = new_figure(5.0, 3.4, layout="constrained").add_subplot() if ax is None else ax
    score = "accuracy" if "accuracy" in networks[0]["test"] else "score"
    sizes = [item["synapses"] for item in networks]
    values = [item["test"][score] for item in networks]
    ends = [item["test"]["interval"] for item in networks]
    reach = [
        [max(v - low, 0.0) for v, (low, _) in zip(values, ends, strict=True)],
        [max(high - v, 0.0) for v, (_, high) in zip(values, ends, strict=True)],
    ]
    ax.errorbar(
        sizes, values, reach, fmt="o", color=BLUE, elinewidth=0.8, label="nominal chip, 95 %"
    )
    if any(item["test"]["perturbed"]["trials"] for item in networks):
        means = [item["test"]["perturbed"]["mean"] for item in networks]
        ax.plot(sizes, means, "x", color=VERMILLION, label="mean over fresh chips")
    for item in networks:
        if item["knee"]:
            at = (item["synapses"], item["test"][score])
            ax.plot(*at, "*", color=ORANGE, markersize=13, zorder=1, label="knee")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("synapses")
    ax.set_ylabel(f"held-out {score}" + ("" if score == "accuracy" else " (mean return)"))
    ax.legend()
    return ax


def draw_network(
    network: Network,
    ax: Axes | None = None,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
) -> Axes:
    """Draw a network, without heading and legend.

    Args:
        network: What to draw.
        ax: Where to draw; a new figure's axes if not given.
        input_names: A name for each input; ``input 0`` and so on if not given.
        output_names: The same for the outputs.

    Raises:
        SpecError: If the network has no neuron, or the number of names is wrong.
    """
    ax = new_figure(6.0, 4.0).add_axes((0.0, 0.0, 1.0, 1.0)) if ax is None else ax
    dpi = ax.figure.dpi
    width, height = max(ax.bbox.width / dpi, 2.0), ax.bbox.height / dpi
    with matplotlib.rc_context(look()):  # sizes of text are part of the layout
        left, needed = draw_parts(ax, network, width, input_names, output_names)
    # One unit is an inch, or less where the drawing is higher than the axes.
    units = max(1.0, needed * _MARGIN / height)
    centre = width / 2 - left
    ax.set_xlim(centre - units * width / 2, centre + units * width / 2)
    ax.set_ylim((needed - units * height) / 2, (needed + units * height) / 2)
    ax.set_axis_off()
    return ax
