"""Reads a data set from a CSV file: features, classes and missing values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import DataError
from evosnn.tasks.data.csv_table import (
    MISSING_WORDS,
    NumberFormat,
    Table,
    is_missing,
    is_number,
    read_table,
)
from evosnn.tasks.data.dataset import Dataset

__all__ = ["Missing", "Rows", "classes_of", "read_csv", "read_rows"]

Missing = Literal["error", "drop", "mean"]
"""Treatment of missing values; see :func:`read_csv`."""
_TRUTH = {"true": 1.0, "false": 0.0}
_NEARLY = 0.98  # share of samples whose class follows from one feature alone


@dataclass(frozen=True)
class Rows:
    """The samples of a file, and the lines that they stand in.

    Attributes:
        data: The samples.
        lines: Line number of each sample.
        extra: Cells of each column that was asked for beside features and label, by column.
    """

    data: Dataset
    lines: tuple[int, ...]
    extra: dict[str | int, tuple[str, ...]]


def read_csv(
    path: Path | str,
    *,
    label: str | int,
    missing: Missing = "error",
    header: bool | None = None,
    delimiter: str | None = None,
    ignore: Sequence[str | int] = (),
    missing_words: Sequence[str] | None = None,
    decimal: str = ".",
    thousands: str = "",
    comment: str | None = None,
    categorical: Sequence[str | int] = (),
) -> Dataset:
    """Read a data set from a UTF-8 CSV file, one sample a line, numbers in every column.

    A column is given by its name or its index (from 0; negative from the end). Columns of a
    file without a header are called ``x0``, ``x1``, ... A class is the text of its label as it
    stands in the file: ``1`` and ``1.0`` are two classes. Classes are in numerical order if every
    label is a number, else in alphabetical order. A column of ``true`` and ``false`` is read as 1
    and 0. What was detected, left out or looks wrong is in the ``notes`` of the data set.

    Args:
        path: The file.
        label: Column that holds the class of each sample, as text.
        missing: Treatment of missing values: ``"error"`` refuses the file, ``"drop"`` leaves the
            sample out, and ``"mean"`` reads NaN, which :class:`~evosnn.tasks.Scaling` replaces by
            the feature's mean over the training part alone.
        header: Whether the first line is a header; detected if not given.
        delimiter: Character between two cells; detected if not given.
        ignore: Columns to leave out, such as a sample's number.
        missing_words: Words that mean a missing value, in any column and any case. If not given,
            ?, NA, n/a, nan and null in features and none in the label column. An empty cell is
            always missing.
        decimal: Decimal mark of numbers.
        thousands: Mark between the thousands of numbers; none if empty.
        comment: Text at the start of a line that makes it a comment.
        categorical: Columns of text; each of its values becomes a feature that is 1 or 0.

    Raises:
        DataError: If the file cannot be read, is empty or ragged, has no such column, holds
            text for a number, a missing value or a single class.
    """
    return read_rows(
        path, label=label, missing=missing, header=header, delimiter=delimiter, ignore=ignore,
        missing_words=missing_words, decimal=decimal, thousands=thousands, comment=comment,
        categorical=categorical,
    ).data  # fmt: skip


def read_rows(
    path: Path | str,
    *,
    label: str | int,
    missing: Missing = "error",
    header: bool | None = None,
    delimiter: str | None = None,
    ignore: Sequence[str | int] = (),
    missing_words: Sequence[str] | None = None,
    decimal: str = ".",
    thousands: str = "",
    comment: str | None = None,
    categorical: Sequence[str | int] = (),
    extra: Sequence[str | int] = (),
) -> Rows:
    """Read a data set as :func:`read_csv` does, with line numbers and cells of ``extra`` columns.

    Raises:
        DataError: As :func:`read_csv` does.
    """
    numbers = _number_format(path, decimal, thousands, delimiter)
    table = read_table(
        Path(path), label=label, header=header, delimiter=delimiter, comment=comment,
        numbers=numbers,
    )  # fmt: skip
    target = table.column(label)
    asked = {which: table.column(which) for which in extra}
    left_out = {target, *asked.values(), *(table.column(c) for c in ignore)}
    columns = [i for i in range(len(table.names)) if i not in left_out]
    if not columns:
        raise DataError(f"{table.source} has no column besides the label; it takes a feature")
    words = [word.lower() for word in (MISSING_WORDS if missing_words is None else missing_words)]
    gaps = _gaps(table, columns, target, words, words if missing_words is not None else ())
    table = _without_missing(table, gaps, target, missing)
    labels = [cells[target] for _, cells in table.rows]
    what = f"{table.source}, column '{table.names[target]}'"
    class_names, y = classes_of(labels, what)
    words_as_classes = [name for name in class_names if is_missing(name)]
    notes = [*table.notes]
    if words_as_classes:
        notes.append(
            f"{what}: '{words_as_classes[0]}' is a class with "
            f"{labels.count(words_as_classes[0])} samples; if it means a missing value, set "
            "missing_words"
        )
    notes += _equal_numbers(class_names, what)
    one_hot = {table.column(c) for c in categorical}
    names, x = _features(table, columns, one_hot, words, numbers)
    notes += _suspicious(names, x, y, len(class_names), table.source)
    data = Dataset(Path(path).stem, names, class_names, x, y, notes=tuple(notes))
    cells = {which: tuple(row[at] for _, row in table.rows) for which, at in asked.items()}
    return Rows(data, tuple(line for line, _ in table.rows), cells)


def _number_format(
    path: Path | str, decimal: str, thousands: str, delimiter: str | None
) -> NumberFormat:
    if len(decimal) != 1 or len(thousands) > 1 or decimal == thousands or decimal.isalnum():
        raise DataError(
            f"CSV file '{path}': decimal is {decimal!r} and thousands {thousands!r}; they take two "
            "different characters, as in ',' and '.'"
        )
    if delimiter is not None and delimiter == decimal:
        raise DataError(
            f"CSV file '{path}': decimal and delimiter are both {decimal!r}; they take two "
            "different characters"
        )
    return NumberFormat(decimal, thousands)


def _gaps(
    table: Table, columns: list[int], target: int, words: Sequence[str], of_label: Sequence[str]
) -> list[list[int]]:
    """Return the columns in which each row has no value."""
    return [
        [i for i in (target, *columns) if is_missing(cells[i], of_label if i == target else words)]
        for _, cells in table.rows
    ]


def _without_missing(table: Table, gaps: list[list[int]], target: int, missing: Missing) -> Table:
    """Drop rows with missing values, or refuse the table, as ``missing`` says."""
    rows = []
    for (line, cells), missed in zip(table.rows, gaps, strict=True):
        if not missed:
            rows.append((line, cells))
        elif missing == "error" or (missing == "mean" and target in missed):
            way = 'or set missing = "drop"' + (' or "mean"' if target not in missed else "")
            raise DataError(
                f"{table.source}, line {line}, column '{table.names[missed[0]]}': the value is "
                f"missing ({cells[missed[0]]!r}); write one there, {way}"
            )
        elif missing == "mean":
            rows.append((line, cells))
    if not rows:
        raise DataError(f"{table.source} has no row without a missing value; dropping left none")
    notes = list(table.notes)
    with_gaps = sum(map(bool, gaps))
    if missing == "drop" and with_gaps:
        before = {cells[target] for _, cells in table.rows if cells[target]}
        lost = sorted(before - {cells[target] for _, cells in rows})
        notes.append(
            f"{table.source}: {with_gaps} of {len(gaps)} samples have a missing value and are left "
            "out" + (f"; no sample of class {', '.join(map(repr, lost))} is left" if lost else "")
        )
    elif with_gaps:
        n = sum(map(len, gaps))
        notes.append(
            f"{table.source}: {n} missing values in {with_gaps} of {len(gaps)} samples become the "
            "training mean"
        )
    return Table(table.source, table.names, table.header, tuple(rows), tuple(notes))


def _features(
    table: Table,
    columns: list[int],
    one_hot: set[int],
    words: Sequence[str],
    numbers: NumberFormat,
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Return names and values, ``(n_rows, n_features)``, of some columns; NaN where missing."""
    names: list[str] = []
    values: list[NDArray[np.float64]] = []
    for column in columns:
        name = table.names[column]
        cells = [row[column] for _, row in table.rows]
        blank = np.array([is_missing(cell, words) for cell in cells])
        if blank.all():
            raise DataError(
                f"{table.source}, column '{name}' holds no value at all; leave it out with ignore"
            )
        if column in one_hot:
            for kind in sorted({c for c, gap in zip(cells, blank, strict=True) if not gap}):
                names.append(f"{name}={kind}")
                values.append(np.where(blank, np.nan, [float(cell == kind) for cell in cells]))
        else:
            names.append(name)
            values.append(_numbers(table, column, cells, blank, numbers))
    return tuple(names), np.column_stack(values)


def _numbers(
    table: Table, column: int, cells: list[str], blank: NDArray[np.bool_], numbers: NumberFormat
) -> NDArray[np.float64]:
    """Return the numbers of one column, NaN where ``blank``."""
    if all(gap or cell.lower() in _TRUTH for cell, gap in zip(cells, blank, strict=True)):
        return np.array(
            [np.nan if gap else _TRUTH[c.lower()] for c, gap in zip(cells, blank, strict=True)]
        )
    found = np.full(len(cells), np.nan)
    for row, (cell, gap) in enumerate(zip(cells, blank, strict=True)):
        if gap:
            continue
        plain = numbers.plain(cell)
        found[row] = float(plain) if is_number(plain) else np.inf
        if not np.isfinite(found[row]):
            raise DataError(
                f"{table.source}, line {table.rows[row][0]}, column '{table.names[column]}': got "
                f"'{cell}'; a feature takes finite numbers as in 1{numbers.decimal}5 "
                f"({_advice(cell, numbers)})"
            )
    return found


def _advice(cell: str, numbers: NumberFormat) -> str:
    """Return which option would read a cell that is no number."""
    if not numbers.thousands and re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", cell):
        return 'set thousands = "," if it is a number above a thousand'
    if numbers.decimal == "." and is_number(cell.replace(".", "").replace(",", ".")):
        extra = ' and thousands = "."' if "." in cell else ""
        return f'set decimal = ","{extra} if the comma is a decimal mark'
    return "leave the column out with ignore, name it as label, or set categorical if it is text"


def classes_of(labels: Sequence[str], what: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the class names in order and the class of each label; a label is text.

    Args:
        labels: The label of each sample.
        what: The source of the labels, in an error message.

    Raises:
        DataError: If there is a single class.
    """
    numbers = {text: _exact(text) for text in set(labels)}
    if all(number is not None for number in numbers.values()):
        names = sorted(numbers, key=lambda text: (numbers[text], text))
    else:
        names = sorted(numbers)
    if len(names) < 2:
        raise DataError(f"{what} holds one class only, '{names[0]}'; a task takes at least 2")
    index = {name: i for i, name in enumerate(names)}
    return tuple(names), np.array([index[text] for text in labels], dtype=np.int64)


def _exact(text: str) -> Decimal | None:
    """Return the number that a text is, without rounding; ``None`` if it is none."""
    if not is_number(text):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _equal_numbers(class_names: tuple[str, ...], what: str) -> list[str]:
    """Find classes that differ as texts and are one number."""
    first: dict[Decimal, str] = {}
    for name in class_names:
        number = _exact(name)
        if number is None:
            continue
        if number in first:
            return [
                f"{what}: '{first[number]}' and '{name}' are two classes, because labels are text; "
                "as numbers they are equal"
            ]
        first[number] = name
    return []


def _suspicious(
    names: tuple[str, ...], x: NDArray[np.float64], y: NDArray[np.int64], n_classes: int,
    source: str,
) -> list[str]:  # fmt: skip
    """Find features that number the rows, or from which alone the class follows."""
    notes = []
    for name, column in zip(names, x.T, strict=True):
        n = column.size
        with np.errstate(over="ignore"):  # of values near the largest number
            steps = np.diff(column)
        if n > 3 and (steps >= 1).all() and steps.mean() <= 1.5 and not (column % 1).any():
            notes.append(
                f"{source}: column '{name}' numbers the rows; if it is no feature, set "
                f"ignore = ['{name}']"
            )
            continue
        kinds, kind = np.unique(column, return_inverse=True)
        if n > 10 and n_classes <= kinds.size <= 2 * n_classes:
            counts = np.zeros((kinds.size, n_classes), np.int64)
            np.add.at(counts, (kind, y), 1)
            if counts.max(axis=1).sum() >= _NEARLY * n:
                notes.append(
                    f"{source}: the class follows from column '{name}' alone in "
                    f"{counts.max(axis=1).sum()} of {n} samples; if it is a copy of the label, set "
                    f"ignore = ['{name}']"
                )
    return notes
