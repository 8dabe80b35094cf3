"""Reads the cells of a CSV file: delimiter and header are detected."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from evosnn.errors import DataError, unknown_name
from evosnn.text_files import read_text

__all__ = [
    "MISSING_WORDS", "NumberFormat", "Table", "is_missing", "is_number", "read_table"
]  # fmt: skip

MISSING_WORDS = ("?", "na", "n/a", "nan", "null")
"""Words that mean a missing value in a feature column, in any case; an empty cell always does."""
_DELIMITERS = ("\t", ";", "|", ",", " ")  # in the order in which they are less likely within a cell
_SNIFFED_LINES = 20


@dataclass(frozen=True)
class NumberFormat:
    """How a file writes numbers: decimal mark, and the mark between thousands (or none)."""

    decimal: str = "."
    thousands: str = ""

    def plain(self, cell: str) -> str:
        """Return a number as Python writes it."""
        if self.thousands:
            cell = cell.replace(self.thousands, "")
        return cell if self.decimal == "." else cell.replace(self.decimal, ".")


@dataclass(frozen=True)
class Table:
    """The cells of a file.

    Attributes:
        source: Name of the file in error messages.
        names: Column names; ``x0, x1, ...`` where the file gives none.
        header: Whether the names were read from the file.
        rows: Line number and cells of each row, as many cells as there are names.
        notes: Sentences that say what was detected rather than given.
    """

    source: str
    names: tuple[str, ...]
    header: bool
    rows: tuple[tuple[int, list[str]], ...]
    notes: tuple[str, ...] = ()

    def column(self, which: str | int) -> int:
        """Return the index of a column given by name or by index (negative: from the end).

        Raises:
            DataError: If there is no such column.
        """
        n = len(self.names)
        if isinstance(which, int):
            if not -n <= which < n:
                raise DataError(
                    f"{self.source} has no column {which}; "
                    f"its {n} columns are 0..{n - 1}, or -1 for the last"
                )
            return which % n
        if which in self.names:
            return self.names.index(which)
        problem = f"{self.source}: {unknown_name('column', which, self.names)}"
        if not self.header:
            problem += " (no header was read; set header = true if the first line is one)"
        raise DataError(problem)


def read_table(
    path: Path,
    *,
    label: str | int,
    header: bool | None = None,
    delimiter: str | None = None,
    comment: str | None = None,
    numbers: NumberFormat | None = None,
) -> Table:
    """Read the cells of a UTF-8 CSV file, stripped of surrounding blanks.

    Args:
        path: The file.
        label: The label column. A name that stands in the first line makes it a header.
        header: Whether the first line is a header; else it is one if a cell of it is text where
            the cells below are numbers.
        delimiter: The character between two cells; else the one of tab, ``;``, ``|``, ``,`` and
            blank that cuts the first lines into equally many cells, most of them numbers.
        comment: Text at the start of a line that makes it a comment; no line is one if not given.
        numbers: How numbers are written, if not as in 1.5.

    Raises:
        DataError: If the file cannot be read, is empty, or its rows differ in length.
    """
    source = f"CSV file '{path}'"
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '\r\n"'):
        raise DataError(f"{source}: delimiter is {delimiter!r}; it takes one character, as in ';'")
    numbers = numbers or NumberFormat()
    lines = _lines(path, source)
    if comment:
        lines = ["\n" if line.lstrip().startswith(comment) else line for line in lines]
    detected, notes = [], []
    if delimiter is None:
        delimiter = _sniff(lines, numbers)
        detected.append(f"cells are separated by {_NAMED[delimiter]}")
    rows = _rows(lines, delimiter, source)
    if not rows:
        raise DataError(f"{source} is empty; it takes one sample a line")
    first = rows[0][1]
    if header is None:
        header = label in first or _is_header(rows, numbers)
        detected.append(f"the first line is {'a header' if header else 'the first sample'}")
    if detected:
        notes.append(f"{source}: detected that {' and that '.join(detected)}")
    names = first if header else [""] * len(first)
    rows = rows[1:] if header else rows
    if not rows:
        raise DataError(f"{source} has a header and no samples below it")
    if header and all(len(cells) == len(names) + 1 for _, cells in rows):
        # R writes row names without a name of their own.
        rows = [(line, cells[1:]) for line, cells in rows]
        notes.append(f"{source}: the first column has no name in the header; it is left out")
    for line, cells in rows:
        if len(cells) != len(names):
            raise DataError(
                f"{source}, line {line} has {len(cells)} columns; "
                f"the first line has {len(names)}, and so must every other"
            )
    return Table(source, _names(names, source), header, tuple(rows), tuple(notes))


_NAMED = {"\t": "tabs", " ": "blanks", ",": "commas", ";": "semicolons", "|": "bars"}


def is_missing(cell: str, words: Collection[str] = MISSING_WORDS) -> bool:
    """Return whether a cell is empty or one of some words in lower case, in any case."""
    return not cell or cell.lower() in words


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number; ``inf`` and ``nan`` are numbers, too."""
    if "_" in cell:  # float() takes 1_000
        return False
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _lines(path: Path, source: str) -> list[str]:
    # Not str.splitlines, which also breaks lines at characters that may stand in a cell.
    return list(io.StringIO(read_text(path, source, DataError), newline=None))


def _rows(lines: Iterable[str], delimiter: str, source: str) -> list[tuple[int, list[str]]]:
    if delimiter == " ":
        lines = [line.strip() for line in lines]
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    try:
        cut = [(reader.line_num, [c.strip() for c in cells]) for cells in reader]
    except csv.Error as error:
        raise DataError(f"{source}, line {reader.line_num} is not CSV: {error}") from None
    return [(line, cells) for line, cells in cut if cells not in ([], [""])]


def _is_header(rows: list[tuple[int, list[str]]], numbers: NumberFormat) -> bool:
    """Return whether the first line names columns: text where the cells below are numbers."""
    first, below = rows[0][1], [cells for _, cells in rows[1 : _SNIFFED_LINES + 1]]

    def known(cell: str) -> bool:
        return is_number(numbers.plain(cell)) or is_missing(cell)

    if any(is_number(numbers.plain(cell)) for cell in first):
        return False
    if not below:
        return not any(is_missing(cell) for cell in first)
    return any(
        not known(cell) and all(known(cells[i]) for cells in below if i < len(cells))
        for i, cell in enumerate(first)
    ) or not any(known(cell) for cell in first)


def _sniff(lines: list[str], numbers: NumberFormat) -> str:
    """Return the delimiter that cuts the first lines into equally many cells, most of them numbers.

    ``csv.Sniffer`` takes letters for delimiters where a file has one column or short names.
    """
    head = [line for line in lines if line.strip()][:_SNIFFED_LINES]
    best, delimiter = (False, 0.0), ","
    for candidate in _DELIMITERS:
        try:
            rows = [cells for _, cells in _rows(head, candidate, "")]
        except DataError:
            continue
        if not rows or len(rows[0]) < 2:
            continue
        cells = [cell for row in rows for cell in row]
        found = sum(_could_be_number(cell, candidate, numbers) for cell in cells) / len(cells)
        merit = (len({len(row) for row in rows}) == 1, found)
        if merit > best:
            best, delimiter = merit, candidate
    return delimiter


def _could_be_number(cell: str, delimiter: str, numbers: NumberFormat) -> bool:
    """Return whether a cell is a number, also with a decimal comma where that is possible."""
    plain = numbers.plain(cell)
    return is_number(plain) or (delimiter != "," and is_number(plain.replace(",", ".")))


def _names(cells: list[str], source: str) -> tuple[str, ...]:
    names = tuple(cell or f"x{i}" for i, cell in enumerate(cells))
    for name, count in Counter(names).items():
        if count > 1:
            raise DataError(f"{source}: two columns are called '{name}'; a name takes one column")
    return names
