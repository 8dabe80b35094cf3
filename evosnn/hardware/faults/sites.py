"""Selects the parts that a fault affects: by rate, by count, or by id."""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, model_validator

from evosnn.hardware._mechanism import AbstractMechanism, Parts
from evosnn.hardware._random import uniforms

__all__ = ["AbstractBitFault", "AbstractNeuronFault", "AbstractSynapseFault", "strike"]

Id = Annotated[int, Field(ge=0, le=2**32 - 1)]


def strike(
    draws: NDArray[np.float64],
    start: NDArray[np.int64],
    rate: float | None,
    count: int | None,
) -> NDArray[np.bool_]:
    """Select parts of each network on each chip.

    With the same draws, the faults of a higher rate or count include those of a lower one.

    Args:
        draws: ``(n_instances, n_parts)`` float64, uniform in 0..1; above 1 for parts that must not
            be selected.
        start: ``(n_networks + 1,)`` int64, index of each network's first part.
        rate: Probability that a part is selected.
        count: Number of parts of each network if ``rate`` is ``None``; all if it has fewer.

    Returns:
        ``(n_instances, n_parts)`` bool.
    """
    if rate is not None:
        return np.asarray(draws < rate)
    struck = np.zeros(draws.shape, np.bool_)
    for first, last in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        k = min(count or 0, last - first)
        if k:
            chosen = np.argpartition(draws[:, first:last], k - 1, axis=1)[:, :k]
            np.put_along_axis(struck[:, first:last], chosen, True, axis=1)
    return struck & (draws <= 1)


class AbstractFault(AbstractMechanism):
    """Base of the faults: permanent, or within a window of timesteps.

    Attributes:
        rate: Probability that a part is faulty.
        count: Alternatively, the number of faulty parts of each network on every chip.
        since: First timestep with the fault (``from`` in a campaign file).
        until: First timestep after the fault; by default it lasts to the end.
    """

    model_config = ConfigDict(populate_by_name=True)

    rate: Annotated[float, Field(gt=0, le=1)] | None = None
    count: Annotated[int, Field(ge=1)] | None = None
    since: Annotated[int, Field(ge=0, alias="from")] = 0
    until: Annotated[int, Field(ge=1)] | None = None

    @property
    def _ways(self) -> tuple[object, ...]:
        return (self.rate, self.count)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(bool(way) for way in self._ways) != 1:
            raise ValueError(f"{self.kind} takes one of rate, count and sites")
        if self.until is not None and self.until <= self.since:
            raise ValueError(f"until is {self.until}; it takes more than from, {self.since}")
        return self

    def acts_at(self, timestep: int) -> bool:
        """Return whether the fault is present at a timestep."""
        return self.since <= timestep and (self.until is None or timestep < self.until)

    @property
    def changes_at(self) -> tuple[int, ...]:
        """Timesteps above 0 at which the fault begins or ends."""
        return tuple(t for t in (self.since, self.until) if t)


class AbstractBitFault(AbstractFault):
    """Base of faults of single bits of synapses.

    Attributes:
        rate: Probability that a bit of a synapse is flipped (the bit error rate).
        count: Alternatively, the number of flipped bits of each network on every chip.
        sites: Alternatively, the flipped bits as ``(pre id, post id, bit)``, on every chip and in
            every network with that synapse; bit 0 is the least significant.
    """

    sites: tuple[tuple[Id, Id, Annotated[int, Field(ge=0, le=63)]], ...] = ()

    @property
    def _ways(self) -> tuple[object, ...]:
        return (self.rate, self.count, self.sites)

    def _masks(
        self, n_instances: int, parts: Parts, key: NDArray[np.uint32], bits: int
    ) -> NDArray[np.int64]:
        """``(n_instances, all synapses)`` int64, masks of the flipped ones among ``bits`` bits."""
        place = np.int64(1) << np.arange(bits, dtype=np.int64)
        if self.sites:
            mask = np.zeros(parts.pre.size, np.int64)
            for pre, post, bit in self.sites:
                if bit < bits:
                    mask[(parts.pre == pre) & (parts.post == post)] |= place[bit]
            return np.tile(mask, (n_instances, 1))
        draws = np.stack(
            [uniforms(key, n_instances, parts.pre, parts.post, layer=b) for b in range(bits)],
            axis=2,
        )
        flat = draws.reshape(n_instances, -1)
        struck = strike(flat, parts.synapse_start * bits, self.rate, self.count)
        return np.asarray(struck.reshape(draws.shape) @ place)


class AbstractSynapseFault(AbstractFault):
    """Base of faults of single synapses.

    Attributes:
        rate: Probability that a synapse is faulty.
        count: Alternatively, the number of faulty synapses of each network on every chip.
        sites: Alternatively, the faulty synapses as ``(pre id, post id)``, on every chip and in
            every network that has them.
    """

    sites: tuple[tuple[Id, Id], ...] = ()

    @property
    def _ways(self) -> tuple[object, ...]:
        return (self.rate, self.count, self.sites)

    def _struck(self, n_instances: int, parts: Parts, key: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """``(n_instances, all synapses)`` bool, the faulty synapses."""
        if self.sites:
            wide = np.uint64(32)
            names = np.array([(a << 32) | b for a, b in self.sites], np.uint64)
            ends = (parts.pre.astype(np.uint64) << wide) | parts.post.astype(np.uint64)
            return np.tile(np.isin(ends, names), (n_instances, 1))
        draws = uniforms(key, n_instances, parts.pre, parts.post)
        return strike(draws, parts.synapse_start, self.rate, self.count)


class AbstractNeuronFault(AbstractFault):
    """Base of faults of single neurons, inputs and outputs included.

    Attributes:
        rate: Probability that a neuron is faulty.
        count: Alternatively, the number of faulty neurons of each network on every chip.
        sites: Alternatively, the ids of the faulty neurons, on every chip and in every network that
            has them.
    """

    sites: tuple[Id, ...] = ()

    @property
    def _ways(self) -> tuple[object, ...]:
        return (self.rate, self.count, self.sites)

    def _struck(
        self,
        n_instances: int,
        parts: Parts,
        key: NDArray[np.uint32],
        eligible: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.bool_]:
        """``(n_instances, all neurons)`` bool, the faulty neurons, all ``eligible``."""
        if self.sites:
            named = np.isin(parts.neuron, np.array(self.sites, np.uint32))
            return np.tile(named, (n_instances, 1))
        draws = uniforms(key, n_instances, parts.neuron, parts.neuron)
        if eligible is not None:
            draws = np.where(eligible, draws, 2.0)
        return strike(draws, parts.neuron_start, self.rate, self.count)
