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
    "as_drawn",
    "join_instances",
    "joined",
    "nominal_instances",
]

SOUND, FIRES_NEVER, FIRES_ALWAYS = 0, -1, 1
"""Values of :attr:`Instances.firing`."""

NO_RESET, NO_INTEGRATION, DRIVES_ALWAYS = 1, 2, 4
"""Bits of :attr:`Instances.broken`."""


@dataclass(frozen=True, eq=False)
class Noise:
    """Noise on every delivery of a synapse, drawn anew each time.

    Attributes:
        sigma: ``(n_instances,)`` float64, standard deviation in weight units.
        chip: ``(n_instances,)`` int64, number of each chip in its draws, below 2**17.
        key: ``(n_instances, 2)`` uint32, stream of each chip's draws.
    """

    sigma: NDArray[np.float64]
    chip: NDArray[np.int64]
    key: NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Instances:
    """The parameters of several networks on several physical chips.

    The networks' neurons and synapses stand end to end, in the order of the networks. What is
    absent is nominal.

    Attributes:
        weight: ``(n_instances, all synapses)`` float64, charge that each synapse delivers.
        threshold: ``(n_instances, all neurons)`` float64, firing thresholds.
        firing: ``(n_instances, all neurons)`` int8, ``SOUND``, ``FIRES_NEVER`` (dead) or
            ``FIRES_ALWAYS`` (stuck firing: a spike at every timestep).
        leak: ``(n_instances, all neurons)`` float64, leaks, 0 to 1.
        delay: ``(n_instances, all synapses)`` int32, delays, at least 1.
        broken: ``(n_instances, all neurons)`` uint8, bits ``NO_RESET`` (a spike leaves the
            potential as it is), ``NO_INTEGRATION`` (charge that arrives is not added) and
            ``DRIVES_ALWAYS`` (its synapses deliver at every timestep).
        adc: ``(n_instances, 2)`` float64, step and largest magnitude in which the charge that a
            neuron's synapses deliver in a timestep is read, in weight units; a step of 0 for
            exactly.
        noise: Noise on deliveries, the same at all times.
        later: ``(timestep, instances)``: from that timestep on the chips are those instances,
            until the next one's; timesteps ascend from 1. Empty if nothing changes.
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
        """Whether only weights, thresholds and firing differ from the drawing, for good."""
        special = (self.leak, self.delay, self.broken, self.adc, self.noise)
        return all(part is None for part in special) and not self.later

    def chips(self, rows: slice) -> Instances:
        """Return some of the chips."""
        some = self._each(lambda values, _: values[rows])
        noise = self.noise
        return replace(
            some,
            adc=None if self.adc is None else self.adc[rows],
            noise=noise and Noise(noise.sigma[rows], noise.chip[rows], noise.key[rows]),
            later=tuple((t, rest.chips(rows)) for t, rest in self.later),
        )

    def networks(self, neurons: slice, synapses: slice) -> Instances:
        """Return the chips with some of the networks only, by where their parts stand."""
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
        """Return the chips as they are at a timestep, and stay."""
        found = replace(self, later=()) if self.later else self
        for t, rest in self.later:
            if t <= timestep:
                found = rest
        return found


def nominal_instances(networks: Sequence[Network], n_instances: int) -> Instances:
    """Return ``n_instances`` nominal chips."""
    from evosnn.packed_networks import join_networks  # loads numba

    return as_drawn(join_networks(networks), n_instances)


def as_drawn(networks: PackedNetworks, n_instances: int) -> Instances:
    """Return ``n_instances`` nominal chips."""
    return Instances(
        weight=np.tile(networks.weight, (n_instances, 1)),
        threshold=np.tile(networks.threshold, (n_instances, 1)),
        firing=np.zeros((n_instances, networks.threshold.size), dtype=np.int8),
    )


def join_instances(networks: Sequence[Network], some: Sequence[Instances]) -> Instances:
    """Return several sets of chips of the same networks as one, in their order."""
    from evosnn.packed_networks import join_networks  # loads numba

    return joined(join_networks(networks), some)


def joined(networks: PackedNetworks, some: Sequence[Instances]) -> Instances:
    """Return several sets of chips of the same networks as one, in their order."""
    times = sorted({t for chips in some for t, _ in chips.later})
    phases = [(t, [chips.at(t) for chips in some]) for t in times]
    now = _joined(networks, [chips.at(0) for chips in some])
    if not phases:
        return now
    return replace(now, later=tuple((t, _joined(networks, parts)) for t, parts in phases))


def _joined(networks: PackedNetworks, some: Sequence[Instances]) -> Instances:
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
