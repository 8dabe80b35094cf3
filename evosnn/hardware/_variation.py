"""Variation mechanisms: random errors of weights, thresholds, leaks and delays on each chip.

Each deviation is drawn once for a chip and then fixed, except for the noise on deliveries, which is
drawn at every synaptic event.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from evosnn.hardware._instances import Instances, Noise
from evosnn.hardware._mechanism import AbstractMechanism, Parts, delays_of, leaks_of
from evosnn.hardware._random import normals

__all__ = [
    "DelayVariation",
    "DeliveryNoise",
    "LeakVariation",
    "SupplyShift",
    "Temperature",
    "ThresholdVariation",
    "WeightVariation",
]

_Sigma = Annotated[float, Field(gt=0, le=1)]
_Distribution = Literal["gaussian", "lognormal"]


@final
class WeightVariation(AbstractMechanism):
    """Every weight has an independent random error (device mismatch).

    Attributes:
        sigma: Standard deviation, as a share of the scale that ``relative_to`` selects.
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
    """Every firing threshold has an independent random error.

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
    """Every leak has an independent random error and is clipped to 0..1.

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
    """Every synaptic delay has an independent random error; it is rounded to timesteps, at least 1.

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
    """A supply voltage deviates: it scales all weights that it feeds by 1 + sigma * z.

    Attributes:
        sigma: Standard deviation of the common factor.
        per: Unit with its own supply: the ``"chip"``, each ``"row"`` driver (all synapses out of a
            neuron) or each ``"column"`` amplifier (all synapses into a neuron).
    """

    kind: Literal["supply-shift"] = "supply-shift"
    sigma: _Sigma
    per: Literal["chip", "row", "column"] = "chip"

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with the weights of each supply scaled together."""
        fed = {"row": parts.pre, "column": parts.post}.get(self.per, np.zeros(1, np.uint32))
        z = normals(key, instances.n_instances, fed, fed)
        return replace(instances, weight=instances.weight * (1.0 + self.sigma * z))


@final
class Temperature(AbstractMechanism):
    """Each chip's temperature deviates from the nominal one and shifts its parameters.

    The deviation of a chip is ``d = mean + sigma * z`` kelvin, z standard normal; each parameter is
    multiplied by ``1 + coefficient * d``. Coefficients differ between chips, so there are no
    defaults.

    Attributes:
        mean: Mean deviation from the nominal temperature, in kelvin.
        sigma: Standard deviation over chips, in kelvin.
        weight: Relative change of all weights per kelvin.
        threshold: Relative change of all thresholds per kelvin.
        leak: Relative change of all leaks per kelvin; leaks are clipped to 0..1.
    """

    kind: Literal["temperature"] = "temperature"
    mean: float = 0.0
    sigma: Annotated[float, Field(ge=0)] = 0.0
    weight: float = 0.0
    threshold: float = 0.0
    leak: float = 0.0

    @model_validator(mode="after")
    def _does_something(self) -> Temperature:
        if not (self.weight or self.threshold or self.leak):
            raise ValueError("a temperature takes a coefficient: weight, threshold or leak")
        if not (self.mean or self.sigma):
            raise ValueError("a temperature takes a difference in kelvin: mean or sigma")
        return self

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances at their own temperatures."""
        chip = np.zeros(1, np.uint32)
        kelvin = self.mean + self.sigma * normals(key, instances.n_instances, chip, chip)
        changed = replace(
            instances,
            weight=instances.weight * (1.0 + self.weight * kelvin),
            threshold=instances.threshold * (1.0 + self.threshold * kelvin),
        )
        if not self.leak:
            return changed
        leak = leaks_of(instances, parts) * (1.0 + self.leak * kelvin)
        return replace(changed, leak=np.clip(leak, 0.0, 1.0))


@final
class DeliveryNoise(AbstractMechanism):
    """Every delivery of a synapse's charge has an independent Gaussian error.

    Attributes:
        sigma: Standard deviation, as a share of the largest weight that the chip can hold.
    """

    kind: Literal["delivery-noise"] = "delivery-noise"
    sigma: _Sigma

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with noise on deliveries; it replaces earlier such noise."""
        n = instances.n_instances
        noise = Noise(
            sigma=np.full(n, self.sigma * parts.full_scale),
            chip=np.arange(n, dtype=np.int64),
            key=np.tile(key, (n, 1)),
        )
        return replace(instances, noise=noise)


def _factor(
    sigma: float, distribution: _Distribution, z: NDArray[np.float64]
) -> NDArray[np.float64]:
    if distribution == "lognormal":
        return np.exp(sigma * z - sigma**2 / 2)
    return 1.0 + sigma * z
