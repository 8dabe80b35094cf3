"""Checks that a network fits its chip, and that an export supports the chip's rules."""

from __future__ import annotations

from evosnn.chips import Chip, check, special_rules
from evosnn.errors import ExportError
from evosnn.network import Network

__all__ = ["own_rules", "require_fit"]


def own_rules(network: Network, chip: Chip) -> tuple[str, ...]:
    """Return the rules beyond RISP's that affect a network, each the end of a sentence."""
    late = ("shows every spike one timestep late",) if chip.neuron.integration_delay else ()
    return special_rules(chip, network) + late


def require_fit(network: Network, chip: Chip, *, own: bool = False) -> None:
    """Raise an error if a network does not fit its chip or needs rules that an export lacks.

    Args:
        network: The network.
        chip: The rules.
        own: Whether the export implements every chip's own arithmetic.

    Raises:
        ExportError: If the network does not fit the chip (the message has the first violation), or
            needs rules of the chip that the export does not reproduce.
    """
    found = check(chip, network)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise ExportError(f"the network does not fit chip '{chip.name}': {found[0]}{more}")
    rules = () if own else own_rules(network, chip)
    if rules:
        raise ExportError(
            f"chip '{chip.name}' {rules[0]}, which this export does not reproduce; 'c' has every "
            "chip's own arithmetic"
        )
