"""Faults of neurons and of the lines that serve them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from evosnn.hardware._choice import AbstractNeuronFault
from evosnn.hardware._instances import FIRES_ALWAYS, FIRES_NEVER, Instances
from evosnn.hardware._parts import Parts

__all__ = ["DeadNeurons", "OpenLines", "ScaledThresholds", "StuckNeurons"]


@final
class DeadNeurons(AbstractNeuronFault):
    """A neuron never fires; struck by rate, count or sites."""

    kind: Literal["dead-neurons"] = "dead-neurons"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with dead neurons."""
        dead = self._struck(instances.n_instances, parts, key)
        return replace(instances, firing=np.where(dead, np.int8(FIRES_NEVER), instances.firing))


@final
class StuckNeurons(AbstractNeuronFault):
    """A neuron fires at every timestep, whatever arrives; struck by rate, count or sites."""

    kind: Literal["stuck-neurons"] = "stuck-neurons"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with neurons stuck firing."""
        stuck = self._struck(instances.n_instances, parts, key)
        return replace(instances, firing=np.where(stuck, np.int8(FIRES_ALWAYS), instances.firing))


@final
class ScaledThresholds(AbstractNeuronFault):
    """A neuron's threshold is scaled; struck by rate, count or sites.

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
    """A wire of the synapse array is broken; struck by rate, count or sites.

    Only neurons with a synapse on such a line are counted or struck.

    Attributes:
        line: ``"row"``: all synapses *out of* a neuron deliver nothing; ``"column"``: all
            synapses *into* it.
    """

    kind: Literal["open-lines"] = "open-lines"
    line: Literal["row", "column"]

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with open lines."""
        at = _neurons_of(parts, parts.pre if self.line == "row" else parts.post)
        wired = np.zeros(parts.neuron.size, np.bool_)
        wired[at] = True
        cut = self._struck(instances.n_instances, parts, key, wired)
        return replace(instances, weight=np.where(cut[:, at], 0.0, instances.weight))


def _neurons_of(parts: Parts, ids: NDArray[np.uint32]) -> NDArray[np.int64]:
    """``(all synapses,)``, where the neuron with each synapse's id stands."""
    found = np.empty(ids.size, np.int64)
    for k in range(parts.neuron_start.size - 1):
        n, last_n = parts.neuron_start[k : k + 2]
        s, last_s = parts.synapse_start[k : k + 2]
        # A network's ids ascend.
        found[s:last_s] = n + np.searchsorted(parts.neuron[n:last_n], ids[s:last_s])
    return found
