"""Chips: the parameter ranges, neuron rules, size limits and published costs of each.

>>> from evosnn.chips import load_chip
>>> load_chip("risp-7").synapse.weight.max
7.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from evosnn.chips._arithmetic import special_rules, spike_limits
    from evosnn.chips._caspian import caspian_parameters, chip_from_caspian
    from evosnn.chips._catalogue import chip_names, chip_text, load_chip
    from evosnn.chips._check import Violation, check, find_violations, repair
    from evosnn.chips._model import (
        PICOJOULES,
        Chip,
        Cost,
        CrossbarModel,
        Limits,
        NeuronModel,
        Range,
        Source,
        SynapseModel,
    )
    from evosnn.chips._processor import chip_from_processor
    from evosnn.chips._risp import chip_from_risp, risp_parameters

__all__ = [
    "PICOJOULES",
    "Chip",
    "Cost",
    "CrossbarModel",
    "Limits",
    "NeuronModel",
    "Range",
    "Source",
    "SynapseModel",
    "Violation",
    "caspian_parameters",
    "check",
    "chip_from_caspian",
    "chip_from_processor",
    "chip_from_risp",
    "chip_names",
    "chip_text",
    "find_violations",
    "load_chip",
    "repair",
    "risp_parameters",
    "special_rules",
    "spike_limits",
]

__getattr__, _, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "_arithmetic": ["special_rules", "spike_limits"],
        "_caspian": ["caspian_parameters", "chip_from_caspian"],
        "_catalogue": ["chip_names", "chip_text", "load_chip"],
        "_check": ["Violation", "check", "find_violations", "repair"],
        "_model": [
            "PICOJOULES",
            "Chip",
            "Cost",
            "CrossbarModel",
            "Limits",
            "NeuronModel",
            "Range",
            "Source",
            "SynapseModel",
        ],
        "_processor": ["chip_from_processor"],
        "_risp": ["chip_from_risp", "risp_parameters"],
    },
)
