"""What the local search contributes: the same campaigns with and without it, hypervolume.

    EVOSNN_DATA=... python -m experiments.studies.polishing [--seeds 10]

At equal measurements (what is tried while polishing is counted), and at equal time: processor
seconds of one thread, the settings in turn. From random networks on the pairs of ablation.py,
beside linear starts on those of engines.py but for digits, whose campaigns take long, on the
four settings of cart-pole, and on three other control tasks. A campaign's final population is
measured once more on fresh chips, on the samples (or episodes) of the search and on held-out ones;
the hypervolume is the share of the objective box (accuracy or score, synapses, resilience) that it
dominates. Compared by Wilcoxon's signed-rank test over pairs and seeds.

Seeds begin after those that decided how it is built. Can be stopped and run again: what is in
results/studies/polishing.json is not done twice, and a report is of the seeds that all have. What is there
was made when new networks saw all chips at once in control too (`screen = 0`). Writes
results/studies/polishing.json and results/studies/polishing.md.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import wilcoxon

from evosnn.campaign import Campaign
from experiments.studies import ablation
from experiments.studies.ablation import CHIPS, CONTROL, CONTROL_CHIPS
from experiments.studies.engines import WHICH, Found, complete, volumes_of, with_interval
from experiments.studies.hypervolume import PAIRS, spec_of
from experiments.studies.reports import write_report

SHARE = 0.2
BEFORE = 10  # seeds that decided how it is built
SETTINGS = {"without": {"local_search": 0.0}, "with": {"local_search": SHARE}}


@dataclass(frozen=True)
class Group:
    """Campaigns of a kind.

    Attributes:
        pairs: Tasks and chips.
        changes: Of the spec.
        evaluations: Measurements of each, at equal measurements.
        seconds: Processor seconds of each, at equal time.
    """

    pairs: tuple[tuple[str, str], ...]
    changes: dict[str, Any]
    evaluations: int
    seconds: float


GROUPS = {
    "control": Group(
        tuple((f"cartpole-{name}", "risp-127") for name in ("easy", "medium", "hard", "hardest")),
        CONTROL, 2000, 2.0,
    ),
    "other control tasks": Group(
        tuple((name, "risp-127") for name in ("pendulum", "mountain-car", "acrobot")),
        CONTROL, 2000, 6.0,
    ),
    "from random networks": Group(
        tuple(pair for pair in ablation.PAIRS if not ablation.is_control(pair[0])),
        {"linear_starts": False}, 3000, 1.0,
    ),
    "beside linear starts": Group(
        tuple(pair for pair in PAIRS if pair[0] != "digits"), {}, 4000, 1.5
    ),
}  # fmt: skip
BUDGETS = ("measurements", "time")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--groups", nargs="+", default=list(GROUPS))
    parser.add_argument("--budgets", nargs="+", default=list(BUDGETS))
    parser.add_argument("--out", type=Path, default=Path("results/studies/polishing"))
    options = parser.parse_args()
    warm: set[tuple[str, str]] = set()

    def measure(name: str, task: str, chip: str, seed: int) -> dict[str, float]:
        group, budget, setting = name.split(": ")
        changes = {"variation": SETTINGS[setting]}
        if (task, setting) not in warm:  # nobody's time is spent on compiling
            volumes(GROUPS[group], task, chip, 0, {"evaluations": 300}, changes)
            warm.add((task, setting))
        limit = {"generations": 10**6}, GROUPS[group].seconds
        if budget == "measurements":
            limit = {"evaluations": GROUPS[group].evaluations}, np.inf
        return volumes(GROUPS[group], task, chip, seed, limit[0], changes, limit[1])

    found = complete(
        options.out.with_suffix(".json"),
        [
            (f"{group}: {budget}: {setting}", task, chip, seed)
            for seed in range(BEFORE + 1, BEFORE + options.seeds + 1)
            for group in options.groups
            for task, chip in GROUPS[group].pairs
            for budget in options.budgets
            for setting in SETTINGS
        ],
        measure,
    )
    write_report(options.out.with_suffix(".md"), report(found, options))


def volumes(
    group: Group, task: str, chip: str, seed: int, stop: dict[str, int],
    changes: dict[str, Any], seconds: float = np.inf,
) -> dict[str, float]:  # fmt: skip
    """Hypervolume of the population that a campaign ends with, by kind of samples."""
    asked = {**group.changes, **changes}
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(spec_of(task, chip, seed, stop, asked), Path(folder), 1)
        end = time.process_time() + seconds
        campaign.run(stop_asked=lambda: time.process_time() > end)
        chips = CONTROL_CHIPS if group.changes is CONTROL else CHIPS
        found = volumes_of(campaign, chips, "ablation")
        campaign.store.close()
    return found


def report(found: Found, options: argparse.Namespace) -> str:
    text = (
        "# What the local search contributes\n\n"
        f"    python -m experiments.studies.polishing --seeds {options.seeds}\n\n"
        f"Hypervolume of the final population with `variation = {{ polish = {SHARE} }}` and with\n"
        "0, on fresh chips, median over the seeds; *gain*: mean difference over pairs and seeds\n"
        "with its 95 % bootstrap interval; *p*: Wilcoxon's signed-rank test, not corrected. 7\n"
        "chips and the one as drawn, 10 % weight variation; one thread.\n\n"
    )
    for name, group in GROUPS.items():
        pairs = [f"{task}, {chip}" for task, chip in group.pairs]
        text += (
            f"## {name[0].upper()}{name[1:]}\n\n{group.evaluations:,} measurements, or "
            f"{group.seconds:g} processor seconds.\n\n"
            f"| at equal | samples | {' | '.join(pairs)} | seeds | gain | p |\n"
            f"|---|---|{'---|' * len(pairs)}---|---|---|\n"
        )
        for budget in BUDGETS:
            both = [found.get(f"{name}: {budget}: {setting}", {}) for setting in SETTINGS]
            if any(pair not in by for by in both for pair in pairs):
                continue
            seeds = sorted(set.intersection(*(set(by[p]) for by in both for p in pairs)), key=int)
            text += "".join(row(both, pairs, seeds, budget, which) for which in WHICH)
        text += "\n"
    return text


def row(
    both: list[dict[str, dict[str, dict[str, float]]]],
    pairs: list[str],
    seeds: list[str],
    budget: str,
    which: str,
) -> str:
    without, polished = (
        np.array([[by[pair][seed][which] for seed in seeds] for pair in pairs]) for by in both
    )
    medians = zip(np.median(without, axis=1), np.median(polished, axis=1), strict=True)
    gain = (polished - without).ravel()
    cells = " | ".join(f"{a:.3f} to {b:.3f}" for a, b in medians)
    return (
        f"| {budget} | {which} | {cells} | {len(seeds)} | {with_interval(gain)} | "
        f"{wilcoxon(gain).pvalue:.2g} |\n"
    )


if __name__ == "__main__":
    main()
