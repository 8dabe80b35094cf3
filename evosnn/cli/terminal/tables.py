"""Tables that commands print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from evosnn.cli.terminal.console import console, plain_text

if TYPE_CHECKING:
    from evosnn.campaign import Campaign
    from evosnn.network import Network

__all__ = ["figure", "front_table", "lineage_table", "network_table", "next_commands"]

_UNBOUNDED = 100_000  # characters: wider than any table
_SHORT = {"synapses": "syn.", "hidden": "hid.", "neurons": "neu."}


def front_table(
    campaign: Campaign, report: dict[str, Any] | None = None, width: int | None = None
) -> Table:
    """Return the table of a campaign's front, or of a part of it, with expected and test scores.

    Columns beyond ``width``, by default the console's, are dropped from the right and named.
    """
    from evosnn.analysis import front_report, value_of
    from evosnn.campaign import score_name

    report = report or front_report(campaign)
    chosen, score = report.get("chosen"), score_name(campaign.spec)
    names = report["objectives"]
    sizes = [name for name in ("synapses", "hidden") if name not in names]
    table = Table(
        title=f"Pareto front of {campaign.store.folder}",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=0,
        show_edge=False,
        caption=_meaning(campaign, report["networks"], score)
        + (
            "★ selected by weights or limits."
            if chosen
            else "★ the knee: nearest to the ideal, objectives scaled to the front's range."
        ),
        caption_justify="left",
    )
    table.add_column("id", no_wrap=True)
    formed = [
        _SHORT.get(name, f"{_source(report, name)}\n" + name.replace("-", "-\n")) for name in names
    ]
    tested = [f"test\n{score}", "95 %\ninterval", "chips\nmean", "chips\np05", "chips\nworst"]
    for header in [*formed, *(_SHORT[name] for name in sizes), *tested]:
        table.add_column(header, justify="right", no_wrap=True)
    for item in report["networks"]:
        test, perturbed = item["test"], item["test"]["perturbed"]
        low, high = test["interval"]
        marked = item["id"] == chosen if chosen else item["knee"]
        chips = [_score(perturbed[k]) for k in ("mean", "p05", "worst")]
        table.add_row(
            item["id"][:8] + (" ★" if marked else ""),
            *(figure(name, value_of(item, name)) for name in names),
            *(str(item[name]) for name in sizes),
            _score(test[score]),
            f"{low:.2f}..{high:.2f}" if score == "accuracy" else f"{low:.0f}..{high:.0f}",
            *(chips if perturbed["trials"] else ["-"] * 3),
            style="green" if marked else None,
        )
    _narrow(table, console.width if width is None else width)
    return table


def _narrow(table: Table, width: int) -> None:
    """Drop the last columns of a table that is too wide, down to the first two."""
    free = console.options.update(max_width=_UNBOUNDED)
    left_out: list[str] = []
    while len(table.columns) > 2 and Measurement.get(console, free, table).maximum > width:
        name = str(table.columns.pop().header).replace("-\n", "-").replace("\n", " ")
        left_out.insert(0, name)
    if left_out:
        text = f"Too wide for this terminal: {', '.join(left_out)}. 'evosnn front --csv' has all."
        table.caption = f"{text}\n{table.caption}"


def _source(report: dict[str, Any], name: str) -> str:
    """Return the source of an objective's values."""
    return "expected" if any(name in n["expected"] for n in report["networks"]) else "search"


def _meaning(campaign: Campaign, networks: list[dict[str, Any]], score: str) -> str:
    """Return the meaning of the columns, and the optimism of the search's own scores."""
    task = campaign.task_summary
    unit = task.unit
    text = f"expected: estimate for unseen {unit}, from search and validation {unit}.\n"
    beyond = [n["search"][score] - n["expected"][score] for n in networks if score in n["search"]]
    if beyond:
        mean = sum(beyond) / len(beyond)
        side = "higher" if mean > 0 else "lower"
        text += f"The search's own {score} is {abs(mean):.3f} {side} on average.\n"
    text += f"test: held-out {unit}, on the nominal chip and on {campaign.spec.trials} fresh chips"
    if task.returns:  # test scores are returns, expected ones are shares of their range
        low, high = task.returns["test"]
        text += f", as\nreturns. Expected scores are shares of the range from {low:g} to {high:g}"
    return text + ".\n" + _unmet(campaign, networks)


def _unmet(campaign: Campaign, networks: list[dict[str, Any]]) -> str:
    """Return a sentence for each requirement that no network meets."""
    from evosnn.evolution import OBJECTIVES  # slow to load

    text = ""
    for name, bound in campaign.task_summary.requirements.items():
        goal = OBJECTIVES[name]
        values = [v for n in networks if (v := {**n["search"], **n["expected"]}.get(name))]
        if values and all(goal.cost(v) > goal.cost(bound) for v in values):
            asked = (
                "required"
                if name in campaign.spec.require
                else "required to beat a constant answer"
            )
            text += f"No network has {name} {bound:.3f}, which is {asked}.\n"
    return text


def figure(name: str, value: float) -> str:
    """Return the value of an objective: three decimals for a score, none for a count."""
    from evosnn.evolution import OBJECTIVES  # slow to load

    if value % 1 == 0 and not OBJECTIVES[name].maximise:
        return f"{value:.0f}"
    return f"{value:.3f}" if abs(value) < 100 else f"{value:.1f}"


def _score(value: float) -> str:
    """Return an accuracy with three decimals, a return with one."""
    return f"{value:.3f}" if abs(value) <= 1 else f"{value:.1f}"


def next_commands(folder: Path, campaign: Campaign) -> Text:
    """Return suggestions for the next commands."""
    chip, place = campaign.chip, quote(str(folder))
    then = f"export {place} --id knee --to risp -o knee.json"
    if not chip.is_plain or chip.neuron.integration_delay:  # RISP lacks this arithmetic
        then = f"export {place} --id knee --to c -o knee"
    return plain_text(
        "Next:\n"
        f"  evosnn plot {place} --kind pareto -o front.png\n"
        f"  evosnn plot {place} --kind network --id knee -o knee.png\n"
        f"  evosnn {then}" + _go_on(place, campaign)
    )


def _go_on(place: str, campaign: Campaign) -> str:
    """Return the command that continues the search, if an option extends the stop condition."""
    stop, stopped = campaign.spec.stop, campaign.store.meta("stopped")
    option = {
        "INTERRUPTED": "",
        "GENERATIONS": f" --generations {2 * max(campaign.store.last_generation(), 1)}",
        "TIME": f" --time-limit {2 * (stop.time or 0):g}",
    }.get(stopped or "")
    return "" if option is None else f"\n  evosnn run {place}{option}      (continue the search)"


def network_table(
    facts: dict[str, Any],
    network: Network,
    input_names: Sequence[str] = (),
    output_names: Sequence[str] = (),
) -> Group:
    """Return tables of a network's facts, neurons and synapses, with input and output names."""
    table = Table.grid(padding=(0, 3))
    for label, value in facts.items():
        shown = str(value)
        if isinstance(value, float):
            shown = f"{value:.4f}" if abs(value) <= 1 else f"{value:g}"
        table.add_row(plain_text(label, "dim"), shown)
    ids = network.ids.tolist()
    role: dict[int, str] = {}
    for end, ports, own in (
        ("input", network.inputs, input_names),
        ("output", network.outputs, output_names),
    ):
        for k, i in enumerate(ports.tolist()):
            name = f"{end} {k}" + (f": {own[k]}" if own else "")
            role[i] = f"{role[i]}; {name}" if i in role else name
    neurons = Table("neuron", "role", "threshold", "leak", box=None, header_style="dim")
    neurons.columns[1].overflow = "fold"
    used = {*network.outputs.tolist(), *network.pre.tolist(), *network.post.tolist()}
    for i in sorted(used):
        neurons.add_row(
            str(ids[i]), plain_text(role.get(i, "hidden")), f"{network.threshold[i]:g}",
            f"{network.leak[i]:g}",
        )  # fmt: skip
    synapses = Table("synapse from", "to", "weight", "delay", box=None, header_style="dim")
    for a, b, w, d in zip(
        network.pre.tolist(), network.post.tolist(), network.weight, network.delay, strict=True
    ):
        synapses.add_row(str(ids[a]), str(ids[b]), f"{w:g}", str(d))
    return Group(table, "", neurons, "", synapses)


def lineage_table(line: list[dict[str, Any]]) -> Table:
    """Return the table of a network's line of first parents."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    for header in ("id", "generation", "synapses", "search\nscore", "on faulty\nchips"):
        table.add_column(header, justify="left" if header == "id" else "right")
    table.add_column("made by")
    for item in line:
        made = ", ".join(item["made_by"])
        if item["second_parent"]:
            made += f" (with {item['second_parent'][:8]})"
        table.add_row(
            item["id"][:8], str(item["generation"]), str(item["synapses"]),
            f"{item['score']:.3f}", f"{item['perturbed']:.3f}", made,
        )  # fmt: skip
    return table
