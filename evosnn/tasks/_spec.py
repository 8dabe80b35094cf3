"""Which data a campaign is about, as its file says it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag

from evosnn.errors import unknown_name
from evosnn.tasks._builtin import builtin_dataset, task_names
from evosnn.tasks._csv import Missing, read_csv
from evosnn.tasks._dataset import Dataset
from evosnn.tasks._folder import FOLDER_TASKS, folder_dataset
from evosnn.tasks.control._gymnasium import GymnasiumSpec
from evosnn.tasks.control._settings import SETTINGS

__all__ = ["CsvSpec", "TaskSpec", "load_dataset"]


class CsvSpec(BaseModel):
    """A data set in a CSV file; :func:`~evosnn.tasks.read_csv` says what each option does.

    Attributes:
        csv: Path of the file; a relative one starts from the campaign file's folder.
        label: Name or index of the column that holds the class.
        missing: ``"error"``, ``"drop"`` or ``"mean"``.
        header: Whether the first line is a header; detected if absent.
        delimiter: Character between two cells; detected if absent.
        ignore: Names or indices of columns to leave out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    csv: str
    label: str | int
    missing: Missing = "error"
    header: bool | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    ignore: tuple[str | int, ...] = ()


def _known(name: str) -> str:
    names = sorted({*task_names(), *FOLDER_TASKS, *SETTINGS})
    if name in names:
        return name
    if name.lower().endswith(".csv"):
        raise ValueError(f'a CSV file is given as {{ csv = "{name}", label = "its class column" }}')
    raise ValueError(unknown_name("task", name, names))


def _form(value: object) -> str:
    # The brackets tell evosnn.validation that this is no key of the user's.
    if isinstance(value, GymnasiumSpec) or (isinstance(value, dict) and "gymnasium" in value):
        return "[environment]"
    return "[table]" if isinstance(value, dict | BaseModel) else "[name]"


TaskSpec = Annotated[
    Annotated[str, AfterValidator(_known), Tag("[name]")]
    | Annotated[CsvSpec, Tag("[table]")]
    | Annotated[GymnasiumSpec, Tag("[environment]")],
    Discriminator(_form),
]
"""A task's name, or the table of a CSV file or of an environment; for a pydantic model."""


def load_dataset(spec: str | CsvSpec, base: Path | None = None) -> Dataset:
    """Load the data set that ``spec`` names.

    Args:
        spec: The name of a built-in task, or what to read from a CSV file.
        base: Folder that a relative path starts from; the working directory if not given.

    Raises:
        SpecError: If there is no such task.
        DataError: If the file cannot be read or used.
    """
    if isinstance(spec, str):
        return folder_dataset(spec) if spec in FOLDER_TASKS else builtin_dataset(spec)
    return read_csv(
        (base or Path()) / spec.csv,
        label=spec.label,
        missing=spec.missing,
        header=spec.header,
        delimiter=spec.delimiter,
        ignore=spec.ignore,
    )
