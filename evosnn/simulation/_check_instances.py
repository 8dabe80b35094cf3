"""Checks that chip instances are those of the networks that are to run on them."""

from __future__ import annotations

from collections.abc import Sequence

from evosnn.errors import SpecError
from evosnn.hardware import Instances
from evosnn.network import Network

__all__ = ["check_instances"]


def check_instances(networks: Sequence[Network], instances: Instances) -> None:
    """Refuse arrays of other sizes than the networks', or delays below 1.

    Compiled code reads them without another look.

    Raises:
        SpecError: If there is such an array.
    """
    n, rows = sum(network.n_neurons for network in networks), instances.n_instances
    size = {"weight": sum(network.n_synapses for network in networks), "threshold": n, "firing": n}
    size |= {"leak": n, "broken": n, "delay": size["weight"]}
    for name, columns in size.items():
        values = getattr(instances, name)
        if values is not None and values.shape != (rows, columns):
            raise SpecError(
                f"{name} of the instances has shape {values.shape}; "
                f"these networks take ({rows}, {columns})"
            )
    if instances.delay is not None and instances.delay.size and instances.delay.min() < 1:
        raise SpecError(f"a delay of the instances is {instances.delay.min()}; it is at least 1")
    for _, later in instances.later:
        check_instances(networks, later)
