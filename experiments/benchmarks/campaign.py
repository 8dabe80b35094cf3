"""How many networks a second a campaign measures, and where the time goes.

    python experiments/benchmarks/campaign.py [SPEC.toml] [--seconds 20] [--json FILE]

A measurement is one network on all training samples and 16 chip instances (and one chip as
drawn). The first second, which compiles and loads, is left out. With more than one thread much is
simulated while children are bred, and "measure" is only what is left of it then; with
``--threads 1`` the parts stand one after another, and what an offspring costs outside the simulator
is printed too.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from evosnn.campaign import Campaign, change_spec, read_spec
from evosnn.evaluation import derive_seed
from evosnn.hardware import draw_instances
from evosnn.simulation import PreparedStimulus, simulate

HERE = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("spec", nargs="?", type=Path, default=HERE / "iris.toml")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    spec = change_spec(
        read_spec(options.spec), {"stop.time": options.seconds, "stop.generations": 10**6}
    )
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Campaign.start(spec, Path(folder), options.threads))
    print_table(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")


def measure(campaign: Campaign) -> dict[str, object]:
    rows, stamps = [], []

    def note(progress: object) -> None:
        rows.append(progress)
        stamps.append(time.perf_counter())

    campaign.run(on_generation=note)
    start = next((i for i, t in enumerate(stamps) if t > stamps[0] + 1.0), len(stamps))
    if start > len(stamps) - 2:
        raise SystemExit(f"{len(stamps)} generations are too few to time; give more --seconds")
    wall = stamps[-1] - stamps[start]
    measured = rows[-1].evaluations - rows[start].evaluations
    generations = len(rows) - 1 - start
    bred = generations * campaign.spec.population
    shares = {
        name: sum(row.shares[name] for row in rows[start + 1 :])
        for name in ("ask", "measure", "select")
    }
    shares["store and rest"] = wall - sum(shares.values())
    problem = campaign.problem
    alone = {}
    if problem.evaluator.threads == 1:
        outside = 1e6 * (wall - shares["measure"]) / bred
        alone["microseconds_outside_the_simulator_an_offspring"] = outside
    return {
        "task": problem.task.name,
        "chip": problem.chip.name,
        "threads": campaign.problem.evaluator.threads,
        "samples": problem.task.train.n_samples,
        "instances": campaign.spec.instances,
        "timesteps": campaign.spec.timesteps,
        "measurements_per_s": measured / wall,
        "generations_per_s": generations / wall,
        "microseconds_a_measurement": {k: 1e6 * v / measured for k, v in shares.items()},
        **alone,
        "inside_measure": parts_of_measure(campaign),
    }


def parts_of_measure(campaign: Campaign, repeats: int = 20) -> dict[str, float]:
    """Microseconds a network that drawing chips and simulating take."""
    problem, spec = campaign.problem, campaign.spec
    networks = [member.network for member in campaign.population()]
    stimulus = PreparedStimulus(problem.task.train.stimulus)
    seed = derive_seed(0, "benchmark")
    scorer = problem.task.scorer(problem.task.train)
    times: dict[str, list[float]] = {"draw chips": [], "simulate and judge": []}
    for _ in range(repeats):
        clock = [time.perf_counter()]
        instances = draw_instances(
            networks, problem.chip, spec.mechanisms, spec.instances, seed, nominal=True
        )
        clock.append(time.perf_counter())
        simulate(
            networks,
            stimulus,
            problem.chip,
            instances,
            threads=problem.evaluator.threads,
            scorer=scorer,
        )
        clock.append(time.perf_counter())
        for name, seconds in zip(times, np.diff(clock), strict=True):
            times[name].append(1e6 * seconds / len(networks))
    return {name: float(np.median(values)) for name, values in times.items()}


def print_table(result: dict[str, object]) -> None:
    print(
        f"{result['task']} on {result['chip']}: {result['samples']} samples, "
        f"{result['instances']} instances, {result['timesteps']} timesteps, "
        f"{result['threads']} threads"
    )
    print(f"{result['measurements_per_s']:12,.0f}  measurements a second")
    print(f"{result['generations_per_s']:12,.1f}  generations a second")
    print("microseconds a measurement:")
    for name, value in result["microseconds_a_measurement"].items():
        print(f"{value:12.1f}  {name}")
    print("inside 'measure', microseconds a network (the last population):")
    for name, value in result["inside_measure"].items():
        print(f"{value:12.1f}  {name}")
    if "microseconds_outside_the_simulator_an_offspring" in result:
        value = result["microseconds_outside_the_simulator_an_offspring"]
        print(f"{value:12.1f}  microseconds an offspring outside 'measure'")


if __name__ == "__main__":
    main()
