"""Converts between RISP's processor parameters and a chip.

The parameters are those of TENNLab-UTK/framework-open, markdown/risp.md.
"""

from __future__ import annotations

from typing import Any

from evosnn.chips._described import described_chip, require_numbers, require_truth_values
from evosnn.chips._model import Chip
from evosnn.errors import ExportError, NetworkError, unknown_name

__all__ = ["chip_from_risp", "chip_from_vrisp", "risp_parameters"]

_TAKEN = {
    "discrete", "min_threshold", "max_threshold", "max_delay", "min_potential", "min_weight",
    "max_weight", "weights", "inputs_from_weights", "leak_mode", "threshold_inclusive",
    "run_time_inclusive", "fire_like_ravens", "spike_value_factor", "noisy_stddev", "stds",
    "noisy_seed", "log",
}  # fmt: skip
_VRISP = {
    "discrete", "min_threshold", "max_threshold", "max_delay", "min_potential", "min_weight",
    "max_weight", "leak_mode", "threshold_inclusive", "run_time_inclusive", "spike_value_factor",
    "tracked_timesteps",
}  # fmt: skip
_TRUTH_VALUES = (
    "discrete", "threshold_inclusive", "run_time_inclusive", "inputs_from_weights",
    "fire_like_ravens",
)  # fmt: skip
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
    require_truth_values(parameters, _TRUTH_VALUES, "RISP")
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


def chip_from_vrisp(parameters: dict[str, Any], name: str = "vrisp") -> Chip:
    """Return the chip that vRISP's processor parameters describe.

    It is RISP in whole numbers with inclusive thresholds, whose neurons fire whenever their
    potential has reached the threshold, if nothing arrives, too: those of threshold 0 in every
    timestep (framework-open, markdown/vrisp.md).

    Raises:
        NetworkError: If a parameter is missing, unknown, or asks for what vRISP does not do.
    """
    for key in parameters:
        if key not in _VRISP:
            raise NetworkError(unknown_name("vRISP parameter", key, _VRISP))
    truths = ("discrete", "threshold_inclusive", "run_time_inclusive")
    require_truth_values(parameters, truths, "vRISP")
    for key, does in (("discrete", True), ("threshold_inclusive", True)):
        if not parameters.get(key, does):
            raise NetworkError(f"the vRISP parameter '{key}' is false; vRISP has it true")
    if parameters.get("run_time_inclusive", False):
        raise NetworkError("the vRISP parameter 'run_time_inclusive' is true; vRISP has it false")
    require_numbers(parameters, ("tracked_timesteps",), "vRISP")
    tracked, most = parameters.get("tracked_timesteps"), parameters.get("max_delay", 0)
    if tracked is not None and isinstance(most, int | float) and tracked <= most:
        raise NetworkError(
            f"the vRISP parameter 'tracked_timesteps' is {tracked}; it takes more than max_delay, "
            f"{most}"
        )
    known = {k: v for k, v in parameters.items() if k != "tracked_timesteps"}
    chip = chip_from_risp({**known, "discrete": True}, name)
    if chip.neuron.threshold.min >= 1:  # then nothing fires that nothing arrives at
        return chip
    return chip.model_copy(
        update={"neuron": chip.neuron.model_copy(update={"fires_on": "potential"})}
    )


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
