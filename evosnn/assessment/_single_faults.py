"""Scores under every single permanent fault of a network, exhaustively."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.evaluation import AnyTrial
from evosnn.hardware import (
    FIRES_ALWAYS,
    FIRES_NEVER,
    Instances,
    Sign,
    WeightCode,
    nominal_instances,
    weight_code,
)
from evosnn.network import Network

__all__ = ["FAULT_KINDS", "Fault", "SingleFaults", "fault_instances", "list_faults", "try_faults"]

FAULT_KINDS = (
    "dead-synapse", "stuck-high-synapse", "stuck-low-synapse", "bit-flip", "dead-neuron",
    "stuck-neuron",
)  # fmt: skip
"""The kinds of single fault, in the order in which they are tried."""


@dataclass(frozen=True)
class Fault:
    """One permanent fault of one part.

    Attributes:
        kind: One of ``FAULT_KINDS``.
        site: ``(id,)`` of a neuron, ``(pre id, post id)`` of a synapse, or ``(pre id, post id,
            bit)`` of a bit of its weight, bit 0 the least significant.
    """

    kind: str
    site: tuple[int, ...]

    def __str__(self) -> str:
        part = f"{self.site[0]}->{self.site[1]}" if len(self.site) > 1 else f"{self.site[0]}"
        name = self.kind.replace("-", " ")
        return f"{name} {part}" + (f" (bit {self.site[2]})" if len(self.site) == 3 else "")


def list_faults(network: Network, chip: Chip, sign: Sign = "twos-complement") -> list[Fault]:
    """List every single fault of a network on a chip.

    Each synapse dead, stuck at the chip's highest and at its lowest weight; each bit of each
    weight's code flipped; each neuron in use (an output, or one with a synapse) dead and stuck
    firing.

    Args:
        network: The network.
        chip: Says the range and the code of weights.
        sign: How the code holds a sign.
    """
    ids = network.ids[network.used].tolist()
    ends = list(
        zip(network.ids[network.pre].tolist(), network.ids[network.post].tolist(), strict=True)
    )
    bits = range(_code(chip, sign).bits)
    return [
        *(Fault(kind, end) for kind in FAULT_KINDS[:3] for end in ends),
        *(Fault("bit-flip", (*end, bit)) for end in ends for bit in bits),
        *(Fault(kind, (i,)) for kind in FAULT_KINDS[4:] for i in ids),
    ]


def fault_instances(network: Network, chip: Chip, sign: Sign = "twos-complement") -> Instances:
    """Return a chip for each fault of :func:`list_faults`, in its order."""
    used = np.flatnonzero(network.used)
    s, n = network.n_synapses, used.size
    code = _code(chip, sign)
    drawn = nominal_instances([network], s * (3 + code.bits) + 2 * n)
    weight, firing = drawn.weight, drawn.firing
    synapse, neuron = np.arange(s), np.arange(n)
    for k, stuck in enumerate((0.0, chip.synapse.weight.max, chip.synapse.weight.min)):
        weight[k * s + synapse, synapse] = stuck
    masks = np.int64(1) << np.arange(code.bits, dtype=np.int64)
    flipped = code.flip(np.repeat(network.weight, code.bits), np.tile(masks, s))
    weight[3 * s + np.arange(s * code.bits), np.repeat(synapse, code.bits)] = flipped
    first = s * (3 + code.bits)
    firing[first + neuron, used] = FIRES_NEVER
    firing[first + n + neuron, used] = FIRES_ALWAYS
    return drawn


def _code(chip: Chip, sign: Sign) -> WeightCode:
    weight = chip.synapse.weight
    return weight_code(weight.min, weight.max, integer=chip.integer, sign=sign)


@dataclass(frozen=True, eq=False)
class SingleFaults:
    """How a network fares under each single fault.

    Attributes:
        faults: The faults.
        score: ``(n_faults,)`` float64, share of samples answered correctly under each; in
            closed loop the mean return.
        lost: ``(n_faults,)`` float64, share of samples answered correctly on the sound chip
            and not under the fault; in closed loop what episodes lose on average, those that
            gain left out. Unlike the score it shows harm that luck elsewhere hides.
        nominal: The score on the sound chip.
    """

    faults: tuple[Fault, ...]
    score: NDArray[np.float64]
    lost: NDArray[np.float64]
    nominal: float

    @property
    def worst(self) -> float:
        """Lowest score under a single fault."""
        return float(self.score.min()) if self.score.size else self.nominal

    @property
    def mean(self) -> float:
        """Mean score over all single faults."""
        return float(self.score.mean()) if self.score.size else self.nominal

    def ranked(self) -> Iterator[tuple[Fault, float, float]]:
        """Yield each fault, its score and its loss, the most harmful first."""
        for i in np.lexsort((np.arange(self.score.size), -self.lost, self.score)).tolist():
            yield self.faults[i], float(self.score[i]), float(self.lost[i])

    def harm(self, network: Network) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the score that each part of a network can cost by one fault of it.

        Returns:
            ``(n_neurons,)`` and ``(n_synapses,)``: what is lost under the worst fault of each
            neuron and of each synapse (its weight's bits included), at least 0.
        """
        worst: dict[tuple[int, ...], float] = {}
        for fault, score in zip(self.faults, self.score.tolist(), strict=True):
            part = fault.site[:2]
            worst[part] = max(worst.get(part, 0.0), self.nominal - score)
        ids = network.ids.tolist()
        ends = zip(network.pre.tolist(), network.post.tolist(), strict=True)
        return (
            np.array([worst.get((i,), 0.0) for i in ids]),
            np.array([worst.get((ids[a], ids[b]), 0.0) for a, b in ends]),
        )

    def by_kind(self) -> dict[str, NDArray[np.float64]]:
        """Return the scores of each kind of fault that was tried."""
        kinds = np.array([fault.kind for fault in self.faults])
        return {kind: self.score[kinds == kind] for kind in FAULT_KINDS if (kinds == kind).any()}


def try_faults(network: Network, trial: AnyTrial, sign: Sign = "twos-complement") -> SingleFaults:
    """Try every single fault of :func:`list_faults`, all of them as chips of one simulation.

    Args:
        network: The network.
        trial: Task, chip and samples (or episodes).
        sign: How a weight's code holds a sign.

    Raises:
        NetworkError: If the network does not have the task's inputs and outputs.
    """
    trial.check(network)
    sound = trial.outcomes(network)[0]
    faults = tuple(list_faults(network, trial.chip, sign))
    found = trial.outcomes(network, fault_instances(network, trial.chip, sign))
    return SingleFaults(
        faults=faults,
        score=found.mean(axis=1),
        lost=np.maximum(sound - found, 0.0).mean(axis=1),
        nominal=float(sound.mean()),
    )
