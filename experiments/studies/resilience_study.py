"""How much accuracy evolved networks keep on faulty chips, with and without asking for it.

    python experiments/studies/resilience_study.py [--seeds 8] [--threads 1] [--out DIR]

Iris, wine and breast cancer; a digital chip (risp-127: every bit of every weight flips with
probability 0.5 %, 2 % of the synapses are dead) and a memristive crossbar (memristive-64: PCM
devices a month after programming, with drift, global compensation and read noise, on wires of
1.06 ohm a crossing). Each is searched with the same number of networks, on the same split, for
(accuracy, synapses) and for (accuracy, synapses, resilience). Three ways to come to a network:

- plain: the first search's most accurate network, whose maker never thought of faults;
- chosen: the first search's most resilient one, for who tries out faults only at the end;
- evolved: the second search's most resilient one.

Accuracy and resilience that choose are those on the samples for search and validation, and on
100 chips; the figures are of test samples and 200 other chips, the same for all three.

The folder gets study.json, table.txt and study.png; a run goes on from the study.json that it
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
from scipy import stats

from evosnn import plots
from evosnn.campaign import Campaign, CampaignSpec
from evosnn.evaluation import Evaluator, Measurement
from evosnn.files import write_text
from evosnn.network import Network

GENERATIONS, POPULATION, INSTANCES, CHOICE, TRIALS = 120, 60, 16, 100, 200
TASKS = ("iris", "wine", "breast-cancer")
PCM = {
    "kind": "programming-noise",
    "device": "pcm-ibm",
    "time": 30 * 86_400,
    "compensation": True,
    "read_noise": True,
}
CHIPS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "digital": (
        "risp-127",
        [{"kind": "bit-flips", "rate": 0.005}, {"kind": "dead-synapses", "rate": 0.02}],
    ),
    "memristive": ("memristive-64", [PCM, {"kind": "crossbar"}]),
}
ARMS = {"plain": "#D55E00", "chosen": "#E69F00", "evolved": "#0072B2"}
FIGURES = {"nominal": "as drawn", "mean": "chips, mean", "p05": "chips, p05"}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--out", type=Path, default=Path("results/studies/resilience_study"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / "study.json"
    rows: list[dict[str, Any]] = json.loads(kept.read_text()) if kept.exists() else []
    done = {(row["chip"], row["task"], row["seed"]) for row in rows}
    for seed in range(1, options.seeds + 1):
        for chip in CHIPS:
            for task in TASKS:
                if (chip, task, seed) in done:
                    continue
                rows += three_networks(chip, task, seed, options.threads)
                print(*rows[-3:], sep="\n", flush=True)
                write_text(kept, json.dumps(rows, indent=1) + "\n")
                write_text(options.out / "table.txt", table(rows))
    plots.save(picture(rows), options.out / "study.png")


def three_networks(chip: str, task: str, seed: int, threads: int | None) -> list[dict[str, Any]]:
    """Search twice, choose three networks, and measure them on what nobody saw."""
    name, mechanisms = CHIPS[chip]
    data = {
        "task": task,
        "chip": name,
        "seed": seed,
        "encoder": "direct",
        "population": POPULATION,
        "jitter": {"copies": 1},
        "limits": {"delay": 8},
        "trials": 2,
        "stop": {"generations": GENERATIONS},
    }
    plain = {"objectives": ["accuracy", "synapses"], "mechanisms": []}
    aware = {
        "objectives": ["accuracy", "synapses", "resilience"],
        "mechanisms": mechanisms,
        "instances": INSTANCES,
    }
    first, second = (search({**data, **rest}, threads) for rest in (plain, aware))
    problem, networks = second
    judge: Evaluator = problem.evaluator
    chosen = {
        "plain": best(first[1], judge, resilient=False),
        "chosen": best(first[1], judge, resilient=True),
        "evolved": best(networks, judge, resilient=True),
    }
    found = judge.measure(list(chosen.values()), "study", n_instances=TRIALS, part="test")
    return [
        {
            "chip": chip, "task": task, "seed": seed, "arm": arm,
            "nominal": m.nominal, "mean": m.mean, "p05": m.p05, "synapses": network.n_synapses,
        }
        for (arm, network), m in zip(chosen.items(), found, strict=True)
    ]  # fmt: skip


def search(data: dict[str, Any], threads: int | None) -> tuple[Any, list[Network]]:
    """Run a campaign; return its problem and its last population."""
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(CampaignSpec.model_validate(data), Path(folder), threads)
        campaign.run()
        networks = [member.network for member in campaign.population()]
        campaign.store.close()
    return campaign.problem, networks


def best(networks: Sequence[Network], judge: Evaluator, *, resilient: bool) -> Network:
    """Return the best network on the samples of search and validation; of equals the smallest."""
    parts = ("train", "validation")
    sizes = np.array([getattr(judge.task, part).n_samples for part in parts])
    seen = [judge.measure(networks, "choice", n_instances=CHOICE, part=part) for part in parts]

    def worth(records: Sequence[Measurement]) -> float:
        scores = [m.mean if resilient else m.nominal for m in records]
        return round(float(np.average(scores, weights=sizes)), 9)

    worths = [worth(records) for records in zip(*seen, strict=True)]
    return max(zip(worths, networks, strict=True), key=lambda x: (x[0], -x[1].n_synapses))[1]


def select(rows: list[dict[str, Any]], **wanted: Any) -> list[dict[str, Any]]:
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def table(rows: list[dict[str, Any]]) -> str:
    lines = [
        "made by: python experiments/studies/resilience_study.py",
        f"each search: {POPULATION} networks x {GENERATIONS} generations",
        f"held-out accuracy, mean over seeds (smallest..largest); chips: {TRIALS} faulty ones",
        f"{'chip':11}{'task':15}{'network':10}"
        + "".join(f"{name:>22}" for name in FIGURES.values())
        + f"{'synapses':>10}{'seeds':>7}",
    ]
    for chip in CHIPS:
        for task in TASKS:
            for arm in ARMS:
                mine = select(rows, chip=chip, task=task, arm=arm)
                if not mine:
                    continue
                cells = "".join(f"{spread([r[key] for r in mine]):>22}" for key in FIGURES)
                synapses = np.mean([r["synapses"] for r in mine])
                lines.append(f"{chip:11}{task:15}{arm:10}{cells}{synapses:10.1f}{len(mine):7}")
    lines += [
        "",
        "gained by 'evolved', paired by seed (and task): mean [95 % interval of Student's t],",
        "p of Wilcoxon's signed-rank test, not corrected for how many there are",
    ]
    lines.append(f"{'over':11}{'chip':12}{'task':15}{'chips, mean':>36}{'chips, p05':>36}")
    for other in ("plain", "chosen"):
        for chip in CHIPS:
            for task in (*TASKS, "all three"):
                cells = [gain(rows, other, chip, task, key) for key in ("mean", "p05")]
                lines.append(f"{other:11}{chip:12}{task:15}{cells[0]:>36}{cells[1]:>36}")
    return "\n".join(lines) + "\n"


def spread(values: list[float]) -> str:
    return f"{np.mean(values):.3f} ({min(values):.3f}..{max(values):.3f})"


def gain(rows: list[dict[str, Any]], other: str, chip: str, task: str, key: str) -> str:
    """Describe by how much 'evolved' is above another way, from pairs of the same split."""
    some = select(rows, chip=chip) if task == "all three" else select(rows, chip=chip, task=task)
    mine = {(r["task"], r["seed"]): r[key] for r in select(some, arm="evolved")}
    rival = {(r["task"], r["seed"]): r[key] for r in select(some, arm=other)}
    gaps = np.array([mine[k] - rival[k] for k in mine])
    if gaps.size < 2:
        return "one seed"
    text = f"{gaps.mean():+.3f}"
    if np.ptp(gaps) == 0:
        return text
    reach = stats.t.ppf(0.975, gaps.size - 1) * gaps.std(ddof=1) / np.sqrt(gaps.size)
    p = stats.wilcoxon(gaps).pvalue
    return f"{text} [{gaps.mean() - reach:+.3f}, {gaps.mean() + reach:+.3f}], p {p:.2g}"


def picture(rows: list[dict[str, Any]]) -> Figure:
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    axes = figure.subplots(1, len(CHIPS), sharey=True)
    for ax, chip in zip(axes, CHIPS, strict=True):
        for k, task in enumerate(TASKS):
            for (arm, colour), shift in zip(ARMS.items(), (-0.27, 0.0, 0.27), strict=True):
                mine = select(rows, chip=chip, task=task, arm=arm)
                for seed, r in enumerate(mine):
                    x = k + shift + 0.02 * (seed - (len(mine) - 1) / 2)
                    ax.plot([x, x], [r["p05"], r["mean"]], color=colour, linewidth=0.7, alpha=0.6)
                    ax.plot(x, r["mean"], "o", color=colour, markersize=2.5)
                x = k + shift
                mean = np.mean([r["mean"] for r in mine])
                ax.plot([x - 0.1, x + 0.1], [mean, mean], color=colour, linewidth=2.2)
        ax.set_xticks(range(len(TASKS)), TASKS)
        ax.set_title(f"{chip} ({CHIPS[chip][0]})", loc="left", fontsize=9)
        ax.grid(axis="y", color="#ECEEF0")
    axes[0].set_ylabel("held-out accuracy on faulty chips")
    for arm, colour in ARMS.items():
        axes[0].plot([], [], "o-", color=colour, markersize=3, label=arm)
    figure.legend(
        loc="outside lower center", ncols=3, fontsize=8, frameon=False,
        title="dot: mean of 200 chips, a dot a seed; thin line: to their 5th percentile; "
        "bar: mean over seeds", title_fontsize=8,
    )  # fmt: skip
    return figure


if __name__ == "__main__":
    main()
