"""A mechanism: radiation takes a random share of every weight."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from evosnn.hardware import AbstractMechanism, uniforms


class Radiation(AbstractMechanism):
    """Every synapse loses a random share of its weight, uniform from 0 to ``dose``.

    Attributes:
        dose: Largest loss, as a share of the weight.
    """

    kind: Literal["radiation"] = "radiation"
    dose: Annotated[float, Field(gt=0, le=1)] = 0.2

    def apply(self, instances, parts, key):
        loss = self.dose * uniforms(key, instances.n_instances, parts.pre, parts.post)
        return replace(instances, weight=instances.weight * (1.0 - loss))
