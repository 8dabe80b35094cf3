"""Write a figure to a file, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from evosnn.errors import EvosnnError, SpecError
from evosnn.plots._style import look

__all__ = ["save"]

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
        _write(figure, part, suffix)
        os.replace(part, target)
    except OSError as error:
        reason = error.strerror or error
        raise EvosnnError(f"plot file '{target}' cannot be written: {reason}") from error
    finally:
        part.unlink(missing_ok=True)


def _write(figure: Figure, path: Path, suffix: str) -> None:
    with matplotlib.rc_context(look() | _WRITING), path.open("wb") as file:
        figure.savefig(file, format=suffix[1:], dpi=_DPI, metadata=_METADATA[suffix])
