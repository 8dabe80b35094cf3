"""The style of all plots: colour-blind safe colours, one font, light axes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.textpath import TextPath

from evosnn.text import printable

__all__ = [
    "BLUE",
    "FAINT",
    "GREEN",
    "INK",
    "MAGENTA",
    "MUTED",
    "ORANGE",
    "PAPER",
    "VERMILLION",
    "WEIGHTS",
    "heading",
    "look",
    "new_figure",
    "plain",
    "shorten",
    "styled",
    "text_width",
]

# Okabe and Ito's palette (jfly.uni-koeln.de/color), as far as it is used.
BLUE = "#0072B2"
GREEN = "#009E73"
ORANGE = "#E69F00"
VERMILLION = "#D55E00"
MAGENTA = "#CC79A7"

INK = "#1F2328"
MUTED = "#6A7178"
FAINT = "#B9BEC4"
PAPER = "#FFFFFF"

# Signed weights: orange for negative, blue for positive, and a grey between them that can
# still be seen on paper where a usual diverging map fades to white.
WEIGHTS = LinearSegmentedColormap.from_list(
    "evosnn_weights", ["#8C3A00", "#D9720F", "#E8AE6C", "#C3C3C3", "#7FB2D9", "#2378B5", "#083D77"]
)

_RC: dict[str, Any] = {
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same on every machine
    "font.size": 8.5,
    "text.color": INK,
    "text.usetex": False,
    "text.parse_math": True,
    "axes.facecolor": PAPER,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.7,
    "axes.labelcolor": INK,
    "axes.labelsize": 8.5,
    "axes.titlesize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.formatter.useoffset": False,
    "grid.color": "#ECEEF0",
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "lines.solid_capstyle": "butt",
}

_LOOK = (
    *("axes", "figure", "font", "grid", "image", "legend", "lines", "mathtext", "patch"),
    *("path", "pdf", "savefig", "svg", "text", "xtick", "ytick"),
)

_P = ParamSpec("_P")


def look() -> Any:  # a dict; its keys are typed, and differ between matplotlibs
    """Return every setting that changes a picture: matplotlib's defaults under the house's."""
    defaults = matplotlib.rcParamsDefault.items()
    return {key: value for key, value in defaults if key.split(".")[0] in _LOOK} | _RC


def styled(draw: Callable[_P, Figure]) -> Callable[_P, Figure]:
    """Run a drawing function in the house style, whatever the caller's own settings.

    The figure is laid out before the style is left, because matplotlib makes ticks only then.
    """

    @wraps(draw)
    def drawn(*args: _P.args, **kwargs: _P.kwargs) -> Figure:
        with matplotlib.rc_context(look()):
            figure = draw(*args, **kwargs)
            figure.draw_without_rendering()
        return figure

    return drawn


def new_figure(width: float, height: float, **options: Any) -> Figure:
    """Return an empty figure, in inches, with a canvas of its own and no pyplot."""
    figure = Figure(figsize=(width, height), **options)
    FigureCanvasAgg(figure)
    return figure


def heading(figure: Figure, title: str) -> None:
    """Write a figure's title at its upper left."""
    if title:
        figure.suptitle(plain(title), x=0.012, ha="left", fontsize=10.5, fontweight="bold")


def plain(text: str) -> str:
    """Return text that matplotlib will not read as a formula, and that any picture file holds."""
    return printable(text).replace("$", r"\$")


def shorten(text: str, limit: int = 30) -> str:
    """Return a name cut to a number of characters, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """Return the width in inches of a line of text in the house font."""
    if not text.strip():
        return 0.0
    return float(TextPath((0, 0), plain(text), size=size).get_extents().width) / 72
