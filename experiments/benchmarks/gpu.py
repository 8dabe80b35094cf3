"""How fast whole populations run on a GPU, beside this machine's processor and the card's limits.

    python -m experiments.benchmarks.gpu [--networks 256] [--lanes 4096] [--json FILE]

The networks are those of ``benchmark_simulator.py`` at 10 % activity, every lane with its own
inputs. A run's synapses x timesteps are its masked adds, as there; its traffic is what its
potentials take at least, read and written once a neuron and timestep. The limits are measured
too: chains of whole-number adds that touch no memory, and a plain copy. Times are wall times
with all transfers.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from evosnn.errors import SpecError
from evosnn.simulation import simulate
from evosnn.simulation.cuda.run import require_cuda
from experiments.benchmarks.simulator import CHIP, TIMESTEPS, at_activity, stimulus

_THREADS = 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", type=int, default=256, help="networks of a population")
    parser.add_argument("--lanes", type=int, default=4096)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    try:
        cuda = require_cuda()
    except SpecError as error:
        sys.exit(f"nothing was measured: {error}")
    adds, copied = add_limit(cuda), copy_limit(cuda)
    print(f"{adds / 1e12:.2f} trillion adds a second, {copied / 1e9:,.0f} GB a second copied")
    rows = []
    for name in "abc":
        row = measure(name, options.networks, options.lanes)
        row["share_of_adds"] = row["masked_adds_per_s"] / adds
        row["share_of_memory"] = row["bytes_per_s"] / copied
        rows.append(row)
        print(
            f"{name} {row['gpu_runs_per_s']:14,.0f} runs/s, {row['share_of_adds']:.3f} of the "
            f"adds, {row['share_of_memory']:.3f} of the memory; "
            f"{row['gpu_runs_per_s'] / row['cpu_runs_per_s']:.2f} x {os.cpu_count()} cores"
        )
    if options.json:
        result = {"adds_per_s": adds, "bytes_per_s": copied, "rows": rows}
        options.json.write_text(json.dumps(result, indent=1) + "\n")


def measure(name: str, n_networks: int, lanes: int) -> dict[str, object]:
    """Runs a second of a population on the GPU and on all cores; the results are compared."""
    network, rate = at_activity(name, 0.1, None)
    prepared, networks = stimulus(network, rate, lanes), [network] * n_networks
    here = simulate(networks[:2], prepared, CHIP)
    there = simulate(networks[:2], prepared, CHIP, device="cuda")
    np.testing.assert_array_equal(here.counts, there.counts)
    runs = n_networks * lanes
    gpu = runs / fastest(lambda: simulate(networks, prepared, CHIP, device="cuda"))
    cpu = runs / fastest(lambda: simulate(networks, prepared, CHIP))
    return {
        "network": name,
        "gpu_runs_per_s": gpu,
        "cpu_runs_per_s": cpu,
        "masked_adds_per_s": gpu * network.n_synapses * TIMESTEPS,
        "bytes_per_s": gpu * network.n_neurons * TIMESTEPS * 8,
    }


def fastest(run: Callable[[], object], repeats: int = 5) -> float:
    """Least seconds of a call; the first one, which compiles, is left out."""
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def add_limit(cuda) -> float:
    """Whole-number adds a second: eight chains a thread."""
    rounds = 4096

    @cuda.jit
    def add(out):
        at = cuda.grid(1)
        a = b = c = d = e = f = g = h = at
        for _ in range(rounds):
            a, b, c, d = a + b, b + c, c + d, d + a
            e, f, g, h = e + f, f + g, g + h, h + e
        out[at] = a + b + c + d + e + f + g + h

    out = cuda.device_array(_THREADS, np.int32)

    def run() -> None:
        add[_THREADS // 256, 256](out)
        cuda.synchronize()

    return _THREADS * rounds * 8 / fastest(run)


def copy_limit(cuda) -> float:
    """Bytes a second of a copy, read and written."""
    source = cuda.device_array(2**28, np.int32)
    target = cuda.device_array(2**28, np.int32)

    def run() -> None:
        target.copy_to_device(source)
        cuda.synchronize()

    return 2 * source.nbytes / fastest(run)


if __name__ == "__main__":
    main()
