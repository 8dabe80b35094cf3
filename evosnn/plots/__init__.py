"""Pictures of a campaign: its front, its progress, its networks and their spikes.

Every function takes data, draws with the house style and returns a
``matplotlib.figure.Figure``; nothing is global and nothing is shown. :func:`save` writes a
figure as PNG, SVG or PDF::

    figure = plots.network(network, "the knee", input_names=task.input_names)
    plots.save(figure, "knee.svg")

matplotlib is loaded when the first picture is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from evosnn.plots._data import Axis, FrontPoint

if TYPE_CHECKING:
    from evosnn.plots._comparison import comparison
    from evosnn.plots._convergence import convergence
    from evosnn.plots._network import network
    from evosnn.plots._pareto import pareto
    from evosnn.plots._raster import raster
    from evosnn.plots._resilience import resilience
    from evosnn.plots._save import save, to_svg

__all__ = [
    "Axis",
    "FrontPoint",
    "comparison",
    "convergence",
    "network",
    "pareto",
    "raster",
    "resilience",
    "save",
    "to_svg",
]

_LAZY = {
    "comparison": "_comparison",
    "convergence": "_convergence",
    "network": "_network",
    "pareto": "_pareto",
    "raster": "_raster",
    "resilience": "_resilience",
    "save": "_save",
    "to_svg": "_save",
}


def __getattr__(name: str) -> Any:
    """Load the module that draws, and matplotlib with it, when it is first used."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    drawn = getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    globals()[name] = drawn
    return drawn


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
