"""What each part of the search contributes from random networks: all but one, hypervolume.

    EVOSNN_DATA=... python -m experiments.studies.ablation [--seeds 10] [--evaluations 3000]

Linear starts are off, as they are in control tasks: there operators and random networks have to
do all. Each setting is today's defaults less one part, or with one more. A campaign's final
population is measured once more on fresh chips, on the samples (or episodes) of the search and on
held-out ones; the hypervolume is the share of the objective box (accuracy or score, synapses,
resilience) that it dominates. It does not depend on the machine. Settings are compared with the
defaults by Wilcoxon's signed-rank test over all pairs of task and chip and all seeds, Holm's
correction over the rows.

Can be stopped and run again: what is in results/studies/ablation.json is not done twice, and a report is
of the seeds that all settings have. Writes results/studies/ablation.json and results/studies/ablation.md. What is
there was made when the search also moved synapses, merged networks and adapted its rates, and in
control neither polished nor showed new networks few chips first.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import wilcoxon

from evosnn.campaign import Campaign
from evosnn.evolution import DEFAULT_RATES
from experiments.studies.engines import WHICH, Found, complete, holm, volumes_of, with_interval
from experiments.studies.hypervolume import spec_of
from experiments.studies.reports import write_report

PAIRS = (
    ("iris", "risp-127"),
    ("wine", "risp-7"),
    ("breast-cancer", "risp-127"),
    ("ionosphere", "risp-127"),
    ("cartpole-medium", "risp-127"),
)
CONTROL = {"episodes": {"train": 8, "validation": 8, "test": 32, "steps": 300}}
BASE = "default"
SETTINGS: dict[str, dict[str, Any]] = {
    BASE: {},
    **{
        f"without {name}": {"variation": {"rates": {name: 0.0}}}
        for name, rate in DEFAULT_RATES.items()
        if rate
    },
    "without crossover": {"variation": {"crossover": 0.0}},
    "without further mutations": {"variation": {"extra_mutation": 0.0}},
    "without following errors": {"variation": {"error_guided": 0.0}},
    "without class means": {"variation": {"class_means": 0.0}},
    "few chips for the hopeless": {"racing_instances": 3},
    "all chips for the hopeless": {"racing_instances": 0},
    "with polishing": {"variation": {"local_search": 0.2}},
    "without polishing": {"variation": {"local_search": 0.0}},
    "eons": {"engine": "eons"},
    "random": {"engine": "random"},
}
OF_DATA = (
    "without following errors", "without class means", "with polishing",
    "few chips for the hopeless",
)  # fmt: skip
OF_CONTROL = ("without polishing", "all chips for the hopeless")
CHIPS, CONTROL_CHIPS = 100, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--evaluations", type=int, default=3000)
    parser.add_argument("--control-evaluations", type=int, default=1000)
    parser.add_argument("--tasks", nargs="+", default=[task for task, _ in PAIRS])
    parser.add_argument("--settings", nargs="+", default=list(SETTINGS))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("results/studies/ablation"))
    options = parser.parse_args()
    found = complete(
        options.out.with_suffix(".json"),
        [
            (name, task, chip, seed)
            for seed in range(1, options.seeds + 1)
            for task, chip in PAIRS
            for name in options.settings
            if task in options.tasks and name not in (OF_DATA if is_control(task) else OF_CONTROL)
        ],
        lambda name, task, chip, seed: volumes(task, chip, seed, SETTINGS[name], options),
    )
    write_report(options.out.with_suffix(".md"), report(found, options))


def is_control(task: str) -> bool:
    return task.startswith("cartpole")


def volumes(
    task: str, chip: str, seed: int, changes: dict[str, Any], options: argparse.Namespace
) -> dict[str, float]:
    """Hypervolume of the population that a campaign ends with, by kind of samples."""
    control = is_control(task)
    asked = {"linear_starts": False, **changes, **(CONTROL if control else {})}
    stop = {"evaluations": options.control_evaluations if control else options.evaluations}
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(spec_of(task, chip, seed, stop, asked), Path(folder), 1)
        campaign.run()
        found = volumes_of(campaign, CONTROL_CHIPS if control else CHIPS, "ablation")
        campaign.store.close()
    return found


def report(found: Found, options: argparse.Namespace) -> str:
    pairs = list(found[BASE])
    control = [pair for pair in pairs if is_control(pair)]
    groups = {"classification": [p for p in pairs if p not in control], "control": control}
    groups = {name: own for name, own in groups.items() if own}
    seeds = {
        pair: sorted(
            set.intersection(*(set(by[pair]) for by in found.values() if pair in by)), key=int
        )
        for pair in pairs
    }
    text = (
        "# What each part of the search contributes from random networks\n\n"
        f"    python -m experiments.studies.ablation --seeds {options.seeds} --evaluations "
        f"{options.evaluations} \\\n        --control-evaluations {options.control_evaluations}\n\n"
        f"Hypervolume after {options.evaluations:,} measurements ({options.control_evaluations:,} "
        "in control; 7 chips and the one as drawn,\n10 % weight variation) of the final "
        f"population on {CHIPS} fresh chips ({CONTROL_CHIPS} in control), median\nof "
        f"{', '.join(sorted({str(len(own)) for own in seeds.values()}))} seeds. *Gain*: mean "
        "difference from the defaults (first row) over pairs and seeds, with\nits 95 % bootstrap "
        "interval; *p*: Wilcoxon's signed-rank test, Holm-corrected over the rows of a column.\n"
        "A row is empty where its setting is the default, or cannot be: data are known only to\n"
        "classifications.\n\n"
    )
    for which in WHICH:
        heads = [head for group in groups for head in (f"gain, {group}", "p")]
        text += f"## On {which} samples\n\n| setting | {' | '.join([*pairs, *heads])} |\n"
        text += f"|---|{'---|' * (len(pairs) + len(heads))}\n"
        columns = [gain_column(found, own, seeds, which) for own in groups.values()]
        for name, by in found.items():
            cells = [cell(by.get(pair), seeds[pair], which) for pair in pairs]
            cells += [text for column in columns for text in column.get(name, ("", ""))]
            text += f"| {name} | {' | '.join(cells)} |\n"
        text += "\n"
    return text


def gain_column(
    found: Found, pairs: list[str], seeds: dict[str, list[str]], which: str
) -> dict[str, tuple[str, str]]:
    """Each setting's gain over some pairs, and its p, as text."""
    gains = {
        name: np.array(
            [by[p][s][which] - found[BASE][p][s][which] for p in pairs if p in by for s in seeds[p]]
        )
        for name, by in found.items()
        if name != BASE
    }
    gains = {name: gain for name, gain in gains.items() if gain.any()}
    p = holm({name: wilcoxon(gain).pvalue for name, gain in gains.items()})
    return {name: (with_interval(gain), f"{p[name]:.2g}") for name, gain in gains.items()}


def cell(found: dict[str, dict[str, float]] | None, seeds: list[str], which: str) -> str:
    return f"{np.median([found[seed][which] for seed in seeds]):.3f}" if found else ""


if __name__ == "__main__":
    main()
