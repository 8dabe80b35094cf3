"""Faults of synapses: dead, stuck, a flipped bit of the weight's code."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, Self, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from evosnn.hardware._choice import AbstractSynapseFault, Id, strike
from evosnn.hardware._code import Sign, WeightCode, code_for
from evosnn.hardware._instances import Instances
from evosnn.hardware._parts import AbstractMechanism, Parts
from evosnn.hardware._random import uniforms

__all__ = ["BitFlips", "DeadSynapses", "StuckSynapses"]


@final
class DeadSynapses(AbstractSynapseFault):
    """A synapse never delivers anything (stuck at 0); struck by rate, count or sites."""

    kind: Literal["dead-synapses"] = "dead-synapses"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with the weights of dead synapses set to 0."""
        dead = self._struck(instances.n_instances, parts, key)
        return replace(instances, weight=np.where(dead, 0.0, instances.weight))


@final
class StuckSynapses(AbstractSynapseFault):
    """A synapse's weight is stuck at an end of the chip's range; by rate, count or sites.

    Attributes:
        at: ``"high"``, the chip's highest weight, or ``"low"``, its lowest.
    """

    kind: Literal["stuck-synapses"] = "stuck-synapses"
    at: Literal["high", "low"]

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with stuck weights."""
        stuck = self._struck(instances.n_instances, parts, key)
        end = parts.weight_max if self.at == "high" else parts.weight_min
        return replace(instances, weight=np.where(stuck, end, instances.weight))


@final
class BitFlips(AbstractMechanism):
    """Bits of the weights' codes are flipped (soft errors of the weight memory).

    The code is the chip's own: whole numbers in as few bits as hold its weight range. Each
    weight changes by what the flip changes its code by; the rest of its error stays.

    Attributes:
        rate: Probability of each bit of each synapse (the bit error rate).
        count: Instead: how many bits of each network, on every chip.
        sites: Instead: these bits of every network that has the synapse, as ``(pre id, post
            id, bit)``, bit 0 the least significant, on every chip.
        sign: How the code holds a sign: ``"twos-complement"`` or ``"sign-magnitude"``.
        bits: Width of the code; the chip's own if not given. A chip without whole numbers has
            none of its own, and takes 8.
    """

    kind: Literal["bit-flips"] = "bit-flips"
    rate: Annotated[float, Field(gt=0, le=1)] | None = None
    count: Annotated[int, Field(ge=1)] | None = None
    sites: tuple[tuple[Id, Id, Annotated[int, Field(ge=0, le=31)]], ...] = ()
    sign: Sign = "twos-complement"
    bits: Annotated[int, Field(ge=1, le=32)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(bool(way) for way in (self.rate, self.count, self.sites)) != 1:
            raise ValueError("bit-flips takes one of rate, count and sites")
        return self

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with flipped bits."""
        code = code_for(parts, self.sign, self.bits)
        mask = self._masks(instances.n_instances, parts, key, code)
        return replace(instances, weight=code.flip(instances.weight, mask))

    def _masks(
        self, n_instances: int, parts: Parts, key: NDArray[np.uint32], code: WeightCode
    ) -> NDArray[np.int64]:
        """``(n_instances, all synapses)`` int64, the bits to flip."""
        place = np.int64(1) << np.arange(code.bits, dtype=np.int64)
        if self.sites:
            mask = np.zeros(parts.pre.size, np.int64)
            for pre, post, bit in self.sites:
                if bit < code.bits:
                    mask[(parts.pre == pre) & (parts.post == post)] |= place[bit]
            return np.tile(mask, (n_instances, 1))
        draws = np.stack(
            [uniforms(key, n_instances, parts.pre, parts.post, layer=b) for b in range(code.bits)],
            axis=2,
        )
        flat = draws.reshape(n_instances, -1)
        struck = strike(flat, parts.synapse_start * code.bits, self.rate, self.count)
        return np.asarray(struck.reshape(draws.shape) @ place)
