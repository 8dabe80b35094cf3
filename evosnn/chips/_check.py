"""The design-rule check: which parts of a network a chip cannot hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evosnn.chips._model import Chip, Range
from evosnn.network import Network

__all__ = ["check"]


def check(chip: Chip, network: Network) -> list[str]:
    """List what of ``network`` does not fit ``chip``, a sentence each; empty if all fits."""
    ids = network.ids.tolist()
    ends = [
        f"synapse {ids[a]}->{ids[b]}"
        for a, b in zip(network.pre.tolist(), network.post.tolist(), strict=True)
    ]
    neurons = [f"neuron {i}" for i in ids]
    return [
        *_outside(neurons, "threshold", network.threshold, chip.neuron.threshold, chip.integer),
        *_leaks(neurons, network.leak, chip.neuron.leak),
        *_outside(ends, "weight", network.weight, chip.synapse.weight, chip.integer),
        *_outside(ends, "delay", network.delay, chip.synapse.delay, True),
        *_too_many(chip, network),
    ]


def _outside(
    parts: list[str], name: str, values: NDArray[np.generic], allowed: Range, whole: bool
) -> list[str]:
    found = []
    for part, value in zip(parts, values.tolist(), strict=True):
        if value not in allowed:
            found.append(f"{part} has {name} {value:g}; the chip takes {allowed}")
        elif whole and value % 1:
            found.append(f"{part} has {name} {value:g}; the chip takes whole numbers")
    return found


def _leaks(parts: list[str], leaks: NDArray[np.float64], allowed: tuple[float, ...]) -> list[str]:
    takes = ", ".join(f"{x:g}" for x in allowed)
    return [
        f"{part} has leak {leak:g}; the chip takes {takes}"
        for part, leak in zip(parts, leaks.tolist(), strict=True)
        if leak not in allowed
    ]


def _too_many(chip: Chip, network: Network) -> list[str]:
    n = network.n_neurons
    fan_in = int(np.bincount(network.post, minlength=n).max(initial=0))
    fan_out = int(np.bincount(network.pre, minlength=n).max(initial=0))
    limits = chip.limits
    counts = (
        ("neurons", network.n_used, limits.neurons),
        ("synapses", network.n_synapses, limits.synapses),
        ("synapses into one neuron", fan_in, limits.fan_in),
        ("synapses out of one neuron", fan_out, limits.fan_out),
    )
    return [
        f"the network has {count} {what}; the chip holds {limit}"
        for what, count, limit in counts
        if limit is not None and count > limit
    ]
