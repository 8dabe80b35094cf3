"""Text of users in messages and tables: names are shown as they are, never acted on.

A terminal executes escape sequences, and a name in a file that someone else wrote may hold one.
"""

from __future__ import annotations

import re

__all__ = ["printable", "shortened"]

# Control characters but tab and line feed, separators of lines and paragraphs, marks that reverse
# the direction of writing, and halves of surrogate pairs, which no encoding takes.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    r"""Return text with each control character as an escape, such as ``\x1b`` or ``\u202e``.

    Tabs and line feeds stay.
    """
    return _UNPRINTABLE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode("ascii")


def shortened(text: str, most: int) -> str:
    """Return a text of at most about ``most`` characters; a longer one loses its middle."""
    if len(text) <= most:
        return text
    head, tail = 2 * most // 3, most // 3
    return f"{text[:head]} [... {len(text) - head - tail:,} characters ...] {text[-tail:]}"
