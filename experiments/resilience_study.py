"""How much accuracy evolved networks keep on faulty chips, with and without asking for it.

    python experiments/resilience_study.py results/resilience_study

Iris, wine and breast cancer; a digital chip (risp-127: every bit of every weight flips with
probability 0.5 %, 2 % of the synapses are dead) and a memristive crossbar (memristive-64: PCM
devices a month after programming, with drift, global compensation and read noise, on wires of
1.06 ohm a crossing). Each is searched with the same budget for (accuracy, synapses) and for
(accuracy, synapses, resilience), from two seeds. Of the first search the network with the
best accuracy is taken, of the second that with the best resilience, both as the search saw
them; the figures are of held-out samples and 200 fresh chips.

The folder gets study.json, table.txt and study.png.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from evosnn import plots
from evosnn.assessment import Bench
from evosnn.campaign import Campaign
from evosnn.campaign._spec import parse_spec
from evosnn.evaluation import derive_seed
from evosnn.hardware import draw_instances

SEEDS, GENERATIONS, POPULATION, INSTANCES, TRIALS = 2, 120, 60, 16, 200
TASKS = ("iris", "wine", "breast-cancer")
CHIPS = {
    "digital": (
        "risp-127",
        [
            {"kind": "bit-flips", "rate": 0.005},
            {"kind": "dead-synapses", "rate": 0.02},
        ],
    ),
    "memristive": (
        "memristive-64",
        [
            {
                "kind": "programming-noise",
                "device": "pcm-ibm",
                "time": 30 * 86_400,
                "compensation": True,
                "read_noise": True,
            },
            {"kind": "crossbar"},
        ],
    ),
}
OBJECTIVES = {
    "without": ["accuracy", "synapses"],
    "with": ["accuracy", "synapses", "resilience"],
}


def search(task: str, chip: str, objectives: str, seed: int, folder: Path) -> Campaign:
    name, mechanisms = CHIPS[chip]
    spec = parse_spec(
        {
            "task": task,
            "chip": name,
            "seed": seed,
            "encoder": "direct",
            "mechanisms": mechanisms,
            "instances": INSTANCES if objectives == "with" else 2,
            "population": POPULATION,
            "objectives": OBJECTIVES[objectives],
            "limits": {"delay": 8},
            "trials": 2,
            "stop": {"generations": GENERATIONS},
        },
        Path(),
        "the study",
    )
    campaign = Campaign.start(spec, folder)
    campaign.run()
    return campaign


def judge(campaign: Campaign, objectives: str) -> dict[str, float]:
    """Choose a network as the search saw it, and measure it on what it never saw."""
    wanted = (lambda m: m.nominal) if objectives == "without" else (lambda m: m.mean)
    best = max(
        campaign.population(), key=lambda i: (wanted(i.measurement), -i.network.n_synapses)
    ).network
    world = campaign.world
    bench = Bench(world.task, world.chip)
    chips = draw_instances(
        [best],
        world.chip,
        campaign.spec.mechanisms,
        TRIALS,
        derive_seed(campaign.spec.seed, "resilience study"),
    )
    scores = bench.score(best, chips)
    return {
        "nominal": float(bench.score(best)[0]),
        "mean": float(scores.mean()),
        "p05": float(np.quantile(scores, 0.05)),
        "synapses": best.n_synapses,
    }


def table(rows: list[dict]) -> str:
    lines = [
        "made by: python experiments/resilience_study.py results/resilience_study",
        f"{SEEDS} searches each of {POPULATION} networks x {GENERATIONS} generations",
        "held-out accuracy, mean of the searches (smallest..largest); chips: 200 fresh faulty ones",
        f"{'chip':11}{'task':15}{'resilience':12}{'as drawn':>22}{'chips, mean':>22}"
        f"{'chips, p05':>22}{'synapses':>10}",
    ]
    for chip in CHIPS:
        for task in TASKS:
            for objectives in OBJECTIVES:
                mine = [
                    r
                    for r in rows
                    if (r["chip"], r["task"], r["objectives"]) == (chip, task, objectives)
                ]
                if not mine:
                    continue
                cells = ""
                for key in ("nominal", "mean", "p05"):
                    values = [r[key] for r in mine]
                    text = f"{np.mean(values):.3f} ({min(values):.3f}..{max(values):.3f})"
                    cells += f"{text:>22}"
                synapses = np.mean([r["synapses"] for r in mine])
                lines.append(f"{chip:11}{task:15}{objectives:12}{cells}{synapses:10.1f}")
    return "\n".join(lines) + "\n"


def picture(rows: list[dict]) -> Figure:
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    axes = figure.subplots(1, len(CHIPS), sharey=True)
    for ax, chip in zip(axes, CHIPS, strict=True):
        for k, task in enumerate(TASKS):
            for shift, objectives, colour in (
                (-0.18, "without", "#D55E00"),
                (0.18, "with", "#0072B2"),
            ):
                mine = [
                    r
                    for r in rows
                    if (r["chip"], r["task"], r["objectives"]) == (chip, task, objectives)
                ]
                for seed, r in enumerate(mine):
                    x = k + shift + 0.09 * (seed - (len(mine) - 1) / 2)
                    ax.plot([x, x], [r["p05"], r["mean"]], color=colour, linewidth=1)
                    ax.plot(x, r["nominal"], "_", color=colour, markersize=8)
                    ax.plot(x, r["mean"], "o", color=colour, markersize=4)
        ax.set_xticks(range(len(TASKS)), TASKS)
        ax.set_title(f"{chip} ({CHIPS[chip][0]})", loc="left", fontsize=9)
        ax.grid(axis="y", color="#ECEEF0")
    axes[0].set_ylabel("held-out accuracy")
    axes[0].plot([], [], "o-", color="#D55E00", label="evolved without resilience")
    axes[0].plot([], [], "o-", color="#0072B2", label="evolved with resilience")
    axes[0].plot([], [], "_", color="#6A7178", markersize=14, label="on the chip as drawn")
    axes[0].plot([], [], " ", label="dot: mean of 200 faulty chips; line: to their 5th percentile")
    figure.legend(loc="outside lower center", ncols=4, fontsize=7.5, frameon=False)
    return figure


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[dict] = []
    start = time.perf_counter()
    for seed in range(1, SEEDS + 1):
        for chip in CHIPS:
            for task in TASKS:
                for objectives in OBJECTIVES:
                    with tempfile.TemporaryDirectory() as place:
                        campaign = search(task, chip, objectives, seed, Path(place))
                        found = judge(campaign, objectives)
                    rows.append(
                        {"chip": chip, "task": task, "objectives": objectives, "seed": seed} | found
                    )
                    seconds = time.perf_counter() - start
                    print(f"{seconds:6.0f} s  {rows[-1]}", flush=True)
                    (folder / "study.json").write_text(json.dumps(rows, indent=1) + "\n")
                    (folder / "table.txt").write_text(table(rows))
    plots.save(picture(rows), folder / "study.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
