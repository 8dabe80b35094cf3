"""The command ``evosnn plot``: pictures of a campaign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evosnn.cli.terminal.measuring import open_campaign
from evosnn.cli.terminal.output import say
from evosnn.errors import SpecError, unknown_name

__all__ = ["plot"]

_KINDS = ("pareto", "network", "resilience", "convergence", "raster")


def plot(
    place: Annotated[Path, typer.Argument(help="A campaign's folder.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Picture file: png, svg or pdf.")],
    kind: Annotated[str, typer.Option(help=f"One of {', '.join(_KINDS)}.")] = "pareto",
    wanted: Annotated[str, typer.Option("--id", help="Network to draw: an id or 'knee'.")] = "knee",
    sample: Annotated[int, typer.Option(help="Held-out sample of a raster plot.", min=0)] = 0,
    critical: Annotated[
        bool,
        typer.Option(
            "--critical", help="In a network picture: mark the parts whose faults lower the score."
        ),
    ] = False,
    trials: Annotated[
        int, typer.Option(help="Fresh chips at each level of a resilience picture.", min=2)
    ] = 200,
) -> None:
    """Draw a campaign's front, a network, its resilience, the search's progress, or spikes."""
    if kind not in _KINDS:
        raise SpecError(unknown_name("kind of picture", kind, _KINDS))
    from evosnn import report
    from evosnn.plots import save

    draw = {
        "pareto": lambda c: report.front_picture(c),
        "network": lambda c: report.network_picture(c, wanted, critical),
        "resilience": lambda c: report.assessment_picture(c, wanted, trials),
        "convergence": lambda c: report.convergence_picture(c),
        "raster": lambda c: report.raster_picture(c, wanted, sample),
    }
    save(draw[kind](open_campaign(place)), output)
    say(output)
