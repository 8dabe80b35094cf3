"""The command ``evosnn sensitivity``: a front under other faults."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evosnn.cli.terminal.measuring import open_campaign
from evosnn.cli.terminal.output import say

if TYPE_CHECKING:
    from rich.table import Table

    from evosnn.analysis import Sensitivity

__all__ = ["sensitivity"]


def sensitivity(
    folder: Annotated[Path, typer.Argument(help="A campaign's folder.")],
    trials: Annotated[int, typer.Option(min=2, help="Fresh chips for each condition.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the chips.")] = 0,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Picture file: png, svg or pdf.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Test a front on held-out samples and chips under faults that it did not evolve under.

    Shows whether the ranking of its networks changes, and which network is the knee.
    """
    from evosnn.analysis import front_sensitivity
    from evosnn.campaign import score_name
    from evosnn.cli.terminal.console import console

    campaign = open_campaign(folder)
    if as_json or not console.is_terminal:
        found = front_sensitivity(campaign, trials=trials, seed=seed)
    else:
        with console.status("fresh chips") as said:
            found = front_sensitivity(
                campaign, trials=trials, seed=seed,
                on_condition=lambda done, total: said.update(f"fresh chips: {done} of {total}"),
            )  # fmt: skip
    if output is not None:
        _draw(found, folder, score_name(campaign.spec), output)
    if as_json:
        print(json.dumps({"campaign": str(folder), **found.as_data()}, indent=1))
        return
    console.print(_table(found))
    if output is not None:
        say(output)


def _draw(found: Sensitivity, folder: Path, measure: str, output: Path) -> None:
    import numpy as np

    from evosnn.evaluation import mean_interval
    from evosnn.plots import save
    from evosnn.plots import sensitivity as draw

    own, *others = found.conditions
    names = list(dict.fromkeys(c.mechanism for c in others))
    groups = [[c for c in others if c.mechanism == name] for name in names]
    sweeps = [
        (
            name,
            group[0].unit,
            np.array([c.level for c in group]),
            np.array([c.means for c in group]),
        )
        for name, group in zip(names, groups, strict=True)
    ]
    knees = [
        (
            np.array([c.knee for c in (own, *group)]),
            np.array([mean_interval(c.scores[c.knee], (0.0, 1.0)) for c in (own, *group)]),
        )
        for group in groups
    ]
    title = f"{folder.resolve().name}: the front under faults that it did not evolve under"
    said = f"held-out {measure}, mean over chips"
    save(draw(found.synapses, own.means, sweeps, own.knee, knees, title, said), output)


def _table(found: Sensitivity) -> Table:
    from rich import box
    from rich.table import Table

    from evosnn.evaluation import mean_interval

    own = found.conditions[0]
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        caption="tau: Kendall's rank correlation of the networks' mean scores with those as\n"
        "evolved (1: the same order). The knee is that of synapses and mean score.",
        caption_justify="left",
    )
    table.add_column("chips", no_wrap=True)
    for header in ("tau", "knee", "syn.", "mean", "95 % band", "knee as\nevolved"):
        table.add_column(header, justify="right", no_wrap=True)
    for c in found.conditions:
        low, high = mean_interval(c.scores[c.knee], (0.0, 1.0))
        table.add_row(
            c.mechanism if c.level is None else f"{c.mechanism} {c.level:g}",
            "" if c is own else ("-" if c.tau is None else f"{c.tau:.2f}"),
            found.ids[c.knee][:8],
            str(found.synapses[c.knee]),
            f"{c.means[c.knee]:.3f}",
            f"{low:.3f}..{high:.3f}",
            f"{c.means[own.knee]:.3f}",
            style=None if c.knee == own.knee else "yellow",
        )
    return table
