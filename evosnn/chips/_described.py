"""Builds a chip from the parameters in a network file, and checks the parameters."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from evosnn.chips._model import Chip
from evosnn.errors import NetworkError
from evosnn.validation import first_problem

__all__ = ["described_chip", "require_numbers", "require_truth_values"]


def described_chip(data: dict[str, Any], processor: str) -> Chip:
    """Return the chip with these fields.

    Raises:
        NetworkError: If they are not valid; the message names the ``processor``.
    """
    try:
        return Chip.model_validate(data)
    except ValidationError as error:
        problem = first_problem(error, Chip)
        raise NetworkError(
            f"the {processor} parameters are not valid for a chip: {problem}"
        ) from None


def require_numbers(parameters: dict[str, Any], keys: Iterable[str], processor: str) -> None:
    """Raise an error if a given parameter is not a finite number.

    Raises:
        NetworkError: If there is one; the message names the ``processor``.
    """
    for key in keys:
        value = parameters.get(key, 0)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value):
            raise NetworkError(f"the {processor} parameter '{key}' is {value!r}; it takes a number")


def require_truth_values(parameters: dict[str, Any], keys: Iterable[str], processor: str) -> None:
    """Raise an error if a given parameter is neither true nor false; 1 and 0 stand for them.

    Raises:
        NetworkError: If there is one; the message names the ``processor``.
    """
    for key in keys:
        value = parameters.get(key, False)
        if not isinstance(value, bool) and not (isinstance(value, int) and value in (0, 1)):
            raise NetworkError(
                f"the {processor} parameter '{key}' is {value!r}; it takes true or false, not text"
                if isinstance(value, str)
                else f"the {processor} parameter '{key}' is {value!r}; it takes true or false"
            )
