"""Runs a Caspian file by Caspian's rules, as ORNL/Caspian (ad337ef), README.md, states them.

The run uses the file's own numbers, with separate axonal and synaptic delays. The leak is applied
when charge next arrives, and the threshold is checked one timestep after an arrival.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import ExportError
from evosnn.export.common.agreement import Agreement, compare_spikes
from evosnn.export.common.export import Export

__all__ = ["run_caspian"]

_LEAST, _LARGEST = -32768, 32767


def run_caspian(export: Export) -> Agreement:
    """Run the file by Caspian's rules and compare all neurons, shifted by one timestep.

    Raises:
        ExportError: If the file is not a Caspian network.
    """
    golden = export.golden
    try:
        data = json.loads(export.text(f"{export.name}.{export.target}.json"))
        spikes = _run(data, golden.charge, golden.event)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise ExportError(f"the file is not a Caspian network ({error})") from None
    if spikes.shape != golden.spikes.shape:
        raise ExportError(
            f"the file has {spikes.shape[1]} neurons, the network {golden.spikes.shape[1]}"
        )
    return compare_spikes(export.target, "EvoSNN, by Caspian's rules", spikes, golden.spikes)


def _run(
    data: dict[str, Any], charge: NDArray[np.float64], event: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return ``(timesteps, n_neurons)`` bool, whether each neuron fired one timestep later."""
    node = {p["name"]: p["index"] for p in data["Properties"]["node_properties"]}
    edge = {p["name"]: p["index"] for p in data["Properties"]["edge_properties"]}
    place = {n["id"]: i for i, n in enumerate(data["Nodes"])}
    threshold, leak, axon = (
        [int(n["values"][node[name]]) for n in data["Nodes"]]
        for name in ("Threshold", "Leak", "Delay")
    )
    outgoing: list[list[tuple[int, int, int]]] = [[] for _ in place]
    for e in data["Edges"]:
        weight, delay = (int(e["values"][edge[name]]) for name in ("Weight", "Delay"))
        source = place[e["from"]]
        outgoing[source].append((place[e["to"]], weight, axon[source] + delay))
    inputs = [place[i] for i in data["Inputs"]]
    held, since = [0] * len(place), [0] * len(place)
    due: dict[int, list[tuple[int, int]]] = {}
    spikes = np.zeros((charge.shape[0], len(place)), dtype=np.bool_)
    touched: set[int] = set()
    for t in range(charge.shape[0] + 1):
        for i in touched:  # charge arrived in the timestep before
            if held[i] > threshold[i]:
                held[i] = 0
                spikes[t - 1, i] = True
                for target, weight, delay in outgoing[i]:
                    due.setdefault(t + delay, []).append((target, weight))
        if t == charge.shape[0]:
            break
        arrivals = [(i, int(charge[t, k])) for k, i in enumerate(inputs) if event[t, k]]
        arrivals += due.pop(t, [])
        touched = {i for i, _ in arrivals}
        for i in touched:
            held[i] = _leaked(held[i], leak[i], t - since[i])
            since[i] = t
        for i, amount in arrivals:
            held[i] += amount
    return spikes


def _leaked(held: int, leak: int, elapsed: int) -> int:
    """Return a charge after the leak: it halves every 2**leak timesteps; -1 is no leak.

    The fraction of a half-life is a factor in 1024ths, from a table; both steps round down.
    """
    if not -1 <= leak <= 4:
        raise ValueError(f"Leak {leak} is not a leak code of Caspian")
    size = abs(held)
    if leak >= 0:
        halvings, rest = divmod(elapsed, 2**leak)
        if rest:
            size = size * round(1024 * 2 ** (-rest / 2**leak)) >> 10
        size >>= halvings
    return min(max(size if held > 0 else -size, _LEAST), _LARGEST)
