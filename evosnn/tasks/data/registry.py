"""Which data a campaign is about, as its file says it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar, final

import numpy as np
from numpy.random import Generator
from pydantic import AfterValidator, BaseModel, Discriminator, Field, Tag, ValidationError

from evosnn.errors import unknown_name
from evosnn.tasks.control._catalogue import SETTINGS
from evosnn.tasks.control._gymnasium import GymnasiumSpec
from evosnn.tasks.data.arrays import ArraySpec
from evosnn.tasks.data.builtin import builtin_dataset, task_names
from evosnn.tasks.data.csv_dataset import Missing, read_csv
from evosnn.tasks.data.dataset import Dataset
from evosnn.tasks.data.event_camera import EventsSpec
from evosnn.tasks.data.idx_images import IdxSpec
from evosnn.tasks.data.python_task import PythonSpec
from evosnn.tasks.data.spec_base import DataSpec
from evosnn.tasks.data.time_series import SeriesSpec
from evosnn.tasks.data.user_folder import FOLDER_TASKS, folder_dataset

__all__ = ["CsvSpec", "SampleSpec", "TaskSpec", "load_dataset", "usual_keys"]


@final
class CsvSpec(DataSpec):
    """A data set in a CSV file; :func:`~evosnn.tasks.read_csv` says what each option does.

    Attributes:
        csv: Path of the file; a relative one starts from the campaign file's folder.
        label: Name or index of the column that holds the class.
        missing: ``"error"``, ``"drop"`` or ``"mean"``.
        header: Whether the first line is a header; detected if absent.
        delimiter: Character between two cells; detected if absent.
        ignore: Names or indices of columns to leave out.
    """

    path_key: ClassVar[str] = "csv"

    csv: str
    label: str | int
    missing: Missing = "error"
    header: bool | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    ignore: tuple[str | int, ...] = ()

    @property
    def title(self) -> str:
        """The name of the file."""
        return Path(self.csv).stem

    def load(self, rng: Generator) -> Dataset:
        """Read the file; nothing is drawn."""
        del rng
        return read_csv(self.csv, **self.model_dump(exclude={"csv"}))


def _known(name: str) -> str:
    names = sorted({*task_names(), *FOLDER_TASKS, *SETTINGS})
    if name in names:
        return name
    if name.lower().endswith(".csv"):
        raise ValueError(f'a CSV file is given as {{ csv = "{name}", label = "its class column" }}')
    raise ValueError(unknown_name("task", name, names))


_FORMS = {
    "gymnasium": GymnasiumSpec,
    "series": SeriesSpec,
    "idx": IdxSpec,
    "events": EventsSpec,
    "python": PythonSpec,
    "arrays": ArraySpec,
    "csv": CsvSpec,
}
"""The tables that a campaign's task may be, by the key that tells them apart."""


def _form(value: object) -> str:
    # The brackets tell evosnn.validation that this is no key of the user's.
    if isinstance(value, str):
        return "[name]"
    for key, model in _FORMS.items():
        if isinstance(value, model) or (isinstance(value, dict) and key in value):
            return f"[{key}]"
    return "[csv]" if isinstance(value, dict | BaseModel) else "[name]"


SampleSpec = str | DataSpec
"""What :func:`load_dataset` takes: a name, or one of the tables that name data."""

TaskSpec = Annotated[
    Annotated[str, AfterValidator(_known), Tag("[name]")]
    | Annotated[CsvSpec, Tag("[csv]")]
    | Annotated[SeriesSpec, Tag("[series]")]
    | Annotated[IdxSpec, Tag("[idx]")]
    | Annotated[EventsSpec, Tag("[events]")]
    | Annotated[PythonSpec, Tag("[python]")]
    | Annotated[ArraySpec, Tag("[arrays]")]
    | Annotated[GymnasiumSpec, Tag("[gymnasium]")],
    Discriminator(_form),
]
"""A task's name, or the table of data or of an environment; for a pydantic model."""


def usual_keys(task: object) -> dict[str, Any]:
    """Return what a campaign on a task's data does if its file does not say otherwise.

    Args:
        task: A task as a campaign file says it, checked or not; nothing if it is wrong.
    """
    if isinstance(task, dict):
        model = _FORMS.get(_form(task)[1:-1])
        if model is None or not issubclass(model, DataSpec):
            return {}
        try:
            task = model.model_validate(task)
        except ValidationError:
            return {}
    return task.usual() if isinstance(task, DataSpec) else {}


def load_dataset(
    spec: SampleSpec, base: Path | None = None, rng: Generator | None = None
) -> Dataset:
    """Load the data set that ``spec`` names.

    Args:
        spec: The name of a built-in task, or one of the tables that name data.
        base: Folder that a relative path starts from; the working directory if not given.
        rng: Source of randomness for data that is made and not read; seeded by 0 if not given.

    Raises:
        SpecError: If there is no such task.
        DataError: If the data cannot be read or used.
    """
    if isinstance(spec, str):
        return folder_dataset(spec) if spec in FOLDER_TASKS else builtin_dataset(spec)
    whole = spec if base is None else spec.within(base)
    return whole.load(np.random.default_rng(0) if rng is None else rng)
