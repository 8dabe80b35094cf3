"""Mechanisms that make one physical chip differ from its drawing.

A mechanism turns the parameters of networks into those of many physical chips; mechanisms
compose, and adding one never changes what another draws.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
    from evosnn.hardware._code import Sign, WeightCode, weight_code
    from evosnn.hardware._crossbar import Crossbar
    from evosnn.hardware._device_presets import DEVICES
    from evosnn.hardware._devices import AbstractDevice
    from evosnn.hardware._draw import draw_instances
    from evosnn.hardware._mechanisms import MECHANISMS, Mechanism
    from evosnn.hardware._neuron_faults import (
        DeadNeurons,
        DeafNeurons,
        LeaklessNeurons,
        OpenLines,
        ResetlessNeurons,
        ScaledLeaks,
        ScaledThresholds,
        StuckNeurons,
    )
    from evosnn.hardware._nodal import effective_conductance, wire_index
    from evosnn.hardware._programming import ProgrammingNoise
    from evosnn.hardware._random import philox, stream_key
    from evosnn.hardware._synapse_faults import (
        BitFlips,
        DeadSynapses,
        DelayBitFlips,
        StuckDrivers,
        StuckSynapses,
    )
    from evosnn.hardware._variation import (
        DelayVariation,
        DeliveryNoise,
        LeakVariation,
        SupplyShift,
        Temperature,
        ThresholdVariation,
        WeightVariation,
    )

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

_LAZY = {
    "DeliveryNoise": "_variation",
    "Temperature": "_variation",
    "DeafNeurons": "_neuron_faults",
    "LeaklessNeurons": "_neuron_faults",
    "ResetlessNeurons": "_neuron_faults",
    "ScaledLeaks": "_neuron_faults",
    "DelayBitFlips": "_synapse_faults",
    "StuckDrivers": "_synapse_faults",
    "DelayVariation": "_variation",
    "LeakVariation": "_variation",
    "DEVICES": "_device_presets",
    "AbstractDevice": "_devices",
    "MECHANISMS": "_mechanisms",
    "Mechanism": "_mechanisms",
    "BitFlips": "_synapse_faults",
    "Crossbar": "_crossbar",
    "DeadNeurons": "_neuron_faults",
    "DeadSynapses": "_synapse_faults",
    "OpenLines": "_neuron_faults",
    "ProgrammingNoise": "_programming",
    "ScaledThresholds": "_neuron_faults",
    "Sign": "_code",
    "StuckNeurons": "_neuron_faults",
    "StuckSynapses": "_synapse_faults",
    "SupplyShift": "_variation",
    "ThresholdVariation": "_variation",
    "WeightCode": "_code",
    "WeightVariation": "_variation",
    "draw_instances": "_draw",
    "effective_conductance": "_nodal",
    "philox": "_random",
    "stream_key": "_random",
    "weight_code": "_code",
    "wire_index": "_nodal",
}


def __getattr__(name: str) -> Any:
    """Load what needs numba on first use."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
