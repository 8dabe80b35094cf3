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

from evosnn.errors import NetworkError, unknown_name
from evosnn.network import Network
from evosnn.tennlab.model import CASPIAN_LEAKS, NetworkFile

__all__ = ["loads_network", "read_network"]

_KEYS = (
    "Properties", "Nodes", "Edges", "Inputs", "Outputs", "Network_Values", "Associated_Data",
)  # fmt: skip


def read_network(path: str | Path) -> NetworkFile:
    """Read a TENNLab network file.

    Raises:
        NetworkError: If the file cannot be read or does not hold a complete network.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise NetworkError(f"network file '{path}' cannot be read: {reason}") from None
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
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NetworkError(f"it is not valid JSON ({error})") from None
    if not isinstance(data, dict):
        raise NetworkError("it holds no network (a JSON object with Nodes and Edges)")
    for key in data:
        if key not in _KEYS:
            raise NetworkError(unknown_name("key", key, _KEYS))
    for key in _KEYS:
        if key not in data:
            raise NetworkError(f"'{key}' is missing")
    try:
        return _parse(data)
    except NetworkError:
        raise
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
        what = f"{type(error).__name__} {error}" if str(error) else type(error).__name__
        raise NetworkError(f"it is not a TENNLab network ({what})") from None


def _parse(data: dict[str, Any]) -> NetworkFile:
    node = {p["name"]: int(p["index"]) for p in data["Properties"]["node_properties"]}
    edge = {p["name"]: int(p["index"]) for p in data["Properties"]["edge_properties"]}
    for name, found in (("Threshold", node), ("Weight", edge), ("Delay", edge)):
        if name not in found:
            raise NetworkError(f"its neurons or synapses have no property '{name}'")
    associated = data["Associated_Data"]
    parameters = dict(associated.get("proc_params", {}))
    other = dict(associated.get("other", {}))
    table = parameters.get("weights") or None
    nodes = data["Nodes"]
    processor = str(other.pop("proc_name", ""))
    caspian = processor == "caspian"
    axons = _axonal_delays(nodes, node) if caspian else {}
    synapses = []
    for item in data["Edges"]:
        weight = _number(item["values"][edge["Weight"]], "Weight")
        if table:
            weight = _from_table(table, weight)
        delay = _number(item["values"][edge["Delay"]], "Delay")
        if caspian:
            delay += axons.get(int(item["from"]), 0.0) + 1
        if delay % 1 or delay < 1:
            raise NetworkError(
                f"synapse {item['from']}->{item['to']} has Delay {delay:g}; it takes whole "
                "timesteps, at least 1"
            )
        synapses.append((int(item["from"]), int(item["to"]), weight, int(delay)))
    leak: Any = {"all": 1.0}.get(parameters.get("leak_mode", "none"), 0.0)
    if "Leak" in node:
        leak = [_number(n["values"][node["Leak"]], "Leak") for n in nodes]
        if caspian:
            leak = [_caspian_share(n["id"], k) for n, k in zip(nodes, leak, strict=True)]
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
    return {n["id"]: _number(n["values"][index["Delay"]], "Delay") for n in nodes}


def _caspian_share(neuron: int, leak: float) -> float:
    share: float
    for share, code in CASPIAN_LEAKS.items():
        if leak == code:
            return share
    raise NetworkError(
        f"neuron {neuron} has Leak {leak:g}; Caspian's are -1 (none) and 0 to 4 (half-lives of "
        "1 to 16 timesteps)"
    )


def _id(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NetworkError(f"a neuron id is {value!r}; it takes a whole number")
    return value


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NetworkError(f"a {name} is {value!r}; it takes a finite number")
    return float(value)


def _from_table(table: list[float], index: float) -> float:
    levels = sorted(table)
    if index % 1 or not 0 <= index < len(levels):
        raise NetworkError(f"a Weight is {index:g}; its table has entries 0..{len(levels) - 1}")
    return float(levels[int(index)])
