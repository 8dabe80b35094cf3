"""Another version's search beside this one's: the fronts of both, measured by the same code.

    python experiments/studies/hypervolume.py search runs/now
    OTHER_PYTHON hypervolume.py search runs/then       # a copy of this file, in its environment
    python -m experiments.studies.hypervolume compare runs/then runs/now -o results/studies/hypervolume
    python experiments/studies/hypervolume.py rate runs/rate --seconds 10     # in turn with the other's

`search` runs a campaign of each of six pairs of a task and a chip, every setting but the budget
as that version has it, and can be stopped and run again. It uses only what every version has.
`compare` takes the final population of each campaign and measures its networks with this
version's code: on the search's samples and on held-out ones, on the same 200 fresh chips.

Two boxes: the whole one (accuracy and resilience 0 to 1), in which networks that say the same
class to all samples already fill a third, and the one above that answer. Sizes end at a full
layer of synapses in both. The first reaches 1.2 times only what was below 0.83.

Ionosphere and pima are read as CSV files with a header, made of those in EVOSNN_DATA.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from evosnn.campaign import Campaign, CampaignSpec

PAIRS = (
    ("iris", "risp-127"),
    ("wine", "risp-7"),
    ("breast-cancer", "risp-127"),
    ("ionosphere", "risp-127"),
    ("digits", "risp-127"),
    ("pima", "risp-7"),
)
FROM_FOLDER = {"ionosphere": "ionosphere.csv", "pima": "pima-indians-diabetes.csv"}
CHIPS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("search", "compare", "rate"))
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--evaluations", type=int, default=30_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--tasks", nargs="+", default=[task for task, _ in PAIRS])
    parser.add_argument("--changes", type=json.loads, default={}, help="of the spec, as JSON")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("-o", "--out", type=Path)
    options = parser.parse_args()
    if options.what == "search":
        search(options.folders[0], options)
    elif options.what == "rate":
        rate(options.folders[0], options)
    else:
        compare(options.folders, options)


def spec_of(
    task: str | dict[str, str],
    chip: str,
    seed: int,
    stop: dict[str, float],
    changes: dict[str, Any],
) -> CampaignSpec:
    """Return the campaign of the studies: small and quick, all else as a version has it."""
    data = {
        "task": task,
        "chip": chip,
        "seed": seed,
        **({} if "episodes" in changes else {"jitter": {"copies": 1}}),  # of samples, not control
        "instances": 7,
        "remeasure": 32,
        "trials": 2,
        "stop": stop,
        **changes,
    }
    return CampaignSpec.model_validate(data)


def rate(folder: Path, options: argparse.Namespace) -> None:
    """Say how many generations a second a campaign makes, the first ones left out."""
    for task, chip in PAIRS:
        if task in options.tasks:
            shown = headed(task, folder)
            spec = spec_of(shown, chip, 1, {"time": options.seconds}, options.changes)
            campaign = Campaign.start(spec, folder / f"{task} {time.time_ns()}", options.threads)
            campaign.run()
            rows = campaign.store.statistics()
            campaign.store.close()
            spent = rows[-1]["seconds"] - rows[1]["seconds"]
            print(f"{task:14} {(len(rows) - 2) / spent:.2f} generations a second", flush=True)


def search(folder: Path, options: argparse.Namespace) -> None:
    """Run the campaigns that are not there yet."""
    stop = {"evaluations": options.evaluations}
    for seed in range(1, options.seeds + 1):
        for task, chip in PAIRS:
            if task not in options.tasks:
                continue
            spec = spec_of(headed(task, folder), chip, seed, stop, options.changes)
            place = folder / f"{task} {chip} {seed}"
            start = time.perf_counter()
            campaign = Campaign.start(spec, place, options.threads)
            campaign.run()
            rows = campaign.store.statistics()
            campaign.store.close()
            print(
                f"{task:14} {seed}  {rows[-1]['hypervolume']:.4f}  {len(rows)} generations  "
                f"{time.perf_counter() - start:.0f} s",
                flush=True,
            )


def headed(task: str, folder: Path) -> str | dict[str, str]:
    """A task that every version knows: by name, or a headerless CSV file with a header."""
    if task not in FROM_FOLDER:
        return task
    text = (Path(os.environ["EVOSNN_DATA"]) / "uci" / FROM_FOLDER[task]).read_text()
    columns = len(text.splitlines()[0].split(","))
    names = [*(f"x{i}" for i in range(columns - 1)), "class"]
    folder.mkdir(parents=True, exist_ok=True)
    path = (folder / f"{task}.csv").resolve()
    path.write_text(",".join(names) + "\n" + text)
    return {"csv": str(path), "label": "class"}


def compare(folders: list[Path], options: argparse.Namespace) -> None:
    """Measure the fronts of two versions and write how they compare.

    Where a run of *then* is gone, its volumes are those that the last comparison wrote: the same
    networks on the same samples and chips have the same.
    """
    kept = options.out.with_suffix(".json") if options.out else Path()
    before = json.loads(kept.read_text()) if kept.is_file() else {}
    found: dict[str, list[dict[str, Any]]] = {}
    for task, chip in PAIRS:
        pair = f"{task}, {chip}"
        earlier = {row["seed"]: row["then"] for row in before.get(pair, [])}
        for seed in range(1, options.seeds + 1):
            then, now = (folder / f"{task} {chip} {seed}" for folder in folders)
            if task not in options.tasks or not done(now):
                continue
            volume = volumes(then) if done(then) else earlier.get(seed)
            if volume is not None:
                row = {"seed": seed, "then": volume, "now": volumes(now)}
                found.setdefault(pair, []).append(row)
    text = report(found, options.evaluations)
    print(text)
    if options.out:
        from experiments.studies.reports import write_report  # a copy of this file only searches

        options.out.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n")
        write_report(options.out.with_suffix(".md"), text)


def done(place: Path) -> bool:
    if not (place / "campaign.sqlite").exists():
        return False
    campaign = Campaign.load(place)
    whole = campaign.store.meta("stopped") == "EVALUATIONS"
    campaign.store.close()
    return whole


def volumes(place: Path) -> dict[str, float]:
    """Hypervolumes of the final population of a campaign's folder, on fresh chips."""
    campaign = Campaign.load(place, 1)
    found = volumes_of(campaign)
    campaign.store.close()
    return found


def volumes_of(campaign: Campaign, chips: int = CHIPS) -> dict[str, float]:
    """Hypervolumes of the present population, by samples and box."""
    import moocore

    networks = [network for network, _ in campaign.store.population()]
    problem = campaign.problem
    labels = problem.task.train.labels
    answer = float(np.bincount(labels).max()) / labels.size
    layer = max(problem.task.n_inputs * problem.task.n_outputs, 32)
    size = np.array([n.n_synapses for n in networks]) / layer
    found = {}
    for name, part in (("search", "train"), ("held-out", "test")):
        records = problem.evaluator.measure(networks, "hypervolume", n_instances=chips, part=part)
        good = np.array([(r.nominal, r.mean) for r in records])
        for box, floor in (("whole", 0.0), ("above one answer", answer)):
            costs = np.column_stack([(1 - good) / (1 - floor), size])
            inside = costs[(costs < 1).all(axis=1)]
            volume = float(moocore.hypervolume(inside, ref=np.ones(3))) if len(inside) else 0.0
            found[f"{name}, {box}"] = volume
    return found


HEADER = """# This search beside the first that landed

    python -m experiments.studies.hypervolume compare runs/then runs/now -o results/studies/hypervolume

with runs/now by `search` of this version, and runs/then by the same of commit 4fcc702, *then*.
Hypervolume after {evaluations:,} measurements, defaults of each version but 7 chips a measurement
and no jitter of samples. The final populations of both are measured by
this version on the same {chips} fresh chips. *Whole* box: accuracy and resilience from 0 to 1,
synapses to a full layer; *above one answer*: from the share of the commonest class. Medians of the
seeds.

"""


def report(found: dict[str, list[dict[str, Any]]], evaluations: int) -> str:
    text = HEADER.format(evaluations=evaluations, chips=CHIPS)
    if not found:
        return text + "No campaign of both is finished.\n"
    for measure in next(iter(found.values()))[0]["now"]:
        text += f"## {measure[0].upper()}{measure[1:]}\n\n"
        text += "| pair | seeds | then | now | ratio |\n|---|---|---|---|---|\n"
        ratios = []
        for pair, rows in found.items():
            then, now = (
                np.median([row[when][measure] for row in rows]) for when in ("then", "now")
            )
            ratios.append(now / then)
            text += f"| {pair} | {len(rows)} | {then:.3f} | {now:.3f} | {now / then:.2f} |\n"
        text += f"| median of the pairs | | | | **{np.median(ratios):.2f}** |\n\n"
    return text


if __name__ == "__main__":
    main()
