"""The command ``evosnn report``: a campaign as one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evosnn.cli.terminal.measuring import open_campaign
from evosnn.cli.terminal.output import say
from evosnn.errors import SpecError

__all__ = ["report"]


def report(
    place: Annotated[Path, typer.Argument(help="A campaign's folder.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="HTML file to write.")],
    trials: Annotated[
        int, typer.Option(help="Fresh chips at each level, for the knee.", min=2)
    ] = 200,
) -> None:
    """Write one HTML page with a campaign's front, its knee on faulty chips and its progress."""
    from evosnn.files import write_text
    from evosnn.report import campaign_page

    if output.suffix.lower() not in {".html", ".htm"}:
        raise SpecError(f"report file '{output}' ends in '{output.suffix}'; a report takes .html")
    write_text(output, campaign_page(open_campaign(place), trials))
    say(output)
