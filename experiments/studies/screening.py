"""Whether new networks should see a few chips first in control: hypervolume.

    python -m experiments.studies.screening [--seeds 8]

`screen = 3` and 4 beside 0 in today's search, which polishes: the control campaigns of
polishing.py (its other control tasks half as long) at equal measurements and at equal time
(processor seconds of one thread, the settings in turn), the final population measured as there,
on the search's episodes and on held-out ones. A setting is to become the default of control if it
is better on held-out episodes at equal time with p < 0.01 over all tasks and seeds: Wilcoxon's
signed-rank test, Holm's correction over the settings.

Seeds begin after those of polishing.py. Can be stopped and run again: what is in
results/studies/screening.json is not done twice, and a report is of the seeds that all settings have.
Writes results/studies/screening.json and results/studies/screening.md.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.stats import wilcoxon

from experiments.studies.engines import WHICH, Found, complete, holm, with_interval
from experiments.studies.polishing import BUDGETS, GROUPS, SHARE, volumes

BEFORE = 20  # seeds that decided whether to polish
BASE = "0"
SETTINGS = (BASE, "3", "4")
KINDS = {
    "control": GROUPS["control"],
    "other control tasks": replace(GROUPS["other control tasks"], evaluations=1000, seconds=3.0),
}
ALL = "both together"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--groups", nargs="+", default=list(KINDS), choices=KINDS)
    parser.add_argument("--budgets", nargs="+", default=list(BUDGETS), choices=BUDGETS)
    parser.add_argument("--out", type=Path, default=Path("results/studies/screening"))
    options = parser.parse_args()
    warm: set[tuple[str, str]] = set()

    def measure(name: str, task: str, chip: str, seed: int) -> dict[str, float]:
        group, budget, screen = name.split(": ")
        changes = {"racing_instances": int(screen), "variation": {"local_search": SHARE}}
        if (task, screen) not in warm:  # nobody's time is spent on compiling
            volumes(KINDS[group], task, chip, 0, {"evaluations": 300}, changes)
            warm.add((task, screen))
        if budget == "measurements":
            stop = {"evaluations": KINDS[group].evaluations}
            return volumes(KINDS[group], task, chip, seed, stop, changes)
        stop = {"generations": 10**6}
        return volumes(KINDS[group], task, chip, seed, stop, changes, KINDS[group].seconds)

    found = complete(
        options.out.with_suffix(".json"),
        [
            (f"{group}: {budget}: {screen}", task, chip, seed)
            for budget in options.budgets
            for seed in range(BEFORE + 1, BEFORE + options.seeds + 1)
            for group in options.groups
            for task, chip in KINDS[group].pairs
            for screen in SETTINGS
        ],
        measure,
    )
    options.out.with_suffix(".md").write_text(report(found, options))


def report(found: Found, options: argparse.Namespace) -> str:
    text = (
        "# Few chips first, in control\n\n"
        f"    python -m experiments.studies.screening --seeds {options.seeds}\n\n"
        "Hypervolume of the final population with `screen` 0, 3 and 4, polished, on fresh chips,\n"
        "median over the seeds; *gain*: mean difference from `screen = 0` over pairs and seeds\n"
        "with its 95 % bootstrap interval; *p*: Wilcoxon's signed-rank test, Holm-corrected over\n"
        "the two. 7 chips and the one as drawn, 10 % weight variation; one thread.\n\n"
    )
    for group in KINDS:
        pairs = [f"{task}, {chip}" for task, chip in KINDS[group].pairs]
        text += (
            f"## {group[0].upper()}{group[1:]}\n\n{KINDS[group].evaluations:,} measurements, or "
            f"{KINDS[group].seconds:g} processor seconds.\n\n"
            f"| at equal | samples | screen | {' | '.join(pairs)} | seeds | gain | p |\n"
            f"|---|---|---|{'---|' * len(pairs)}---|---|---|\n"
        )
        for budget in BUDGETS:
            for which in WHICH:
                text += rows(found, (group,), budget, which, medians=True)
        text += "\n"
    text += f"## {ALL[0].upper()}{ALL[1:]}\n\n| at equal | samples | screen | seeds | gain | p |\n"
    text += "|---|---|---|---|---|---|\n"
    for budget in BUDGETS:
        for which in WHICH:
            text += rows(found, tuple(KINDS), budget, which, medians=False)
    return text + "\n"


def rows(found: Found, groups: tuple[str, ...], budget: str, which: str, *, medians: bool) -> str:
    """A row for each setting, of the seeds that all have."""
    values = values_of(found, groups, budget, which)
    if not values or not values[BASE].size:
        return ""
    gains = {name: (own - values[BASE]).ravel() for name, own in values.items() if name != BASE}
    p = holm({name: wilcoxon(gain).pvalue for name, gain in gains.items()})
    text = ""
    for name, own in values.items():
        cells = [budget, which, name]
        cells += [f"{median:.3f}" for median in np.median(own, axis=1)] if medians else []
        cells += [str(own.shape[1])]
        cells += [with_interval(gains[name]), f"{p[name]:.2g}"] if name in gains else ["", ""]
        text += f"| {' | '.join(cells)} |\n"
    return text


def values_of(
    found: Found, groups: tuple[str, ...], budget: str, which: str
) -> dict[str, np.ndarray]:
    """Hypervolumes ``(n_pairs, n_seeds)`` by setting, of the seeds that all have."""
    pairs = [(g, f"{task}, {chip}") for g in groups for task, chip in KINDS[g].pairs]
    by = {
        name: [found.get(f"{g}: {budget}: {name}", {}).get(pair, {}) for g, pair in pairs]
        for name in SETTINGS
    }
    common = set.intersection(*(set(seeds) for own in by.values() for seeds in own))
    order = sorted(common, key=int)
    return {
        name: np.array([[seeds[seed][which] for seed in order] for seeds in own])
        for name, own in by.items()
    }


if __name__ == "__main__":
    main()
