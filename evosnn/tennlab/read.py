"""Reads TENNLab network files: JSON that EvoSNN, RISP, Caspian and their tools exchange.

Caspian's files count delays from 0, add an axonal delay to every neuron, and give a leak as the
exponent of its half-life, -1 for none. The reader converts them to a network's delays and to shares
(ORNL/Caspian, ad337ef, src/simulator.cpp): a leak of 0, a half-life of 1 timestep, halves the
potential in every timestep.

The format is described in TENNLab-UTK/framework-open, markdown/network_json_format.md. A file holds
the network, the ranges of its properties, and the parameters of the processor that it was made for.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from evosnn.errors import NetworkError, number_text, unknown_name
from evosnn.network import MAX_DELAY, Network
from evosnn.tennlab.model import CASPIAN_LEAKS, NetworkFile
from evosnn.text_files import read_text

__all__ = ["loads_network", "read_network"]

_KEYS = (
    "Properties", "Nodes", "Edges", "Inputs", "Outputs", "Network_Values", "Associated_Data",
)  # fmt: skip


def read_network(path: str | Path) -> NetworkFile:
    """Read a TENNLab network file.

    Raises:
        NetworkError: If the file cannot be read or does not hold a complete network.
    """
    if Path(path).suffix == ".nir":
        raise NetworkError(
            f"network file '{path}' cannot be read: it is a NIR graph; 'evosnn export' and "
            "'evosnn show' read those"
        )
    text = read_text(path, f"network file '{path}'", NetworkError, "json")
    try:
        return loads_network(text)
    except NetworkError as error:
        raise NetworkError(f"network file '{path}': {error}") from None


def loads_network(text: str) -> NetworkFile:
    """Read a network from the text of a TENNLab file.

    Raises:
        NetworkError: If the text does not hold a complete network.
    """
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise NetworkError(f"it is not valid JSON ({error})") from None
    if not isinstance(data, dict):
        raise NetworkError("it holds no network (a JSON object with Nodes and Edges)")
    for key in data:
        if key not in _KEYS:
            raise NetworkError(unknown_name("key", key[:100], _KEYS))
    for key in _KEYS:
        if key not in data:
            raise NetworkError(f"'{key}' is missing")
    try:
        return _parse(data)
    except NetworkError:
        raise
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
        said = " ".join(str(error).split())[:200]
        what = f"{type(error).__name__} {said}" if said else type(error).__name__
        raise NetworkError(f"it is not a TENNLab network ({what})") from None


def _parse(data: dict[str, Any]) -> NetworkFile:
    node = {p["name"]: _index(p) for p in data["Properties"]["node_properties"]}
    edge = {p["name"]: _index(p) for p in data["Properties"]["edge_properties"]}
    for name, found in (("Threshold", node), ("Weight", edge), ("Delay", edge)):
        if name not in found:
            raise NetworkError(f"its neurons or synapses have no property '{name}'")
    associated = _object(data["Associated_Data"], "Associated_Data")
    parameters = dict(_object(associated.get("proc_params", {}), "proc_params"))
    other = dict(_object(associated.get("other", {}), "other"))
    levels = _table(parameters.get("weights"))
    nodes = data["Nodes"]
    processor = other.pop("proc_name", "")
    if not isinstance(processor, str):
        raise NetworkError(f"proc_name is {processor!r}; it takes text")
    caspian = processor == "caspian"
    axons = _axonal_delays(nodes, node) if caspian else {}
    synapses = []
    for item in data["Edges"]:
        weight = _number(item["values"][edge["Weight"]], "Weight")
        if levels:
            weight = _from_table(levels, weight)
        delay = _number(item["values"][edge["Delay"]], "Delay")
        if caspian:
            delay += axons.get(_id(item["from"]), 0.0) + 1
        if delay % 1 or not 1 <= delay <= MAX_DELAY:
            raise NetworkError(
                f"synapse {item['from']}->{item['to']} has Delay {number_text(delay)}; it takes "
                "whole "
                f"timesteps, at least 1 and at most {MAX_DELAY}"
            )
        synapses.append((_id(item["from"]), _id(item["to"]), weight, int(delay)))
    leak: Any = _common_leak(parameters.get("leak_mode", "none"))
    if "Leak" in node:
        leak = [_number(n["values"][node["Leak"]], "Leak") for n in nodes]
        if caspian:
            leak = [_caspian_share(_id(n["id"]), k) for n, k in zip(nodes, leak, strict=True)]
    network = Network.create(
        ids=[_id(n["id"]) for n in nodes],
        threshold=[_number(n["values"][node["Threshold"]], "Threshold") for n in nodes],
        leak=leak,
        inputs=[_id(i) for i in data["Inputs"]],
        outputs=[_id(i) for i in data["Outputs"]],
        synapses=synapses,
    )
    return NetworkFile(
        network=network,
        processor=processor,
        parameters=parameters,
        names={_id(n["id"]): str(n["name"]) for n in nodes if "name" in n},
        notes=other,
    )


def _axonal_delays(nodes: list[dict[str, Any]], index: dict[str, int]) -> dict[int, float]:
    """Return Caspian's axonal delays by neuron id; they delay a spike before its synapses."""
    if "Delay" not in index:
        return {}
    return {_id(n["id"]): _number(n["values"][index["Delay"]], "Delay") for n in nodes}


def _caspian_share(neuron: int, leak: float) -> float:
    share: float
    for share, code in CASPIAN_LEAKS.items():
        if leak == code:
            return share
    raise NetworkError(
        f"neuron {neuron} has Leak {number_text(leak)}; Caspian's are -1 (none) and 0 to 4 "
        "(half-lives of "
        "1 to 16 timesteps)"
    )


def _common_leak(mode: Any) -> float:
    """The leak of neurons that name none; a wrong mode is refused where the chip is made."""
    return 1.0 if mode == "all" else 0.0


def _index(item: Any) -> int:
    """The place of a property among the values of a neuron or synapse."""
    index = item["index"]
    if isinstance(index, bool) or not isinstance(index, int) or index < 0:
        raise NetworkError(
            f"property '{item['name']}' has index {index!r}; it takes a whole number from 0"
        )
    return index


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NetworkError(f"{name} is {_shown(value)}; it takes a JSON object")
    return value


def _table(weights: Any) -> list[float] | None:
    """The weight table, if the file has one."""
    if weights is None or weights == []:
        return None
    if not isinstance(weights, list):
        raise NetworkError(f"the parameter 'weights' is {_shown(weights)}; it takes a list")
    return sorted(_number(weight, "weight of the table") for weight in weights)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _id(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NetworkError(f"a neuron id is {_shown(value)}; it takes a whole number")
    return value


def _number(value: Any, name: str) -> float:
    try:
        if not isinstance(value, bool) and isinstance(value, int | float):
            number = float(value)
            if math.isfinite(number):
                return number
    except OverflowError:  # a whole number beyond the reals
        pass
    raise NetworkError(f"a {name} is {_shown(value)}; it takes a finite number")


def _from_table(levels: list[float], index: float) -> float:
    if index % 1 or not 0 <= index < len(levels):
        raise NetworkError(
            f"a Weight is {number_text(index)}; its table has entries 0..{len(levels) - 1}"
        )
    return float(levels[int(index)])
