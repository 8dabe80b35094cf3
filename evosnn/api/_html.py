"""Tables for notebooks: escaped HTML, since names come from users' files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

__all__ = ["table"]

_BOLD = ' style="font-weight: bold"'


def table(rows: Sequence[Mapping[str, Any]], caption: str, mark: str = "") -> str:
    """Return an HTML table.

    Args:
        rows: The rows, all with the keys of the first.
        caption: Text above the table.
        mark: Key of a truth value; rows where it is true are bold, and it gets no column.
    """
    names = [name for name in (rows[0] if rows else {}) if name != mark]
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in names)
    body = "".join(
        f"<tr{_BOLD if row.get(mark) else ''}>"
        + "".join(f"<td>{escape(_text(row[name]))}</td>" for name in names)
        + "</tr>"
        for row in rows
    )
    return (
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _text(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
