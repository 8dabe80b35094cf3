"""Chip instances as arrays: the parameters of networks on several physical chips."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evosnn.network import Network
    from evosnn.packed_networks import PackedNetworks

__all__ = [
    "DRIVES_ALWAYS",
    "FIRES_ALWAYS",
    "FIRES_NEVER",
    "NO_INTEGRATION",
    "NO_RESET",
    "SOUND",
    "Instances",
    "Noise",
    "join_instances",
    "join_packed",
    "nominal_instances",
    "nominal_packed",
]

SOUND, FIRES_NEVER, FIRES_ALWAYS = 0, -1, 1
"""Values of :attr:`Instances.firing`."""

NO_RESET, NO_INTEGRATION, DRIVES_ALWAYS = 1, 2, 4
"""Bits of :attr:`Instances.broken`."""


@dataclass(frozen=True, eq=False)
class Noise:
    """Noise on the charge of every synaptic event, drawn independently for each event.

    Attributes:
        sigma: ``(n_instances,)`` float64, standard deviation in weight units.
        chip: ``(n_instances,)`` int64, index of each chip in the random stream, below 2**17.
        key: ``(n_instances, 2)`` uint32, key of each chip's random stream.
    """

    sigma: NDArray[np.float64]
    chip: NDArray[np.int64]
    key: NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Instances:
    """The parameters of several networks on several physical chips.

    The arrays hold the neurons and synapses of all networks, one network after the other. ``None``
    means the value of the nominal chip.

    Attributes:
        weight: ``(n_instances, all synapses)`` float64, charge that each synapse delivers.
        threshold: ``(n_instances, all neurons)`` float64, firing thresholds.
        firing: ``(n_instances, all neurons)`` int8, ``SOUND``, ``FIRES_NEVER`` (dead) or
            ``FIRES_ALWAYS`` (stuck firing: a spike at every timestep).
        leak: ``(n_instances, all neurons)`` float64, leaks, 0 to 1.
        delay: ``(n_instances, all synapses)`` int32, delays, at least 1.
        broken: ``(n_instances, all neurons)`` uint8, bits ``NO_RESET`` (a spike does not reset the
            potential), ``NO_INTEGRATION`` (arriving charge is not added) and ``DRIVES_ALWAYS`` (the
            neuron's synapses deliver at every timestep).
        adc: ``(n_instances, 2)`` float64, step and largest magnitude of the converter that reads
            the synaptic charge of a neuron in a timestep, in weight units; a step of 0 reads
            exactly.
        noise: Noise on deliveries, with the same parameters at all timesteps.
        later: Pairs ``(timestep, instances)``: the parameters from that timestep to the next
            pair's; timesteps ascend from 1. Empty if the parameters are constant.
    """

    weight: NDArray[np.float64]
    threshold: NDArray[np.float64]
    firing: NDArray[np.int8]
    leak: NDArray[np.float64] | None = None
    delay: NDArray[np.int32] | None = None
    broken: NDArray[np.uint8] | None = None
    adc: NDArray[np.float64] | None = None
    noise: Noise | None = None
    later: tuple[tuple[int, Instances], ...] = ()

    @property
    def n_instances(self) -> int:
        """Number of chips."""
        return int(self.weight.shape[0])

    @property
    def is_simple(self) -> bool:
        """Whether only weights, thresholds and firing differ from the nominal chip, permanently."""
        special = (self.leak, self.delay, self.broken, self.adc, self.noise)
        return all(part is None for part in special) and not self.later

    def chips(self, rows: slice) -> Instances:
        """Return the instances of some of the chips."""
        some = self._each(lambda values, _: values[rows])
        noise = self.noise
        return replace(
            some,
            adc=None if self.adc is None else self.adc[rows],
            noise=noise and Noise(noise.sigma[rows], noise.chip[rows], noise.key[rows]),
            later=tuple((t, rest.chips(rows)) for t, rest in self.later),
        )

    def networks(self, neurons: slice, synapses: slice) -> Instances:
        """Return the instances of some of the networks, by slices of their neurons and synapses."""
        return self._each(lambda values, of: values[:, synapses if of == "synapses" else neurons])

    def _each(self, take: Callable[[NDArray[Any], str], NDArray[Any]]) -> Instances:
        def some(values: NDArray[Any] | None, of: str) -> Any:
            return None if values is None else take(values, of)

        return Instances(
            weight=some(self.weight, "synapses"),
            threshold=some(self.threshold, "neurons"),
            firing=some(self.firing, "neurons"),
            leak=some(self.leak, "neurons"),
            delay=some(self.delay, "synapses"),
            broken=some(self.broken, "neurons"),
            adc=self.adc,
            noise=self.noise,
            later=tuple((t, rest._each(take)) for t, rest in self.later),
        )

    def at(self, timestep: int) -> Instances:
        """Return the instances at a timestep, without later changes."""
        found = replace(self, later=()) if self.later else self
        for t, rest in self.later:
            if t <= timestep:
                found = rest
        return found


def nominal_instances(networks: Sequence[Network], n_instances: int) -> Instances:
    """Return ``n_instances`` nominal chips."""
    from evosnn.packed_networks import join_networks  # loads numba

    return nominal_packed(join_networks(networks), n_instances)


def nominal_packed(networks: PackedNetworks, n_instances: int) -> Instances:
    """Return ``n_instances`` nominal chips."""
    return Instances(
        weight=np.tile(networks.weight, (n_instances, 1)),
        threshold=np.tile(networks.threshold, (n_instances, 1)),
        firing=np.zeros((n_instances, networks.threshold.size), dtype=np.int8),
    )


def join_instances(networks: Sequence[Network], some: Sequence[Instances]) -> Instances:
    """Return several sets of instances of the same networks joined into one, in their order."""
    from evosnn.packed_networks import join_networks  # loads numba

    return join_packed(join_networks(networks), some)


def join_packed(networks: PackedNetworks, some: Sequence[Instances]) -> Instances:
    """Return several sets of instances of the same networks joined into one, in their order."""
    times = sorted({t for chips in some for t, _ in chips.later})
    phases = [(t, [chips.at(t) for chips in some]) for t in times]
    now = _join_constant(networks, [chips.at(0) for chips in some])
    if not phases:
        return now
    return replace(now, later=tuple((t, _join_constant(networks, parts)) for t, parts in phases))


def _join_constant(networks: PackedNetworks, some: Sequence[Instances]) -> Instances:
    def all_of(name: str, drawn: NDArray[Any]) -> Any:
        if all(getattr(chips, name) is None for chips in some):
            return None
        parts = [getattr(chips, name) for chips in some]
        return np.concatenate(
            [
                np.tile(drawn, (chips.n_instances, 1)) if part is None else part
                for part, chips in zip(parts, some, strict=True)
            ]
        )

    return Instances(
        weight=np.concatenate([chips.weight for chips in some]),
        threshold=np.concatenate([chips.threshold for chips in some]),
        firing=np.concatenate([chips.firing for chips in some]),
        leak=all_of("leak", networks.leak),
        delay=all_of("delay", networks.delay),
        broken=all_of("broken", np.zeros(networks.leak.size, np.uint8)),
        adc=_adcs([(chips.adc, chips.n_instances) for chips in some]),
        noise=_noises([(chips.noise, chips.n_instances) for chips in some]),
    )


def _adcs(some: Sequence[tuple[NDArray[np.float64] | None, int]]) -> Any:
    if all(adc is None for adc, _ in some):
        return None
    return np.concatenate([np.zeros((n, 2)) if adc is None else adc for adc, n in some])


def _noises(some: Sequence[tuple[Noise | None, int]]) -> Noise | None:
    if all(noise is None for noise, _ in some):
        return None
    full = [
        noise or Noise(np.zeros(n), np.zeros(n, np.int64), np.zeros((n, 2), np.uint32))
        for noise, n in some
    ]
    return Noise(
        np.concatenate([noise.sigma for noise in full]),
        np.concatenate([noise.chip for noise in full]),
        np.concatenate([noise.key for noise in full]),
    )
