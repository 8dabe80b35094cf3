"""The interface of a mechanism, and the parts of networks that mechanisms act on."""

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
    """The neurons and synapses of several networks, one network after the other.

    A random draw for a part is a function of the part's ids (:func:`~evosnn.hardware.normals`), so
    that networks with a synapse in common find the same deviation of it on a chip.

    Attributes:
        neuron: ``(n_neurons,)`` uint32, ids of the neurons of all networks.
        pre: ``(n_synapses,)`` uint32, id of each synapse's presynaptic neuron.
        post: ``(n_synapses,)`` uint32, id of each synapse's postsynaptic neuron.
        neuron_start: ``(n_networks + 1,)`` int64, index of each network's first neuron.
        synapse_start: ``(n_networks + 1,)`` int64, index of each network's first synapse.
        leak: ``(n_neurons,)`` float64, leaks on the nominal chip, 0 to 1.
        delay: ``(n_synapses,)`` int32, synaptic delays on the nominal chip, in timesteps.
        delay_min: Shortest delay that the chip can hold, in timesteps.
        delay_max: Longest delay that the chip can hold, in timesteps.
        weight_min: Lowest weight that the chip can hold.
        weight_max: Highest weight that the chip can hold.
        integer: Whether weights and charges are whole numbers.
        crossbar: Model of the chip's memristive synapse array; ``None`` for other chips.
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
    """Return the neurons and synapses of packed networks, with the limits of their chip."""
    weight = chip.synapse.weight
    # Index of the first neuron of each synapse's network.
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
    """Return the index of one neuron for each synapse.

    Args:
        parts: The parts of the networks.
        ids: ``(n_synapses,)`` uint32, id of a neuron in the same network as the synapse, such as
            ``parts.pre``.

    Returns:
        ``(n_synapses,)`` int64, indices into ``parts.neuron``.
    """
    found = np.empty(ids.size, np.int64)
    for k in range(parts.neuron_start.size - 1):
        n, last_n = parts.neuron_start[k : k + 2]
        s, last_s = parts.synapse_start[k : k + 2]
        # A network's ids ascend.
        found[s:last_s] = n + np.searchsorted(parts.neuron[n:last_n], ids[s:last_s])
    return found


def leaks_of(instances: Instances, parts: Parts) -> NDArray[np.float64]:
    """Return the leaks of the instances, ``(n_instances, n_neurons)`` float64.

    They are the nominal chip's if no mechanism has changed them. Do not write to the array.
    """
    if instances.leak is not None:
        return instances.leak
    return np.tile(parts.leak, (instances.n_instances, 1))


def delays_of(instances: Instances, parts: Parts) -> NDArray[np.int32]:
    """Return the delays of the instances, ``(n_instances, n_synapses)`` int32, in timesteps.

    They are the nominal chip's if no mechanism has changed them. Do not write to the array.
    """
    if instances.delay is not None:
        return instances.delay
    return np.tile(parts.delay, (instances.n_instances, 1))


def broken_of(instances: Instances, struck: NDArray[np.bool_], bit: int) -> NDArray[np.uint8]:
    """Return :attr:`Instances.broken <evosnn.hardware.Instances>` with one more defect.

    Args:
        instances: The instances so far.
        struck: ``(n_instances, n_neurons)`` bool, the neurons that have the defect.
        bit: ``NO_RESET``, ``NO_INTEGRATION`` or ``DRIVES_ALWAYS``.

    Returns:
        ``(n_instances, n_neurons)`` uint8.
    """
    found = struck.astype(np.uint8) * np.uint8(bit)
    return found if instances.broken is None else instances.broken | found


class AbstractMechanism(Table, ABC):
    """Base class of the mechanisms: a frozen table of options, and its effect on chip instances.

    A subclass declares its ``kind`` (the name in a campaign file), its options as pydantic fields,
    and :meth:`apply`. A mechanism that acts within a window of timesteps also overrides
    :meth:`acts_at` and :attr:`changes_at`; its times are then the simulator's timesteps, from 0.

    Mechanisms compose: each receives the instances that the earlier ones left and returns changed
    copies. Draw only with :func:`~evosnn.hardware.normals` and :func:`~evosnn.hardware.uniforms`,
    with the key given and the ids of the parts, so that another mechanism, network or number of
    instances never changes a draw. :func:`evosnn.testing.check_mechanism` checks all of it.

    Example::

        class Radiation(AbstractMechanism):
            kind: Literal["radiation"] = "radiation"
            dose: Annotated[float, Field(gt=0, le=1)] = 0.1

            def apply(self, instances, parts, key):
                loss = self.dose * uniforms(key, instances.n_instances, parts.pre, parts.post)
                return replace(instances, weight=instances.weight * (1.0 - loss))

    Attributes:
        kind: Name of the mechanism; the same as the name of its entry point.
    """

    kind: str

    def acts_at(self, timestep: int) -> bool:
        """Return whether the mechanism acts at a timestep, counted from 0; always by default."""
        del timestep
        return True

    @property
    def changes_at(self) -> tuple[int, ...]:
        """Timesteps above 0 at which :meth:`acts_at` changes; none by default."""
        return ()

    @property
    def starts_at(self) -> int:
        """First timestep at which the mechanism acts; it must lie within the window."""
        if self.acts_at(0):
            return 0
        return min((t for t in self.changes_at if self.acts_at(t)), default=0)

    @abstractmethod
    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with the effect of this mechanism.

        Args:
            instances: The instances so far: ``weight`` ``(n_instances, n_synapses)``,
                ``threshold`` ``(n_instances, n_neurons)`` and more. The arrays are not to be
                written to; use :func:`dataclasses.replace` with new arrays.
            parts: The neurons and synapses of all networks.
            key: ``(2,)`` uint32, key of the random stream of this mechanism.

        Returns:
            Instances of the same shapes and dtypes.
        """
