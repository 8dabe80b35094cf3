"""The interface of a table in a campaign file that names data."""

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
    """Base class of the tables that name data; a subclass finds the data and reads them.

    A subclass declares its options as pydantic fields, :attr:`title` and :meth:`load`. A campaign
    file tells the tables apart by one key: that of a package's table is the name of its entry point
    in the group ``evosnn.tasks``. :func:`evosnn.testing.check_task` checks it.

    Example::

        class Spirals(DataSpec):
            spirals: int = Field(ge=2)  # task = { spirals = 3 }

            @property
            def title(self):
                return f"{self.spirals} spirals"

            def load(self, rng):
                return Dataset(...)
    """

    path_key: ClassVar[str] = ""
    """Which of its fields is a path, if one is; a relative path starts from the campaign file."""
    anywhere: ClassVar[bool] = False
    """Whether the path may also start from the folder that ``EVOSNN_DATA`` names."""

    @property
    @abstractmethod
    def title(self) -> str:
        """Name of the task for a person."""

    def within(self, base: Path) -> Self:
        """Return the table with its path made absolute, starting from the folder ``base``."""
        if not self.path_key:
            return self
        there = base / getattr(self, self.path_key)
        if self.anywhere and not there.exists():
            return self
        return self.model_copy(update={self.path_key: str(there.resolve())})

    @abstractmethod
    def load(self, rng: Generator) -> Dataset:
        """Return the samples.

        Args:
            rng: The only source of randomness; the same state must give the same samples.

        Raises:
            DataError: If the data cannot be read or used.
        """

    def usual(self) -> dict[str, Any]:
        """Return the default keys of a campaign on this data, such as its ``timesteps``."""
        return {}


def find_data(name: str, kind: str) -> Path:
    """Return the path of data in the working folder, or in the one that ``EVOSNN_DATA`` names.

    Args:
        name: A path; a relative one is looked up in both folders.
        kind: The kind of data, for an error message.

    Raises:
        DataError: If it is in neither folder.
    """
    folder = os.environ.get(VARIABLE)
    places = [Path(name), *([Path(folder) / name] if folder else [])]
    for place in places:
        if place.exists():
            return place
    hint = f" nor in '{folder}', which {VARIABLE} names" if folder else f"; {VARIABLE} is not set"
    raise DataError(f"{kind} '{name}' is not there{hint}")
