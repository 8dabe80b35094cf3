"""Shows the progress of final figures on a terminal."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evosnn.campaign import Campaign, OnMeasured

__all__ = ["measuring", "on_terminal", "open_campaign"]

_CLEARED = "\r\x1b[K"
_EVERY = 0.1  # seconds


def measuring(what: str, done: int, total: int) -> str:
    """Say on what networks are measured, and how many are."""
    return f"final figures: {done} of {total} networks {what}"


def open_campaign(folder: Path) -> Campaign:
    """Open a campaign to read; if it must be measured first, a terminal is told how far that is.

    Raises:
        StoreError: If there is none, or it cannot be read.
    """
    from evosnn.campaign import Campaign

    return Campaign.load(folder, on_measured=on_terminal())


def on_terminal() -> OnMeasured:
    """Return what shows on stderr how far figures are, in one line that goes when all are there.

    A file or a pipe is told nothing.
    """
    drawn = 0.0

    def tell(what: str, done: int, total: int) -> None:
        nonlocal drawn
        now = time.monotonic()
        if not sys.stderr.isatty() or (0 < done < total and now - drawn < _EVERY):
            return
        drawn = now
        said = measuring(what, done, total) if done < total else ""
        print(f"{_CLEARED}{said}", end="", file=sys.stderr, flush=True)

    return tell
