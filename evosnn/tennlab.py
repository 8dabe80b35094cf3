"""The TENNLab network file: JSON that EvoSNN, RISP, Caspian and their tools exchange.

Caspian's files count delays from 0, give every neuron an axonal delay besides, and say a leak as
the exponent of its time constant, -1 for none; here all that becomes a network's delays and
shares (ORNL/Caspian, ad337ef, src/simulator.cpp). A leak of 0, a time constant of 1 timestep,
halves the charge in every timestep.

The format is described in TENNLab-UTK/framework-open, markdown/network_json_format.md. A
file carries the network, the ranges of its properties, and the parameters of the processor
that it was made for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from evosnn.errors import NetworkError, unknown_name
from evosnn.network import Network

__all__ = [
    "CASPIAN_LEAKS",
    "NetworkFile",
    "Property",
    "dumps_caspian",
    "dumps_network",
    "loads_network",
    "read_network",
]

CASPIAN_LEAKS = {0.0: -1, 0.5: 0}
"""Caspian's leak, by the share of the potential that a neuron loses in a timestep."""

_KEYS = (
    "Properties", "Nodes", "Edges", "Inputs", "Outputs", "Network_Values", "Associated_Data",
)  # fmt: skip


@dataclass(frozen=True)
class Property:
    """One value that every neuron or synapse of a file carries.

    Attributes:
        name: ``Threshold``, ``Leak``, ``Weight`` or ``Delay``.
        kind: ``"B"`` (0 or 1), ``"D"`` (real) or ``"I"`` (whole).
        min: Smallest value.
        max: Largest value.
    """

    name: str
    kind: str
    min: float
    max: float


@dataclass(frozen=True, eq=False)
class NetworkFile:
    """A network and what its file says of it.

    Attributes:
        network: The network; a file's weight table is already looked up.
        processor: The processor's name, as in ``"risp"``; empty if the file names none.
        parameters: The processor's parameters (``proc_params``).
        names: Names that the file gives to neurons, by id.
        notes: Whatever else the file carries about itself (``Associated_Data.other``).
    """

    network: Network
    processor: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)


def read_network(path: str | Path) -> NetworkFile:
    """Read a TENNLab network file.

    Raises:
        NetworkError: If the file cannot be read or is no whole network.
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
        NetworkError: If the text is no whole network.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
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
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
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
    """Caspian's delays of neurons: a spike waits so long before it goes into the synapses."""
    if "Delay" not in index:
        return {}
    return {n["id"]: _number(n["values"][index["Delay"]], "Delay") for n in nodes}


def _caspian_share(neuron: int, leak: float) -> float:
    for share, code in CASPIAN_LEAKS.items():
        if leak == code:
            return share
    raise NetworkError(
        f"neuron {neuron} has Leak {leak:g}; EvoSNN takes Caspian's -1 (none) and 0 (a time "
        "constant of 1 timestep)"
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


def dumps_network(file: NetworkFile, properties: dict[str, Property]) -> str:
    """Return the text of a TENNLab file.

    Args:
        file: The network and what to say of it.
        properties: The properties to declare, by name; ``Leak`` is written only if declared.
    """
    network = file.network
    neurons: dict[str, list[float]] = {"Threshold": network.threshold.tolist()}
    if "Leak" in properties:
        neurons["Leak"] = network.leak.tolist()
    synapses: dict[str, list[float]] = {
        "Weight": network.weight.tolist(),
        "Delay": network.delay.tolist(),
    }
    return _dumps(file, properties, neurons, properties, synapses)


def dumps_caspian(
    file: NetworkFile,
    node: dict[str, Property],
    edge: dict[str, Property],
    threshold: Sequence[float],
    axon: Sequence[int],
) -> str:
    """Return the text of a file for Caspian.

    Args:
        file: The network, whose neurons leak shares of :data:`CASPIAN_LEAKS`, and what to say
            of it.
        node: The properties of neurons to declare, ``Threshold``, ``Leak`` and ``Delay``.
        edge: The properties of synapses to declare, ``Weight`` and ``Delay``.
        threshold: Caspian's threshold of each neuron.
        axon: Axonal delay of each neuron; the rest of a delay is the synapse's.
    """
    network = file.network
    neurons: dict[str, Sequence[float]] = {
        "Threshold": threshold,
        "Leak": [CASPIAN_LEAKS[share] for share in network.leak.tolist()],
        "Delay": axon,
    }
    delays = [
        d - 1 - axon[a] for a, d in zip(network.pre.tolist(), network.delay.tolist(), strict=True)
    ]
    synapses: dict[str, list[float]] = {"Weight": network.weight.tolist(), "Delay": delays}
    return _dumps(file, node, neurons, edge, synapses)


def _dumps(
    file: NetworkFile,
    node: dict[str, Property],
    neurons: Mapping[str, Sequence[float]],
    edge: dict[str, Property],
    synapses: Mapping[str, Sequence[float]],
) -> str:
    """The text of a file from the values of its neurons and synapses, by property."""
    network = file.network
    ids = network.ids.tolist()
    nodes = []
    for i, neuron in enumerate(ids):
        item: dict[str, Any] = {"id": neuron, "values": [float(v[i]) for v in neurons.values()]}
        if neuron in file.names:
            item["name"] = file.names[neuron]
        nodes.append(item)
    edges = [
        {"from": ids[a], "to": ids[b], "values": [float(v[k]) for v in synapses.values()]}
        for k, (a, b) in enumerate(zip(network.pre.tolist(), network.post.tolist(), strict=True))
    ]
    data = {
        "Properties": {
            "node_properties": _declare(node, neurons),
            "edge_properties": _declare(edge, synapses),
            "network_properties": [],
        },
        "Nodes": nodes,
        "Edges": edges,
        "Inputs": np.asarray(ids)[network.inputs].tolist(),
        "Outputs": np.asarray(ids)[network.outputs].tolist(),
        "Network_Values": [],
        "Associated_Data": {
            "other": {"proc_name": file.processor, **file.notes},
            "proc_params": file.parameters,
        },
    }
    return json.dumps(data, indent=1) + "\n"


def _declare(properties: dict[str, Property], names: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {
            "name": p.name,
            "type": ord(p.kind),
            "index": index,
            "size": 1,
            "min_value": p.min,
            "max_value": p.max,
        }
        for index, p in enumerate(properties[name] for name in names)
    ]
