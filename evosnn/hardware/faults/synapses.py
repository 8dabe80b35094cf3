"""Fault mechanisms of synapses: dead, stuck, flipped bits of weights and delays."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from evosnn.hardware._instances import DRIVES_ALWAYS, Instances
from evosnn.hardware._mechanism import Parts, broken_of, delays_of, neurons_of
from evosnn.hardware.faults.sites import (
    AbstractBitFault,
    AbstractNeuronFault,
    AbstractSynapseFault,
)
from evosnn.hardware.faults.weight_code import Sign, code_for

__all__ = ["BitFlips", "DeadSynapses", "DelayBitFlips", "StuckDrivers", "StuckSynapses"]


@final
class DeadSynapses(AbstractSynapseFault):
    """A synapse delivers no charge (stuck at 0); selected by rate, count or sites."""

    kind: Literal["dead-synapses"] = "dead-synapses"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with the weights of dead synapses set to 0."""
        dead = self._struck(instances.n_instances, parts, key)
        return replace(instances, weight=np.where(dead, 0.0, instances.weight))


@final
class StuckSynapses(AbstractSynapseFault):
    """A weight is stuck at an end of the chip's range; selected by rate, count or sites.

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
class BitFlips(AbstractBitFault):
    """Bits of the weights' codes are flipped (soft errors of the weight memory).

    An integer chip's code is the narrowest one that holds its weight range. The flip's change of
    the code is added to the weight, so an earlier deviation of the weight remains. Bits are
    selected by rate, count or sites.

    Attributes:
        sign: Representation of negative weights: ``"twos-complement"`` or ``"sign-magnitude"``.
        bits: Width of the code; by default the narrowest on an integer chip and 8 on a float chip.
    """

    kind: Literal["bit-flips"] = "bit-flips"
    sign: Sign = "twos-complement"
    bits: Annotated[int, Field(ge=1, le=32)] | None = None

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with flipped bits."""
        code = code_for(parts, self.sign, self.bits)
        mask = self._masks(instances.n_instances, parts, key, code.bits)
        return replace(instances, weight=code.flip(instances.weight, mask))


@final
class DelayBitFlips(AbstractBitFault):
    """Bits of the delays' codes are flipped (soft errors of the delay memory).

    The memory holds each delay minus the chip's shortest delay, in the fewest bits that hold the
    chip's longest. Bits are selected by rate, count or sites.
    """

    kind: Literal["delay-bit-flips"] = "delay-bit-flips"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with flipped bits of delays."""
        bits = (parts.delay_max - parts.delay_min).bit_length()
        if not bits:  # a chip with a single delay needs no delay memory
            return instances
        mask = self._masks(instances.n_instances, parts, key, bits)
        code = np.clip(delays_of(instances, parts) - parts.delay_min, 0, (1 << bits) - 1)
        return replace(instances, delay=((code ^ mask) + parts.delay_min).astype(np.int32))


@final
class StuckDrivers(AbstractNeuronFault):
    """The driver of a row of synapses is stuck; selected by rate, count or sites.

    Attributes:
        at: ``"high"``: all synapses *out of* the neuron deliver at every timestep, whether it fires
            or not; ``"low"``: they never deliver.
    """

    kind: Literal["stuck-drivers"] = "stuck-drivers"
    at: Literal["high", "low"]

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with stuck drivers."""
        at = neurons_of(parts, parts.pre)
        wired = np.zeros(parts.neuron.size, np.bool_)
        wired[at] = True
        struck = self._struck(instances.n_instances, parts, key, wired)
        if self.at == "low":
            return replace(instances, weight=np.where(struck[:, at], 0.0, instances.weight))
        return replace(instances, broken=broken_of(instances, struck, DRIVES_ALWAYS))
