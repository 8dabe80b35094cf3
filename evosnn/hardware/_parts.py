"""What a mechanism knows of the networks it acts on, and what every mechanism offers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from evosnn.chips import Chip, CrossbarModel
from evosnn.hardware._instances import Instances
from evosnn.network import Network

__all__ = ["AbstractMechanism", "Parts", "parts_of"]


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of the networks, end to end, by the ids that their draws hang on.

    Attributes:
        neuron: ``(all neurons,)`` uint32, ids.
        pre: ``(all synapses,)`` uint32, id of the presynaptic neuron.
        post: ``(all synapses,)`` uint32, id of the postsynaptic neuron.
        neuron_start: ``(n_networks + 1,)`` int64, where each network's neurons begin.
        synapse_start: ``(n_networks + 1,)`` int64, where each network's synapses begin.
        weight_min: Lowest weight that the chip can hold.
        weight_max: Highest weight that the chip can hold.
        integer: Whether the chip holds whole numbers.
        crossbar: The chip's synapse array, if it has one of conductances.
    """

    neuron: NDArray[np.uint32]
    pre: NDArray[np.uint32]
    post: NDArray[np.uint32]
    neuron_start: NDArray[np.int64]
    synapse_start: NDArray[np.int64]
    weight_min: float
    weight_max: float
    integer: bool
    crossbar: CrossbarModel | None = None

    @property
    def full_scale(self) -> float:
        """Largest weight magnitude that the chip can hold."""
        return max(abs(self.weight_min), abs(self.weight_max))


def parts_of(networks: Sequence[Network], chip: Chip) -> Parts:
    """Return the parts of networks on a chip."""

    def starts(sizes: list[int]) -> NDArray[np.int64]:
        return np.cumsum([0, *sizes], dtype=np.int64)

    weight = chip.synapse.weight
    return Parts(
        neuron=np.concatenate([net.ids for net in networks]),
        pre=np.concatenate([net.ids[net.pre] for net in networks]),
        post=np.concatenate([net.ids[net.post] for net in networks]),
        neuron_start=starts([net.n_neurons for net in networks]),
        synapse_start=starts([net.n_synapses for net in networks]),
        weight_min=weight.min,
        weight_max=weight.max,
        integer=chip.integer,
        crossbar=chip.crossbar,
    )


class AbstractMechanism(BaseModel, ABC):
    """Base of the mechanisms: frozen data with a ``kind`` and a way to act on instances."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str

    @abstractmethod
    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with what this mechanism does to them.

        Args:
            instances: The instances so far.
            parts: The parts of the networks.
            key: ``(2,)``, the stream of this mechanism's draws.
        """
