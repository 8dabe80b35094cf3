"""Reads a data set from a CSV file: features, classes and missing values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import DataError
from evosnn.tasks.data.csv_table import Table, is_missing, is_number, read_table
from evosnn.tasks.data.dataset import Dataset

__all__ = ["Missing", "read_csv"]

Missing = Literal["error", "drop", "mean"]
"""Treatment of missing values; see :func:`read_csv`."""


def read_csv(
    path: Path | str,
    *,
    label: str | int,
    missing: Missing = "error",
    header: bool | None = None,
    delimiter: str | None = None,
    ignore: Sequence[str | int] = (),
) -> Dataset:
    """Read a data set from a UTF-8 CSV file, one sample a line, numbers in every column.

    A column is given by its name or its index (from 0; negative from the end). Columns of a
    file without a header are called ``x0``, ``x1``, ... Classes are in numerical order if
    every label is a number, else in alphabetical order.

    Args:
        path: The file.
        label: Column that holds the class of each sample, as numbers or text.
        missing: Treatment of missing values (an empty cell, ?, NA, n/a, nan or null):
            ``"error"`` refuses the file, ``"drop"`` leaves the sample out, and ``"mean"`` reads
            NaN, which :class:`~evosnn.tasks.Scaling` replaces by the feature's mean over the
            training part alone.
        header: Whether the first line is a header; detected if not given.
        delimiter: Character between two cells; detected if not given.
        ignore: Columns to leave out, such as a sample's number.

    Raises:
        DataError: If the file cannot be read, is empty or ragged, has no such column, holds
            text for a number, a missing value or a single class.
    """
    table = read_table(Path(path), label=label, header=header, delimiter=delimiter)
    target = table.column(label)
    left_out = {target, *(table.column(c) for c in ignore)}
    columns = [i for i in range(len(table.names)) if i not in left_out]
    if not columns:
        raise DataError(f"{table.source} has no column besides the label; it takes a feature")
    table = _without_missing(table, columns, target, missing)
    labels = [cells[target] for _, cells in table.rows]
    class_names, y = _classes(labels, f"{table.source}, column '{table.names[target]}'")
    return Dataset(
        name=Path(path).stem,
        feature_names=tuple(table.names[i] for i in columns),
        class_names=class_names,
        x=_features(table, columns),
        y=y,
    )


def _without_missing(table: Table, columns: list[int], target: int, missing: Missing) -> Table:
    """Drop rows with missing values, or refuse the table, as ``missing`` says."""
    rows = []
    for line, cells in table.rows:
        gaps = [i for i in (target, *columns) if is_missing(cells[i])]
        if not gaps:
            rows.append((line, cells))
        elif missing == "error" or (missing == "mean" and target in gaps):
            way = 'or set missing = "drop"' + (' or "mean"' if target not in gaps else "")
            raise DataError(
                f"{table.source}, line {line}, column '{table.names[gaps[0]]}': the value is "
                f"missing ({cells[gaps[0]]!r}); write one there, {way}"
            )
        elif missing == "mean":
            rows.append((line, cells))
    if not rows:
        raise DataError(f"{table.source} has no row without a missing value; dropping left none")
    return Table(table.source, table.names, table.header, tuple(rows))


def _features(table: Table, columns: list[int]) -> NDArray[np.float64]:
    """Return the numbers of some columns, ``(n_rows, n_columns)``; NaN where missing."""
    x = np.empty((len(table.rows), len(columns)))
    for r, (line, cells) in enumerate(table.rows):
        for c, column in enumerate(columns):
            x[r, c] = _number(cells[column], table, line, column)
    for c, column in enumerate(columns):
        if np.isnan(x[:, c]).all():
            raise DataError(
                f"{table.source}, column '{table.names[column]}' holds no value at all; "
                "leave it out with ignore"
            )
    return x


def _number(cell: str, table: Table, line: int, column: int) -> float:
    if is_missing(cell):
        return np.nan
    value = float(cell) if is_number(cell) else np.inf
    if np.isfinite(value):
        return value
    raise DataError(
        f"{table.source}, line {line}, column '{table.names[column]}': got '{cell}'; a feature "
        "takes finite numbers as in 1.5 (leave the column out with ignore, or name it as label)"
    )


def _classes(labels: list[str], what: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the class names in order and the class of each label."""
    if all(is_number(text) for text in labels):
        # "1" and "1.0" are one class.
        labels = [f"{float(text):.15g}" for text in labels]
        names = sorted(set(labels), key=float)
    else:
        names = sorted(set(labels))
    if len(names) < 2:
        raise DataError(f"{what} holds one class only, '{names[0]}'; a task takes at least 2")
    index = {name: i for i, name in enumerate(names)}
    return tuple(names), np.array([index[text] for text in labels], dtype=np.int64)
