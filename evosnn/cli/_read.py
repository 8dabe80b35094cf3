"""The commands ``evosnn status``, ``front`` and ``show``, which read campaigns and networks."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evosnn.cli._choice import Limits, Weights, chosen, pairs
from evosnn.cli._synthesis import Device, synthesis_data, synthesis_table, synthesize_networks
from evosnn.cli.terminal.measuring import open_campaign
from evosnn.errors import SpecError

if TYPE_CHECKING:
    from evosnn.campaign import Campaign
    from evosnn.network import Network

__all__ = ["front", "show", "status"]

_BUILT = (
    "device", "top", "logic_cells", "luts", "flip_flops", "brams", "fmax_mhz",
    "inferences_per_second",
)  # fmt: skip

Folder = Annotated[Path, typer.Argument(help="A campaign's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def status(folder: Folder, as_json: AsJson = False) -> None:
    """Show the state of a campaign."""
    from evosnn.campaign import campaign_status

    facts = campaign_status(folder)
    if as_json:
        _print_json(facts)
        return
    from evosnn.campaign import StopReason
    from evosnn.cli.terminal.console import console

    credit = facts.pop("credit")
    facts["stopped"] = StopReason[facts["stopped"]].value if facts["stopped"] else "not yet"
    facts["front"] = f"{facts['front']} networks, by the search's own scores"
    facts["seconds"] = f"{facts['seconds']:.1f}"
    facts["hypervolume"] = f"{facts['hypervolume']:.4f} (share of the box of objectives)"
    for label, value in facts.items():
        console.print(f"{label:>12}  {_plain(value)}")
    for k, (name, (made, kept)) in enumerate(sorted(credit.items(), key=lambda item: -item[1][1])):
        label = "operators" if k == 0 else ""
        console.print(f"{label:>12}  {name}: {made:,} children, {kept / made:.1%} survived")


def front(
    folder: Folder,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    weights: Weights = None,
    limits: Limits = None,
    device: Device = None,
) -> None:
    """List a campaign's Pareto front with expected and held-out scores.

    --limit lists only networks within the limits; --limit and --weights mark the selected network
    instead of the knee. Both use expected scores. --synthesize adds area and speed of each network
    on an FPGA, from yosys and nextpnr.
    """
    from evosnn.analysis import choose_network, front_report, within_limits
    from evosnn.campaign import score_name
    from evosnn.cli.terminal.console import console
    from evosnn.cli.terminal.tables import front_table

    if as_json and as_csv:
        raise SpecError("front prints --json or --csv, not both")
    campaign = open_campaign(folder)
    report, built = front_report(campaign), {}
    if weights or limits:
        bounds = pairs(limits, "--limit")
        report["chosen"] = choose_network(report, pairs(weights, "--weights"), bounds)
        report["networks"] = within_limits(report, bounds)
    if device is not None:
        problem = campaign.problem
        networks = [campaign.store.network(item["id"]) for item in report["networks"]]
        built = synthesize_networks(networks, problem.chip, problem.task, device)
        for item in report["networks"]:
            item["synthesis"] = synthesis_data(built[item["id"]], device)
    if as_json:
        _print_json(report)
    elif as_csv:
        _print_csv(report, score_name(campaign.spec))
    else:
        console.print(front_table(campaign, report))
        if device is not None:
            console.print(synthesis_table(built, device))


def show(
    place: Annotated[Path, typer.Argument(help="A campaign's folder, or a network file.")],
    wanted: Annotated[
        str, typer.Option("--id", help="Network: an id or its beginning, or 'knee'.")
    ] = "knee",
    ancestry: Annotated[
        bool, typer.Option("--lineage", help="List its line of first parents instead.")
    ] = False,
    weights: Weights = None,
    limits: Limits = None,
    as_json: AsJson = False,
) -> None:
    """Describe one network: its neurons and synapses, where it came from, how it fared."""
    from evosnn.cli.terminal.console import console
    from evosnn.cli.terminal.tables import lineage_table, network_table

    wanted = chosen(place, wanted, weights, limits)

    if ancestry:
        from evosnn.analysis import find_network

        if not place.is_dir():
            raise SpecError(f"'{place}' is a file; --lineage takes a campaign's folder")
        campaign = open_campaign(place)
        line = _ancestors(campaign, find_network(campaign, wanted).network.key)
        if as_json:
            _print_json(line)
        else:
            console.print(lineage_table(line))
        return
    if place.is_dir():
        network, facts, named = _of_campaign(place, wanted)
    else:
        network, facts = _of_nir(place) if place.suffix == ".nir" else _of_tennlab(place)
        named = {}
    if as_json:
        _print_json({**facts, **named, "network": _as_data(network)})
    else:
        console.print(network_table(facts, network, **named))


def _of_campaign(folder: Path, wanted: str) -> tuple[Network, dict[str, Any], dict[str, list[str]]]:
    """Return a network, its facts, and the names of its inputs and outputs."""
    from evosnn.analysis import find_network
    from evosnn.campaign import score_name, task_name

    campaign = open_campaign(folder)
    member = find_network(campaign, wanted)
    origin = campaign.store.lineage(member.network.key)
    record = member.measurement
    at_hand = campaign.figures_at_hand()  # a single network does not require measuring all others
    on_front, in_population = at_hand or ({}, {})
    final = on_front.get(member.network.key)
    expected = in_population.get(member.network.key)
    score = score_name(campaign.spec)
    facts: dict[str, Any] = {
        **_sizes(member.network),
        "chip": campaign.spec.chip,
        "task": task_name(campaign.spec),
        "born in generation": origin.born,
        "parents": " ".join(origin.parents) or "none",
        "made by": " ".join(origin.operators),
        f"search {score}": round(record.nominal, 4),
        f"search {score} on faulty chips": round(record.mean, 4),
        "chips tried": int(record.perturbed.size),
        "spikes an inference": round(record.spikes, 2),
        "deliveries an inference": round(record.deliveries, 2),
    }
    if expected:
        facts[f"expected {score}"] = round(expected[score], 4)
        if "resilience" in expected:
            facts[f"expected {score} on faulty chips"] = round(expected["resilience"], 4)
    if final:
        facts[f"test {score}"] = round(final[score], 4)
        facts[f"test {score} on fresh chips"] = round(final["perturbed"]["mean"], 4)
        for name, own in final.get("classes", {}).items():
            facts[f"class {name}"] = (
                f"precision {own['precision']:.3f}, recall {own['recall']:.3f}, F1 "
                f"{own['f1']:.3f} ({own['samples']} of all test samples)"
            )
    elif at_hand is None:
        facts["held-out figures"] = (
            f"not measured yet; when the run ends, or with 'evosnn front {folder}'"
        )
    else:
        place = "on the front" if expected else "in the last population"
        facts["held-out figures"] = f"not measured; it is not {place}"
    task = campaign.task_summary
    if task.returns:
        low, high = task.returns["train"]
        facts["units"] = (
            f"search, expected: share of the way from {low:g} to {high:g}; test: {task.measure}"
        )
    named = {"input_names": task.input_names, "output_names": task.output_names}
    return member.network, facts, named


def _of_nir(path: Path) -> tuple[Network, dict[str, Any]]:
    from evosnn.export import from_nir, nir_chip

    chip = nir_chip(path)
    network = from_nir(path, chip=chip)
    return network, {**_sizes(network), "chip": "not named" if chip is None else chip.name}


def _of_tennlab(path: Path) -> tuple[Network, dict[str, Any]]:
    from evosnn.chips import check, chip_from_processor
    from evosnn.errors import NetworkError
    from evosnn.tennlab import read_network

    file = read_network(path)

    facts = _sizes(file.network)
    facts["processor"] = file.processor or "not named"
    for key, value in file.parameters.items():
        facts[key] = value
    chip = chip_from_processor(file.processor, file.parameters)
    if chip is not None:
        broken = check(chip, file.network)
        if broken:
            more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
            raise NetworkError(f"the network does not fit its own parameters: {broken[0]}{more}")
    return file.network, facts


def _sizes(network: Network) -> dict[str, Any]:
    return {
        "id": network.key,
        "inputs": int(network.inputs.size),
        "outputs": int(network.outputs.size),
        "hidden": network.n_hidden,
        "neurons in use": network.n_used,
        "synapse count": network.n_synapses,
    }


def _as_data(network: Network) -> dict[str, Any]:
    ids = network.ids.tolist()
    return {
        "neurons": [
            {"id": i, "threshold": t, "leak": k}
            for i, t, k in zip(ids, network.threshold.tolist(), network.leak.tolist(), strict=True)
        ],
        "inputs": [ids[i] for i in network.inputs.tolist()],
        "outputs": [ids[i] for i in network.outputs.tolist()],
        "synapses": [
            {"from": ids[a], "to": ids[b], "weight": w, "delay": d}
            for a, b, w, d in zip(
                network.pre.tolist(),
                network.post.tolist(),
                network.weight.tolist(),
                network.delay.tolist(),
                strict=True,
            )
        ],
    }


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {v:.4g}" for k, v in value.items())
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _print_json(data: Any) -> None:
    print(json.dumps(data, indent=1))


def _print_csv(report: dict[str, Any], score: str) -> None:
    names = report["objectives"]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    first = report["networks"][0]["expected"] if report["networks"] else {}
    expected = [name for name in first if name != "interval"]
    built = _BUILT if any("synthesis" in item for item in report["networks"]) else ()
    writer.writerow(
        ["id", "neurons", "hidden", "synapses", "knee", *(f"search_{n}" for n in names),
         *(f"expected_{n}" for n in expected), "expected_low", "expected_high", f"test_{score}",
         "test_low", "test_high", "perturbed_mean", "perturbed_p05", "perturbed_worst", "trials",
         *built]
    )  # fmt: skip
    for item in report["networks"]:
        test, perturbed = item["test"], item["test"]["perturbed"]
        writer.writerow(
            [item["id"], item["neurons"], item["hidden"], item["synapses"], item["knee"],
             *(item["search"][n] for n in names), *(item["expected"][n] for n in expected),
             *item["expected"]["interval"], test[score], *test["interval"],
             *(perturbed[k] for k in ("mean", "p05", "worst", "trials")),
             *(item["synthesis"].get(k, "") for k in built)]
        )  # fmt: skip


def _ancestors(campaign: Campaign, key: str, most: int = 40) -> list[dict[str, Any]]:
    """Return a network's line of first parents, the youngest first."""
    line: list[dict[str, Any]] = []
    while len(line) < most:
        origin = campaign.store.lineage(key)
        network, record = campaign.store.network(key), campaign.store.record(key)
        line.append(
            {
                "id": key,
                "generation": origin.born,
                "made_by": list(origin.operators),
                "second_parent": origin.parents[1] if len(origin.parents) > 1 else None,
                "synapses": network.n_synapses,
                "score": record.nominal,
                "perturbed": record.mean,
            }
        )
        if not origin.parents:
            break
        key = origin.parents[0]
    return line
