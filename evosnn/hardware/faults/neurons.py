"""Fault mechanisms of neurons, input and output lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from evosnn.hardware._instances import (
    FIRES_ALWAYS,
    FIRES_NEVER,
    NO_INTEGRATION,
    NO_RESET,
    Instances,
)
from evosnn.hardware._mechanism import Parts, broken_of, leaks_of, neurons_of
from evosnn.hardware.faults.sites import AbstractNeuronFault

__all__ = [
    "DeadNeurons",
    "DeafNeurons",
    "LeaklessNeurons",
    "OpenLines",
    "ResetlessNeurons",
    "ScaledLeaks",
    "ScaledThresholds",
    "StuckNeurons",
]


@final
class DeadNeurons(AbstractNeuronFault):
    """A neuron never fires; selected by rate, count or sites."""

    kind: Literal["dead-neurons"] = "dead-neurons"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with dead neurons."""
        dead = self._struck(instances.n_instances, parts, key)
        return replace(instances, firing=np.where(dead, np.int8(FIRES_NEVER), instances.firing))


@final
class StuckNeurons(AbstractNeuronFault):
    """A neuron fires at every timestep, whatever its input; selected by rate, count or sites."""

    kind: Literal["stuck-neurons"] = "stuck-neurons"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with neurons stuck firing."""
        stuck = self._struck(instances.n_instances, parts, key)
        return replace(instances, firing=np.where(stuck, np.int8(FIRES_ALWAYS), instances.firing))


@final
class ScaledThresholds(AbstractNeuronFault):
    """A neuron's threshold is multiplied by a factor; selected by rate, count or sites.

    Attributes:
        factor: What the threshold is multiplied by.
    """

    kind: Literal["scaled-thresholds"] = "scaled-thresholds"
    factor: Annotated[float, Field(ge=0)]

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with scaled thresholds."""
        struck = self._struck(instances.n_instances, parts, key)
        scaled = instances.threshold * self.factor
        return replace(instances, threshold=np.where(struck, scaled, instances.threshold))


@final
class OpenLines(AbstractNeuronFault):
    """A wire of the synapse array is open; selected by rate, count or sites.

    Only neurons with a synapse on such a line are counted and selected.

    Attributes:
        line: ``"row"``: no synapse *out of* the neuron delivers charge; ``"column"``: no synapse
            *into* it does.
    """

    kind: Literal["open-lines"] = "open-lines"
    line: Literal["row", "column"]

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with open lines."""
        at = neurons_of(parts, parts.pre if self.line == "row" else parts.post)
        wired = np.zeros(parts.neuron.size, np.bool_)
        wired[at] = True
        cut = self._struck(instances.n_instances, parts, key, wired)
        return replace(instances, weight=np.where(cut[:, at], 0.0, instances.weight))


@final
class LeaklessNeurons(AbstractNeuronFault):
    """A neuron does not leak; selected by rate, count or sites."""

    kind: Literal["leakless-neurons"] = "leakless-neurons"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with neurons that do not leak."""
        struck = self._struck(instances.n_instances, parts, key)
        return replace(instances, leak=np.where(struck, 0.0, leaks_of(instances, parts)))


@final
class ScaledLeaks(AbstractNeuronFault):
    """A neuron's leak is multiplied by a factor, up to a leak of 1; by rate, count or sites.

    Attributes:
        factor: What the leak is multiplied by.
    """

    kind: Literal["scaled-leaks"] = "scaled-leaks"
    factor: Annotated[float, Field(ge=0)]

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with scaled leaks."""
        struck = self._struck(instances.n_instances, parts, key)
        leak = leaks_of(instances, parts)
        scaled = np.minimum(leak * self.factor, 1.0)
        return replace(instances, leak=np.where(struck, scaled, leak))


@final
class ResetlessNeurons(AbstractNeuronFault):
    """A spike does not reset a neuron's potential; selected by rate, count or sites."""

    kind: Literal["resetless-neurons"] = "resetless-neurons"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with neurons that are not reset."""
        struck = self._struck(instances.n_instances, parts, key)
        return replace(instances, broken=broken_of(instances, struck, NO_RESET))


@final
class DeafNeurons(AbstractNeuronFault):
    """A neuron does not integrate its input; selected by rate, count or sites."""

    kind: Literal["deaf-neurons"] = "deaf-neurons"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with neurons that do not integrate."""
        struck = self._struck(instances.n_instances, parts, key)
        return replace(instances, broken=broken_of(instances, struck, NO_INTEGRATION))
