"""Finds the chip that a network file's processor describes."""

from __future__ import annotations

from typing import Any

from evosnn.chips._caspian import chip_from_caspian
from evosnn.chips._model import Chip
from evosnn.chips._risp import chip_from_risp, chip_from_vrisp

__all__ = ["chip_from_processor"]


def chip_from_processor(
    processor: str, parameters: dict[str, Any], name: str = "risp"
) -> Chip | None:
    """Return the chip of a network file; ``None`` if the file does not determine one.

    Args:
        processor: The processor that it names, as in ``"risp"``, ``"vrisp"`` or ``"caspian"``.
        parameters: The processor's parameters; RISP's have no defaults, Caspian's have.
        name: Name of the chip, if it is RISP.

    Raises:
        NetworkError: If EvoSNN cannot simulate a chip with these parameters.
    """
    if processor == "caspian":
        return chip_from_caspian(parameters)
    if processor == "risp" and parameters:
        return chip_from_risp(parameters, name)
    if processor == "vrisp" and parameters:
        return chip_from_vrisp(parameters)
    return None
