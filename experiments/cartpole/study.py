"""Cart-pole networks that hold on varying chips, and that survive any one dead synapse.

    python -m experiments.cartpole.study [--settings easy] [--stages hold sure] [--seeds 1]
                                   [--runs runs/cartpole] [--out results/cartpole] [--report]

For each of the four published settings (Plank, Rizzo, White and Schuman, JLPEA 15(1):5, 2025)
a search in stages for (a): networks that survive 1,500 steps and hold on chips of 10 % weight
variation; then one for (b), networks that survive each single dead synapse, that starts from
what the first found, as it is and with a second way beside every synapse. How it searches stands
in cartpole_search.py, cartpole_ways.py (controllers of mirrored ways, doubled), cartpole_sure.py
(until nothing falls) and cartpole_small.py (the smallest, from nothing), how long in ``PLAN``.
What was searched is kept in ``--runs``: the same command goes on with it, and ``--report`` only
reports it, beside the networks in the folder of results.

The smallest networks that held from selection starts are reported, from 100 other starts;
clean runs go to 15,000 steps too. EVOSNN_CARTPOLE_RUNS may name a folder of the published
networks (easy-a.json, ...): they are then measured alike. The folder gets cartpole.md, the
networks as TENNLab JSON, and pictures.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from numpy.random import SeedSequence

from evosnn.chips import Chip, chip_from_risp, load_chip
from evosnn.export import to_risp
from evosnn.files import write_text
from evosnn.network import Network
from evosnn.plots import save
from evosnn.tasks import MostSpikesDecoder
from evosnn.tasks.control import SETTINGS, ControlTask, EpisodesSpec, build_control_task
from evosnn.tennlab import read_network
from experiments.cartpole.elite_search import (
    DOUBLE,
    EXPLORE,
    HOLD,
    POLISH,
    SHRINK,
    Archive,
    Goal,
    doubled,
    firm,
    holds,
    load,
    merit,
    saved,
    search,
    seldom,
    selection,
)
from experiments.cartpole.figures import Figures, draw_levels, draw_network, measure
from experiments.cartpole.minimal_search import search_small, trimmed
from experiments.cartpole.polish import polish
from experiments.cartpole.redundant_paths import Ground, Ways, saved_ways, search_ways
from experiments.cartpole.repair_falls import search_mends
from experiments.studies.reports import write_report

STAGES = ("explore", "variation", "hold", "ways", "sure", "small", "mend", "dead", "shrink")
MANNERS = {
    "explore": EXPLORE,
    "variation": POLISH,
    "hold": HOLD,
    "dead": DOUBLE,
    "shrink": SHRINK,
}
BEFORE = {
    "variation": "explore",
    "hold": "variation",
    "sure": "hold",
    "dead": "variation",
    "shrink": "dead",
}
RESULTS = Path(__file__).parents[2] / "results" / "cartpole"
FINAL = {"a": ("explore", "variation", "hold", "sure", "small", "mend"), "b": ("dead", "shrink")}


@dataclass(frozen=True)
class Plan:
    """How a setting is searched.

    Attributes:
        chip: The chip.
        most: Most synapses to look at for (a); for (b) three times as many.
        explore: Epochs that explore for (a).
        variation: Epochs that polish for (a).
        hold: Epochs that hold out for (a).
        ways: Epochs that look for mirrored ways, for (b) and as starts for ``sure``.
        sure: Epochs until nothing falls for (a).
        small: Rounds that look for the smallest for (a).
        mend: Lineages of these whose last falls are mended.
        dead: Epochs for (b).
        shrink: Epochs that look for a smaller one.
        start: A network in the folder of results that a campaign of EvoSNN had found from
            nothing before; ``hold`` and ``dead`` start from it too.
        before: Likewise what the stages before ``sure`` had found; ``sure`` starts from it too.
    """

    chip: str
    most: int
    explore: int
    variation: int
    hold: int
    ways: int
    sure: int
    small: int
    mend: int
    dead: int
    shrink: int
    start: str = ""
    before: str = ""


PLAN = {
    "easy": Plan("risp-7", 9, 2, 6, 2, 0, 0, 0, 0, 2, 10, "easy-start.json"),
    "medium": Plan("risp-7", 9, 3, 6, 2, 0, 0, 0, 0, 2, 6, "medium-start.json"),
    "hard": Plan("risp-7", 9, 7, 9, 7, 0, 6, 13, 6, 4, 10, before="hard-start.json"),
    "hardest": Plan("risp-127", 18, 9, 10, 13, 21, 3, 0, 0, 2, 0, before="hardest-start.json"),
}
EARLIER = {
    "easy": {"a": 9102, "b": 6449},
    "medium": {"a": 10624, "b": 4252},
    "hard": {"a": 22392, "b": 8248},
    "hardest": {"a": 30632, "b": 1305},
}
"""Networks tried in searches that were not kept; what they found stands among the results."""
PUBLISHED = {"easy": 7, "medium": 10, "hard": 6, "hardest": 16}
"""Synapses of the smaller published network, the most that (a) may have."""

HEADER = """# Cart-pole on RISP

    {command}

Steps survived, mean over 100 held-out starts (x within 1.2 m, dx 0.2 m/s, theta 0.07 rad,
dtheta 0.4 rad/s), of at most 1,500, or 15,000 in the column *long*. *10 %*: Gaussian weight
variation, 50 chips. *Dead*: each synapse removed in turn, mean and worst synapse. *(a)*: the
smallest network that the search found to hold under variation; *(b)*: the smallest found to
survive every single dead synapse with 1,400 steps. Where none held, the best one that is no
larger than the smaller published network (a), or of any size (b).
*Published*: networks of Plank et al. 2025, measured alike. *Tried*: networks tried to find it.

| setting | network | synapses | clean | long | 10 % | dead: mean | worst | tried |
|---|---|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Entry:
    """A network to report."""

    network: Network
    chip: Chip
    label: str
    tried: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--settings", nargs="+", choices=PLAN, default=list(PLAN))
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--runs", type=Path, default=Path("runs/cartpole"))
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--report", action="store_true", help="report what was searched before")
    options = parser.parse_args()
    for setting in options.settings if not options.report else ():
        for seed in options.seeds:
            for stage in options.stages:
                print(f"{setting}, {stage}, seed {seed}", flush=True)
                searched(setting, stage, seed, options.runs)
    if options.stages == list(STAGES):
        report(options)


def searched(setting: str, stage: str, seed: int, runs: Path) -> None:
    """Search as planned, or go on with it, from what the stages before have left."""
    plan = PLAN[setting]
    goal = goal_of(setting, stage)
    folder = runs / f"{setting}-{stage}-{seed}"
    epochs = getattr(plan, stage)
    if not epochs:
        return
    if stage == "ways":
        search_ways(goal, seed, epochs, folder)
        return
    if stage == "small":
        search_small(goal, seed, epochs, folder)
        return
    if stage == "mend":
        search_mends(goal, seed, epochs, left_by(runs / f"{setting}-small-{seed}"), folder)
        return
    starts: list[Network] = []
    if stage != "explore":
        found = saved(runs / f"{setting}-{BEFORE[stage]}-{seed}")
        starts = [*found.held, *found.elites]
    known = plan.before if stage == "sure" else plan.start
    if known and stage in ("hold", "sure", "dead", "shrink"):
        starts.append(read_network(RESULTS / known).network)
    if stage == "sure":
        singles: list[Network] = []
        for ways in saved_ways(runs / f"{setting}-ways-{seed}"):
            singles += map(Ground(goal, ways.mirror).single, ways.halves)
        polish(goal, seed, epochs, [*singles, *starts], folder)
        return
    if stage == "dead":
        starts += [doubled(network, goal.space) for network in starts]
    search(goal, MANNERS[stage], seed, epochs, starts, folder)


def goal_of(setting: str, stage: str) -> Goal:
    """What a stage searches for."""
    plan = PLAN[setting]
    chip = load_chip(plan.chip)
    task = task_for(setting, chip)
    if stage in ("sure", "small", "mend"):
        return Goal(task, chip, "variation", PUBLISHED[setting])
    if stage in ("ways", *FINAL["b"]):
        return Goal(task, chip, "dead", 3 * plan.most)
    return Goal(task, chip, "variation", plan.most)


def task_for(setting: str, chip: Chip) -> ControlTask:
    own = SETTINGS[f"cartpole-{setting}"]
    return build_control_task(
        own.name,
        encoder=own.encoder,
        decoder=MostSpikesDecoder(),
        timesteps=own.timesteps,
        chip=chip,
        seed=SeedSequence(0),
        episodes=EpisodesSpec(),
    )


def left_by(folder: Path, first: int = 5) -> list[Network]:
    """The climbs that the rounds of ``small`` from ``first`` on have left."""
    archive, found = Archive(), []
    for path in sorted(folder.glob("epoch-*.json"))[first:]:
        load(path, archive)
        found += archive.elites
    return found


def best_found(setting: str, letter: str, options: argparse.Namespace) -> Entry:
    """The smallest network that holds firmly, the best of that size; the best if none does.

    Where last falls were mended, the best for (a) is what falls from the fewest of thousands of
    starts of the choice.

    The network among the results is one of them: it stays until a search finds a better one.
    """
    stages = FINAL[letter]
    goal = goal_of(setting, stages[-1])
    each = [
        saved(options.runs / f"{setting}-{stage}-{seed}")
        for seed in options.seeds
        for stage in stages
    ]
    tried = EARLIER[setting][letter] + sum(archive.tried for archive in each)
    reported = read_network(RESULTS / f"{setting}-{letter}.json").network
    held = [n for archive in each for n in archive.held]
    for seed in options.seeds:
        kept = saved_ways(options.runs / f"{setting}-ways-{seed}")
        tried += kept[0].tried if kept else 0
        if letter == "b":
            held += best_twice(goal, kept)
    networks, worth = chosen(goal, [reported, *held]), merit
    if not networks:
        last = [trimmed(n) for archive in each[-3:] for n in archive.elites]
        networks = [n for n in (reported, *last) if n.n_synapses <= goal.most]
        worth = seldom if letter == "a" and PLAN[setting].mend else merit
    network = max(networks, key=lambda n: worth(goal, n))
    return Entry(network, goal.chip, f"evolved ({letter})", tried)


def best_twice(goal: Goal, kept: list[Ways]) -> list[Network]:
    """Of each number of synapses the doubled controller that lasts longest, of each epoch's best.

    Whichever synapse is dead, it does what it does with none dead, which is soon measured.
    """
    best: dict[int, tuple[float, Network]] = {}
    for ways in kept:
        network = Ground(goal, ways.mirror).twice(ways.halves[0])
        steps = float(goal.alone(network, selection(goal, 400)).mean())
        if steps > best.get(network.n_synapses, (0.0, network))[0]:
            best[network.n_synapses] = steps, network
    return [network for _, network in best.values()]


def chosen(goal: Goal, networks: list[Network]) -> list[Network]:
    """Those of the smallest size of which some hold firmly; none if none does."""
    for size in sorted({n.n_synapses for n in networks}):
        firmly = [n for n in networks if n.n_synapses == size and holds(goal, n) and firm(goal, n)]
        if firmly:
            return firmly
    return []


def published(setting: str) -> list[Entry]:
    folder = os.environ.get("EVOSNN_CARTPOLE_RUNS")
    paths = sorted(Path(folder).glob(f"{setting}-?.json")) if folder else []
    files = [(read_network(path), path.stem[-1]) for path in paths]
    return [
        Entry(file.network, chip_from_risp(file.parameters), f"published {letter}")
        for file, letter in files
    ]


def report(options: argparse.Namespace) -> None:
    """Measure what was found and what was published; write table, networks and pictures."""
    options.out.mkdir(parents=True, exist_ok=True)
    rows: list[str] = []
    all_figures: dict[str, dict[str, Figures]] = {}
    for setting in options.settings:
        all_figures[setting] = {}
        for entry in [
            *(best_found(setting, letter, options) for letter in FINAL),
            *published(setting),
        ]:
            task = task_for(setting, entry.chip)
            figures = measure(task, entry.network, entry.chip)
            all_figures[setting][entry.label] = figures
            rows.append(
                f"| {setting} | {entry.label} | {entry.network.n_synapses} | {figures.row()} | "
                f"{entry.tried or ''} |"
            )
            print(rows[-1], flush=True)
            if entry.tried:
                stem = f"{setting}-{entry.label[-2]}"
                write_text(options.out / f"{stem}.json", to_risp(entry.network, entry.chip))
            if entry.label == "evolved (b)":
                title = f"Cart-pole, {setting}: worst dead synapse {figures.dead.min():.0f} steps"
                figure = draw_network(task, entry.network, title)
                save(figure, options.out / f"{setting}-b.png")
    save(draw_levels(all_figures), options.out / "levels.png")
    seeds = " ".join(map(str, options.seeds))
    text = HEADER.format(command=f"python -m experiments.cartpole.study --seeds {seeds}")
    write_report(options.out / "cartpole.md", text + "\n".join(rows))


if __name__ == "__main__":
    main()
