"""Mechanisms that make one physical chip differ from its drawing.

A mechanism turns the parameters of networks into those of many physical chips; mechanisms
compose, and adding one never changes what another draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evosnn.hardware._instances import (
    FIRES_ALWAYS,
    FIRES_NEVER,
    SOUND,
    Instances,
    nominal_instances,
)

if TYPE_CHECKING:
    from evosnn.hardware._draw import draw_instances
    from evosnn.hardware._mechanisms import (
        MECHANISMS,
        DeadNeurons,
        DeadSynapses,
        Mechanism,
        StuckNeurons,
        SupplyShift,
        ThresholdVariation,
        WeightVariation,
    )

__all__ = [
    "FIRES_ALWAYS",
    "FIRES_NEVER",
    "MECHANISMS",
    "SOUND",
    "DeadNeurons",
    "DeadSynapses",
    "Instances",
    "Mechanism",
    "StuckNeurons",
    "SupplyShift",
    "ThresholdVariation",
    "WeightVariation",
    "draw_instances",
    "nominal_instances",
]


def __getattr__(name: str) -> Any:
    """Load what needs numba on first use."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = "_draw" if name == "draw_instances" else "_mechanisms"
    return getattr(import_module(f"{__name__}.{module}"), name)
