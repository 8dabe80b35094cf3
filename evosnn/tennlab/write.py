"""Writes TENNLab network files for RISP and Caspian."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from evosnn.tennlab.model import CASPIAN_LEAKS, NetworkFile, Property

__all__ = ["dumps_caspian", "dumps_network"]


def dumps_network(file: NetworkFile, properties: dict[str, Property]) -> str:
    """Return the text of a TENNLab file.

    Args:
        file: The network and its metadata.
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
        file: The network, whose leaks are keys of :data:`CASPIAN_LEAKS`, and its metadata.
        node: Neuron properties to declare: ``Threshold``, ``Leak`` and ``Delay``.
        edge: Synapse properties to declare: ``Weight`` and ``Delay``.
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
    """Return the text of a file from the property values of its neurons and synapses."""
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
