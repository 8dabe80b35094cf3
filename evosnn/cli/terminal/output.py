"""Prints text to any terminal, file or pipe: names are text, never markup or control codes."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO

from evosnn.text import printable

__all__ = ["flush_streams", "prepare_streams", "say"]


def say(text: object, file: TextIO | None = None) -> None:
    """Print a line of printable text, on standard output if no file is given."""
    print(printable(str(text)), file=file or sys.stdout)


def prepare_streams() -> None:
    """Let standard output and error replace what their encoding lacks, and exist."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # the descriptor was closed before the program began
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def flush_streams() -> str | None:
    """Write out what was printed; return the reason if that fails, and discard the rest."""
    reason = None
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            _discard(stream)
    return reason


def _discard(stream: TextIO) -> None:
    """Point a stream that cannot be written to nowhere, so that the end of the program is quiet."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
