"""Simulation: networks and inputs in, spikes and counters out.

The timestep is written down in :mod:`evosnn.simulation.reference`. Heavy parts load on first
use, so that importing the data types costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

from evosnn.simulation._types import NEVER, Recording, Response, Stimulus

if TYPE_CHECKING:
    from evosnn.simulation._session import Session
    from evosnn.simulation._simulate import begin, simulate
    from evosnn.simulation._types import Window
    from evosnn.simulation.layout.potential_bounds import HORIZON, Ranges, potential_ranges
    from evosnn.simulation.layout.scoring import Scorer
    from evosnn.simulation.layout.stimulus import PreparedStimulus

__all__ = [
    "HORIZON",
    "NEVER",
    "PreparedStimulus",
    "Ranges",
    "Recording",
    "Response",
    "Scorer",
    "Session",
    "Stimulus",
    "Window",
    "begin",
    "potential_ranges",
    "simulate",
]

__getattr__, _, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "_session": ["Session"],
        "_simulate": ["begin", "simulate"],
        "_types": ["Window"],
        "layout.potential_bounds": ["HORIZON", "Ranges", "potential_ranges"],
        "layout.scoring": ["Scorer"],
        "layout.stimulus": ["PreparedStimulus"],
    },
)
