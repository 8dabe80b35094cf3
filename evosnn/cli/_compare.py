"""``evosnn compare``: several campaigns on one task side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from evosnn.campaign import Arm

__all__ = ["compare"]


def compare(
    folders: Annotated[list[Path], typer.Argument(help="Campaigns' folders, two or more.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Picture file: png, svg or pdf.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare campaigns on one task by what held-out samples say of their fronts.

    Campaigns that differ in their seed alone count as one arm.
    """
    from evosnn.campaign import compare_campaigns

    arms = compare_campaigns(folders)
    if output is not None:
        _draw(arms, output)
    if as_json:
        print(json.dumps([arm.as_data() for arm in arms], indent=1))
        return
    from evosnn.cli._tables import console

    console.print(_table(arms))
    if output is not None:
        print(output)


def _draw(arms: list[Arm], output: Path) -> None:
    from evosnn.plots import comparison, save

    save(comparison([(arm.name, arm.fronts) for arm in arms]), output)


def _table(arms: list[Arm]) -> Table:
    import numpy as np
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        caption="hypervolume: share of the box of synapses, held-out score and score on fresh\n"
        "chips that the front dominates, median (range). p: against the first arm.",
        caption_justify="left",
    )
    for header in ("arm", "campaigns", "evaluations", "held-out hypervolume", "p"):
        table.add_column(header, justify="left" if header == "arm" else "right")
    for arm in arms:
        low, mid, high = arm.volumes.min(), np.median(arm.volumes), arm.volumes.max()
        spread = f" ({low:.3f}..{high:.3f})" if arm.volumes.size > 1 else ""
        table.add_row(
            arm.name,
            str(arm.volumes.size),
            f"{int(np.median(arm.evaluations)):,}",
            f"{mid:.3f}{spread}",
            "" if arm.p is None else f"{arm.p:.3f}",
        )
    return table
