"""What every export asks first: does the network fit the chip whose rules it is written by?"""

from __future__ import annotations

from evosnn.chips import Chip, check
from evosnn.errors import ExportError
from evosnn.network import Network

__all__ = ["require_fit"]


def require_fit(network: Network, chip: Chip) -> None:
    """Refuse a network that its chip cannot hold.

    Raises:
        ExportError: If ``chip.check`` has a complaint; the first one is in the message.
    """
    found = check(chip, network)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise ExportError(f"the network does not fit chip '{chip.name}': {found[0]}{more}")
