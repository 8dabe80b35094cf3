"""Cart-pole networks that hold on varying chips, and that survive any one dead synapse.

    python experiments/cartpole.py [--seconds 300] [--seeds 1 2] [--out results/cartpole]

For each of the four published settings (Plank, Rizzo, White and Schuman, JLPEA 15(1):5, 2025)
and each seed, two campaigns on RISP-7: one against 10 % weight variation, and one against one
dead synapse a chip that starts half from the first one's networks. From all final populations
the smallest network is taken that, on selection starts, survives 1,500 steps always and on
average (a) at least 1,400 on chips of 10 % weight variation, or (b) at least 1,400 under its
worst single dead synapse. What is reported of these two is from 100 other starts, and clean
runs go to 15,000 steps.

EVOSNN_CARTPOLE_RUNS may name a folder of the published networks (easy-a.json, ...): they are
then measured alike. The folder gets cartpole.md, and the networks as TENNLab JSON.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evosnn.campaign import Campaign
from evosnn.campaign._spec import parse_spec
from evosnn.chips import Chip, chip_from_risp, load_chip
from evosnn.export import to_risp
from evosnn.files import write_text
from evosnn.hardware import Instances, WeightVariation, draw_instances, nominal_instances
from evosnn.network import Network
from evosnn.tasks import MostSpikesDecoder
from evosnn.tasks.control import (
    SETTINGS,
    ControlTask,
    Episodes,
    EpisodesSpec,
    build_control_task,
    drive,
)
from evosnn.tennlab import read_network

SETTINGS_TRIED = ("easy", "medium", "hard", "hardest")
SEARCHES = {
    "variation": {"mechanisms": [{"kind": "weight-variation", "sigma": 0.1}]},
    "dead": {
        "mechanisms": [{"kind": "dead-synapses", "count": 1}],
        "objectives": ["score", "synapses", "resilience", "resilience-worst"],
    },
}
STEPS, LONG, ENOUGH = 1500, 15_000, 1400
HEADER = """# Cart-pole on RISP

    python experiments/cartpole.py --seconds {seconds:g} --seeds {seeds}

Steps survived, mean over 100 held-out starts (x within 1.2 m, dx 0.2 m/s, theta 0.07 rad,
dtheta 0.4 rad/s), of at most 1,500, or 15,000 in the column *long*. *10 %*: Gaussian weight
variation, 50 chips. *Dead*: each synapse removed in turn, mean and worst synapse. *(a)*: the
smallest network that the search found to hold under variation; *(b)*: the smallest found to
survive every single dead synapse with 1,400 steps, or else the one that does best at it.
*Published*: networks of Plank et al. 2025, measured alike.

| setting | network | synapses | clean | long | 10 % | dead: mean | worst |
|---|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Figures:
    """Mean steps survived, over starts."""

    clean: float
    variation: float
    dead_mean: float
    dead_worst: float
    long: float = float("nan")

    def row(self) -> str:
        return (
            f"{self.clean:.1f} | {self.long:.0f} | {self.variation:.0f} | {self.dead_mean:.0f} | "
            f"{self.dead_worst:.0f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--settings", nargs="+", default=SETTINGS_TRIED)
    parser.add_argument("--out", type=Path, default=Path("results/cartpole"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for setting in options.settings:
        for network, chip, label, name in found_and_published(setting, options):
            task = task_for(setting, chip)
            starts = episodes(task, 100, 2)
            figures = measure(task, network, chip, starts, chips=50)
            long = drive(task, [network], replace(starts, steps=LONG), chip).returns
            figures = replace(figures, long=float(long.mean()))
            rows.append(f"| {setting} | {label} | {network.n_synapses} | {figures.row()} |")
            print(rows[-1], flush=True)
            if name:
                write_text(options.out / f"{name}.json", to_risp(network, chip))
    seeds = " ".join(map(str, options.seeds))
    text = HEADER.format(seconds=options.seconds, seeds=seeds) + "\n".join(rows) + "\n"
    (options.out / "cartpole.md").write_text(text)


def found_and_published(
    setting: str, options: argparse.Namespace
) -> list[tuple[Network, Chip, str, str]]:
    """Networks to report, with their chips, labels and, for our own, file names."""
    chip = load_chip("risp-7")
    task = task_for(setting, chip)
    populations: list[Network] = []
    for seed in options.seeds:
        found = campaign(setting, "variation", seed, options.seconds, [])
        populations += found + campaign(setting, "dead", seed, options.seconds, found)
    networks = sorted({n.key: n for n in populations}.values(), key=lambda n: n.n_synapses)
    listed = []
    for letter, figure in (("a", "variation"), ("b", "dead_worst")):
        network = smallest(task, networks, chip, figure)
        listed.append((network, chip, f"evolved ({letter})", f"{setting}-{letter}"))
    folder = os.environ.get("EVOSNN_CARTPOLE_RUNS")
    for path in sorted(Path(folder).glob(f"{setting}-?.json")) if folder else []:
        file = read_network(path)
        listed.append((file.network, chip_from_risp(file.parameters), "published", ""))
    return listed


def campaign(
    setting: str, search: str, seed: int, seconds: float, starts: list[Network]
) -> list[Network]:
    """Evolve, half of the first population from ``starts``; return the final networks."""
    with tempfile.TemporaryDirectory() as folder:
        chip = load_chip("risp-7")
        for network in starts[::2]:
            write_text(Path(folder) / f"{network.key}.json", to_risp(network, chip))
        return evolved(setting, search, seed, seconds, sorted(Path(folder).glob("*.json")))


def evolved(
    setting: str, search: str, seed: int, seconds: float, starts: list[Path]
) -> list[Network]:
    spec = parse_spec(
        {
            "task": f"cartpole-{setting}",
            "chip": "risp-7",
            "seed": seed,
            **SEARCHES[search],
            "population": 100,
            "remeasure": 64,
            "trials": 2,
            "require": {"score": 0.9},
            "start": [str(path) for path in starts],
            "episodes": {"test": 2},
            "stop": {"time": seconds, "generations": 100_000},
        },
        Path(),
        "the study",
    )
    with tempfile.TemporaryDirectory() as folder:
        found = Campaign.start(spec, Path(folder))
        found.run()
        best = found.store.statistics()[-1]
        print(f"  {setting}, {search}, {seed}: {best['evaluations']} measured, {best['best']}")
        networks = [member.network for member in found.population()]
        found.store.close()
    return networks


def smallest(task: ControlTask, networks: list[Network], chip: Chip, figure: str) -> Network:
    """The smallest network that holds on selection starts; the best if none does."""
    screened = drive(task, networks, episodes(task, 16, 0), chip).returns.mean(axis=(1, 2))
    best, reached = networks[int(screened.argmax())], -1.0
    for network, score in zip(networks, screened, strict=True):
        if score < STEPS - 15:
            continue
        figures = measure(task, network, chip, episodes(task, 64, 1), chips=32)
        value = getattr(figures, figure)
        if figures.clean == STEPS and value >= ENOUGH + 10:
            return network
        if value > reached:
            best, reached = network, value
    return best


def measure(
    task: ControlTask, network: Network, chip: Chip, starts: Episodes, *, chips: int
) -> Figures:
    variation = draw_instances(
        [network], chip, [WeightVariation(sigma=0.1)], chips, np.random.SeedSequence(99)
    )
    dead = without_each_synapse(network)
    clean = drive(task, [network], starts, chip).returns
    varied = drive(task, [network], starts, chip, variation).returns
    lost = drive(task, [network], starts, chip, dead).returns[0].mean(axis=1)
    return Figures(float(clean.mean()), float(varied.mean()), float(lost.mean()), float(lost.min()))


def without_each_synapse(network: Network) -> Instances:
    """One chip for each synapse, on which it is dead."""
    instances = nominal_instances([network], network.n_synapses)
    weight = instances.weight.copy()
    np.fill_diagonal(weight, 0.0)
    return replace(instances, weight=weight)


def task_for(setting: str, chip: Chip) -> ControlTask:
    own = SETTINGS[f"cartpole-{setting}"]
    return build_control_task(
        own.name,
        encoder=own.encoder,
        decoder=MostSpikesDecoder(),
        timesteps=own.timesteps,
        chip=chip,
        seed=np.random.SeedSequence(0),
        episodes=EpisodesSpec(),
    )


def episodes(task: ControlTask, n: int, purpose: int) -> Episodes:
    """Starts for screening (0), selection (1) or the report (2)."""
    rng = np.random.default_rng(np.random.SeedSequence(12345, spawn_key=(purpose,)))
    return Episodes(task.setting.environment.draw_starts(n, rng), STEPS)


if __name__ == "__main__":
    main()
