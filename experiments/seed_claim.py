"""Does a multi-objective fitness give small networks that are more resilient?

    python experiments/seed_claim.py [--seeds 10] [--threads 2] [--out results/seed_claim]

The claim is that of Dimovska, Johnston, Schuman, Mitchell and Potok (arXiv 2002.01406). Four
searches with the same number of evaluations, from random networks alone:

- accuracy: the scalar EONS engine on accuracy;
- size: the same on accuracy less 0.001 for each synapse;
- resilience: the same on the mean of accuracy and of accuracy on faulty chips (10 % weight
  variation), less 0.001 for each synapse;
- pareto: NSGA-II on accuracy, synapses and resilience.

on RISP-127 and a memristive crossbar of 64 lines (too few for digits), five tasks (cart-pole is
cartpole-medium; its score stands for accuracy). Of each final population the network with the
best score on validation samples is reported (pareto: by the score of *resilience*), on test
samples and 1,000 fresh chips (cart-pole: 100) at 5, 10 and 20 % weight variation and with 5 % of
the synapses dead.

The folder gets study.json, table.md and study.png; a run goes on from the study.json that it
finds there.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from scipy.stats import bootstrap, wilcoxon

from evosnn import plots
from evosnn.campaign import Campaign, CampaignSpec
from evosnn.evaluation import Evaluator, Measurement
from evosnn.hardware import DeadSynapses, WeightVariation
from evosnn.network import Network

CHIPS = ("risp-127", "memristive-64")
TASKS = ("iris", "wine", "breast-cancer", "digits", "cartpole-medium")
COST = 0.001
TOO_LARGE = ("digits", "memristive-64")  # 64 inputs and 10 outputs, for 64 lines
ARMS: dict[str, dict[str, Any]] = {
    "accuracy": {"engine": {"kind": "eons", "neuron_cost": 0, "synapse_cost": 0}},
    "size": {"engine": {"kind": "eons", "neuron_cost": 0, "synapse_cost": COST}},
    "resilience": {"engine": {"kind": "eons", "neuron_cost": 0, "synapse_cost": COST}},
    "pareto": {"engine": "nsga2"},
}
CONDITIONS = {
    "clean": None,
    "5 % weights": WeightVariation(sigma=0.05),
    "10 % weights": WeightVariation(sigma=0.1),
    "20 % weights": WeightVariation(sigma=0.2),
    "5 % dead": DeadSynapses(rate=0.05),
}
COLOURS = {"accuracy": "#6A7178", "size": "#E69F00", "resilience": "#009E73", "pareto": "#0072B2"}
MARKERS = {"accuracy": "s", "size": "^", "resilience": "D", "pareto": "o"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    parser.add_argument("--evaluations", type=int, default=3000)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--out", type=Path, default=Path("results/seed_claim"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / "study.json"  # what an earlier run has done is not done again
    rows: list[dict[str, Any]] = json.loads(kept.read_text()) if kept.exists() else []
    done = {(row["task"], row["chip"], row["seed"], row["arm"]) for row in rows}
    for task in options.tasks:
        for chip in CHIPS:
            for seed in range(1, options.seeds + 1):
                for arm in ARMS:
                    if (task, chip, seed, arm) in done or (task, chip) == TOO_LARGE:
                        continue
                    rows.append(one(task, chip, seed, arm, options.evaluations, options.threads))
                    print(rows[-1], flush=True)
            kept.write_text(json.dumps(rows, indent=1) + "\n")
            (options.out / "table.md").write_text(table(rows, options))
            plots.save(picture(rows), options.out / "study.png")


def one(
    task: str, chip: str, seed: int, arm: str, evaluations: int, threads: int | None
) -> dict[str, Any]:
    control = task.startswith("cartpole")
    score = "score" if control else "accuracy"
    aware = arm in ("resilience", "pareto")
    data: dict[str, Any] = {
        "task": task,
        "chip": chip,
        "seed": seed,
        "objectives": [score, "synapses", *(["resilience"] if aware else [])],
        "instances": 7 if control else 8,
        "population": 60,
        "remeasure": 32,
        "jitter": {"copies": 1},
        "linear_starts": False,
        "trials": 2,
        "stop": {"evaluations": evaluations},
        **ARMS[arm],
    }
    if (task, chip) == ("breast-cancer", "memristive-64"):
        data["encoder"] = "rate"  # one line for each of 30 features
    if control:
        data["episodes"] = {"train": 8, "validation": 32, "test": 32, "steps": 500}
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(CampaignSpec.model_validate(data), Path(folder), threads)
        campaign.run()
        world = campaign.world
        networks = [member.network for member in campaign.population()]
        campaign.store.close()
    shown = world.evaluator.measure(networks, "choice", n_instances=16, part="validation")
    chosen = max(zip(networks, shown, strict=True), key=lambda item: fitness(arm, *item))[0]
    row: dict[str, Any] = {
        "task": task, "chip": chip, "seed": seed, "arm": arm, "synapses": chosen.n_synapses,
    }  # fmt: skip
    for name, mechanism in CONDITIONS.items():
        mechanisms = [] if mechanism is None else [mechanism]
        bench = Evaluator(world.task, world.chip, mechanisms, seed, threads)
        trials = 100 if control else 1000
        row[name] = bench.measure([chosen], name, n_instances=trials, part="test")[0].mean
    return row


def fitness(arm: str, network: Network, record: Measurement) -> float:
    """What an arm is after, on whatever samples the record is of."""
    if arm == "accuracy":
        return record.nominal
    if arm == "size":
        return record.nominal - COST * network.n_synapses
    return (record.nominal + record.mean) / 2 - COST * network.n_synapses


def table(rows: list[dict[str, Any]], options: argparse.Namespace) -> str:
    text = (
        "# Does a multi-objective fitness give small networks that are more resilient?\n\n"
        f"    python experiments/seed_claim.py --seeds {options.seeds} --evaluations "
        f"{options.evaluations}\n\n"
        "Mean over seeds with its 95 % bootstrap interval; cart-pole: share of 500 steps.\n\n"
        f"| task | chip | search | synapses | {' | '.join(CONDITIONS)} |\n"
        f"|---|---|---|---|{'---|' * len(CONDITIONS)}\n"
    )
    for task in dict.fromkeys(row["task"] for row in rows):
        for chip in CHIPS:
            for arm in ARMS:
                mine = select(rows, task, chip, arm)
                if len(mine) < 2:
                    continue
                cells = [spread([r["synapses"] for r in mine], ".1f")]
                cells += [spread([r[c] for r in mine], ".3f") for c in CONDITIONS]
                text += f"| {task} | {chip} | {arm} | {' | '.join(cells)} |\n"
    text += "\n## Pareto search against the others\n\nMean difference (pareto less the other) over "
    text += (
        "all tasks and chips, paired by task, chip and seed; p: Wilcoxon's signed-rank test.\n\n"
    )
    text += (
        f"| against | synapses | {' | '.join(CONDITIONS)} |\n|---|---|{'---|' * len(CONDITIONS)}\n"
    )
    for arm in list(ARMS)[:-1]:
        cells = [difference(rows, arm, column) for column in ("synapses", *CONDITIONS)]
        text += f"| {arm} | {' | '.join(cells)} |\n"
    return text


def select(rows: list[dict[str, Any]], task: str, chip: str, arm: str) -> list[dict[str, Any]]:
    return [r for r in rows if (r["task"], r["chip"], r["arm"]) == (task, chip, arm)]


def spread(values: list[float], form: str) -> str:
    mean = float(np.mean(values))
    if np.ptp(values) == 0:
        return f"{mean:{form}}"
    drawn = bootstrap((values,), np.mean, method="percentile", rng=np.random.default_rng(0))
    low, high = drawn.confidence_interval
    return f"{mean:{form}} ({low:{form}}..{high:{form}})"


def difference(rows: list[dict[str, Any]], arm: str, column: str) -> str:
    mine = {(r["task"], r["chip"], r["seed"]): r[column] for r in rows if r["arm"] == "pareto"}
    other = {(r["task"], r["chip"], r["seed"]): r[column] for r in rows if r["arm"] == arm}
    gaps = np.array([mine[key] - other[key] for key in mine if key in other])
    p = wilcoxon(gaps).pvalue if np.count_nonzero(gaps) > 5 else float("nan")
    return f"{gaps.mean():+.3f} (p {p:.2g})"


def picture(rows: list[dict[str, Any]]) -> Figure:
    tasks = list(dict.fromkeys(row["task"] for row in rows))
    figure = Figure(figsize=(2.6 * len(tasks) + 0.6, 5.4), layout="constrained")
    axes = figure.subplots(2, len(tasks), squeeze=False)
    for i, chip in enumerate(CHIPS):
        for j, task in enumerate(tasks):
            ax = axes[i][j]
            if not any((r["task"], r["chip"]) == (task, chip) for r in rows):
                ax.set_axis_off()
                continue
            for arm in ARMS:
                mine = select(rows, task, chip, arm)
                if not mine:
                    continue
                y = [np.mean([r[c] for r in mine]) for c in CONDITIONS]
                e = [np.std([r[c] for r in mine]) / np.sqrt(len(mine)) for c in CONDITIONS]
                size = np.mean([r["synapses"] for r in mine])
                ax.errorbar(
                    range(len(y)), y, yerr=e, color=COLOURS[arm], marker=MARKERS[arm],
                    markersize=4, linewidth=1, capsize=2, label=f"{arm} ({size:.0f} syn.)",
                )  # fmt: skip
            ax.set_title(f"{task}, {chip}", fontsize=8, loc="left")
            ax.set_xticks(range(len(CONDITIONS)), list(CONDITIONS), rotation=35, ha="right")
            ax.tick_params(labelsize=6.5)
            ax.margins(y=0.35)
            ax.legend(fontsize=6, frameon=False, loc="lower left")
            if j == 0:
                ax.set_ylabel("held-out score\n(mean over seeds, ± s.e.)", fontsize=7.5)
    return figure


if __name__ == "__main__":
    main()
