"""Networks packed end to end, as the kernels read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.errors import SpecError
from evosnn.network import Network
from evosnn.packed_networks import join_networks
from evosnn.simulation.layout.wiring import Population

__all__ = ["firing_threshold", "pack_networks"]


_FLOAT_EXCLUSIVE = 1e-7  # how far above an exclusive threshold RISP puts the inclusive one


def firing_threshold(threshold: NDArray[np.float64], chip: Chip) -> NDArray[np.float64]:
    """Return the lowest potentials at which neurons of these thresholds fire."""
    if chip.neuron.threshold_inclusive:
        return threshold
    return threshold + (1.0 if chip.integer else _FLOAT_EXCLUSIVE)


def pack_networks(networks: Sequence[Network], chip: Chip) -> Population:
    """Put networks end to end.

    Raises:
        SpecError: If the networks do not all have the same number of inputs and outputs.
    """
    all_of = join_networks(networks)
    inputs, outputs = np.diff(all_of.input_start), np.diff(all_of.output_start)
    ports = set(zip(inputs.tolist(), outputs.tolist(), strict=True))
    if len(ports) > 1:
        raise SpecError(
            f"networks of one call have the same inputs and outputs; got (inputs, outputs) "
            f"{sorted(ports)}"
        )
    n = len(networks)
    return Population(
        neuron_start=all_of.neuron_start,
        synapse_start=all_of.synapse_start,
        threshold=firing_threshold(all_of.threshold, chip),
        leak=all_of.leak,
        pre=all_of.pre,
        post=all_of.post,
        weight=all_of.weight,
        delay=all_of.delay,
        inputs=all_of.inputs.reshape(n, -1),
        outputs=all_of.outputs.reshape(n, -1),
        used=_in_use(all_of),
    )


@njit(nogil=True, cache=True)
def _in_use(networks: Any) -> Any:
    """``(all neurons,)``, as :attr:`Network.used`."""
    used = np.zeros(networks.threshold.size, np.bool_)
    for k in range(networks.neuron_start.size - 1):
        own = used[networks.neuron_start[k] : networks.neuron_start[k + 1]]
        for at in range(networks.output_start[k], networks.output_start[k + 1]):
            own[networks.outputs[at]] = True
        for s in range(networks.synapse_start[k], networks.synapse_start[k + 1]):
            own[networks.pre[s]] = True
            own[networks.post[s]] = True
    return used
