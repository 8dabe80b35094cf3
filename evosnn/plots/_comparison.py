"""Plots several fronts over each other: the score attained within so many synapses.

The line is the border of what half of an arm's campaigns attain, and the band lies between those
of a quarter and three quarters: attainment surfaces (Grunert da Fonseca, Fonseca and Hall, EMO
2001), for one score at a time.
"""

from __future__ import annotations

from collections.abc import Sequence

import moocore
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from evosnn.errors import SpecError
from evosnn.plots._style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    VERMILLION,
    heading,
    new_figure,
    plain,
    styled,
)
from evosnn.text import printable

__all__ = ["comparison"]

_LOOKS = [
    (BLUE, "-"), (VERMILLION, "--"), (GREEN, "-."), (ORANGE, ":"), (INK, "-"),
    (BLUE, ":"), (VERMILLION, "-."), (GREEN, "--"),
]  # fmt: skip


@styled
def comparison(
    arms: Sequence[tuple[str, Sequence[NDArray[np.float64]]]],
    title: str = "",
    score: str = "held-out score",
) -> Figure:
    """Draw the attainment surfaces of each arm: half of its fronts, and the quartiles.

    Args:
        arms: A name and fronts, ``(n_networks, 3)`` each: synapses, score, mean score on
            faulty chips.
        title: A heading; none if empty.
        score: What the score is.

    Raises:
        SpecError: If there are no arms, or more than eight.
    """
    if not 0 < len(arms) <= len(_LOOKS):
        raise SpecError(f"a comparison draws 1 to {len(_LOOKS)} arms; got {len(arms)}")
    figure = new_figure(9.0, 4.0 + 0.16 * len(arms), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True, sharex=True)
    most = int(max(front[:, 0].max() for _, fronts in arms for front in fronts))
    sizes = np.arange(1, most + 1)
    for ax, column, label in ((panels[0], 1, score), (panels[1], 2, f"{score} on faulty chips")):
        for (name, fronts), (colour, line) in zip(arms, _LOOKS, strict=False):
            best, middle, least = _surfaces(fronts, column, sizes)
            ax.step(
                sizes, middle, where="post", color=colour, linestyle=line, linewidth=1.6,
                gid=printable(name),
            )  # fmt: skip
            if len(fronts) > 1:
                there = np.isfinite(least)
                ax.fill_between(
                    sizes[there], least[there], best[there], step="post", color=colour,
                    alpha=0.12, linewidth=0,
                )  # fmt: skip
        ax.set_xlabel("synapses, at most")
        ax.set_ylabel(label)
        ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        ax.tick_params(labelleft=True)
    labels = [f"{plain(name)} ({len(fronts)})" for name, fronts in arms]
    # matplotlib leaves out a label that begins with an underscore.
    labels = [f" {label}" if label.startswith("_") else label for label in labels]
    figure.legend(panels[0].lines, labels, loc="outside lower left", ncols=1)
    heading(figure, title or "What half of a search's campaigns attain (line), and the quartiles")
    return figure


def _surfaces(
    fronts: Sequence[NDArray[np.float64]], column: int, sizes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """``(3, n_sizes)``, best score that 25, 50 and 75 % of fronts attain; NaN where none."""
    points = np.concatenate([np.column_stack([f[:, 0], -f[:, column]]) for f in fronts])
    sets = np.repeat(np.arange(len(fronts)) + 1, [len(f) for f in fronts])
    found = np.full((3, sizes.size), np.nan)
    for row, percent in zip(found, (25, 50, 75), strict=True):
        surface = moocore.eaf(points, sets=sets, percentiles=[percent])
        ordered = surface[np.argsort(surface[:, 0])]
        place = np.searchsorted(ordered[:, 0], sizes, side="right") - 1
        # Along a surface the score rises with the synapses, so the last point is the best.
        row[place >= 0] = -ordered[place[place >= 0], 1]
    return found
