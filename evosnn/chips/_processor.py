"""Finds the chip that a network file's processor describes."""

from __future__ import annotations

from typing import Any

from evosnn.chips._caspian import chip_from_caspian
from evosnn.chips._model import Chip
from evosnn.chips._risp import chip_from_risp

__all__ = ["chip_from_processor"]


def chip_from_processor(
    processor: str, parameters: dict[str, Any], name: str = "risp"
) -> Chip | None:
    """Return the chip of a network file; ``None`` if the file does not determine one.

    Args:
        processor: Name of the processor in the file, as in ``"risp"`` or ``"caspian"``.
        parameters: The processor's parameters; only Caspian's have defaults.
        name: Name that a RISP chip is given.

    Raises:
        NetworkError: If EvoSNN cannot simulate a chip with these parameters.
    """
    if processor == "caspian":
        return chip_from_caspian(parameters)
    if processor == "risp" and parameters:
        return chip_from_risp(parameters, name)
    return None
