"""What every export asks first: does the network fit the chip whose rules it is written by?"""

from __future__ import annotations

from evosnn.chips import Chip, check, special_rules
from evosnn.errors import ExportError
from evosnn.network import Network

__all__ = ["require_fit"]


def require_fit(network: Network, chip: Chip) -> None:
    """Refuse a network that its chip cannot hold, or whose arithmetic no export has.

    Raises:
        ExportError: If ``chip.check`` has a complaint (the first one is in the message), or
            the network meets rules of the chip that the exports do not reproduce.
    """
    found = check(chip, network)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise ExportError(f"the network does not fit chip '{chip.name}': {found[0]}{more}")
    rules = special_rules(chip, network)
    if chip.neuron.integration_delay:
        rules += ("shows every spike one timestep late",)
    if rules:
        raise ExportError(
            f"chip '{chip.name}' {rules[0]}, which no export reproduces; the network can be "
            "simulated and assessed"
        )
