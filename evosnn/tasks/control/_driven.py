"""What networks did in closed loop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Driven"]


@dataclass(frozen=True, eq=False)
class Driven:
    """What networks did in closed loop.

    Attributes:
        returns: ``(n_networks, n_instances, n_episodes)`` float64, sum of rewards.
        spikes: ``(n_networks,)`` float64, spikes of all neurons in use, mean of a window.
        deliveries: ``(n_networks,)`` float64, synaptic deliveries, likewise.
    """

    returns: NDArray[np.float64]
    spikes: NDArray[np.float64]
    deliveries: NDArray[np.float64]
