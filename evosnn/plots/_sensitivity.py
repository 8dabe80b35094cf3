"""Plots the scores of a front against the level of each fault."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from evosnn.errors import SpecError
from evosnn.plots._style import VERMILLION, heading, new_figure, plain, styled

__all__ = ["sensitivity"]


@styled
def sensitivity(
    synapses: NDArray[np.int64],
    own: NDArray[np.float64],
    sweeps: Sequence[tuple[str, str, NDArray[np.float64], NDArray[np.float64]]],
    knee: int,
    knees: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]],
    title: str = "",
    score: str = "held-out score, mean over chips",
) -> Figure:
    """Draw a panel a mechanism, in it a line a network: its mean score against the level.

    Args:
        synapses: ``(n_networks,)``, sizes, which colour the lines.
        own: ``(n_networks,)``, mean score as evolved, at the left of each panel.
        sweeps: Name, unit, levels ``(n_levels,)`` and means ``(n_levels, n_networks)`` of each
            mechanism.
        knee: Index of the knee as evolved, whose line is dashed.
        knees: For each mechanism the knees as evolved and of its levels, ``(n_levels + 1,)``,
            which are ringed, and the band of their means, ``(n_levels + 1, 2)``.
        title: A heading; none if empty.
        score: What the score is.

    Raises:
        SpecError: If there are no mechanisms.
    """
    if not sweeps:
        raise SpecError("sensitivity draws at least one mechanism; got none")
    rows = -(-len(sweeps) // 3)
    figure = new_figure(9.0, 0.9 + 2.4 * rows, layout="constrained")
    panels = figure.subplots(rows, 3, sharey=True, squeeze=False).ravel()
    most = max(int(synapses.max()), int(synapses.min()) + 1)
    colours = ListedColormap(colormaps["viridis_r"](np.linspace(0.12, 1.0, 256)))  # no pale yellow
    scale = ScalarMappable(Normalize(int(synapses.min()), most), colours)
    for ax, (name, unit, levels, means), (places, bands) in zip(
        panels, sweeps, knees, strict=False
    ):
        at = np.arange(levels.size + 1)
        for k, n in enumerate(synapses.tolist()):
            line = np.concatenate([own[k : k + 1], means[:, k]])
            ax.plot(at, line, color=scale.to_rgba(n), linewidth=1.3, gid=f"network {k}")
        line = np.concatenate([own[knee : knee + 1], means[:, knee]])
        ax.plot(
            at, line, color=VERMILLION, linestyle="--", linewidth=1.8, gid="knee",
            label="knee as evolved",
        )  # fmt: skip
        ringed = np.concatenate([own[None], means])[at, places]
        ax.vlines(at, bands[:, 0], bands[:, 1], color=VERMILLION, linewidth=1.2)
        ax.plot(
            at, ringed, "o", markerfacecolor="none", markeredgecolor=VERMILLION, markersize=7,
            gid="knees", label="knee there, 95 % band of its mean over chips",
        )  # fmt: skip
        ax.set_xticks(at, ["as evolved", *(f"{level:g}" for level in levels)])
        ax.set_xlabel(plain(unit), fontsize=7)
        ax.set_title(plain(name), loc="left")
    for ax in panels[len(sweeps) :]:
        ax.set_axis_off()
    for ax in panels[::3]:
        ax.set_ylabel(score, fontsize=7)
    ticks = MaxNLocator(integer=True)
    bar = figure.colorbar(scale, ax=list(panels), aspect=40, pad=0.01, ticks=ticks)
    bar.set_label("synapses")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower left", ncols=2)
    heading(figure, title or "The front under other faults than it was evolved under")
    return figure
