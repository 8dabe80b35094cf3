"""Runs Loihi's integer tables by Loihi's rules."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import ExportError
from evosnn.export.common.agreement import Agreement, compare_spikes
from evosnn.export.common.export import Export

__all__ = ["run_loihi", "run_tables"]


def run_loihi(export: Export) -> Agreement:
    """Run the tables of an export and compare all neurons.

    Raises:
        ExportError: If the file does not hold such tables.
    """
    golden = export.golden
    try:
        tables = json.loads(export.text(f"{export.name}.loihi.json"))
        spikes = run_tables(tables, golden.event)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise ExportError(f"the file does not contain Loihi tables ({error})") from None
    if spikes.shape != golden.spikes.shape:
        raise ExportError(
            f"the tables have {spikes.shape[1]} compartments, the network "
            f"{golden.spikes.shape[1]} neurons"
        )
    return compare_spikes("loihi", "EvoSNN, from the tables", spikes, golden.spikes)


def run_tables(tables: dict[str, Any], event: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Run tables.

    Args:
        tables: Content of a file of :func:`~evosnn.export.to_loihi`.
        event: ``(timesteps, n_inputs)`` bool, input spikes.

    Returns:
        ``(timesteps, n_compartments)`` bool, the spikes.
    """
    compartments = tables["compartments"]
    threshold = np.array([64 * c["threshold_mantissa"] for c in compartments], dtype=np.int64)
    decay = np.array([c["decay_v"] for c in compartments], dtype=np.int64)
    listed = [s for group in ("excitatory", "inhibitory") for s in tables["synapses"][group]]
    inputs = tables["inputs"]
    if len(inputs) != event.shape[1]:
        raise ValueError(f"{len(inputs)} inputs, {event.shape[1]} are fed")
    timesteps = event.shape[0]
    current = np.zeros((timesteps + 64, len(compartments)), dtype=np.int64)
    for k, source in enumerate(inputs):
        current[:timesteps, source["compartment"]] += event[:, k] * _delivered(source)
    outgoing: list[list[tuple[int, int, int]]] = [[] for _ in compartments]
    for s in listed:
        outgoing[s["pre"]].append((s["post"], 1 + s["delay"], _delivered(s)))
    voltage = np.zeros(len(compartments), dtype=np.int64)
    spikes = np.zeros((timesteps, len(compartments)), dtype=np.bool_)
    for t in range(timesteps):
        lost = -(-np.abs(voltage) * decay // 4096)  # rounded up
        voltage += current[t] - np.sign(voltage) * lost
        spikes[t] = voltage > threshold
        voltage[spikes[t]] = 0
        for i in np.flatnonzero(spikes[t]).tolist():
            for post, delay, amount in outgoing[i]:
                current[t + delay, post] += amount
    return spikes


def _delivered(synapse: dict[str, int]) -> int:
    return synapse["mantissa"] << (6 + synapse["exponent"])
