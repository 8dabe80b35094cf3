"""Selects the parts that a fault strikes: by rate, by count, or by name."""

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
    """Choose parts of each network on each chip.

    The same draws serve both ways, so that the faults of a higher rate or count include those
    of a lower one.

    Args:
        draws: ``(n_instances, n_parts)``, uniform in 0..1; more than 1 where a part cannot be
            struck.
        start: ``(n_networks + 1,)``, where each network's parts begin.
        rate: Probability of each part.
        count: If there is no rate: how many parts of each network, or all if it has fewer.

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
        rate: Probability of each part.
        count: Instead: how many parts of each network, on every chip.
        since: First timestep with the fault (``from`` in a file).
        until: First timestep without it; the end if not given.
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
        """Whether the fault is there at a timestep."""
        return self.since <= timestep and (self.until is None or timestep < self.until)

    @property
    def changes_at(self) -> tuple[int, ...]:
        """Timesteps above 0 at which the fault comes or goes."""
        return tuple(t for t in (self.since, self.until) if t)


class AbstractBitFault(AbstractFault):
    """Base of faults of single bits of synapses.

    Attributes:
        rate: Probability of each bit of each synapse (the bit error rate).
        count: Instead: how many bits of each network, on every chip.
        sites: Instead: these bits of every network that has the synapse, as ``(pre id, post
            id, bit)``, bit 0 the least significant, on every chip.
    """

    sites: tuple[tuple[Id, Id, Annotated[int, Field(ge=0, le=63)]], ...] = ()

    @property
    def _ways(self) -> tuple[object, ...]:
        return (self.rate, self.count, self.sites)

    def _masks(
        self, n_instances: int, parts: Parts, key: NDArray[np.uint32], bits: int
    ) -> NDArray[np.int64]:
        """``(n_instances, all synapses)`` int64, which of ``bits`` bits to flip."""
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
        rate: Probability of each synapse.
        count: Instead: how many synapses of each network, on every chip.
        sites: Instead: these synapses of every network that has them, as ``(pre id, post
            id)``, on every chip.
    """

    sites: tuple[tuple[Id, Id], ...] = ()

    @property
    def _ways(self) -> tuple[object, ...]:
        return (self.rate, self.count, self.sites)

    def _struck(self, n_instances: int, parts: Parts, key: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """``(n_instances, all synapses)``, where the fault strikes."""
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
        rate: Probability of each neuron.
        count: Instead: how many neurons of each network, on every chip.
        sites: Instead: the ids of these neurons, in every network that has them, on every
            chip.
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
        """``(n_instances, all neurons)``, where the fault strikes (``eligible`` ones only)."""
        if self.sites:
            named = np.isin(parts.neuron, np.array(self.sites, np.uint32))
            return np.tile(named, (n_instances, 1))
        draws = uniforms(key, n_instances, parts.neuron, parts.neuron)
        if eligible is not None:
            draws = np.where(eligible, draws, 2.0)
        return strike(draws, parts.neuron_start, self.rate, self.count)
