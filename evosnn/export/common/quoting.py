"""Writes names that users chose into comments of C, Verilog and Python, and into Markdown."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["code_span", "comment", "docstring", "markdown", "one_line", "xml_text"]

_MARKS = re.compile(r"[\\`*\[\]<|]|&(?=[#A-Za-z])|~~")
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def one_line(text: str) -> str:
    """Return a text without line breaks, control characters and marks of direction.

    What breaks a line becomes a blank; what a reader cannot see is left out.
    """
    words = "".join(" " if c.isspace() else c for c in _TURNS.sub("", text))
    return "".join(c for c in words if unicodedata.category(c) not in ("Cc", "Cs"))


def comment(text: str) -> str:
    """Return a text that a comment of C or Verilog can hold at its end or within.

    No part of it begins or ends a comment, joins the next line to this one, or is a trigraph that
    does so; letters beyond ASCII become question marks.
    """
    shown = one_line(text).encode("ascii", "replace").decode("ascii")
    shown = shown.replace("??/", "? ?/").replace("*/", "* /").replace("/*", "/ *")
    bare = shown.rstrip("\\")
    return shown if bare == shown else f"{bare} (backslash)"


def docstring(text: str) -> str:
    """Return a text that a docstring of Python can hold."""
    return one_line(text).replace('"', "'").replace("\\", "/")


def markdown(text: str) -> str:
    """Return a text that Markdown shows as it is, in a sentence or in a cell of a table."""
    return _MARKS.sub(lambda found: f"\\{found[0]}", one_line(text))


def code_span(text: str) -> str:
    """Return a text as code in a sentence of Markdown."""
    shown = one_line(text)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    space = " " if shown[:1] == "`" or shown[-1:] == "`" else ""
    return f"{fence}{space}{shown}{space}{fence}"


def xml_text(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
