"""Checks whether a network fits a chip, and moves values to the nearest ones that fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evosnn.chips._model import Chip, Range
from evosnn.errors import number_text
from evosnn.network import Network

__all__ = ["Violation", "check", "find_violations", "repair"]


@dataclass(frozen=True)
class Violation:
    """One property of a network that exceeds a chip's ranges or limits.

    Attributes:
        sentence: The problem, as one sentence without its full stop.
        repair: The change of one value that makes it fit; empty if there is none.
        field: Array of the network that the repair changes; empty without a repair.
        index: Index of the changed value in that array.
        value: New value.
    """

    sentence: str
    repair: str = ""
    field: str = ""
    index: int = -1
    value: float = 0.0


def check(chip: Chip, network: Network) -> list[str]:
    """Return one sentence for each violation of ``chip`` by ``network``; empty if it fits."""
    return [violation.sentence for violation in find_violations(chip, network)]


def repair(chip: Chip, network: Network) -> tuple[Network, list[str]]:
    """Return a network moved into a chip's ranges, and one sentence for each change.

    Each value moves to the nearest one that the chip allows. The size does not change, so a network
    above the chip's limits still violates them.
    """
    found = [violation for violation in find_violations(chip, network) if violation.repair]
    changed = {}
    for violation in found:
        name = violation.field
        if name not in changed:
            changed[name] = getattr(network, name).copy()
        changed[name][violation.index] = violation.value
    return replace(network, **changed), [violation.repair for violation in found]


def find_violations(chip: Chip, network: Network) -> list[Violation]:
    """Return each violation of ``chip`` by ``network``, with its repair if there is one."""
    ids = network.ids.tolist()
    ends = [
        f"synapse {ids[a]}->{ids[b]}"
        for a, b in zip(network.pre.tolist(), network.post.tolist(), strict=True)
    ]
    neurons = [f"neuron {i}" for i in ids]
    whole = chip.integer
    return [
        *_outside(neurons, "threshold", network.threshold, chip.neuron.threshold, whole),
        *_leaks(neurons, network.leak, chip.neuron.leak),
        *_outside(ends, "weight", network.weight, chip.synapse.weight, whole),
        *_outside(ends, "delay", network.delay, chip.synapse.delay, True),
        *_too_many(chip, network),
    ]


def _outside(
    parts: list[str], name: str, values: NDArray[np.generic], allowed: Range, whole: bool
) -> Iterator[Violation]:
    for index, (part, value) in enumerate(zip(parts, values.tolist(), strict=True)):
        if value not in allowed:
            takes, how = str(allowed), "clamped"
        elif whole and value % 1:
            takes, how = "whole numbers", "rounded"
        else:
            continue
        near = min(max(value, allowed.min), allowed.max)
        near = float(round(near)) if whole else near
        yield Violation(
            sentence=f"{part} has {name} {number_text(value)}; the chip takes {takes}",
            repair=f"{name} {number_text(value)} of {part} is {how} to {number_text(near)}",
            field=name,
            index=index,
            value=near,
        )


def _leaks(
    parts: list[str], leaks: NDArray[np.float64], allowed: tuple[float, ...]
) -> Iterator[Violation]:
    takes = ", ".join(number_text(x) for x in allowed)
    for index, (part, leak) in enumerate(zip(parts, leaks.tolist(), strict=True)):
        if leak not in allowed:
            near = min(allowed, key=lambda x: abs(x - leak))
            yield Violation(
                sentence=f"{part} has leak {number_text(leak)}; the chip takes {takes}",
                repair=f"leak {number_text(leak)} of {part} is set to {number_text(near)}",
                field="leak",
                index=index,
                value=near,
            )


def _too_many(chip: Chip, network: Network) -> list[Violation]:
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
        Violation(f"the network has {count} {what}; the chip holds {limit}")
        for what, count, limit in counts
        if limit is not None and count > limit
    ]
