"""What every table of a campaign file that names data has in common."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Self

from numpy.random import Generator

from evosnn.errors import DataError
from evosnn.tasks.data.dataset import Dataset
from evosnn.validation import Table

__all__ = ["VARIABLE", "DataSpec", "find_data"]

VARIABLE = "EVOSNN_DATA"
"""Environment variable that names a folder of data sets."""


class DataSpec(Table, ABC):
    """Base of the tables that name data; final classes say where it is and read it."""

    path_key: ClassVar[str]
    """Which of its keys is a path."""
    anywhere: ClassVar[bool] = False
    """Whether the path may also start from the folder that ``EVOSNN_DATA`` names."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What a person calls the task."""

    def within(self, base: Path) -> Self:
        """Return the table with its relative path made whole, from ``base``."""
        there = base / getattr(self, self.path_key)
        if self.anywhere and not there.exists():
            return self
        return self.model_copy(update={self.path_key: str(there.resolve())})

    @abstractmethod
    def load(self, rng: Generator) -> Dataset:
        """Read the data.

        Args:
            rng: Source of randomness, for data that is made and not read.

        Raises:
            DataError: If it cannot be read or used.
        """

    def usual(self) -> dict[str, Any]:
        """Return what a campaign on this data does if its file does not say otherwise."""
        return {}


def find_data(name: str, kind: str) -> Path:
    """Return the path of data that stands in the working folder or in that of ``EVOSNN_DATA``.

    Args:
        name: A path; a relative one is looked up in both.
        kind: What it should be, for an error.

    Raises:
        DataError: If it is in neither.
    """
    folder = os.environ.get(VARIABLE)
    places = [Path(name), *([Path(folder) / name] if folder else [])]
    for place in places:
        if place.exists():
            return place
    hint = f" nor in '{folder}', which {VARIABLE} names" if folder else f"; {VARIABLE} is not set"
    raise DataError(f"{kind} '{name}' is not there{hint}")
