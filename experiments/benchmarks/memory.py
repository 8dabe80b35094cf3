"""What large runs take: seconds, and memory beyond the stimulus, each in a process of its own.

    python -m experiments.benchmarks.memory.py [--json FILE]

- 100,000 lanes of a network of 1,000 neurons and 20,000 synapses, 100 timesteps: 1,000 samples
  on 100 chip instances with their own weights, in one call.
- A network of 784, 300 and 10 neurons whose layers are fully joined (238,200 synapses) on 10,000
  samples in one call, 20 timesteps, every pixel a constant charge.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

from evosnn.chips import load_chip
from evosnn.hardware import WeightVariation, draw_instances
from evosnn.network import Network
from evosnn.simulation import Stimulus, simulate
from experiments.benchmarks.simulator import CHIP, random_network


def lanes() -> tuple[str, tuple]:
    network = random_network("c", 0.55)
    rng = np.random.default_rng(0)
    charge = np.zeros((100, network.inputs.size, 1000))
    for t in range(100):
        charge[t] = (rng.random(charge.shape[1:], np.float32) < 0.25) * CHIP.spike_value
    drawn = draw_instances(
        [network], CHIP, [WeightVariation(sigma=0.1)], 100, np.random.SeedSequence(1)
    )
    return "100,000 lanes of 1,000 neurons", ([network], Stimulus(charge), CHIP, drawn)


def images() -> tuple[str, tuple]:
    chip = load_chip("risp-127")
    rng = np.random.default_rng(0)
    layers = np.split(np.arange(1094), [784, 1084])
    synapses = [
        (int(a), int(b), float(rng.integers(-127, 128)), 1)
        for before, after in pairwise(layers)
        for a in before
        for b in after
    ]
    network = Network.create(
        threshold=np.full(1094, 127.0), inputs=range(784), outputs=range(1084, 1094),
        synapses=synapses,
    )  # fmt: skip
    pixels = np.rint(rng.random((784, 10_000)) ** 4 * 127)
    charge = np.broadcast_to(pixels, (20, *pixels.shape))
    return "10,000 samples of 784-300-10", ([network], Stimulus(charge), chip)


def measure(build, pipe) -> None:
    name, arguments = build()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    response = simulate(*arguments)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lanes = response.counts.shape[2] * response.counts.shape[3]
    pipe.send(
        {
            "name": name,
            "lanes": lanes,
            "seconds": seconds,
            "beyond_stimulus_mib": (peak - before) / 1024,
            "peak_mib": peak / 1024,
            "output_spikes": int(response.counts.sum(dtype=np.int64)),
        }
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    rows = []
    context = multiprocessing.get_context("spawn")
    for build in (lanes, images):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=measure, args=(build, there))
        process.start()
        rows.append(here.recv())
        process.join()
        print(
            f"{rows[-1]['name']}: {rows[-1]['seconds']:.1f} s, {rows[-1]['peak_mib']:,.0f} MiB at "
            f"most, {rows[-1]['beyond_stimulus_mib']:,.0f} MiB beyond the stimulus",
            flush=True,
        )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
