"""Pictures of a campaign: its front, its progress, its networks and their spikes.

Every function takes data, draws with the house style and returns a
``matplotlib.figure.Figure``; nothing is global and nothing is shown. :func:`save` writes a
figure as PNG, SVG or PDF::

    figure = plots.network(network, "the knee", input_names=task.input_names)
    plots.save(figure, "knee.svg")

matplotlib is loaded when the first picture is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

from evosnn.plots._data import Axis, FrontPoint

if TYPE_CHECKING:
    from evosnn.plots._comparison import comparison
    from evosnn.plots._convergence import convergence
    from evosnn.plots._into_axes import draw_front, draw_network
    from evosnn.plots._pareto import pareto
    from evosnn.plots._raster import raster
    from evosnn.plots._resilience import resilience
    from evosnn.plots._save import save, to_svg
    from evosnn.plots._sensitivity import sensitivity
    from evosnn.plots.drawing.draw import network

__all__ = [
    "Axis",
    "FrontPoint",
    "comparison",
    "convergence",
    "draw_front",
    "draw_network",
    "network",
    "pareto",
    "raster",
    "resilience",
    "save",
    "sensitivity",
    "to_svg",
]

__getattr__, _, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "_comparison": ["comparison"],
        "_convergence": ["convergence"],
        "drawing.draw": ["network"],
        "_into_axes": ["draw_front", "draw_network"],
        "_pareto": ["pareto"],
        "_raster": ["raster"],
        "_resilience": ["resilience"],
        "_save": ["save", "to_svg"],
        "_sensitivity": ["sensitivity"],
    },
)
