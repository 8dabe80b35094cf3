"""How many networks a second each chip of the catalogue is measured at, beside ``risp-127``.

    python experiments/benchmarks/chips.py [SPEC.toml] [--chips NAME ...] [--json FILE]

A network is drawn on 16 chip instances (and one exactly as drawn) and run on all training
samples: what a campaign spends its time on. The networks are those that a few generations of
that campaign bred. Chips are timed in turns, several rounds of them, and the best round of each
counts; the time is the processor's, over all threads, so that other programs count little.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from evosnn.campaign import Campaign, CampaignSpec, change_spec, read_spec
from evosnn.chips import Chip, chip_names
from evosnn.evaluation import derive_seed
from evosnn.hardware import draw_instances
from evosnn.network import Network
from evosnn.simulation import PreparedStimulus, Scorer, simulate

HERE = Path(__file__).parents[1]
YARDSTICK = "risp-127"


@dataclass
class Bred:
    """What is timed: the last population of a campaign, and its samples."""

    spec: CampaignSpec
    chip: Chip
    networks: list[Network]
    stimulus: PreparedStimulus
    scorer: Scorer | None


@dataclass
class Row:
    """One chip; times are processor time, networks those of a population."""

    chip: str
    samples: int
    timesteps: int
    neurons: float
    synapses: float
    networks_per_core_s: float
    ratio: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("spec", nargs="?", type=Path, default=HERE / "iris.toml")
    parser.add_argument("--chips", nargs="+", default=chip_names(), metavar="NAME")
    parser.add_argument("--generations", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    names = [YARDSTICK, *(name for name in options.chips if name != YARDSTICK)]
    campaigns = {name: bred(options.spec, name, options.generations) for name in names}
    best = dict.fromkeys(names, float("inf"))
    for _ in range(options.rounds):
        for name in names:
            best[name] = min(best[name], seconds_a_network(campaigns[name]))
    rows = [row(campaigns[name], best[name], best[YARDSTICK]) for name in names]
    print(f"{'networks/core s':>16}{YARDSTICK + ' = 1':>16}{'neurons':>9}{'synapses':>9}  chip")
    for found in rows:
        print(
            f"{found.networks_per_core_s:16,.0f}{found.ratio:16.3f}{found.neurons:9.1f}"
            f"{found.synapses:9.1f}  {found.chip}"
        )
    if options.json:
        options.json.write_text(json.dumps([asdict(found) for found in rows], indent=1) + "\n")


def bred(spec: Path, chip: str, generations: int) -> Bred:
    """Run a campaign on a chip for a few generations."""
    changed = change_spec(read_spec(spec), {"chip": chip, "stop.generations": generations})
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(changed, Path(folder))
        campaign.run()
        networks = [member.network for member in campaign.population()]
    task = campaign.problem.task
    stimulus = PreparedStimulus(task.train.stimulus)
    return Bred(changed, campaign.problem.chip, networks, stimulus, task.scorer(task.train))


def seconds_a_network(one: Bred) -> float:
    """Processor time that drawing, simulating and judging one network takes."""
    start = time.process_time()
    instances = draw_instances(
        one.networks, one.chip, one.spec.mechanisms, one.spec.instances,
        derive_seed(0, "benchmark"), nominal=True,
    )  # fmt: skip
    simulate(one.networks, one.stimulus, one.chip, instances, scorer=one.scorer)
    return (time.process_time() - start) / len(one.networks)


def row(one: Bred, seconds: float, yardstick: float) -> Row:
    return Row(
        chip=one.chip.name,
        samples=one.stimulus.n_samples,
        timesteps=one.stimulus.timesteps,
        neurons=sum(net.n_neurons for net in one.networks) / len(one.networks),
        synapses=sum(net.n_synapses for net in one.networks) / len(one.networks),
        networks_per_core_s=1 / seconds,
        ratio=yardstick / seconds,
    )


if __name__ == "__main__":
    main()
