"""Time series in CSV files, cut into windows with a class, or with or without an anomaly."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from evosnn.errors import DataError, unknown_name
from evosnn.tasks.data.csv_dataset import read_csv
from evosnn.tasks.data.dataset import Dataset
from evosnn.tasks.data.spec_base import DataSpec

__all__ = ["SeriesSpec", "read_series"]


@final
class SeriesSpec(DataSpec):
    """Windows of a series in a CSV file; :func:`read_series` explains each option.

    By default a campaign on it has one timestep for each instant, ``encoder = "delta"``, no jitter,
    and as many windows with an anomaly as without (``split.balance``); windows are split by time.

    Attributes:
        series: Path of the file; a relative one starts from the campaign file's folder.
        label: Name or index of the column that holds the class of each instant.
        window: Instants of a window.
        stride: Instants from the start of a window to that of the next; ``window`` if absent.
        anomaly: Label that is an anomaly; every other is normal. If absent, a window has the
            class of most of its instants.
        time: Column that must ascend and is then left out; none is checked if absent.
        missing: ``"error"`` or ``"mean"``.
        header: Whether the first line is a header; detected if absent.
        delimiter: Character between two cells; detected if absent.
        ignore: Names or indices of columns to leave out.
    """

    path_key: ClassVar[str] = "series"

    series: str
    label: str | int
    window: Annotated[int, Field(ge=2, le=32_000)]
    stride: Annotated[int, Field(ge=1)] | None = None
    anomaly: str | int | None = None
    time: str | int | None = None
    missing: Literal["error", "mean"] = "error"
    header: bool | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    ignore: tuple[str | int, ...] = ()

    @property
    def title(self) -> str:
        """The name of the file."""
        return Path(self.series).stem

    def load(self, rng: Generator) -> Dataset:
        """Read the windows; nothing is drawn."""
        del rng
        return read_series(self.series, **self.model_dump(exclude={"series"}))

    def usual(self) -> dict[str, Any]:
        """Return one timestep for each instant, delta encoding, no jitter, balanced anomalies."""
        return {
            "timesteps": self.window,
            "encoder": {"kind": "delta"},
            "jitter": {"copies": 1},
            "split": {"balance": self.anomaly is not None},
        }


def read_series(
    path: Path | str,
    *,
    label: str | int,
    window: int,
    stride: int | None = None,
    anomaly: str | int | None = None,
    time: str | int | None = None,
    missing: Literal["error", "mean"] = "error",
    header: bool | None = None,
    delimiter: str | None = None,
    ignore: tuple[str | int, ...] = (),
) -> Dataset:
    """Read a CSV file, each line an instant of a series, and cut it into windows.

    Args:
        path: The file, as for :func:`~evosnn.tasks.read_csv`, whose options these are too.
        label: Column that holds the class of each instant.
        window: Instants of a window.
        stride: Instants from the start of a window to that of the next. Windows overlap if it
            is less than ``window``; intervals then count as many windows as fit one by one
            into the instants that they cover.
        anomaly: Label that is an anomaly: a window is anomalous if any of its instants is.
            Without it, a window has the class of most of its instants (the first of several).
        time: Column of numbers that must ascend from line to line, and is left out.
        missing: Treatment of missing values: ``"error"``, or ``"mean"`` of the training part.
        header: Whether the first line is a header; detected if not given.
        delimiter: Character between two cells; detected if not given.
        ignore: Columns to leave out.

    Returns:
        Windows as samples of ``window`` instants, with their ``span``.

    Raises:
        DataError: If the file cannot be read, is not in time order, is shorter than a window,
            or no window has the anomaly.
    """
    rows = read_csv(
        path, label=label, missing=missing, header=header, delimiter=delimiter, ignore=ignore
    )
    source = f"CSV file '{path}'"
    x, names = rows.x, rows.feature_names
    if time is not None:
        x, names = _in_order(rows, time, source)
    n = len(x)
    if n < window:
        raise DataError(f"{source} has {n} instants; a window takes {window}")
    starts = np.arange(0, n - window + 1, stride or window)
    labels = rows.y[starts[:, None] + np.arange(window)]
    classes, y = _judged(rows.class_names, labels, anomaly, source)
    return Dataset(
        name=rows.name,
        feature_names=names,
        class_names=classes,
        x=x[starts[:, None] + np.arange(window)].reshape(starts.size, -1),
        y=y,
        length=window,
        span=np.column_stack([starts, starts + window]),
    )


def _in_order(
    rows: Dataset, time: str | int, source: str
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Check that the column of times ascends, and return the other columns."""
    names = rows.feature_names
    if isinstance(time, int) and not -len(names) <= time < len(names):
        raise DataError(f"{source} has no time column {time}; its columns are {', '.join(names)}")
    if isinstance(time, str) and time not in names:
        raise DataError(f"{source}: {unknown_name('time column', time, names)}")
    at = names.index(time) if isinstance(time, str) else time % len(names)
    if len(names) < 2:
        raise DataError(f"{source} has no column besides label and time; it takes a value")
    back = np.flatnonzero(~(np.diff(rows.x[:, at]) > 0))
    if back.size:
        k = int(back[0])
        raise DataError(
            f"{source}, column '{names[at]}': {rows.x[k + 1, at]:g} comes after "
            f"{rows.x[k, at]:g} (sample {k + 2}); time must ascend"
        )
    return np.delete(rows.x, at, axis=1), names[:at] + names[at + 1 :]


def _judged(
    names: tuple[str, ...], labels: NDArray[np.int64], anomaly: str | int | None, source: str
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the classes and the class of each window, of its instants' labels."""
    if anomaly is None:
        votes = np.stack([(labels == k).sum(axis=1) for k in range(len(names))])
        y = votes.argmax(axis=0)
        for k, name in enumerate(names):
            if not (y == k).any():
                raise DataError(
                    f"{source}: no window has class '{name}' at most of its instants; take a "
                    "shorter window, or name it as anomaly"
                )
        return names, y.astype(np.int64)
    if str(anomaly) not in names:
        raise DataError(f"{source}: {unknown_name('label', str(anomaly), names)}")
    y = (labels == names.index(str(anomaly))).any(axis=1).astype(np.int64)
    if y.all():
        raise DataError(
            f"{source}: every window of {labels.shape[1]} instants has an anomaly; take a "
            "shorter window"
        )
    if not y.any():
        raise DataError(f"{source}: no window has an anomaly; take a smaller stride")
    return ("normal", "anomaly"), y
