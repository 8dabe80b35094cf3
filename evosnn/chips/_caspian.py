"""Converts between Caspian's processor parameters and a chip.

The parameters and their defaults are those of ORNL/Caspian (ad337ef), src/processor.cpp and
include/constants.hpp.
"""

from __future__ import annotations

from typing import Any

from evosnn.chips._catalogue import load_chip
from evosnn.chips._described import described_chip, require_numbers, require_truth_values
from evosnn.chips._model import Chip
from evosnn.errors import NetworkError, unknown_name

__all__ = ["caspian_parameters", "chip_from_caspian"]

_DEFAULTS: dict[str, Any] = {
    "Backend": "Event_Simulator",
    "Debug": False,
    "Allow_Lazy": False,
    "Verilator": {"Trace_File": ""},
    "Leak_Enable": True,
    "Min_Leak": 0,
    "Max_Leak": 4,
    "Min_Threshold": 0,
    "Max_Threshold": 255,
    "Min_Weight": -127,
    "Max_Weight": 127,
    "Min_Axon_Delay": 0,
    "Max_Axon_Delay": 15,
    "Min_Synapse_Delay": 0,
    "Max_Synapse_Delay": 15,
}
_MICRO = {  # the uCaspian backends override these parameters
    "Backend": "uCaspian_USB",
    "Leak_Enable": False,
    "Min_Leak": -1,
    "Max_Leak": -1,
    "Max_Synapse_Delay": 0,
}


def caspian_parameters(*, micro: bool) -> dict[str, Any]:
    """Return processor parameters with the full ranges of Caspian, or of uCaspian."""
    own = _MICRO if micro else {"Min_Leak": -1}
    every = {**_DEFAULTS, **own}
    return {k: v for k, v in every.items() if k not in ("Debug", "Allow_Lazy", "Verilator")}


def chip_from_caspian(parameters: dict[str, Any]) -> Chip:
    """Return the chip that Caspian's processor parameters describe.

    Raises:
        NetworkError: If a parameter is unknown or the parameters are not valid for a chip.
    """
    for key in parameters:
        if key not in _DEFAULTS:
            raise NetworkError(unknown_name("Caspian parameter", key, _DEFAULTS))
    numbers = [key for key in _DEFAULTS if key.startswith(("Min_", "Max_"))]
    require_numbers(parameters, numbers, "Caspian")
    require_truth_values(parameters, ("Leak_Enable", "Debug", "Allow_Lazy"), "Caspian")
    p = {**_DEFAULTS, **parameters}
    micro = str(p["Backend"]).startswith("uCaspian")
    if micro:
        p.update({k: v for k, v in _MICRO.items() if k != "Backend"})
    base = load_chip("ucaspian" if micro else "caspian")
    delay = {
        end.lower(): p[f"{end}_Synapse_Delay"] + p[f"{end}_Axon_Delay"] + 1
        for end in ("Min", "Max")
    }
    return described_chip(
        {
            **base.model_dump(),
            "neuron": {
                **base.neuron.model_dump(),
                "threshold": {"min": p["Min_Threshold"], "max": p["Max_Threshold"]},
                "leak": base.neuron.leak if p["Leak_Enable"] else (0.0,),
            },
            "synapse": {
                "weight": {"min": p["Min_Weight"], "max": p["Max_Weight"]},
                "delay": delay,
            },
        },
        "Caspian",
    )
