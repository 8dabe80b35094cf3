"""A self-contained HTML page: text, tables and pictures."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template

__all__ = ["Section", "code", "facts", "page", "paragraph", "picture", "table"]


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        title: Its heading, as text.
        parts: What is in it, as HTML: what the functions beside this class return.
    """

    title: str
    parts: tuple[str, ...]


def page(title: str, subtitle: str, sections: Sequence[Section]) -> str:
    """Return the HTML of a whole page; title and subtitle are text."""
    body = "\n".join(
        f"<section>\n<h2>{escape(section.title)}</h2>\n" + "\n".join(section.parts) + "\n</section>"
        for section in sections
    )
    template = files("evosnn.report").joinpath("page.html.in").read_text(encoding="utf-8")
    return Template(template).substitute(title=escape(title), subtitle=escape(subtitle), body=body)


def paragraph(words: str) -> str:
    """Return a paragraph of plain text."""
    return f"<p>{escape(words)}</p>"


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """Return a list of labels and their values."""
    rows = "".join(f"<dt>{escape(a)}</dt><dd>{escape(str(b))}</dd>" for a, b in pairs)
    return f"<dl>{rows}</dl>"


def table(
    header: Sequence[str], rows: Sequence[Sequence[object]], marked: Iterable[int] = ()
) -> str:
    """Return a table; rows whose index is in ``marked`` stand out."""
    chosen = set(marked)
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    body = "".join(
        f"<tr{' class=marked' if k in chosen else ''}>"
        + "".join(f"<td>{escape(str(value))}</td>" for value in row)
        + "</tr>\n"
        for k, row in enumerate(rows)
    )
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"


def picture(svg: bytes, alternative: str) -> str:
    """Return an SVG picture within the page; ``alternative`` is read to those who cannot see it."""
    data = base64.b64encode(svg).decode("ascii")
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(alternative)}">'


def code(text: str) -> str:
    """Return preformatted text in a monospaced font."""
    return f"<pre>{escape(text)}</pre>"
