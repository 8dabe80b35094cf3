"""The console of rich on which tables are printed: strings are text, never markup."""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console
from rich.text import Text

from evosnn.text import printable

__all__ = ["console", "plain_text"]

_UNBOUNDED = 100_000  # a file or a pipe has no width: nothing is cut or wrapped there


def plain_text(text: str, style: str = "") -> Text:
    """Return printable text for a table or panel."""
    return Text(printable(text), style=style)


class _PlainConsole(Console):
    """A console that takes strings as they stand."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Turn a string into text, without markup and control characters."""
        return super().render_str(printable(text), **{**options, "markup": False, "emoji": False})


def _is_terminal() -> bool:
    try:
        return sys.stdout is not None and sys.stdout.isatty()
    except ValueError:  # it is closed
        return False


_TERMINAL = _is_terminal()

console = _PlainConsole(
    soft_wrap=not _TERMINAL, highlight=False, markup=False, emoji=False,
    width=None if _TERMINAL else _UNBOUNDED,
)  # fmt: skip
