"""Reads text files; one that cannot be read is answered with a sentence."""

from __future__ import annotations

import stat
from pathlib import Path

from evosnn.errors import EvosnnError

__all__ = ["read_text"]

_LARGEST = {"json": 2**28, "text": 2**30}
"""Largest size of a file in bytes: a file is held in memory as text and as data."""
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def read_text(path: str | Path, what: str, error: type[EvosnnError], kind: str = "text") -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark.

    Args:
        path: The file.
        what: The file in an error message, as in ``"campaign file 'iris.toml'"``.
        error: The exception to raise.
        kind: ``"json"`` or ``"text"``, which sets the largest size.

    Raises:
        EvosnnError: Of the type ``error``, in one sentence, if the file cannot be read, is no
            ordinary file, is too large or is no text in UTF-8.
    """
    try:
        status = Path(path).stat()
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            raise error(f"{what} is no ordinary file; copy its content into one")
        if status.st_size > _LARGEST[kind]:
            raise error(f"{what} has {status.st_size:,} bytes; at most {_LARGEST[kind]:,} are read")
        data = Path(path).read_bytes()
    except OSError as problem:
        raise error(f"{what} cannot be read: {problem.strerror}") from None
    except ValueError:
        raise error(f"{what} cannot be read: its path holds a null character") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = _MARKS.get(data[:2])
        as_found = f"it is text in {found}" if found else "it is not text in UTF-8"
        raise error(f"{what} cannot be read: {as_found}; save it as UTF-8") from None
