"""The registry of mechanisms, and the type of a campaign file's field that names one.

A package adds a mechanism by an entry point of the group ``evosnn.mechanisms``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evosnn.hardware._mechanism import AbstractMechanism
from evosnn.registry import Registry
from evosnn.validation import table_check, tagged_tables

__all__ = ["MECHANISMS", "Mechanism"]


_PACKAGE = "evosnn.hardware"

MECHANISMS: Registry[type[AbstractMechanism]] = Registry(
    "mechanism",
    {
        "weight-variation": f"{_PACKAGE}._variation:WeightVariation",
        "threshold-variation": f"{_PACKAGE}._variation:ThresholdVariation",
        "leak-variation": f"{_PACKAGE}._variation:LeakVariation",
        "delay-variation": f"{_PACKAGE}._variation:DelayVariation",
        "supply-shift": f"{_PACKAGE}._variation:SupplyShift",
        "temperature": f"{_PACKAGE}._variation:Temperature",
        "delivery-noise": f"{_PACKAGE}._variation:DeliveryNoise",
        "dead-synapses": f"{_PACKAGE}.faults.synapses:DeadSynapses",
        "stuck-synapses": f"{_PACKAGE}.faults.synapses:StuckSynapses",
        "bit-flips": f"{_PACKAGE}.faults.synapses:BitFlips",
        "delay-bit-flips": f"{_PACKAGE}.faults.synapses:DelayBitFlips",
        "dead-neurons": f"{_PACKAGE}.faults.neurons:DeadNeurons",
        "stuck-neurons": f"{_PACKAGE}.faults.neurons:StuckNeurons",
        "deaf-neurons": f"{_PACKAGE}.faults.neurons:DeafNeurons",
        "leakless-neurons": f"{_PACKAGE}.faults.neurons:LeaklessNeurons",
        "resetless-neurons": f"{_PACKAGE}.faults.neurons:ResetlessNeurons",
        "scaled-thresholds": f"{_PACKAGE}.faults.neurons:ScaledThresholds",
        "scaled-leaks": f"{_PACKAGE}.faults.neurons:ScaledLeaks",
        "open-lines": f"{_PACKAGE}.faults.neurons:OpenLines",
        "stuck-drivers": f"{_PACKAGE}.faults.synapses:StuckDrivers",
        "programming-noise": f"{_PACKAGE}.devices.programming_noise:ProgrammingNoise",
        "crossbar": f"{_PACKAGE}.crossbar.mechanism:Crossbar",
    },
    table_check(AbstractMechanism, "evosnn.hardware.AbstractMechanism"),
)
"""The mechanisms by kind."""

if TYPE_CHECKING:
    Mechanism = AbstractMechanism
else:
    Mechanism = tagged_tables(MECHANISMS)
"""Any mechanism: the type of a pydantic field that takes a table with its ``kind``."""
