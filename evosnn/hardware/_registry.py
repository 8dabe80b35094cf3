"""The mechanisms that make a physical chip differ from its drawing, by kind.

Each takes the instances so far and returns them changed, so they compose.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from evosnn.errors import unknown_name
from evosnn.hardware._mechanism import AbstractMechanism
from evosnn.hardware._variation import (
    DelayVariation,
    DeliveryNoise,
    LeakVariation,
    SupplyShift,
    Temperature,
    ThresholdVariation,
    WeightVariation,
)
from evosnn.hardware.crossbar.mechanism import Crossbar
from evosnn.hardware.devices.programming_noise import ProgrammingNoise
from evosnn.hardware.faults.neurons import (
    DeadNeurons,
    DeafNeurons,
    LeaklessNeurons,
    OpenLines,
    ResetlessNeurons,
    ScaledLeaks,
    ScaledThresholds,
    StuckNeurons,
)
from evosnn.hardware.faults.synapses import (
    BitFlips,
    DeadSynapses,
    DelayBitFlips,
    StuckDrivers,
    StuckSynapses,
)

__all__ = ["MECHANISMS", "Mechanism"]

MECHANISMS: dict[str, type[AbstractMechanism]] = {
    model.model_fields["kind"].default: model
    for model in (
        WeightVariation, ThresholdVariation, LeakVariation, DelayVariation, SupplyShift,
        Temperature, DeliveryNoise, DeadSynapses, StuckSynapses, BitFlips, DelayBitFlips,
        DeadNeurons, StuckNeurons, DeafNeurons, LeaklessNeurons, ResetlessNeurons,
        ScaledThresholds, ScaledLeaks, OpenLines, StuckDrivers, ProgrammingNoise, Crossbar,
    )
}  # fmt: skip
"""The mechanisms by kind."""


def _known(value: Any) -> Any:
    """Refuse a table of an unknown kind, and take a kind alone for a table."""
    table = {"kind": value} if isinstance(value, str) else value
    if isinstance(table, dict):
        kind = table.get("kind")
        if kind is None:
            raise ValueError(f"a mechanism has a kind, one of {', '.join(sorted(MECHANISMS))}")
        if kind not in MECHANISMS:
            raise ValueError(unknown_name("mechanism", str(kind), MECHANISMS))
    return table


Mechanism = Annotated[
    WeightVariation
    | ThresholdVariation
    | LeakVariation
    | DelayVariation
    | SupplyShift
    | Temperature
    | DeliveryNoise
    | DeadSynapses
    | StuckSynapses
    | BitFlips
    | DelayBitFlips
    | DeadNeurons
    | StuckNeurons
    | DeafNeurons
    | LeaklessNeurons
    | ResetlessNeurons
    | ScaledThresholds
    | ScaledLeaks
    | OpenLines
    | StuckDrivers
    | ProgrammingNoise
    | Crossbar,
    Field(discriminator="kind"),
    BeforeValidator(_known),
]
"""Any mechanism, told apart by its ``kind``."""
