"""The registry of tasks: data sets and environments, by name or by the key of a table."""

from __future__ import annotations

import contextlib
import functools
import inspect
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np
from numpy.random import Generator
from pydantic import BaseModel, Field, ValidationError

from evosnn.errors import DataError, EvosnnError, PluginError, SpecError, unknown_name
from evosnn.registry import Registry
from evosnn.tasks.control._gymnasium import GymnasiumSpec
from evosnn.tasks.data.csv_dataset import Missing, read_csv
from evosnn.tasks.data.dataset import Dataset
from evosnn.tasks.data.spec_base import DataSpec
from evosnn.validation import BrokenPartError

__all__ = [
    "TASKS", "CsvSpec", "SampleSpec", "added_tasks", "known_task", "load_dataset", "table_of",
    "task_tables", "usual_keys",
]  # fmt: skip


@final
class CsvSpec(DataSpec):
    """A data set in a CSV file; :func:`~evosnn.tasks.read_csv` explains each option.

    Attributes:
        csv: Path of the file; a relative one starts from the campaign file's folder.
        label: Name or index of the column that holds the class.
        missing: ``"error"``, ``"drop"`` or ``"mean"``.
        header: Whether the first line is a header; detected if absent.
        delimiter: Character between two cells; detected if absent.
        ignore: Names or indices of columns to leave out.
        missing_words: Words that mean a missing value, in every column.
        decimal: Decimal mark of numbers.
        thousands: Mark between thousands; none if empty.
        comment: Text at the start of a line that is a comment.
        categorical: Names or indices of columns of text, each value of which becomes a feature.
    """

    path_key: ClassVar[str] = "csv"

    csv: str
    label: str | int
    missing: Missing = "error"
    header: bool | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    ignore: tuple[str | int, ...] = ()
    missing_words: tuple[str, ...] | None = None
    decimal: str = Field(default=".", min_length=1, max_length=1)
    thousands: str = Field(default="", max_length=1)
    comment: str | None = Field(default=None, min_length=1)
    categorical: tuple[str | int, ...] = ()

    @property
    def title(self) -> str:
        """The name of the file."""
        return Path(self.csv).stem

    def load(self, rng: Generator) -> Dataset:
        """Read the file; nothing is drawn."""
        del rng
        return read_csv(self.csv, **self.model_dump(exclude={"csv"}))


def _problem(name: str, part: object) -> str | None:
    """Return why an object of a package is no task, as the end of a sentence."""
    if isinstance(part, type) and issubclass(part, DataSpec):
        missing = sorted(getattr(part, "__abstractmethods__", ()))
        if missing:
            return f"does not define {', '.join(missing)}"
        if name not in part.model_fields:
            return f"has no field '{name}', the key by which a campaign file names its table"
        return None
    if not callable(getattr(part, "load", None)):
        return "has no method load(rng) that returns a Dataset"
    return None


_DATA, _CONTROL = "evosnn.tasks.data", "evosnn.tasks.control"

_TABLES = {
    "gymnasium": f"{_CONTROL}._gymnasium:GymnasiumSpec",
    "series": f"{_DATA}.time_series:SeriesSpec",
    "idx": f"{_DATA}.idx_images:IdxSpec",
    "events": f"{_DATA}.event_camera:EventsSpec",
    "python": f"{_DATA}.python_task:PythonSpec",
    "arrays": f"{_DATA}.arrays:ArraySpec",
    "csv": f"{_DATA}.registry:CsvSpec",
}
"""The tables that a campaign's task may be, by the key that tells them apart."""

TASKS: Registry[Any] = Registry(
    "task",
    {
        **{
            name: f"{_DATA}.builtin:{name.upper().replace('-', '_')}"
            for name in ("breast-cancer", "digits", "iris", "wine")
        },
        **{
            name: f"{_DATA}.user_folder:{name.upper().replace('-', '_')}"
            for name in ("banknote", "glass", "ionosphere", "mnist-7x7", "pima", "seeds", "sonar")
        },
        **{
            name: f"{_CONTROL}._catalogue:{name.upper().replace('-', '_')}"
            for name in (
                "acrobot",
                "cartpole-easy",
                "cartpole-hard",
                "cartpole-hardest",
                "cartpole-medium",
                "mountain-car",
                "pendulum",
            )
        },
        **_TABLES,
    },
    _problem,
)
"""The tasks by name.

A package adds one by an entry point of the group ``evosnn.tasks``: either a :class:`SampleTask`,
which a campaign file names as ``task = "name"``, or a :class:`DataSpec`, a table that has the
entry point's name as a key: ``task = { name = ... }``.
"""


def _added() -> dict[str, Any]:
    """Return the tasks of installed packages that can be imported."""
    found = {}
    for name in TASKS:
        if TASKS.package_of(name) != "evosnn":
            with contextlib.suppress(PluginError):
                found[name] = TASKS[name]
    return found


def _is_table(part: object) -> bool:
    return isinstance(part, type) and issubclass(part, DataSpec | GymnasiumSpec)


@functools.cache
def task_tables() -> dict[str, type[BaseModel]]:
    """Return the tables that a campaign's task may be, by the key that tells them apart."""
    added = {name: part for name, part in _added().items() if _is_table(part)}
    return {**{name: TASKS[name] for name in _TABLES}, **added}


def known_task(name: str) -> str:
    """Return the name of a task; raise a ValueError if it is unknown, a table or broken."""
    names = sorted(known for known in TASKS if known not in task_tables())
    if name in names:
        if TASKS.package_of(name) != "evosnn":
            try:
                TASKS[name]  # a broken package is reported here
            except PluginError as error:
                raise BrokenPartError(str(error)) from None
        return name
    if name in task_tables():
        raise ValueError(f"task '{name}' is a table, as in {{ {name} = ... }}")
    if name.lower().endswith(".csv"):
        raise ValueError(f'a CSV file is given as {{ csv = "{name}", label = "its class column" }}')
    raise ValueError(unknown_name("task", name, names))


def table_of(value: object) -> str:
    """Return the tag of the table that a campaign's task is, ``"[name]"`` for a name."""
    # The brackets tell evosnn.validation that this is no key of the user's.
    if isinstance(value, str):
        return "[name]"
    for key, model in task_tables().items():
        if isinstance(value, model) or (isinstance(value, dict) and key in value):
            return f"[{key}]"
    return "[csv]" if isinstance(value, dict | BaseModel) else "[name]"


SampleSpec = str | DataSpec
"""What :func:`load_dataset` takes: a name, or one of the tables that name data."""


def usual_keys(task: object) -> dict[str, Any]:
    """Return the default keys of a campaign on a task's data.

    Args:
        task: A campaign file's ``task``, checked or not; a wrong one has no such keys.
    """
    if isinstance(task, dict):
        model = task_tables().get(table_of(task)[1:-1])
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
        spec: The name of a task with samples, or one of the tables that name data.
        base: Folder that a relative path starts from; the working directory if not given.
        rng: Source of randomness for data that is made and not read; seeded by 0 if not given.

    Raises:
        SpecError: If there is no such task.
        DataError: If the data cannot be read or used.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    if isinstance(spec, str):
        if spec not in TASKS or spec in task_tables():
            raise SpecError(TASKS.unknown(spec))
        return _load_named(spec, rng)
    return (spec if base is None else spec.within(base)).load(rng)


def _load_named(name: str, rng: Generator) -> Dataset:
    part = TASKS[name]
    if TASKS.package_of(name) == "evosnn":
        data: Dataset = part.load(rng)
        return data
    whose = f"task '{name}' of package '{TASKS.package_of(name)}'"
    try:
        found = (part() if isinstance(part, type) else part).load(rng)
    except EvosnnError:
        raise
    except Exception as error:  # whatever another package's code raises
        raise DataError(f"{whose}: load raises {type(error).__name__}: {error}") from None
    if not isinstance(found, Dataset):
        raise DataError(f"{whose}: load returns {type(found).__name__}; it takes a Dataset")
    return found


def added_tasks() -> list[tuple[str, str, str]]:
    """Return name, description and package of each task that installed packages add.

    The description is the first line of the part's docstring.
    """
    return [
        (name, (inspect.getdoc(part) or "").partition("\n")[0], TASKS.package_of(name))
        for name, part in _added().items()
    ]
