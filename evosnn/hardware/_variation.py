"""Variation: parameters that are off by a random amount, chip by chip.

All of these act once per chip: they are frozen when the chip is made (or powered), and differ
from chip to chip.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from evosnn.hardware._instances import Instances
from evosnn.hardware._parts import AbstractMechanism, Parts, delays_of, leaks_of
from evosnn.hardware._random import normals

__all__ = [
    "DelayVariation",
    "LeakVariation",
    "SupplyShift",
    "ThresholdVariation",
    "WeightVariation",
]

_Sigma = Annotated[float, Field(gt=0, le=1)]
_Distribution = Literal["gaussian", "lognormal"]


@final
class WeightVariation(AbstractMechanism):
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
    distribution: _Distribution = "gaussian"
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
        return replace(
            instances, weight=instances.weight * _factor(self.sigma, self.distribution, z)
        )


@final
class ThresholdVariation(AbstractMechanism):
    """Every neuron's firing threshold is off by its own amount.

    Attributes:
        sigma: Standard deviation, as a share of the threshold.
        distribution: As for :class:`WeightVariation`.
    """

    kind: Literal["threshold-variation"] = "threshold-variation"
    sigma: _Sigma
    distribution: _Distribution = "gaussian"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with varied thresholds."""
        z = normals(key, instances.n_instances, parts.neuron, parts.neuron)
        factor = _factor(self.sigma, self.distribution, z)
        return replace(instances, threshold=instances.threshold * factor)


@final
class LeakVariation(AbstractMechanism):
    """Every neuron's leak is off by its own amount, and stays within none and all.

    Attributes:
        sigma: Standard deviation, as a share of the leak.
        distribution: As for :class:`WeightVariation`.
    """

    kind: Literal["leak-variation"] = "leak-variation"
    sigma: _Sigma
    distribution: _Distribution = "gaussian"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with varied leaks."""
        z = normals(key, instances.n_instances, parts.neuron, parts.neuron)
        leak = leaks_of(instances, parts) * _factor(self.sigma, self.distribution, z)
        return replace(instances, leak=np.clip(leak, 0.0, 1.0))


@final
class DelayVariation(AbstractMechanism):
    """Every synapse's delay is off by its own amount, rounded to timesteps and at least 1.

    Attributes:
        sigma: Standard deviation, as a share of the delay.
        distribution: As for :class:`WeightVariation`.
    """

    kind: Literal["delay-variation"] = "delay-variation"
    sigma: _Sigma
    distribution: _Distribution = "gaussian"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with varied delays."""
        z = normals(key, instances.n_instances, parts.pre, parts.post)
        delay = delays_of(instances, parts) * _factor(self.sigma, self.distribution, z)
        return replace(instances, delay=np.maximum(np.rint(delay), 1).astype(np.int32))


@final
class SupplyShift(AbstractMechanism):
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


def _factor(
    sigma: float, distribution: _Distribution, z: NDArray[np.float64]
) -> NDArray[np.float64]:
    if distribution == "lognormal":
        return np.exp(sigma * z - sigma**2 / 2)
    return 1.0 + sigma * z
