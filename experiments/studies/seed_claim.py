"""Does a multi-objective fitness give small networks that are more resilient?

    python -m experiments.studies.seed_claim [--seeds 10] [--evaluations 5000] [--out results/studies/seed_claim]

The claim is that of Dimovska, Johnston, Schuman, Mitchell and Potok (arXiv 2002.01406). Four
searches that begin with the same random networks, make children in the same ways and measure as
often; they differ in what they call fit, and in how they choose by it:

- accuracy: one score (the selection of EONS), accuracy;
- size: one score, accuracy less 0.001 for each synapse;
- resilience: one score, the mean of accuracy and of accuracy on faulty chips (10 % weight
  variation), less 0.001 for each synapse;
- pareto: NSGA-II on accuracy, synapses and resilience.

on RISP-127 and a memristive crossbar of 64 lines (too few for digits), five tasks (cart-pole is
cartpole-medium; its score stands for accuracy). Of each final population the network with the
best score on validation samples is reported (pareto: by the score of *resilience*), on test
samples and 1,000 fresh chips at 5, 10 and 20 % weight variation and with 5 % of the synapses dead.

The folder gets study.json, table.md and study.png; a run goes on from the study.json that it
finds there.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import bootstrap, wilcoxon

from evosnn import plots
from evosnn.campaign import Campaign, CampaignSpec
from evosnn.evaluation import Evaluator, Measurement
from evosnn.evolution import DEFAULT_RATES
from evosnn.hardware import DeadSynapses, WeightVariation
from evosnn.network import Network
from experiments.studies.engines import holm

CHIPS = ("risp-127", "memristive-64")
TASKS = ("iris", "wine", "breast-cancer", "digits", "cartpole-medium")
COST = 0.001
TOO_LARGE = ("digits", "memristive-64")  # 64 inputs and 10 outputs, for 64 lines
ALIKE = {
    "crossover": 0.7,
    "extra_mutation": 0.1,
    "error_guided": 0.3,
    "class_means": 0.5,
    "rates": DEFAULT_RATES,
}
TRIALS = 1000
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
    parser.add_argument("--evaluations", type=int, default=5000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("results/studies/seed_claim"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / "study.json"  # what an earlier run has done is not done again
    rows: list[dict[str, Any]] = json.loads(kept.read_text()) if kept.exists() else []
    done = {(row["task"], row["chip"], row["seed"], row["arm"]) for row in rows}
    places = [(task, chip) for task in options.tasks for chip in CHIPS]
    for seed in range(1, options.seeds + 1):
        for task, chip in places:
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
        "variation": ALIKE,
        "trials": 2,
        "stop": {"evaluations": evaluations},
        **ARMS[arm],
    }
    if (task, chip) == ("breast-cancer", "memristive-64"):
        data["encoder"] = "rate"  # one line for each of 30 features
    if control:
        data["episodes"] = {"train": 8, "validation": 32, "test": 16, "steps": 300}
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(CampaignSpec.model_validate(data), Path(folder), threads)
        campaign.run()
        problem = campaign.problem
        networks = [member.network for member in campaign.population()]
        campaign.store.close()
    shown = problem.evaluator.measure(networks, "choice", n_instances=16, part="validation")
    chosen = max(zip(networks, shown, strict=True), key=lambda item: fitness(arm, *item))[0]
    row: dict[str, Any] = {
        "task": task, "chip": chip, "seed": seed, "arm": arm, "synapses": chosen.n_synapses,
    }  # fmt: skip
    for name, mechanism in CONDITIONS.items():
        mechanisms = [] if mechanism is None else [mechanism]
        trial = Evaluator(problem.task, problem.chip, mechanisms, seed, threads)
        row[name] = trial.measure([chosen], name, n_instances=TRIALS, part="test")[0].mean
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
        f"    python -m experiments.studies.seed_claim --seeds {options.seeds} --evaluations "
        f"{options.evaluations}\n\n"
        "Mean over seeds with its 95 % bootstrap interval; cart-pole: share of 300 steps.\n\n"
        f"| task | chip | seeds | search | synapses | {' | '.join(CONDITIONS)} |\n"
        f"|---|---|---|---|---|{'---|' * len(CONDITIONS)}\n"
    )
    for task in dict.fromkeys(row["task"] for row in rows):
        for chip in CHIPS:
            for arm in ARMS:
                mine = select(rows, task, chip, arm)
                if len(mine) < 2:
                    continue
                cells = [spread([r["synapses"] for r in mine], ".1f")]
                cells += [spread([r[c] for r in mine], ".3f") for c in CONDITIONS]
                text += f"| {task} | {chip} | {len(mine)} | {arm} | {' | '.join(cells)} |\n"
    return text + comparison(rows)


def comparison(rows: list[dict[str, Any]]) -> str:
    """Pareto search less each other one, over all tasks and chips and by chip."""
    columns = ("synapses", *CONDITIONS)
    others = list(ARMS)[:-1]
    gaps = {(arm, c): differences(rows, arm, c) for arm in others for c in columns}
    p = holm({key: wilcoxon(gap).pvalue for key, gap in gaps.items() if np.count_nonzero(gap) > 5})
    text = (
        "\n## Pareto search against the others\n\n"
        "Mean difference (pareto less the other) with its 95 % bootstrap interval, paired by\n"
        "task, chip and seed; p: Wilcoxon's signed-rank test over all tasks and chips, Holm's\n"
        f"correction over its {len(p)} tests.\n\n"
        f"| against | chip | {' | '.join(columns)} |\n|---|---|{'---|' * len(columns)}\n"
    )
    for arm in others:
        cells = [f"{spread(gaps[arm, c], '+.3f')}, p {p.get((arm, c), 1.0):.2g}" for c in columns]
        text += f"| {arm} | both | {' | '.join(cells)} |\n"
        for chip in CHIPS:
            own = [spread(differences(rows, arm, c, chip), "+.3f") for c in columns]
            text += f"| {arm} | {chip} | {' | '.join(own)} |\n"
    return text


def select(rows: list[dict[str, Any]], task: str, chip: str, arm: str) -> list[dict[str, Any]]:
    return [r for r in rows if (r["task"], r["chip"], r["arm"]) == (task, chip, arm)]


def spread(values: Sequence[float] | NDArray[np.float64], form: str) -> str:
    mean = float(np.mean(values))
    if np.ptp(values) == 0:
        return f"{mean:{form}}"
    drawn = bootstrap((values,), np.mean, method="percentile", rng=np.random.default_rng(0))
    low, high = drawn.confidence_interval
    return f"{mean:{form}} ({low:{form}}..{high:{form}})"


def differences(
    rows: list[dict[str, Any]], arm: str, column: str, chip: str | None = None
) -> NDArray[np.float64]:
    """Pareto search less another one, by task, chip and seed."""
    rows = [r for r in rows if chip in (None, r["chip"])]
    mine = {(r["task"], r["chip"], r["seed"]): r[column] for r in rows if r["arm"] == "pareto"}
    other = {(r["task"], r["chip"], r["seed"]): r[column] for r in rows if r["arm"] == arm}
    return np.array([mine[key] - other[key] for key in mine if key in other], np.float64)


def picture(rows: list[dict[str, Any]]) -> Figure:
    tasks = list(dict.fromkeys(row["task"] for row in rows))
    figure = Figure(figsize=(2.6 * len(tasks) + 0.6, 6.2), layout="constrained")
    axes = figure.subplots(2, len(tasks), squeeze=False)
    for i, chip in enumerate(CHIPS):
        for j, task in enumerate(tasks):
            ax = axes[i][j]
            if not any((r["task"], r["chip"]) == (task, chip) for r in rows):
                ax.set_axis_off()
                continue
            for k, arm in enumerate(ARMS):
                mine = select(rows, task, chip, arm)
                if not mine:
                    continue
                x = np.arange(len(CONDITIONS)) + 0.08 * (k - 1.5)  # bars beside each other
                y = [np.mean([r[c] for r in mine]) for c in CONDITIONS]
                e = [np.std([r[c] for r in mine]) / np.sqrt(len(mine)) for c in CONDITIONS]
                size = np.mean([r["synapses"] for r in mine])
                ax.errorbar(
                    x, y, yerr=e, color=COLOURS[arm], marker=MARKERS[arm],
                    markersize=4, linewidth=1, capsize=2, label=f"{arm} ({size:.0f} syn.)",
                )  # fmt: skip
            ax.set_title(f"{task}, {chip}, {len(mine)} seeds", fontsize=7, loc="left", pad=24)
            ax.set_xticks(range(len(CONDITIONS)), list(CONDITIONS), rotation=35, ha="right")
            ax.tick_params(labelsize=6.5)
            ax.legend(
                fontsize=6, frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(-0.03, 0.99)
            )
            if j == 0:
                ax.set_ylabel("held-out score\n(mean over seeds, ± s.e.)", fontsize=7.5)
    return figure


if __name__ == "__main__":
    main()
