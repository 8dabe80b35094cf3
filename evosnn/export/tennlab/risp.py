"""TENNLab JSON that RISP loads: the network and the processor parameters it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evosnn.chips import Chip, risp_parameters
from evosnn.export.common.plan import require_fit
from evosnn.network import Network
from evosnn.tennlab import NetworkFile, Property, dumps_network

__all__ = ["to_risp"]


def to_risp(
    network: Network,
    chip: Chip,
    *,
    names: Mapping[int, str] | None = None,
    notes: Mapping[str, Any] | None = None,
) -> str:
    """Return the text of a network file that RISP loads and runs as it was simulated.

    Args:
        network: The network.
        chip: The rules that it was evolved under.
        names: Names of neurons, by id.
        notes: What else the file is to say of itself; must be JSON.

    Raises:
        ExportError: If RISP cannot be set to work as this chip does, or the network does
            not fit the chip.
    """
    parameters = risp_parameters(chip)
    require_fit(network, chip)
    file = NetworkFile(
        network=network,
        processor="risp",
        parameters=parameters,
        names=dict(names or {}),
        notes=dict(notes or {}),
    )
    return dumps_network(file, _property_pack(chip, parameters))


def _property_pack(chip: Chip, parameters: dict[str, Any]) -> dict[str, Property]:
    """The properties that RISP derives from its parameters.

    RISP refuses a file whose declared types and ranges differ from these in anything.
    """
    number = "I" if chip.integer else "D"
    threshold, weight = chip.neuron.threshold, chip.synapse.weight
    pack = {
        "Threshold": Property("Threshold", number, threshold.min, threshold.max),
        "Weight": Property("Weight", number, weight.min, weight.max),
        "Delay": Property("Delay", "I", 1.0, chip.synapse.delay.max),
    }
    if parameters["leak_mode"] == "configurable":
        pack["Leak"] = Property("Leak", "B", 0.0, 1.0)
    return pack
