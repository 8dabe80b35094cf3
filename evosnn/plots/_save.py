"""Saves a figure as PNG, SVG or PDF, whole or not at all."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import IO, Any

import matplotlib
from matplotlib.figure import Figure

from evosnn.errors import EvosnnError, SpecError
from evosnn.plots._style import look

__all__ = ["save", "to_svg"]

_DPI = 200
_METADATA: dict[str, dict[str, Any]] = {  # without a date: the same figure, the same bytes
    ".png": {"Software": "EvoSNN"},
    ".svg": {"Creator": "EvoSNN", "Date": None},
    ".pdf": {"Creator": "EvoSNN", "CreationDate": None},
}
_WRITING = {"svg.hashsalt": "evosnn", "pdf.fonttype": 42}


def save(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure as PNG, SVG or PDF, as the path's suffix says.

    A file that is there already stays as it is until the new one is complete.

    Args:
        figure: What to write.
        path: Where to; its folder must exist.

    Raises:
        SpecError: If the suffix is not one of the three, or there is no such folder.
        EvosnnError: If the file cannot be written.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in _METADATA:
        found = f"'{target.suffix}'" if target.suffix else "no suffix"
        raise SpecError(f"plot file '{target}' has {found}; a plot takes .png, .svg or .pdf")
    if not target.parent.is_dir():
        raise SpecError(f"plot file '{target}' is in a folder that does not exist; make it first")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            _write(figure, file, suffix)
        os.replace(part, target)
    except OSError as error:
        reason = error.strerror or error
        raise EvosnnError(f"plot file '{target}' cannot be written: {reason}") from error
    finally:
        part.unlink(missing_ok=True)


def to_svg(figure: Figure) -> bytes:
    """Return a figure as an SVG file holds it, to be put into a page."""
    file = io.BytesIO()
    _write(figure, file, ".svg")
    return file.getvalue()


def _write(figure: Figure, file: IO[bytes], suffix: str) -> None:
    with matplotlib.rc_context(look() | _WRITING):
        figure.savefig(file, format=suffix[1:], dpi=_DPI, metadata=_METADATA[suffix])
