"""Reads TOML files that users write: campaigns and chips.

Whatever a file holds, the answer is its tables or one sentence, and soon.
"""

from __future__ import annotations

import codecs
import stat
import tomllib
from pathlib import Path
from typing import Any

from evosnn.errors import SpecError
from evosnn.text import shortened

__all__ = ["check_tables", "parse_toml", "read_toml"]

MOST_BYTES = 1_000_000
MOST_VALUES = 20_000
MOST_LEVELS = 20
MOST_DIGITS = 300  # float64 ends at 1e308
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_toml(path: str | Path, what: str) -> dict[str, Any]:
    """Read a TOML file in UTF-8, with or without a byte order mark.

    Args:
        path: The file.
        what: Name of the file in an error, as in ``"campaign file 'iris.toml'"``.

    Raises:
        SpecError: If it cannot be read, is not TOML or is too large, in one sentence.
    """
    try:
        # Opening a pipe that nothing writes to would wait forever.
        mode = Path(path).stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise SpecError(f"{what} cannot be read: it is a pipe or device, not a file")
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, SpecError):
            raise
        raise SpecError(f"{what} cannot be read: {_reason(error)}") from None
    return parse_toml(_decoded(content, what), what)


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _decoded(content: bytes, what: str) -> str:
    if len(content) > MOST_BYTES:
        raise SpecError(f"{what} is too large; it takes at most {MOST_BYTES:,} bytes")
    if content.startswith(_UTF16) or content[:200].count(0) > 50:
        raise SpecError(f"{what} cannot be read: it is not text in UTF-8 but in UTF-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SpecError(
            f"{what} cannot be read: it is not text (line {line} is not UTF-8)"
        ) from None


def parse_toml(text: str, what: str) -> dict[str, Any]:
    """Read TOML text.

    Args:
        text: The text.
        what: Name of the text in an error.

    Raises:
        SpecError: If it is not TOML, or :func:`check_tables` refuses its values.
    """
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{what} is not valid TOML: {shortened(str(error), 300)}") from None
    except RecursionError:
        raise SpecError(f"{what} nests lists or tables too deeply") from None
    except ValueError:  # Python reads whole numbers of 4,300 digits at most, and real dates
        raise SpecError(f"{what} is not valid TOML: a number or date in it has no value") from None
    check_tables(data, what)
    return data


def check_tables(data: dict[str, Any], what: str) -> None:
    """Refuse values that no table of a user takes, and whose checks would take long.

    Args:
        data: Nested tables and lists.
        what: Name of the tables in an error.

    Raises:
        SpecError: If there are more than 20,000 values, 20 levels of lists and tables or 300
            digits in a number, or a text or key holds the character with code 0.
    """
    count = 0
    waiting: list[tuple[str, Any, int]] = [("", data, 0)]
    while waiting:
        place, value, level = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            raise SpecError(f"{what}: {_named(place)} holds the character U+0000; leave it out")
        if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
            raise SpecError(
                f"{what}: {_named(place)} is a whole number of more than {MOST_DIGITS} digits"
            )
        if not isinstance(value, dict | list | tuple):
            continue
        count += len(value)
        if count > MOST_VALUES:
            raise SpecError(f"{what}: {_named(place)} has over {MOST_VALUES:,} values; shorten it")
        if level >= MOST_LEVELS:
            raise SpecError(f"{what}: {_named(place)} nests more than {MOST_LEVELS} levels")
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if "\0" in str(key):
                raise SpecError(f"{what}: a key holds the character U+0000; leave it out")
            waiting.append((f"{place}.{key}".removeprefix("."), item, level + 1))


def _named(place: str) -> str:
    return f"'{shortened(place, 100)}'" if place else "it"
