"""How far a mutation moves a weight or a threshold: all orders of magnitude, one, or adapting.

    EVOSNN_DATA=... python -m experiments.studies.step_sizes [--seeds 3]

The search draws the distance over all orders of magnitude from a three-hundredth to half of the
range. Beside it: steps from a normal distribution whose standard deviation is an eighth of the
range, which on average are as large; one that each network carries and passes on to its children,
changed log-normally (Schwefel, Numerical Optimization of Computer Models, 1981); and one for the
campaign, by the rule of the one fifth (Rechenberg, Evolutionsstrategie, 1973), larger after a
generation in which more than a fifth of the children with such a mutation got into the population
(Voss, Hansen and Igel, GECCO 2010), else smaller. Both begin with an eighth. One in seven of these
mutations draws any value, as ever; delays, following errors and polishing keep their steps.

Campaigns and what is measured are those of polishing.py at equal measurements, cart-pole's half as
long. Compared with the search's own by Wilcoxon's signed-rank test over pairs and seeds, Holm's
correction over the rows.

Seeds begin after those of polishing.py. Can be stopped and run again: what is in
results/studies/step_sizes.json is not done twice, and a report is of the seeds that all settings have.
Writes results/studies/step_sizes.json and results/studies/step_sizes.md.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.stats import wilcoxon

from evosnn.campaign import Campaign, Progress
from evosnn.evolution import Breeder, Candidate
from evosnn.evolution._search_space import Scale
from evosnn.network import Network
from experiments.studies.ablation import CHIPS, CONTROL, CONTROL_CHIPS
from experiments.studies.engines import WHICH, Found, complete, holm, volumes_of, with_interval
from experiments.studies.hypervolume import spec_of
from experiments.studies.polishing import GROUPS, Group

BEFORE = 20  # seeds that other studies of these campaigns took
KINDS = {
    "from random networks": GROUPS["from random networks"],
    "beside linear starts": GROUPS["beside linear starts"],
    "control": replace(GROUPS["control"], evaluations=1000),
}
BASE = "all orders of magnitude"
MOVED = ("change-weight", "change-threshold")
PURPOSE = "step sizes"  # chips of which the populations are measured on
START, LEAST, MOST = 0.125, 0.002, 0.5
RATE = 0.3  # standard deviation of the logarithm of what a carried size is multiplied by
SHRINK = 0.85  # of a campaign's size after a generation


@dataclass(frozen=True)
class Normal(Scale):
    """A parameter's values, with steps of one size.

    Attributes:
        size: Standard deviation of a step, as a share of the range.
    """

    size: float

    def step(self, value: float, rng: Generator) -> float:
        return self.moved(value, self.size * (self.high - self.low) * float(rng.standard_normal()))


class Steps:
    """Steps of one size, as a share of the range."""

    def __init__(self, size: float = START) -> None:
        self.size = size

    def draw(self, parent: str, rng: Generator) -> float:
        """Return the size for a child of a parent."""
        return self.size

    def made(self, child: str, parent: str, size: float | None) -> None:
        """Hear of a child, and the size of its steps if it was mutated."""

    def told(self, progress: Progress) -> None:
        """Hear of a generation."""


class Carried(Steps):
    """A size that each network carries and passes on."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: dict[str, float] = {}

    def draw(self, parent: str, rng: Generator) -> float:
        drawn = self.sizes.get(parent, START) * math.exp(RATE * float(rng.standard_normal()))
        return min(max(drawn, LEAST), MOST)

    def made(self, child: str, parent: str, size: float | None) -> None:
        self.sizes[child] = self.sizes.get(parent, START) if size is None else size


class Fifth(Steps):
    """A size that grows while more than a fifth of the children that it made survive."""

    def told(self, progress: Progress) -> None:
        credit = [progress.credit.get(name, (0, 0)) for name in MOVED]
        children, survived = (sum(counts) for counts in zip(*credit, strict=True))
        if children:
            factor = 1 / SHRINK if survived > children / 5 else SHRINK
            self.size = min(max(self.size * factor, LEAST), MOST)


class Stepped:
    """A breeder whose children are mutated with steps of other sizes; all else is its own."""

    def __init__(self, breeder: Breeder, steps: Steps) -> None:
        self._breeder = breeder
        self._steps = steps
        self.prepare_parents, self.first = breeder.prepare_parents, breeder.first

    def improved(
        self, parent: Callable[[], Network], n_children: int, seen: set[str], rng: Generator
    ) -> list[Candidate]:
        found = self._breeder.improved(parent, n_children, seen, rng)
        for candidate in found:
            self._steps.made(candidate.network.key, candidate.parents[0], None)
        return found

    def child(self, first: Network, second: Network, seen: set[str], rng: Generator) -> Candidate:
        space = self._breeder.space
        size = self._steps.draw(first.key, rng)
        self._breeder.space = replace(
            space, weight=normal(space.weight, size), threshold=normal(space.threshold, size)
        )
        found = self._breeder.child(first, second, seen, rng)
        self._breeder.space = space
        if found.parents:
            self._steps.made(found.network.key, found.parents[0], size)
        return found


def normal(scale: Scale, size: float) -> Normal:
    return Normal(scale.low, scale.high, scale.whole, size)


STEPS: dict[str, Callable[[], Steps] | None] = {
    BASE: None,
    "one size": Steps,
    "carried by each network": Carried,
    "by the rule of the one fifth": Fifth,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--groups", nargs="+", default=list(KINDS), choices=KINDS)
    parser.add_argument("--out", type=Path, default=Path("results/studies/step_sizes"))
    options = parser.parse_args()

    def measure(name: str, task: str, chip: str, seed: int) -> dict[str, float]:
        group, setting = name.split(": ")
        return volumes(KINDS[group], task, chip, seed, setting)

    found = complete(
        options.out.with_suffix(".json"),
        [
            (f"{group}: {setting}", task, chip, seed)
            for seed in range(BEFORE + 1, BEFORE + options.seeds + 1)
            for group in options.groups
            for task, chip in GROUPS[group].pairs
            for setting in STEPS
        ],
        measure,
    )
    options.out.with_suffix(".md").write_text(report(found, options))


def volumes(group: Group, task: str, chip: str, seed: int, setting: str) -> dict[str, float]:
    """Hypervolume of the population that a campaign ends with, by kind of samples."""
    spec = spec_of(task, chip, seed, {"evaluations": group.evaluations}, group.changes)
    kind = STEPS[setting]
    steps = kind() if kind else Steps()
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(spec, Path(folder), 1)
        if kind:
            campaign.search.engine.breeder = Stepped(campaign.search.breeder, steps)
        campaign.run(on_generation=steps.told)
        found = volumes_of(campaign, CONTROL_CHIPS if group.changes is CONTROL else CHIPS, PURPOSE)
        campaign.store.close()
    return found


def report(found: Found, options: argparse.Namespace) -> str:
    text = (
        "# How far mutations move weights and thresholds\n\n"
        f"    python -m experiments.studies.step_sizes --seeds {options.seeds}\n\n"
        "Hypervolume of the final population on fresh chips, median over the seeds; *gain*: mean\n"
        "difference from the search's own steps (first row) over pairs and seeds with its 95 %\n"
        "bootstrap interval; *p*: Wilcoxon's signed-rank test, Holm-corrected over the rows. 7\n"
        "chips and the one as drawn, 10 % weight variation; one thread.\n\n"
    )
    every: dict[str, list[dict[str, NDArray[np.float64]]]] = {which: [] for which in WHICH}
    for name, group in KINDS.items():
        pairs = [f"{task}, {chip}" for task, chip in group.pairs]
        by = {step: [found.get(f"{name}: {step}", {}).get(p, {}) for p in pairs] for step in STEPS}
        seeds = set.intersection(*(set(own) for all_ in by.values() for own in all_))
        if not seeds:
            continue
        text += f"## {name[0].upper()}{name[1:]}\n\n"
        text += f"{group.evaluations:,} measurements, {len(seeds)} seeds.\n\n"
        for which in WHICH:
            values = {
                step: np.array([[own[s][which] for s in sorted(seeds, key=int)] for own in all_])
                for step, all_ in by.items()
            }
            text += table(values, pairs, which) + "\n"
            every[which].append({step: own.ravel() for step, own in values.items()})
    text += "## All together\n\n"
    for which, some in every.items():
        if some:
            joined = {step: np.concatenate([values[step] for values in some]) for step in STEPS}
            text += table(joined, [], which) + "\n"
    return text


def table(values: dict[str, NDArray[np.float64]], pairs: list[str], which: str) -> str:
    """Compare settings' hypervolumes, ``(n_pairs, n_seeds)``, on one kind of samples."""
    gains = {name: (own - values[BASE]).ravel() for name, own in values.items() if name != BASE}
    p = holm({name: wilcoxon(gain).pvalue for name, gain in gains.items()})
    text = f"| {' | '.join([which, *pairs, 'gain', 'p'])} |\n|---|{'---|' * len(pairs)}---|---|\n"
    for name, own in values.items():
        cells = [name, *(f"{median:.3f}" for median in (np.median(own, axis=1) if pairs else ()))]
        cells += [with_interval(gains[name]), f"{p[name]:.2g}"] if name in gains else ["", ""]
        text += f"| {' | '.join(cells)} |\n"
    return text


if __name__ == "__main__":
    main()
