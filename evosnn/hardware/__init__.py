"""Mechanisms that make one physical chip differ from its drawing.

A mechanism turns the parameters of networks into those of many physical chips; mechanisms
compose, and adding one never changes what another draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

from evosnn.hardware._instances import (
    DRIVES_ALWAYS,
    FIRES_ALWAYS,
    FIRES_NEVER,
    NO_INTEGRATION,
    NO_RESET,
    SOUND,
    Instances,
    Noise,
    join_instances,
    nominal_instances,
)

if TYPE_CHECKING:
    from evosnn.hardware._draw import draw_instances
    from evosnn.hardware._philox import philox
    from evosnn.hardware._random import stream_key
    from evosnn.hardware._registry import MECHANISMS, Mechanism
    from evosnn.hardware._variation import (
        DelayVariation,
        DeliveryNoise,
        LeakVariation,
        SupplyShift,
        Temperature,
        ThresholdVariation,
        WeightVariation,
    )
    from evosnn.hardware.crossbar.exact import effective_conductance, wire_index
    from evosnn.hardware.crossbar.mechanism import Crossbar
    from evosnn.hardware.devices.models import AbstractDevice
    from evosnn.hardware.devices.presets import DEVICES
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
    from evosnn.hardware.faults.weight_code import Sign, WeightCode, weight_code

__all__ = [
    "DEVICES",
    "DRIVES_ALWAYS",
    "FIRES_ALWAYS",
    "FIRES_NEVER",
    "MECHANISMS",
    "NO_INTEGRATION",
    "NO_RESET",
    "SOUND",
    "AbstractDevice",
    "BitFlips",
    "Crossbar",
    "DeadNeurons",
    "DeadSynapses",
    "DeafNeurons",
    "DelayBitFlips",
    "DelayVariation",
    "DeliveryNoise",
    "Instances",
    "LeakVariation",
    "LeaklessNeurons",
    "Mechanism",
    "Noise",
    "OpenLines",
    "ProgrammingNoise",
    "ResetlessNeurons",
    "ScaledLeaks",
    "ScaledThresholds",
    "Sign",
    "StuckDrivers",
    "StuckNeurons",
    "StuckSynapses",
    "SupplyShift",
    "Temperature",
    "ThresholdVariation",
    "WeightCode",
    "WeightVariation",
    "draw_instances",
    "effective_conductance",
    "join_instances",
    "nominal_instances",
    "philox",
    "stream_key",
    "weight_code",
    "wire_index",
]

__getattr__, _, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "_draw": ["draw_instances"],
        "_philox": ["philox"],
        "_random": ["stream_key"],
        "_registry": ["MECHANISMS", "Mechanism"],
        "_variation": [
            "DelayVariation",
            "DeliveryNoise",
            "LeakVariation",
            "SupplyShift",
            "Temperature",
            "ThresholdVariation",
            "WeightVariation",
        ],
        "crossbar.exact": ["effective_conductance", "wire_index"],
        "crossbar.mechanism": ["Crossbar"],
        "devices.models": ["AbstractDevice"],
        "devices.presets": ["DEVICES"],
        "devices.programming_noise": ["ProgrammingNoise"],
        "faults.neurons": [
            "DeadNeurons",
            "DeafNeurons",
            "LeaklessNeurons",
            "OpenLines",
            "ResetlessNeurons",
            "ScaledLeaks",
            "ScaledThresholds",
            "StuckNeurons",
        ],
        "faults.synapses": [
            "BitFlips",
            "DeadSynapses",
            "DelayBitFlips",
            "StuckDrivers",
            "StuckSynapses",
        ],
        "faults.weight_code": ["Sign", "WeightCode", "weight_code"],
    },
)
