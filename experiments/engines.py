"""Which engine, and what each part of the search contributes: hypervolume at equal evaluations.

    EVOSNN_DATA=... python experiments/engines.py [--seeds 10] [--evaluations 4000]

Six pairs of a task and a chip; every row is one setting. The hypervolume (share of the objective
box that the front dominates, as search measured it, no input jitter) does not depend on the
machine. Settings are compared with the default (NSGA-II with linear starts) by Wilcoxon's
signed-rank test over all pairs of task, chip and seed, Holm's correction over the rows, and
all engines by Friedman's test over their ranks.

Writes results/engines.json and results/engines.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import friedmanchisquare, rankdata, wilcoxon

from evosnn.campaign import Campaign, CampaignSpec

PAIRS = (
    ("iris", "risp-127"),
    ("wine", "risp-7"),
    ("breast-cancer", "risp-127"),
    ("ionosphere", "risp-127"),
    ("digits", "risp-127"),
    ("pima", "risp-7"),
)
ENGINES: dict[str, dict[str, Any]] = {
    "nsga2": {},
    "sms-emoa": {"engine": "sms-emoa"},
    "age-moea2": {"engine": "age-moea2"},
    "nsga3": {"engine": "nsga3"},
    "islands": {"engine": "islands"},
    "eons": {"engine": "eons"},
    "random": {"engine": "random"},
}
PARTS: dict[str, dict[str, Any]] = {
    "without linear starts": {"linear_starts": False},
    "with adapted rates": {"variation": {"adapt": True}},
    "without crossover": {"variation": {"crossover": 0.0}},
    "without split-synapse": {"variation": {"rates": {"split-synapse": 0.0}}},
    "without move-synapse": {"variation": {"rates": {"move-synapse": 0.0}}},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--evaluations", type=int, default=4000)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--out", type=Path, default=Path("results/engines"))
    options = parser.parse_args()
    found: dict[str, dict[str, list[float]]] = {}
    for name, changes in {**ENGINES, **PARTS}.items():
        found[name] = {}
        for task, chip in PAIRS:
            volumes = [
                volume(task, chip, seed, options.evaluations, changes, options.threads)
                for seed in range(1, options.seeds + 1)
            ]
            found[name][f"{task}, {chip}"] = volumes
            print(f"{name:24} {task:16} {np.median(volumes):.4f}", flush=True)
        options.out.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n")
        options.out.with_suffix(".md").write_text(report(found, options))


def volume(
    task: str, chip: str, seed: int, evaluations: int, changes: dict[str, Any], threads: int | None
) -> float:
    data: dict[str, Any] = {
        "task": task,
        "chip": chip,
        "seed": seed,
        "jitter": {"copies": 1},
        "instances": 7,
        "remeasure": 32,
        "trials": 2,
        "stop": {"evaluations": evaluations},
        **changes,
    }
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(CampaignSpec.model_validate(data), Path(folder), threads)
        campaign.run()
        last = campaign.store.statistics()[-1]
        campaign.store.close()
    return float(last["hypervolume"])


def report(found: dict[str, dict[str, list[float]]], options: argparse.Namespace) -> str:
    pairs = list(next(iter(found.values())))
    flat = {name: np.concatenate([by[pair] for pair in pairs]) for name, by in found.items()}
    text = (
        "# Engines and the parts of the search\n\n"
        f"    python experiments/engines.py --seeds {options.seeds} --evaluations "
        f"{options.evaluations}\n\n"
        f"Hypervolume after {options.evaluations:,} measurements, as search measured it (8 chips "
        "each, 10 % weight variation), median of the seeds. *Gain*: mean difference from NSGA-II "
        "over all pairs and seeds; *p*: Wilcoxon's signed-rank test, Holm-corrected.\n\n"
        f"| setting | {' | '.join(pairs)} | gain | p | mean rank |\n"
        f"|---|{'---|' * len(pairs)}---|---|---|\n"
    )
    base = flat["nsga2"]
    raw = {
        n: wilcoxon(v, base).pvalue for n, v in flat.items() if n != "nsga2" and (v != base).any()
    }
    corrected = holm(raw)
    engines = [name for name in ENGINES if name in flat]
    ranks = rankdata([-flat[name] for name in engines], axis=0).mean(axis=1)
    mean_rank = dict(zip(engines, ranks, strict=True))
    for name, by in found.items():
        cells = " | ".join(f"{np.median(by[pair]):.3f}" for pair in pairs)
        p = f"{corrected[name]:.2g}" if name in corrected else ""
        rank = f"{mean_rank[name]:.2f}" if name in mean_rank else ""
        text += f"| {name} | {cells} | {np.mean(flat[name] - base):+.4f} | {p} | {rank} |\n"
    if len(engines) > 2:
        test = friedmanchisquare(*(flat[name] for name in engines))
        text += f"\nFriedman's test over the engines: p = {test.pvalue:.2g}.\n"
    return text


def holm(p: dict[str, float]) -> dict[str, float]:
    """Holm's step-down correction."""
    corrected, worst = {}, 0.0
    for k, (name, value) in enumerate(sorted(p.items(), key=lambda item: item[1])):
        worst = max(worst, min(value * (len(p) - k), 1.0))
        corrected[name] = worst
    return corrected


if __name__ == "__main__":
    main()
