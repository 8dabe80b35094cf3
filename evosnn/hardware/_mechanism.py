"""What a mechanism knows of the networks it acts on, and what every mechanism offers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip, CrossbarModel
from evosnn.hardware._instances import Instances
from evosnn.validation import Table

if TYPE_CHECKING:
    from evosnn.packed_networks import PackedNetworks

__all__ = [
    "AbstractMechanism",
    "Parts",
    "broken_of",
    "delays_of",
    "leaks_of",
    "neurons_of",
    "parts_of",
]


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of the networks, end to end, by the ids that their draws hang on.

    Attributes:
        neuron: ``(all neurons,)`` uint32, ids.
        pre: ``(all synapses,)`` uint32, id of the presynaptic neuron.
        post: ``(all synapses,)`` uint32, id of the postsynaptic neuron.
        neuron_start: ``(n_networks + 1,)`` int64, where each network's neurons begin.
        synapse_start: ``(n_networks + 1,)`` int64, where each network's synapses begin.
        leak: ``(all neurons,)`` float64, leaks as drawn.
        delay: ``(all synapses,)`` int32, delays as drawn.
        delay_min: Shortest delay that the chip can hold.
        delay_max: Longest delay that the chip can hold.
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
    leak: NDArray[np.float64]
    delay: NDArray[np.int32]
    delay_min: int
    delay_max: int
    weight_min: float
    weight_max: float
    integer: bool
    crossbar: CrossbarModel | None = None

    @property
    def full_scale(self) -> float:
        """Largest weight magnitude that the chip can hold."""
        return max(abs(self.weight_min), abs(self.weight_max))


def parts_of(networks: PackedNetworks, chip: Chip) -> Parts:
    """Return the parts of networks on a chip."""
    weight = chip.synapse.weight
    # The first neuron of the network that each synapse is of:
    first = np.repeat(networks.neuron_start[:-1], np.diff(networks.synapse_start))
    return Parts(
        neuron=networks.ids,
        pre=networks.ids[networks.pre + first],
        post=networks.ids[networks.post + first],
        neuron_start=networks.neuron_start,
        synapse_start=networks.synapse_start,
        leak=networks.leak,
        delay=networks.delay,
        delay_min=int(chip.synapse.delay.min),
        delay_max=int(chip.synapse.delay.max),
        weight_min=weight.min,
        weight_max=weight.max,
        integer=chip.integer,
        crossbar=chip.crossbar,
    )


def neurons_of(parts: Parts, ids: NDArray[np.uint32]) -> NDArray[np.int64]:
    """``(all synapses,)``, where the neuron with each synapse's id stands."""
    found = np.empty(ids.size, np.int64)
    for k in range(parts.neuron_start.size - 1):
        n, last_n = parts.neuron_start[k : k + 2]
        s, last_s = parts.synapse_start[k : k + 2]
        # A network's ids ascend.
        found[s:last_s] = n + np.searchsorted(parts.neuron[n:last_n], ids[s:last_s])
    return found


def leaks_of(instances: Instances, parts: Parts) -> NDArray[np.float64]:
    """``(n_instances, all neurons)``, leaks so far."""
    if instances.leak is not None:
        return instances.leak
    return np.tile(parts.leak, (instances.n_instances, 1))


def delays_of(instances: Instances, parts: Parts) -> NDArray[np.int32]:
    """``(n_instances, all synapses)``, delays so far."""
    if instances.delay is not None:
        return instances.delay
    return np.tile(parts.delay, (instances.n_instances, 1))


def broken_of(instances: Instances, struck: NDArray[np.bool_], bit: int) -> NDArray[np.uint8]:
    """``(n_instances, all neurons)``, what is broken so far, and ``bit`` where struck."""
    found = struck.astype(np.uint8) * np.uint8(bit)
    return found if instances.broken is None else instances.broken | found


class AbstractMechanism(Table, ABC):
    """Base of the mechanisms: frozen data with a ``kind`` and a way to act on instances."""

    kind: str

    def acts_at(self, timestep: int) -> bool:
        """Whether the mechanism acts at a timestep."""
        del timestep
        return True

    @property
    def changes_at(self) -> tuple[int, ...]:
        """Timesteps above 0 at which it begins or ends to act."""
        return ()

    @abstractmethod
    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with what this mechanism does to them.

        Args:
            instances: The instances so far.
            parts: The parts of the networks.
            key: ``(2,)``, the stream of this mechanism's draws.
        """
