"""Which engine: hypervolume against measurements, from the data's own starts and from random ones.

    EVOSNN_DATA=... python -m experiments.studies.engines [--seeds 10] [--evaluations 3000]

Six pairs of a task and a chip, and cart-pole, which knows only random starts. Every engine has the
same number of measurements and today's defaults. *From random networks*: without linear starts,
where the engine has to do all. At a third, at two thirds and at the end a campaign's population is
measured once more on fresh chips, on the samples (or episodes) of the search and on held-out ones;
the hypervolume is the share of the objective box (accuracy or score, synapses, resilience) that
it dominates. It does not depend on the machine. Engines are compared with the default by Wilcoxon's
signed-rank test over all pairs of task, chip and seed, Holm's correction over the rows, and all
of them by Friedman's test over their ranks.

Can be stopped and run again: what is in results/studies/engines.json is not done twice, and a report is
of the seeds that all engines have. Writes results/studies/engines.json and results/studies/engines.md;
plot_engines.py draws the course. What parts of the search contribute: ablation.py.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import moocore
import numpy as np
from numpy.typing import NDArray
from scipy.stats import friedmanchisquare, rankdata, wilcoxon

from evosnn.campaign import Campaign, Progress
from experiments.studies.hypervolume import PAIRS, spec_of
from experiments.studies.reports import write_report

ENGINES = ("nsga2", "sms-emoa", "age-moea2", "nsga3", "islands", "eons", "random")
BASE = ENGINES[0]
STARTS: dict[str, dict[str, Any]] = {
    "linear starts": {},
    "random networks": {"linear_starts": False},
}
CONTROL = ("cartpole-medium", "risp-127")
EPISODES = {"train": 8, "validation": 8, "test": 32, "steps": 300}
WHICH = {"search": "train", "held-out": "test"}
CHIPS, CONTROL_CHIPS = 50, 10
LOOKS = 3  # how often a campaign's population is measured, its end included
Found = dict[str, dict[str, dict[str, dict[str, float]]]]  # setting, pair, seed, volumes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--evaluations", type=int, default=3000)
    parser.add_argument("--engines", nargs="+", default=ENGINES, choices=ENGINES)
    parser.add_argument("--out", type=Path, default=Path("results/studies/engines"))
    options = parser.parse_args()
    found = complete(
        options.out.with_suffix(".json"),
        [
            (f"{engine}, {starts}", task, chip, seed)
            for seed in range(1, options.seeds + 1)
            for starts in STARTS
            for task, chip in (*PAIRS, *([CONTROL] if starts == "random networks" else []))
            for engine in options.engines
        ],
        lambda name, task, chip, seed: volumes(task, chip, seed, name, options.evaluations),
    )
    write_report(options.out.with_suffix(".md"), report(found, options.evaluations))


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


def volumes(task: str, chip: str, seed: int, name: str, evaluations: int) -> dict[str, float]:
    """Hypervolumes of a campaign's population, by samples and measurements so far."""
    engine, starts = name.split(", ")
    control = (task, chip) == CONTROL
    asked = {"engine": engine, **STARTS[starts], **({"episodes": EPISODES} if control else {})}
    spec = spec_of(task, chip, seed, {"evaluations": evaluations}, asked)
    looks = [evaluations * (k + 1) // LOOKS for k in range(LOOKS)]
    found = {}

    def look(progress: Progress) -> None:
        while looks and progress.evaluations >= looks[0]:
            at = looks.pop(0)
            chips = CONTROL_CHIPS if control else CHIPS
            volume = volumes_of(campaign, chips, "volume")
            found.update({f"{which}, {at}": value for which, value in volume.items()})

    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(spec, Path(folder), 1)
        campaign.run(on_generation=look)
        campaign.store.close()
    return found


def volumes_of(campaign: Campaign, chips: int, purpose: str) -> dict[str, float]:
    """Hypervolume of the present population on chips drawn for a purpose, by samples."""
    problem = campaign.problem
    networks = [network for network, _ in campaign.store.population()]
    layer = max(problem.task.n_inputs * problem.task.n_outputs, 32)
    size = np.array([n.n_synapses for n in networks]) / layer
    found = {}
    for which, part in WHICH.items():
        records = problem.evaluator.measure(networks, purpose, n_instances=chips, part=part)
        good = np.array([(r.nominal, r.mean) for r in records])
        costs = np.column_stack([1 - good, size])
        inside = costs[(costs < 1).all(axis=1)]
        found[which] = round(float(moocore.hypervolume(inside, ref=np.ones(3))), 6)
    return found


def report(found: Found, evaluations: int) -> str:
    text = (
        "# Engines\n\n"
        f"    python -m experiments.studies.engines --seeds {len(seeds_of(found))} --evaluations "
        f"{evaluations}\n\n"
        f"Hypervolume after {evaluations:,} measurements (7 chips and the one as drawn, 10 % "
        f"weight\nvariation) of the population on {CHIPS} fresh chips ({CONTROL_CHIPS} in "
        f"control), median of\n{len(seeds_of(found))} seeds. *Gain*: mean difference from the "
        "default (first row) over all pairs and seeds, with\nits 95 % bootstrap interval; *p*: "
        "Wilcoxon's signed-rank test, Holm-corrected; *rank*: an engine's\nmean rank.\n\n"
    )
    if not seeds_of(found):
        return text + "No seed is finished.\n"
    for starts in STARTS:
        for which in WHICH:
            text += f"## From {starts}, on {which} samples\n\n"
            text += table(values_of(found, starts, f"{which}, {evaluations}")) + "\n"
    return text


def seeds_of(found: Found) -> list[str]:
    """The seeds that all settings have finished."""
    return sorted(
        set.intersection(*(set(seeds) for by in found.values() for seeds in by.values())), key=int
    )


def values_of(found: Found, starts: str, figure: str) -> dict[str, dict[str, list[float]]]:
    """One figure of every engine, by pair, a value a seed."""
    return {
        name.split(", ")[0]: {
            pair: [seeds[seed][figure] for seed in seeds_of(found)] for pair, seeds in by.items()
        }
        for name, by in found.items()
        if name.endswith(f", {starts}")
    }


def table(values: dict[str, dict[str, list[float]]]) -> str:
    pairs = list(values[BASE])
    text = (
        f"| engine | {' | '.join(pairs)} | gain | p | rank |\n"
        f"|---|{'---|' * len(pairs)}---|---|---|\n"
    )
    flat = {name: np.concatenate([by[pair] for pair in pairs]) for name, by in values.items()}
    gains = {name: found - flat[BASE] for name, found in flat.items() if name != BASE}
    p = holm({name: wilcoxon(gain).pvalue for name, gain in gains.items() if gain.any()})
    ranks = rankdata([-found for found in flat.values()], axis=0).mean(axis=1)
    for (name, by), rank in zip(values.items(), ranks, strict=True):
        cells = [f"{np.median(by[pair]):.3f}" for pair in pairs]
        cells += [with_interval(gains[name]) if name in gains else ""]
        cells += [f"{p[name]:.2g}" if name in p else "", f"{rank:.2f}"]
        text += f"| {name} | {' | '.join(cells)} |\n"
    if len(flat) > 2:
        test = friedmanchisquare(*flat.values())
        text += f"\nFriedman's test over the engines: p = {test.pvalue:.2g}.\n"
    return text


def with_interval(gain: NDArray[np.float64]) -> str:
    """A mean and its 95 % bootstrap interval, as text."""
    drawn = np.random.default_rng(0).choice(gain, (10_000, gain.size)).mean(axis=1)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return f"{gain.mean():+.4f} ({low:+.4f}..{high:+.4f})"


def holm(p: dict[str, float]) -> dict[str, float]:
    """Holm's step-down correction."""
    corrected, worst = {}, 0.0
    for k, (name, value) in enumerate(sorted(p.items(), key=lambda item: item[1])):
        worst = max(worst, min(value * (len(p) - k), 1.0))
        corrected[name] = worst
    return corrected


if __name__ == "__main__":
    main()
