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
    """Return the progress line: which networks are measured, and how many are done."""
    return f"final figures: {done} of {total} networks {what}"


def open_campaign(folder: Path) -> Campaign:
    """Open a campaign for reading; show on a terminal the progress of measuring it first.

    Raises:
        StoreError: If there is no campaign, or it cannot be read.
    """
    from evosnn.campaign import Campaign

    return Campaign.load(folder, on_measured=on_terminal())


def on_terminal() -> OnMeasured:
    """Return a callback that shows progress as one line on stderr and clears it at the end.

    It prints nothing if stderr is a file or a pipe.
    """
    drawn = 0.0

    def show(what: str, done: int, total: int) -> None:
        nonlocal drawn
        now = time.monotonic()
        if not sys.stderr.isatty() or (0 < done < total and now - drawn < _EVERY):
            return
        drawn = now
        text = measuring(what, done, total) if done < total else ""
        print(f"{_CLEARED}{text}", end="", file=sys.stderr, flush=True)

    return show
