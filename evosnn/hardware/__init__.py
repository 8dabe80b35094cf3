"""Mechanisms: variation, noise and faults that make a physical chip differ from the nominal one.

A mechanism turns the parameters of networks into their parameters on many chip instances.
Mechanisms compose, and adding one never changes the random draws of another. Packages add
mechanisms: subclasses of :class:`AbstractMechanism` with an entry point of the group
``evosnn.mechanisms``.
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
    from evosnn.hardware._mechanism import (
        AbstractMechanism,
        Parts,
        broken_of,
        delays_of,
        leaks_of,
        neurons_of,
        parts_of,
    )
    from evosnn.hardware._philox import philox
    from evosnn.hardware._random import normals, stream_key, uniforms
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
    "AbstractMechanism",
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
    "Parts",
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
    "broken_of",
    "delays_of",
    "draw_instances",
    "effective_conductance",
    "join_instances",
    "leaks_of",
    "neurons_of",
    "nominal_instances",
    "normals",
    "parts_of",
    "philox",
    "stream_key",
    "uniforms",
    "weight_code",
    "wire_index",
]

__getattr__, _, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "_draw": ["draw_instances"],
        "_mechanism": [
            "AbstractMechanism",
            "Parts",
            "broken_of",
            "delays_of",
            "leaks_of",
            "neurons_of",
            "parts_of",
        ],
        "_philox": ["philox"],
        "_random": ["normals", "stream_key", "uniforms"],
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
