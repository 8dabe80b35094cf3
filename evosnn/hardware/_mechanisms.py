"""The mechanisms that make a physical chip differ from its drawing.

All of these act once per chip: they are frozen when the chip is made (or powered), and differ
from chip to chip. Each takes the instances so far and returns them changed, so they compose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from evosnn.hardware._instances import FIRES_ALWAYS, FIRES_NEVER, Instances
from evosnn.hardware._random import normals, uniforms

__all__ = [
    "MECHANISMS",
    "DeadNeurons",
    "DeadSynapses",
    "Mechanism",
    "Parts",
    "StuckNeurons",
    "SupplyShift",
    "ThresholdVariation",
    "WeightVariation",
]

_Sigma = Annotated[float, Field(gt=0, le=1)]
_Rate = Annotated[float, Field(gt=0, lt=1)]


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of the networks, end to end, by the ids that their draws hang on.

    Attributes:
        neuron: ``(all neurons,)`` uint32, ids.
        pre: ``(all synapses,)`` uint32, id of the presynaptic neuron.
        post: ``(all synapses,)`` uint32, id of the postsynaptic neuron.
        full_scale: Largest weight magnitude that the chip can hold.
    """

    neuron: NDArray[np.uint32]
    pre: NDArray[np.uint32]
    post: NDArray[np.uint32]
    full_scale: float


class _Mechanism(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WeightVariation(_Mechanism):
    """Every synapse's weight is off by its own amount (device mismatch).

    Attributes:
        sigma: Standard deviation, as a share of what ``relative_to`` names.
        distribution: ``"gaussian"``: w + sigma * scale * z; ``"lognormal"``:
            w * exp(sigma * z - sigma^2 / 2), whose mean is w; z is standard normal.
        relative_to: The scale: the synapse's own ``"weight"``, or the chip's full ``"range"``
            (its largest weight magnitude).
    """

    kind: Literal["weight-variation"] = "weight-variation"
    sigma: _Sigma
    distribution: Literal["gaussian", "lognormal"] = "gaussian"
    relative_to: Literal["weight", "range"] = "weight"

    @model_validator(mode="after")
    def _lognormal_is_relative(self) -> WeightVariation:
        if self.distribution == "lognormal" and self.relative_to == "range":
            raise ValueError("a lognormal variation is relative to the weight, not to the range")
        return self

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with varied weights."""
        z = normals(key, instances.n_instances, parts.pre, parts.post)
        if self.relative_to == "range":
            return replace(instances, weight=instances.weight + self.sigma * parts.full_scale * z)
        return replace(instances, weight=instances.weight * _factor(self, z))


class ThresholdVariation(_Mechanism):
    """Every neuron's firing threshold is off by its own amount.

    Attributes:
        sigma: Standard deviation, as a share of the threshold.
        distribution: As for :class:`WeightVariation`.
    """

    kind: Literal["threshold-variation"] = "threshold-variation"
    sigma: _Sigma
    distribution: Literal["gaussian", "lognormal"] = "gaussian"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with varied thresholds."""
        z = normals(key, instances.n_instances, parts.neuron, parts.neuron)
        return replace(instances, threshold=instances.threshold * _factor(self, z))


class SupplyShift(_Mechanism):
    """The supply of a chip is off: all its weights are scaled together, 1 + sigma * z.

    Attributes:
        sigma: Standard deviation of the common factor.
    """

    kind: Literal["supply-shift"] = "supply-shift"
    sigma: _Sigma

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with all weights of a chip scaled together."""
        chip = np.zeros(1, np.uint32)
        z = normals(key, instances.n_instances, chip, chip)
        return replace(instances, weight=instances.weight * (1.0 + self.sigma * z))


class DeadSynapses(_Mechanism):
    """A synapse never delivers anything (stuck at 0).

    Attributes:
        rate: Probability of each synapse.
    """

    kind: Literal["dead-synapses"] = "dead-synapses"
    rate: _Rate

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with the weights of dead synapses set to 0."""
        dead = uniforms(key, instances.n_instances, parts.pre, parts.post) < self.rate
        return replace(instances, weight=np.where(dead, 0.0, instances.weight))


class DeadNeurons(_Mechanism):
    """A neuron never fires.

    Attributes:
        rate: Probability of each neuron, inputs and outputs included.
    """

    kind: Literal["dead-neurons"] = "dead-neurons"
    rate: _Rate

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with dead neurons."""
        dead = uniforms(key, instances.n_instances, parts.neuron, parts.neuron) < self.rate
        return replace(instances, firing=np.where(dead, np.int8(FIRES_NEVER), instances.firing))


class StuckNeurons(_Mechanism):
    """A neuron fires at every timestep, whatever arrives.

    Attributes:
        rate: Probability of each neuron, inputs and outputs included.
    """

    kind: Literal["stuck-neurons"] = "stuck-neurons"
    rate: _Rate

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with neurons stuck firing."""
        stuck = uniforms(key, instances.n_instances, parts.neuron, parts.neuron) < self.rate
        return replace(instances, firing=np.where(stuck, np.int8(FIRES_ALWAYS), instances.firing))


def _factor(
    mechanism: WeightVariation | ThresholdVariation, z: NDArray[np.float64]
) -> NDArray[np.float64]:
    sigma = mechanism.sigma
    if mechanism.distribution == "lognormal":
        return np.exp(sigma * z - sigma**2 / 2)
    return 1.0 + sigma * z


Mechanism = Annotated[
    WeightVariation | ThresholdVariation | SupplyShift | DeadSynapses | DeadNeurons | StuckNeurons,
    Field(discriminator="kind"),
]
"""Any mechanism, told apart by its ``kind``."""

MECHANISMS: dict[str, type[_Mechanism]] = {
    model.model_fields["kind"].default: model
    for model in (
        WeightVariation, ThresholdVariation, SupplyShift, DeadSynapses, DeadNeurons, StuckNeurons,
    )
}  # fmt: skip
"""The mechanisms by kind."""
