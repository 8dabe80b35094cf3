"""Reads the cells of a CSV file: delimiter and header are detected."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evosnn.errors import DataError, unknown_name

__all__ = ["Table", "is_missing", "is_number", "read_table"]

_DELIMITERS = ("\t", ";", "|", ",", " ")  # in the order in which they are less likely within a cell
_MISSING = frozenset({"", "?", "na", "n/a", "nan", "null"})
_SNIFFED_LINES = 20


@dataclass(frozen=True)
class Table:
    """The cells of a file.

    Attributes:
        source: Name of the file in error messages.
        names: Column names; ``x0, x1, ...`` where the file gives none.
        header: Whether the names were read from the file.
        rows: Line number and cells of each row, as many cells as there are names.
    """

    source: str
    names: tuple[str, ...]
    header: bool
    rows: tuple[tuple[int, list[str]], ...]

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
    path: Path, *, label: str | int, header: bool | None = None, delimiter: str | None = None
) -> Table:
    """Read the cells of a UTF-8 CSV file, stripped of surrounding blanks.

    Args:
        path: The file.
        label: The label column. A name that stands in the first line makes it a header.
        header: Whether the first line is a header; else it is one if no cell is a number.
        delimiter: The character between two cells; else the first of tab, ``;``, ``|``,
            ``,`` and blank that cuts the first lines into equally many cells.

    Raises:
        DataError: If the file cannot be read, is empty, or its rows differ in length.
    """
    source = f"CSV file '{path}'"
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '\r\n"'):
        raise DataError(f"{source}: delimiter is {delimiter!r}; it takes one character, as in ';'")
    lines = _lines(path, source)
    rows = _rows(lines, delimiter or _sniff(lines), source)
    if not rows:
        raise DataError(f"{source} is empty; it takes one sample a line")
    first = rows[0][1]
    if header is None:
        header = label in first or not any(is_number(c) or c == "?" for c in first)
    names = _names(first if header else [""] * len(first), source)
    rows = rows[1:] if header else rows
    if not rows:
        raise DataError(f"{source} has a header and no samples below it")
    for line, cells in rows:
        if len(cells) != len(names):
            raise DataError(
                f"{source}, line {line} has {len(cells)} columns; "
                f"the first line has {len(names)}, and so must every other"
            )
    return Table(source, names, header, tuple(rows))


def is_missing(cell: str) -> bool:
    """Return whether a cell is empty or one of ?, NA, n/a, nan and null."""
    return cell.lower() in _MISSING


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number; ``inf`` and ``nan`` are numbers, too."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _lines(path: Path, source: str) -> list[str]:
    try:
        # utf-8-sig: spreadsheets write a byte order mark before the first name.
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{source} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DataError(f"{source} is not UTF-8 text; save it as CSV in UTF-8") from None
    # Not str.splitlines, which also breaks lines at characters that may stand in a cell.
    return list(io.StringIO(text, newline=""))


def _rows(lines: Iterable[str], delimiter: str, source: str) -> list[tuple[int, list[str]]]:
    if delimiter == " ":
        lines = [line.strip() for line in lines]
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    try:
        cut = [(reader.line_num, [c.strip() for c in cells]) for cells in reader]
    except csv.Error as error:
        raise DataError(f"{source}, line {reader.line_num} is not CSV: {error}") from None
    return [(line, cells) for line, cells in cut if cells not in ([], [""])]


def _sniff(lines: list[str]) -> str:
    """Return the delimiter that cuts the first lines into equally many cells.

    ``csv.Sniffer`` takes letters for delimiters where a file has one column or short names.
    """
    head = [line for line in lines[:_SNIFFED_LINES] if line.strip()]
    widths = {delimiter: _widths(head, delimiter) for delimiter in _DELIMITERS}
    cutting = [delimiter for delimiter, w in widths.items() if w and w[0] > 1]
    even = [delimiter for delimiter in cutting if len(set(widths[delimiter])) == 1]
    return (even or cutting or [","])[0]


def _widths(lines: list[str], delimiter: str) -> list[int]:
    try:
        return [len(cells) for _, cells in _rows(lines, delimiter, "")]
    except DataError:
        return []


def _names(cells: list[str], source: str) -> tuple[str, ...]:
    names = tuple(cell or f"x{i}" for i, cell in enumerate(cells))
    for name in names:
        if names.count(name) > 1:
            raise DataError(f"{source}: two columns are called '{name}'; a name takes one column")
    return names
