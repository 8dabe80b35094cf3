"""The command ``evosnn compare``: several campaigns on one task."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evosnn.cli.terminal.measuring import on_terminal
from evosnn.cli.terminal.output import say

if TYPE_CHECKING:
    from rich.table import Table

    from evosnn.analysis import Arm

__all__ = ["compare"]


def compare(
    folders: Annotated[list[Path], typer.Argument(help="Campaigns' folders, two or more.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Picture file: png, svg or pdf.")
    ] = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="List the joint front of all campaigns.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare campaigns on one task by the held-out scores of their fronts.

    Campaigns that differ only in seed, fold and repeat form one arm; the test pools the folds of a
    seed and repeat into one campaign.
    """
    from evosnn.analysis import compare_campaigns, merged_front

    arms = compare_campaigns(folders, on_terminal())
    if output is not None:
        _draw(arms, output)
    if as_json:
        data: object = [arm.as_data() for arm in arms]
        if merge:
            data = {"arms": data, "merged": merged_front(arms)}
        print(json.dumps(data, indent=1))
        return
    from evosnn.cli.terminal.console import console

    console.print(_table(arms))
    if merge:
        console.print(_merged(merged_front(arms)))
    if output is not None:
        say(output)


def _draw(arms: list[Arm], output: Path) -> None:
    from evosnn.plots import comparison, save

    save(comparison([(arm.name, arm.fronts) for arm in arms]), output)


def _merged(members: list[dict[str, Any]]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        title="Joint front of all campaigns, by held-out figures",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        caption="If you select a network by these figures, they are no longer held out.",
        caption_justify="left",
    )
    for header in ("id", "synapses", "score", "on fresh chips", "arm", "campaign"):
        table.add_column(header, justify="right" if header in ("synapses", "score") else "left")
    for item in members:
        table.add_row(
            item["id"][:8], f"{item['synapses']:.0f}", f"{item['score']:.3f}",
            f"{item['perturbed']:.3f}", item["arm"], item["campaign"],
        )  # fmt: skip
    return table


def _table(arms: list[Arm]) -> Table:
    import numpy as np
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        caption="hypervolume: share of the box of synapses, held-out score and score on\n"
        "fresh chips that the front dominates, median (range). knee: mean over the\n"
        "campaigns of its synapses, held-out score and score on fresh chips.\n"
        "p: against the first arm (Wilcoxon's test of the same draws, else Mann and\n"
        "Whitney's); empty if either has fewer than three campaigns.",
        caption_justify="left",
    )
    for header in ("arm", "campaigns", "evaluations", "held-out\nhypervolume", "knee", "p"):
        table.add_column(
            header,
            justify="left" if header == "arm" else "right",
            no_wrap=header != "arm",
            overflow="fold",
        )
    for arm in arms:
        low, mid, high = arm.volumes.min(), np.median(arm.volumes), arm.volumes.max()
        spread = f" ({low:.2f}..{high:.2f})" if arm.volumes.size > 1 else ""
        table.add_row(
            arm.name,
            str(arm.volumes.size),
            f"{int(np.median(arm.evaluations)):,}",
            f"{mid:.3f}{spread}",
            "{:.1f}  {:.3f}  {:.3f}".format(*arm.mean_knee),
            "" if arm.p is None else f"{arm.p:.3f}",
        )
    return table
