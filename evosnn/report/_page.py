"""Renders a self-contained HTML page from text, tables and pictures."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TypeAlias

from jinja2 import Environment, StrictUndefined

__all__ = ["Code", "Facts", "Part", "Picture", "Section", "Table", "page"]


@dataclass(frozen=True)
class Table:
    """A table; the rows whose index is in ``marked`` are highlighted."""

    header: Sequence[str]
    rows: Sequence[Sequence[object]]
    marked: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Facts:
    """A list of labels, each with its value."""

    pairs: Sequence[tuple[str, object]]


@dataclass(frozen=True)
class Picture:
    """An SVG picture, and the text that a screen reader reads in its place."""

    svg: bytes
    alternative: str


@dataclass(frozen=True)
class Code:
    """Text in a monospaced font, with its line breaks."""

    text: str


Part: TypeAlias = str | Table | Facts | Picture | Code


@dataclass(frozen=True)
class Section:
    """A heading and the parts below it; text in ``parts`` is a paragraph."""

    title: str
    parts: tuple[Part, ...]


def page(title: str, subtitle: str, sections: Sequence[Section]) -> str:
    """Return the HTML of a whole page; all text in it is escaped."""
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.filters["base64"] = lambda data: base64.b64encode(data).decode("ascii")
    kinds = {"table": Table, "facts": Facts, "picture": Picture, "code": Code}
    for name, kind in kinds.items():
        environment.tests[name] = lambda part, kind=kind: isinstance(part, kind)
    source = files("evosnn.report").joinpath("page.html.jinja").read_text(encoding="utf-8")
    template = environment.from_string(source)
    html: str = template.render(title=title, subtitle=subtitle, sections=sections)
    return html
