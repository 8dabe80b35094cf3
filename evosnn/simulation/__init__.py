"""Simulation: networks and inputs in, spikes and counters out.

The timestep is written down in :mod:`evosnn.simulation.reference`. Heavy parts load on first
use, so that importing the data types costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evosnn.simulation._data import NEVER, Recording, Response, Stimulus

if TYPE_CHECKING:
    from evosnn.simulation._pack import PreparedStimulus
    from evosnn.simulation._race import Race
    from evosnn.simulation._ranges import HORIZON, Ranges, potential_ranges
    from evosnn.simulation._session import Session
    from evosnn.simulation._simulate import begin, simulate
    from evosnn.simulation._window import Window

__all__ = [
    "HORIZON",
    "NEVER",
    "PreparedStimulus",
    "Race",
    "Ranges",
    "Recording",
    "Response",
    "Session",
    "Stimulus",
    "Window",
    "begin",
    "potential_ranges",
    "simulate",
]

_LAZY = {
    "HORIZON": "_ranges",
    "PreparedStimulus": "_pack",
    "Race": "_race",
    "Ranges": "_ranges",
    "Session": "_session",
    "Window": "_window",
    "begin": "_simulate",
    "potential_ranges": "_ranges",
    "simulate": "_simulate",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
