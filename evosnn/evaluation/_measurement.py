"""A network's measured scores and spike counts; pools two measurements of one network."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Measurement", "pool"]


class Measurement(NamedTuple):
    """A network's record on some samples.

    Attributes:
        nominal: Score on the nominal chip (share of samples answered correctly).
        perturbed: ``(n_instances,)`` float64, score on each physical chip tried; empty if the
            campaign has no mechanisms.
        spikes: Spikes of all neurons in use, mean of a run.
        deliveries: Synaptic deliveries, mean of a run.
    """

    nominal: float
    perturbed: NDArray[np.float64]
    spikes: float
    deliveries: float

    @property
    def mean(self) -> float:
        """Mean score over the physical chips; the nominal score if there were none."""
        if not self.perturbed.size:
            return self.nominal
        return float(np.add.reduce(self.perturbed)) / self.perturbed.size

    @property
    def p05(self) -> float:
        """5th percentile of the score over the physical chips."""
        return float(np.quantile(self.perturbed, 0.05)) if self.perturbed.size else self.nominal

    @property
    def worst(self) -> float:
        """Lowest score over the physical chips."""
        return float(self.perturbed.min()) if self.perturbed.size else self.nominal


def pool(old: Measurement, new: Measurement) -> Measurement:
    """Return the record of two measurements of one network on different chips."""
    a, b = old.perturbed.size + 1, new.perturbed.size + 1
    return Measurement(
        nominal=new.nominal,
        perturbed=np.concatenate([old.perturbed, new.perturbed]),
        spikes=(a * old.spikes + b * new.spikes) / (a + b),
        deliveries=(a * old.deliveries + b * new.deliveries) / (a + b),
    )
