"""Converts between RISP's processor parameters and a chip.

The parameters are those of TENNLab-UTK/framework-open, markdown/risp.md.
"""

from __future__ import annotations

from typing import Any

from evosnn.chips._described import described_chip, require_numbers
from evosnn.chips._model import Chip
from evosnn.errors import ExportError, NetworkError, unknown_name

__all__ = ["chip_from_risp", "risp_parameters"]

_TAKEN = {
    "discrete", "min_threshold", "max_threshold", "max_delay", "min_potential", "min_weight",
    "max_weight", "weights", "inputs_from_weights", "leak_mode", "threshold_inclusive",
    "run_time_inclusive", "fire_like_ravens", "spike_value_factor", "noisy_stddev", "stds",
    "noisy_seed", "log",
}  # fmt: skip
_REFUSED = ("fire_like_ravens", "noisy_stddev", "stds")
_NUMBERS = (
    "min_threshold", "max_threshold", "max_delay", "min_potential", "min_weight", "max_weight",
    "spike_value_factor",
)  # fmt: skip
_LEAKS = {"none": (0.0,), "all": (1.0,), "configurable": (0.0, 1.0)}


def chip_from_risp(parameters: dict[str, Any], name: str = "risp") -> Chip:
    """Return the chip that RISP's processor parameters describe.

    Raises:
        NetworkError: If a parameter is missing, unknown, or requests a feature that is not
            simulated (``fire_like_ravens``, per-spike noise).
    """
    for key in parameters:
        if key not in _TAKEN:
            raise NetworkError(unknown_name("RISP parameter", key, _TAKEN))
    for key in _REFUSED:
        if parameters.get(key):
            raise NetworkError(f"the RISP parameter '{key}' is not simulated; set it to 0 or false")
    require_numbers(parameters, _NUMBERS, "RISP")
    try:
        weights = parameters.get("weights") or [parameters["min_weight"], parameters["max_weight"]]
        _require_list(weights)
        data = {
            "name": name,
            "description": "RISP neuroprocessor with the parameters of a network file",
            "source": "the network file's proc_params",
            "arithmetic": "integer" if parameters["discrete"] else "float",
            "spike_value": parameters.get("spike_value_factor", max(weights)),
            "neuron": {
                "threshold": {
                    "min": parameters["min_threshold"], "max": parameters["max_threshold"],
                },
                "threshold_inclusive": parameters.get("threshold_inclusive", True),
                "min_potential": parameters["min_potential"],
                "leak": _LEAKS[str(parameters.get("leak_mode", "none"))],
            },
            "synapse": {
                "weight": {"min": min(weights), "max": max(weights)},
                "delay": {"min": 1, "max": parameters["max_delay"]},
            },
        }  # fmt: skip
    except KeyError as error:
        raise NetworkError(
            f"the RISP parameter {error} is missing or has an unknown value"
        ) from None
    return described_chip(data, "RISP")


def _require_list(weights: Any) -> None:
    if not isinstance(weights, list):
        raise NetworkError(f"the RISP parameter 'weights' is {weights!r}; it takes a list")
    for weight in weights:
        require_numbers({"weights": weight}, ("weights",), "RISP")


def risp_parameters(chip: Chip) -> dict[str, Any]:
    """Return RISP's processor parameters for a chip.

    Raises:
        ExportError: If no RISP parameters reproduce this chip's rules.
    """
    modes = {leak: mode for mode, leak in _LEAKS.items()}
    leak = tuple(sorted(chip.neuron.leak))
    if leak not in modes:
        shares = ", ".join(f"{x:g}" for x in leak)
        raise ExportError(f"RISP takes leaks of 0 and 1 only; chip '{chip.name}' leaks {shares}")
    if chip.neuron.min_potential is None:
        raise ExportError(f"RISP needs a least potential; chip '{chip.name}' has none")
    return {
        "discrete": chip.integer,
        "min_weight": chip.synapse.weight.min,
        "max_weight": chip.synapse.weight.max,
        "min_threshold": chip.neuron.threshold.min,
        "max_threshold": chip.neuron.threshold.max,
        "max_delay": int(chip.synapse.delay.max),
        "min_potential": chip.neuron.min_potential,
        "leak_mode": modes[leak],
        "threshold_inclusive": chip.neuron.threshold_inclusive,
        "spike_value_factor": chip.spike_value,
    }
