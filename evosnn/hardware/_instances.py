"""What makes one physical chip differ from its drawing, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evosnn.network import Network

__all__ = ["FIRES_ALWAYS", "FIRES_NEVER", "SOUND", "Instances", "nominal_instances"]

SOUND, FIRES_NEVER, FIRES_ALWAYS = 0, -1, 1
"""Values of :attr:`Instances.firing`."""


@dataclass(frozen=True, eq=False)
class Instances:
    """The parameters of several networks on several physical chips.

    The networks' neurons and synapses stand end to end, in the order of the networks.

    Attributes:
        weight: ``(n_instances, all synapses)`` float64, charge that each synapse delivers.
        threshold: ``(n_instances, all neurons)`` float64, firing thresholds.
        firing: ``(n_instances, all neurons)`` int8, ``SOUND``, ``FIRES_NEVER`` (dead) or
            ``FIRES_ALWAYS`` (stuck firing: a spike at every timestep).
    """

    weight: NDArray[np.float64]
    threshold: NDArray[np.float64]
    firing: NDArray[np.int8]

    @property
    def n_instances(self) -> int:
        """Number of chips."""
        return int(self.weight.shape[0])


def nominal_instances(networks: Sequence[Network], n_instances: int) -> Instances:
    """Return ``n_instances`` chips that are exactly as drawn."""
    weight = np.concatenate([net.weight for net in networks])
    threshold = np.concatenate([net.threshold for net in networks])
    return Instances(
        weight=np.tile(weight, (n_instances, 1)),
        threshold=np.tile(threshold, (n_instances, 1)),
        firing=np.zeros((n_instances, threshold.size), dtype=np.int8),
    )
