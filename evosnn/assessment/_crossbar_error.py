"""Errors of a network's weights on a crossbar, before and after recalibration."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.hardware import Crossbar
from evosnn.network import Network

__all__ = ["CrossbarErrors", "measure_crossbar"]


@dataclass(frozen=True)
class CrossbarErrors:
    """Errors of the weights by the resistance of wires, drivers left out.

    Attributes:
        error: Root mean square error of the weights over their root mean square.
        error_recalibrated: The same after the gain of each column is set.
        gain_min: Least gain that recalibration sets.
        gain_max: Largest gain that recalibration sets.
        kappa: The wire index of the tile that wires harm most: below some 0.01 they may be
            ignored (:func:`~evosnn.hardware.wire_index`).
    """

    error: float
    error_recalibrated: float
    gain_min: float
    gain_max: float
    kappa: float

    def as_data(self) -> dict[str, float]:
        """Return the figures as plain data."""
        return asdict(self)


def measure_crossbar(network: Network, chip: Chip) -> CrossbarErrors | None:
    """Measure a network on the crossbar of its chip; nothing if the chip has none."""
    if chip.crossbar is None or not network.n_synapses:
        return None
    array = Crossbar()
    before, after, gain = array.fit(network, chip)

    def off(found: NDArray[np.float64]) -> float:
        wanted = float((network.weight**2).sum())
        return float(np.sqrt(((found - network.weight) ** 2).sum() / wanted)) if wanted else 0.0

    ends = float(gain.min()), float(gain.max())
    return CrossbarErrors(off(before), off(after), *ends, array.index(network, chip))
