"""The command ``evosnn assess``: robustness of one network on varying and faulty chips."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evosnn.cli._synthesis import Device, synthesis_data, synthesis_table, synthesize_networks
from evosnn.cli.terminal.measuring import open_campaign
from evosnn.cli.terminal.output import say
from evosnn.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from evosnn.assessment import Assessment, Difference
    from evosnn.evaluation import AnyTrial
    from evosnn.export import SynthesisReport
    from evosnn.hardware import Mechanism
    from evosnn.network import Network

__all__ = ["assess"]


def assess(
    place: Annotated[Path, typer.Argument(help="A campaign's folder, or a network file.")],
    wanted: Annotated[
        str, typer.Option("--id", help="Network of a campaign: an id, its beginning, or 'knee'.")
    ] = "knee",
    task: Annotated[
        str | None,
        typer.Option(help="For a network file: a task's name, a campaign file or folder."),
    ] = None,
    chip: Annotated[
        str | None, typer.Option(help="Chip to use instead of the campaign's or the file's.")
    ] = None,
    trials: Annotated[int, typer.Option(min=2, help="Fresh chips at each level.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the chips.")] = 0,
    against: Annotated[
        str | None,
        typer.Option(
            help="Network to compare: its file, an id of the campaign, or a folder (its knee)."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Picture file: png, svg or pdf.")
    ] = None,
    device: Device = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Assess one network: variation, every single fault, certified tolerance, costs, limits.

    Uses held-out samples or, for a control task, held-out episodes. A campaign's network is also
    tested under each of the campaign's own mechanisms.

    --against adds a second network on the same chips; --synthesize adds cells, clock and speed on
    an FPGA, from yosys and nextpnr.
    """
    from evosnn.assessment import assess as assess_network
    from evosnn.assessment import compare_levels
    from evosnn.cli.terminal.console import console

    if place.is_dir():
        network, trial, own = _of_campaign(place, wanted, chip)
    else:
        network, trial, own = _of_file(place, task, chip)
    rival = None if against is None else _other(against, place)
    built = {}
    if device is not None:
        compared = [network] if rival is None else [network, rival]
        built = synthesize_networks(compared, trial.chip, trial.task, device)
    found = assess_network(network, trial, trials=trials, seed=seed, mechanisms=own)
    other, differences = None, []
    if rival is not None:
        other = assess_network(rival, trial, trials=trials, seed=seed, mechanisms=own)
        differences = compare_levels(found.levels, other.levels)
    if output is not None:
        _draw(found, other, output)
    if as_json:
        data = {**found.as_data(), **_built(found, built, device)}
        if other is not None:
            data["against"] = {
                **other.as_data(),
                **_built(other, built, device),
                "differences": [vars(d) for d in differences],
            }
        print(json.dumps(data, indent=1))
    else:
        _print(found, other, differences)
        if device is not None:
            console.print(synthesis_table(built, device))
        if output is not None:
            say(output)


def _built(
    found: Assessment, built: Mapping[str, SynthesisReport | str], device: str | None
) -> dict[str, Any]:
    """Return a network's synthesis report as JSON data; empty without --synthesize."""
    if device is None:
        return {}
    return {"synthesis": synthesis_data(built[found.network.key], device)}


def _of_campaign(
    folder: Path, wanted: str, chip: str | None
) -> tuple[Network, AnyTrial, Sequence[Mechanism]]:
    from evosnn.analysis import find_network
    from evosnn.chips import load_chip
    from evosnn.evaluation import trial_for

    campaign = open_campaign(folder)
    taken = load_chip(chip) if chip else campaign.problem.chip
    network, trial = find_network(campaign, wanted).network, trial_for(campaign.problem.task, taken)
    return network, trial, campaign.spec.mechanisms


def _of_file(
    path: Path, task: str | None, chip: str | None
) -> tuple[Network, AnyTrial, Sequence[Mechanism]]:
    from evosnn.campaign import CampaignSpec, load_spec, parse_spec, read_spec, task_of
    from evosnn.chips import chip_from_processor, load_chip
    from evosnn.evaluation import trial_for
    from evosnn.tasks import task_names
    from evosnn.tennlab import read_network

    file = read_network(path)
    if task is None:
        raise SpecError(
            f"'{path}' is a network without a task; give --task, one of "
            f"{', '.join(task_names())}, or the campaign file or folder it came from"
        )
    if Path(task).is_dir():
        spec = load_spec(Path(task))
    elif task.endswith(".toml"):
        spec = read_spec(Path(task))
    else:
        spec = parse_spec({"task": task, "chip": chip or "risp-127"}, Path(), "--task")
    assert isinstance(spec, CampaignSpec)
    campaign = Path(task).is_dir() or task.endswith(".toml")  # else a task name
    mechanisms = spec.mechanisms if campaign else ()
    own = chip_from_processor(file.processor, file.parameters, "risp, as the file says")
    taken = load_chip(chip or spec.chip) if chip or own is None else own
    return file.network, trial_for(task_of(spec, taken), taken), mechanisms


def _other(name: str, place: Path) -> Network:
    from evosnn.analysis import find_network
    from evosnn.tennlab import read_network

    if Path(name).is_dir():
        return find_network(open_campaign(Path(name)), "knee").network
    if Path(name).exists() or not place.is_dir():
        return read_network(Path(name)).network
    return find_network(open_campaign(place), name).network


def _draw(found: Assessment, other: Assessment | None, output: Path) -> None:
    from evosnn.plots import resilience, save

    title = _title(found)
    if other is not None:
        title += f"; against {other.network.key[:8]}"
    save(resilience(found, title, other), output)


def _title(found: Assessment) -> str:
    """Return the title of an assessment's picture."""
    return (
        f"{found.network.key[:8]}: {found.trial.task.name} on {found.trial.chip.name}, "
        f"{found.network.n_synapses} synapses, {found.trial.measure} {_text(found, found.nominal)}"
    )


def _print(found: Assessment, other: Assessment | None, differences: Sequence[Difference]) -> None:
    from evosnn.cli.terminal.console import console

    trial, n = found.trial, found.trial.samples.n_samples
    low, high = found.interval
    on = f"{n} held-out samples"
    if trial.measure == "score":
        on = f"{n} held-out episodes ({trial.unit}, {trial.span[0]:g} to {trial.span[1]:g})"
    console.print(
        f"Network {found.network.key[:8]}: {found.network.n_used} neurons, "
        f"{found.network.n_synapses} synapses; {trial.task.name} on {trial.chip.name}.\n"
        f"{trial.measure.capitalize()} {_text(found, found.nominal)} (95 % interval "
        f"{_text(found, low)}..{_text(found, high)}) on {on}, on the nominal chip."
    )
    for table in (_levels_table, _faults_table, _certified_table, _costs_table):
        _show(table(found))
    if found.wires is not None:
        wires = found.wires
        console.print(
            f"Wires of the chip's crossbar (kappa {wires.kappa:.4f}) change weights by "
            f"{100 * wires.error:.2f} %; with the gain of each column recalibrated "
            f"({wires.gain_min:.3f} to {wires.gain_max:.3f}), by "
            f"{100 * wires.error_recalibrated:.2f} %."
        )
    if found.violations:
        console.print("Does not fit the chip:")
        for violation in found.violations:
            console.print(f"  {violation.sentence}.")
            if violation.repair:
                console.print(f"    Repair: {violation.repair}.")
    else:
        console.print(f"Fits chip {found.trial.chip.name}.")
    if other is not None:
        _show(_differences_table(other, differences))


def _show(table: Table) -> None:
    """Print a table under its title, which a narrow table would wrap."""
    from evosnn.cli.terminal.console import console

    title, table.title = table.title, None
    console.print(f"\n{title}\n")
    console.print(table)


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for k, column in enumerate(columns):
        table.add_column(column, justify="right" if k else "left", no_wrap=True)
    return table


def _level(name: str, level: float) -> str:
    from evosnn.assessment import OWN

    if name.startswith(OWN):
        return "as set"
    return f"rank {level:.0f}" if name == "all" else f"{100 * level:g} %"


def _form(found: Assessment) -> str:
    """Return the format of scores: three decimals for accuracies, one for returns."""
    low, high = found.trial.span
    return ".3f" if high - low <= 1 else ".1f"


def _text(found: Assessment, score: float) -> str:
    return f"{score:{_form(found)}}"


def _levels_table(found: Assessment) -> Table:
    trials = found.levels[0].scores.size
    table = _table(
        f"{found.trial.measure.capitalize()} on {trials} chips at each level",
        "mechanism", "level", "mean", "95 % band", "p05", "worst",
    )  # fmt: skip
    for level in found.levels:
        low, high = level.band
        table.add_row(
            level.mechanism, _level(level.mechanism, level.level), _text(found, level.mean),
            f"{_text(found, low)}..{_text(found, high)}", _text(found, level.p05),
            _text(found, level.worst),
        )  # fmt: skip
    table.caption = "all: all mechanisms above together, each at its first, second, ... level"
    table.caption_justify = "left"
    return table


def _faults_table(found: Assessment) -> Table:
    faults = found.single_faults
    table = _table(
        f"Every single fault: {len(faults.faults)}, mean {_text(found, faults.mean)}, worst "
        f"{_text(found, faults.worst)}",
        "kind", "count", "mean", "worst",
    )  # fmt: skip
    for kind, scores in faults.by_kind().items():
        mean, worst = float(scores.mean()), float(scores.min())
        table.add_row(kind, str(scores.size), _text(found, mean), _text(found, worst))
    for _, (fault, score, _) in zip(range(5), faults.ranked(), strict=False):
        table.add_row(f"  {fault}", "", "", _text(found, score))
    return table


def _certified_table(found: Assessment) -> Table:
    from evosnn.assessment import EPSILONS

    certificate, last = found.certificate, "right answer"
    of, same = "samples", "same answer"
    if found.trial.measure == "score":
        of, same, last = "episodes", "same actions", f"{found.trial.unit} at least"
    table = _table(
        f"Certified under any weight errors up to a bound (share of {of})",
        "error", "no spike changes", same, last,
    )  # fmt: skip
    for epsilon in EPSILONS:
        shares = (certificate.share(epsilon), certificate.decision_share(epsilon))
        score = _text(found, float(certificate.score(epsilon)))
        table.add_row(f"{100 * epsilon:g} %", *(f"{float(s):.3f}" for s in shares), score)
    return table


def _costs_table(found: Assessment) -> Table:
    costs = found.costs
    energy = "no figure published for this chip"
    if costs.energy_pj is not None:
        sources = "; ".join(dict.fromkeys(costs.sources.values()))
        mark = "" if costs.verified else ", not verified"
        energy = f"{costs.energy_pj:.4g} pJ (estimate; {sources}{mark})"
    rows: dict[str, Any] = {
        "synaptic operations": f"{costs.synaptic_operations:.4g}",
        "effective ones": f"{costs.effective_synaptic_operations:.4g}",
        "spikes": f"{costs.spikes:.4g}",
        "latency": f"{costs.latency_timesteps:.4g} timesteps",
        "energy": energy,
        "memory access": f"{costs.memory_access_bytes:.4g} bytes",
        "footprint": f"{costs.footprint_bytes:.4g} bytes",
        "area": "no circuit for this chip's rules"
        if costs.area_cells is None
        else f"{costs.area_cells:.0f} logic cells of an iCE40 (estimate)",
        "connection sparsity": f"{costs.connection_sparsity:.4f}",
        "activation sparsity": f"{costs.activation_sparsity:.4f}",
    }
    what = "an inference" if found.trial.measure == "accuracy" else "an observation and its action"
    table = _table(f"Costs of {what}", "", "")
    table.show_header = False
    table.columns[1].justify, table.columns[1].no_wrap = "left", False
    for label, value in rows.items():
        table.add_row(label, value)
    return table


def _differences_table(other: Assessment, differences: Sequence[Difference]) -> Table:
    table = _table(
        f"Against {other.network.key[:8]} ({other.trial.measure} {_text(other, other.nominal)}, "
        f"single-fault worst {_text(other, other.single_faults.worst)}), on the same chips",
        "mechanism", "level", "better\nby", "95 % band", "better", "worse",
    )  # fmt: skip
    table.padding = 0  # the table with the most columns
    form = _form(other)
    for item in differences:
        low, high = item.band
        table.add_row(
            item.mechanism, _level(item.mechanism, item.level), f"{item.mean:+{form}}",
            f"{low:+{form}}..{high:+{form}}", f"{100 * item.better:.0f} %",
            f"{100 * item.worse:.0f} %",
        )  # fmt: skip
    return table
