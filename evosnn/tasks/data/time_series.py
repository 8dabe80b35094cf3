"""Time series in CSV files, cut into windows with a class, or with or without an anomaly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from evosnn.errors import DataError, unknown_name
from evosnn.tasks.data.csv_dataset import Rows, read_rows
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
        missing_words: Words that mean a missing value, in every column.
        decimal: Decimal mark of numbers.
        thousands: Mark between thousands; none if empty.
        comment: Text at the start of a line that is a comment.
        categorical: Names or indices of columns of text, each value of which becomes a feature.
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
    missing_words: tuple[str, ...] | None = None
    decimal: str = Field(default=".", min_length=1, max_length=1)
    thousands: str = Field(default="", max_length=1)
    comment: str | None = Field(default=None, min_length=1)
    categorical: tuple[str | int, ...] = ()

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
    missing_words: Sequence[str] | None = None,
    decimal: str = ".",
    thousands: str = "",
    comment: str | None = None,
    categorical: Sequence[str | int] = (),
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
        time: Column of numbers, or of dates and times in ISO 8601, that must ascend from line to
            line, and is left out.
        missing: Treatment of missing values: ``"error"``, or ``"mean"`` of the training part.
        header: Whether the first line is a header; detected if not given.
        delimiter: Character between two cells; detected if not given.
        ignore: Columns to leave out.
        missing_words: Words that mean a missing value.
        decimal: Decimal mark of numbers.
        thousands: Mark between thousands; none if empty.
        comment: Text at the start of a line that is a comment.
        categorical: Columns of text, each value of which becomes a feature.

    Returns:
        Windows as samples of ``window`` instants, with their ``span``.

    Raises:
        DataError: If the file cannot be read, is not in time order, is shorter than a window,
            or no window has the anomaly.
    """
    read = read_rows(
        path, label=label, missing=missing, header=header, delimiter=delimiter, ignore=ignore,
        missing_words=missing_words, decimal=decimal, thousands=thousands, comment=comment,
        categorical=categorical, extra=() if time is None else (time,),
    )  # fmt: skip
    rows, source = read.data, f"CSV file '{path}'"
    if time is not None:
        _check_order(read, time, source)
    x, names = rows.x, rows.feature_names
    n = len(x)
    if n < window:
        raise DataError(f"{source} has {n} instants; a window takes {window}")
    starts = np.arange(0, n - window + 1, stride or window)
    labels = rows.y[starts[:, None] + np.arange(window)]
    classes, y = _window_classes(rows.class_names, labels, anomaly, source)
    return Dataset(
        name=rows.name,
        feature_names=names,
        class_names=classes,
        x=x[starts[:, None] + np.arange(window)].reshape(starts.size, -1),
        y=y,
        length=window,
        span=np.column_stack([starts, starts + window]),
        notes=rows.notes,
    )


def _check_order(rows: Rows, time: str | int, source: str) -> None:
    """Check that the times ascend from line to line."""
    cells = rows.extra[time]
    times = [_time_of(cell) for cell in cells]
    for k, (cell, moment) in enumerate(zip(cells, times, strict=True)):
        where = f"{source}, line {rows.lines[k]}, column '{time}'"
        if moment is None or type(moment) is not type(times[0]):
            raise DataError(
                f"{where}: got '{cell}'; a time is a number, or a date and time as in "
                "2026-01-31T12:00:00, in every line"
            )
        before = times[k - 1]
        if k and before is not None and not _is_later(moment, before):
            raise DataError(f"{where}: '{cell}' comes after '{cells[k - 1]}'; time must ascend")


def _time_of(cell: str) -> Decimal | datetime | None:
    """Return a time without rounding: a number, or a moment (in UTC, if it says no time zone)."""
    try:
        number = Decimal(cell)
        return number if number.is_finite() else None
    except InvalidOperation:
        pass
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_later(moment: Decimal | datetime, before: Decimal | datetime) -> bool:
    if isinstance(moment, Decimal) and isinstance(before, Decimal):
        return moment > before
    return isinstance(moment, datetime) and isinstance(before, datetime) and moment > before


def _window_classes(
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
    wanted = _class_named(str(anomaly), names)
    if wanted is None:
        raise DataError(f"{source}: {unknown_name('label', str(anomaly), names)}")
    y = (labels == wanted).any(axis=1).astype(np.int64)
    if y.all():
        raise DataError(
            f"{source}: every window of {labels.shape[1]} instants has an anomaly; take a "
            "shorter window"
        )
    if not y.any():
        raise DataError(f"{source}: no window has an anomaly; take a smaller stride")
    return ("normal", "anomaly"), y


def _class_named(label: str, names: tuple[str, ...]) -> int | None:
    """Return the class of a label: its own text, else the only text that is the same number."""
    if label in names:
        return names.index(label)
    try:
        equal = [k for k, name in enumerate(names) if float(name) == float(label)]
    except ValueError:
        return None
    return equal[0] if len(equal) == 1 else None
