"""Which engine, and what parts of the search contribute beside linear starts: hypervolume.

    EVOSNN_DATA=... python -m experiments.engines [--seeds 10] [--evaluations 4000]

Six pairs of a task and a chip, the same number of measurements; every row is one setting, and the
first has every part of the search turned on (``WHOLE``): children that follow errors, class means,
few chips for the hopeless. From random networks: ablation.py.
A campaign's final population is measured once more on 100 fresh chips, on the samples of the search
and on held-out ones; the hypervolume is the share of the objective box (accuracy, synapses,
resilience) that it dominates. It does not depend on the machine. Settings are compared with the
first by Wilcoxon's signed-rank test over all pairs of task, chip and seed, Holm's correction over
the rows, and all engines by Friedman's test over their ranks.

Can be stopped and run again: what is in results/engines.json is not done twice, and a report is
of the seeds that all settings have. Writes results/engines.json and results/engines.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import friedmanchisquare, rankdata, wilcoxon

from evosnn.campaign import Campaign
from experiments.hypervolume import PAIRS, spec_of, volumes_of

WHOLE: dict[str, Any] = {"screen": 3, "variation": {"follow": 0.3, "means": 0.5}}
PLAIN = {"variation": {"follow": 0.0, "means": 0.0}}
ENGINES: dict[str, dict[str, Any]] = {
    "nsga2": {},
    "sms-emoa": {"engine": "sms-emoa"},
    "age-moea2": {"engine": "age-moea2"},
    "nsga3": {"engine": "nsga3"},
    "islands": {"engine": "islands"},
    "eons": {"engine": "eons", **PLAIN},
    "random": {"engine": "random", "variation": {"follow": 0.0}},
}
PARTS: dict[str, dict[str, Any]] = {
    "without following errors": {"variation": {"follow": 0.0}},
    "without class means": {"variation": {"means": 0.0}},
    "all see all chips": {"screen": 0},
    "without crossover": {"variation": {"crossover": 0.0}},
    "without split-synapse": {"variation": {"rates": {"split-synapse": 0.0}}},
    "with polishing": {"variation": {"polish": 0.2}},
}
SETTINGS = {"nsga2": {}, **PARTS, **ENGINES}
WHICH = ("search, whole", "held-out, whole")
CHIPS = 100
Found = dict[str, dict[str, dict[str, dict[str, float]]]]  # setting, pair, seed, volumes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--evaluations", type=int, default=4000)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--settings", nargs="+", default=list(SETTINGS))
    parser.add_argument("--out", type=Path, default=Path("results/engines"))
    options = parser.parse_args()
    found = complete(
        options.out.with_suffix(".json"),
        [
            (name, task, chip, seed)
            for seed in range(1, options.seeds + 1)
            for task, chip in PAIRS
            for name in options.settings
        ],
        lambda name, task, chip, seed: volume(task, chip, seed, SETTINGS[name], options),
    )
    options.out.with_suffix(".md").write_text(report(found, options))


def complete(
    kept: Path,
    runs: Iterable[tuple[str, str, str, int]],
    measure: Callable[[str, str, str, int], dict[str, float]],
) -> Found:
    """Measure the runs (setting, task, chip, seed) that are not kept yet, and keep each."""
    found: Found = json.loads(kept.read_text()) if kept.exists() else {}
    for name, task, chip, seed in runs:
        seeds = found.setdefault(name, {}).setdefault(f"{task}, {chip}", {})
        if str(seed) in seeds:
            continue
        seeds[str(seed)] = measure(name, task, chip, seed)
        print(f"{name:38} {task:16} {seed}  {seeds[str(seed)]}", flush=True)
        kept.write_text(json.dumps(found, indent=1) + "\n")
    return found


def volume(
    task: str, chip: str, seed: int, changes: dict[str, Any], options: argparse.Namespace
) -> dict[str, float]:
    variation = {**WHOLE["variation"], **changes.get("variation", {})}
    asked = {**WHOLE, **changes, "variation": variation}
    spec = spec_of(task, chip, seed, {"evaluations": options.evaluations}, asked)
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(spec, Path(folder), options.threads)
        campaign.run()
        found = volumes_of(campaign, CHIPS)
        campaign.store.close()
    return {name: round(found[name], 6) for name in WHICH}


def report(found: Found, options: argparse.Namespace) -> str:
    names = list(found)
    pairs = [f"{task}, {chip}" for task, chip in PAIRS]
    seeds = set.intersection(*(set(found[n].get(pair, {})) for n in names for pair in pairs))
    text = (
        "# Engines and the parts of the search\n\n"
        f"    python -m experiments.engines --seeds {len(seeds)} --evaluations "
        f"{options.evaluations}\n\n"
        f"Hypervolume after {options.evaluations:,} measurements (7 chips and the one as drawn,\n"
        f"10 % weight variation) of the final population on {CHIPS} fresh chips, median of\n"
        f"{len(seeds)} seeds. *Gain*: mean difference from the default (first row) over all pairs\n"
        "and seeds; *p*: Wilcoxon's signed-rank test, Holm-corrected; *rank*: an engine's mean\n"
        "rank.\n\n"
    )
    if not seeds:
        return text + "No seed is finished.\n"
    for which in WHICH:
        values = {
            n: {p: [found[n][p][s][which] for s in sorted(seeds, key=int)] for p in pairs}
            for n in names
        }
        text += f"## On {which.split(',')[0]} samples\n\n{table(values)}\n"
    return text


def table(found: dict[str, dict[str, list[float]]]) -> str:
    pairs = list(next(iter(found.values())))
    text = (
        f"| setting | {' | '.join(pairs)} | gain | p | rank |\n"
        f"|---|{'---|' * len(pairs)}---|---|---|\n"
    )
    flat = {name: np.concatenate([by[pair] for pair in pairs]) for name, by in found.items()}
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
