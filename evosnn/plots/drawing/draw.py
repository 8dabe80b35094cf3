"""Draws a network: neurons in columns, synapses by sign, weight and delay."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, to_hex
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from evosnn.errors import SpecError
from evosnn.network import Network
from evosnn.plots._style import FAINT, INK, MUTED, WEIGHTS, new_figure, plain, styled
from evosnn.plots.drawing.fault_marks import halo_widths, mark_curve, mark_neuron
from evosnn.plots.drawing.labels import Name, end_names, margins, names_of
from evosnn.plots.drawing.layout import Layout, lay_out, unused_inputs
from evosnn.plots.drawing.legend import draw_key
from evosnn.plots.drawing.neuron import draw_neuron, draw_parameters
from evosnn.plots.drawing.routes import routes
from evosnn.plots.drawing.synapse import draw_curve, draw_delays, trimmed, weight_width

__all__ = ["draw_parts", "network"]

_WIDTH = 8.0
_LINE = 0.26  # height of a line of the head
_BOTTOM, _SIDE = 1.12, 0.12
_RIM = 0.2  # room for the largest neuron beside the columns' centres
_PAD = 0.28  # room above and below the drawing, for bows and loops
_FEW = 25  # synapses whose delays can be written


@styled
def network(
    network: Network,
    title: str = "",
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    harm: tuple[ArrayLike, ArrayLike] | None = None,
    unit: str = "",
) -> Figure:
    """Draw a network: inputs left, outputs right, hidden neurons between them.

    A neuron shows its threshold and, if it has one, its leak; a synapse its weight by colour
    and width and, where there are few, its delay. Inputs without a synapse are faint.

    Args:
        network: What to draw.
        title: A heading; none if empty.
        input_names: A name for each input; ``input 0`` and so on if not given.
        output_names: The same for the outputs.
        harm: ``(n_neurons,)`` and ``(n_synapses,)``, the score that a fault of each part
            costs; parts that cost something are marked. Nothing is marked if not given.
        unit: What that score is measured in, as in ``"share of samples"``; not said if empty.

    Raises:
        SpecError: If the network has no neuron, or the number of names is wrong.
    """
    if not network.n_neurons:
        raise SpecError("the network has no neuron; a network to draw has at least one")
    inputs, outputs = end_names(network, input_names, output_names)
    neurons, synapses, most = _costs(network, harm)
    halo = halo_widths(neurons, most)
    left, right = margins(names_of(network, lay_out(network, 1.0), inputs, outputs, halo))
    layout = lay_out(network, _WIDTH - left - right - 2 * (_SIDE + _RIM))
    names = names_of(network, layout, inputs, outputs, halo)
    top = _LINE + (_LINE if title else 0.0)
    figure = new_figure(_WIDTH, layout.height + 2 * _PAD + top + _BOTTOM)
    _write_head(figure, network, title)
    ax = _canvas(figure, (_SIDE + left + _RIM, _BOTTOM + _PAD))
    scale = _scale(network)
    curves = _draw_synapses(ax, network, layout, names, scale)
    _mark(ax, layout, curves, neurons, synapses, most)
    marked = None if harm is None else most
    _draw_neurons(ax, network, layout)
    for name in names:
        name.draw(ax)
    if network.n_synapses <= _FEW:
        draw_delays(ax, network, layout, curves)
    draw_key(figure, network, scale, network.n_synapses <= _FEW, marked, unit)
    return figure


def draw_parts(
    ax: Axes,
    network: Network,
    width: float,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
) -> tuple[float, float]:
    """Draw neurons, synapses and names into axes that count in inches.

    Args:
        ax: Where to draw; the drawing begins at (0, 0) and its limits are left as they are.
        network: What to draw.
        width: Width of the whole drawing, names included, in inches.
        input_names: A name for each input; ``input 0`` and so on if not given.
        output_names: The same for the outputs.

    Returns:
        Room that names take left of the neurons, and the height, in inches.

    Raises:
        SpecError: If the network has no neuron, or the number of names is wrong.
    """
    if not network.n_neurons:
        raise SpecError("the network has no neuron; a network to draw has at least one")
    inputs, outputs = end_names(network, input_names, output_names)
    neurons, _, most = _costs(network, None)
    halo = halo_widths(neurons, most)
    left, right = margins(names_of(network, lay_out(network, 1.0), inputs, outputs, halo))
    left, right = left + _SIDE + _RIM, right + _SIDE + _RIM
    layout = lay_out(network, max(width - left - right, 1.0))
    names = names_of(network, layout, inputs, outputs, halo)
    curves = _draw_synapses(ax, network, layout, names, _scale(network))
    _draw_neurons(ax, network, layout)
    for name in names:
        name.draw(ax)
    if network.n_synapses <= _FEW:
        draw_delays(ax, network, layout, curves)
    return left, layout.height


def _costs(
    network: Network, harm: tuple[ArrayLike, ArrayLike] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return what faults of neurons and of synapses cost, and the most that one does."""
    none = np.zeros(network.n_neurons), np.zeros(network.n_synapses)
    neurons, synapses = (np.asarray(values, np.float64) for values in harm or none)
    most = max(float(neurons.max(initial=0.0)), float(synapses.max(initial=0.0)))
    return neurons, synapses, most


def _mark(
    ax: Axes,
    layout: Layout,
    curves: list[NDArray[np.float64]],
    neurons: NDArray[np.float64],
    synapses: NDArray[np.float64],
    most: float,
) -> None:
    """Mark the parts whose faults cost score."""
    for i in np.flatnonzero(neurons > 0).tolist():
        at = (float(layout.xy[i, 0]), float(layout.xy[i, 1]))
        mark_neuron(ax, at, float(layout.radius[i]), float(neurons[i]) / most)
    for k in np.flatnonzero(synapses > 0).tolist():
        mark_curve(ax, curves[k], float(synapses[k]) / most)


def _write_head(figure: Figure, network: Network, title: str) -> None:
    """Write the title, if there is one, and the counts under it."""
    height = float(figure.get_figheight())
    x, y = _SIDE / _WIDTH, 1 - 0.2 / height
    if title:
        figure.text(x, y, plain(title), fontsize=10.5, fontweight="bold", va="center")
        y -= _LINE / height
    unused = len(unused_inputs(network))
    counts = [
        _count(network.inputs.size, "input") + (f" ({unused} unused)" if unused else ""),
        f"{network.n_hidden} hidden",
        _count(network.outputs.size, "output"),
        _count(network.n_synapses, "synapse"),
    ]
    figure.text(x, y, ", ".join(counts), color=MUTED, va="center")


def _count(n: int, thing: str) -> str:
    return f"{n} {thing}{'' if n == 1 else 's'}"


def _canvas(figure: Figure, origin: tuple[float, float]) -> Axes:
    """Return axes over the whole figure that count in inches from ``origin``."""
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    width, height = figure.get_size_inches()
    ax.set_xlim(-origin[0], width - origin[0])
    ax.set_ylim(-origin[1], height - origin[1])
    ax.set_axis_off()
    return ax


def _scale(network: Network) -> Normalize:
    most = float(np.abs(network.weight).max()) if network.n_synapses else 0.0
    return Normalize(-(most or 1.0), most or 1.0)


def _draw_synapses(
    ax: Axes, network: Network, layout: Layout, names: list[Name], scale: Normalize
) -> list[NDArray[np.float64]]:
    """Draw the synapses, the heaviest on top, and return their curves, each ``(4, 2)``."""
    boxes = np.array([name.box for name in names]).reshape(-1, 4)
    ends = zip(network.pre.tolist(), network.post.tolist(), strict=True)
    curves = [
        trimmed(curve, layout.radius[a], layout.radius[b])
        for curve, (a, b) in zip(routes(network, layout, boxes), ends, strict=True)
    ]
    for k in np.argsort(np.abs(network.weight), kind="stable").tolist():
        weight = float(network.weight[k])
        share = abs(weight) / float(scale.vmax or 1.0)
        color = to_hex(WEIGHTS(scale(weight)))
        gid = f"synapse {network.ids[network.pre[k]]} to {network.ids[network.post[k]]}"
        draw_curve(ax, curves[k], color, weight_width(share), weight >= 0, gid)
    return curves


def _draw_neurons(ax: Axes, network: Network, layout: Layout) -> None:
    inputs, outputs = set(network.inputs.tolist()), set(network.outputs.tolist())
    unused = unused_inputs(network)
    for i in range(network.n_neurons):
        at, radius = (float(layout.xy[i, 0]), float(layout.xy[i, 1])), float(layout.radius[i])
        role = "i" * (i in inputs) + "o" * (i in outputs)
        draw_neuron(ax, at, radius, role, f"neuron {network.ids[i]}", i in unused)
        color = FAINT if i in unused else INK
        draw_parameters(ax, at, radius, network.threshold[i], network.leak[i], color)
