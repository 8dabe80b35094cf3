"""Random networks against every tool: simulator == C == Verilog, every spike, and how large.

    python -m experiments.verify_exports [--networks 200] [--netlists 20]

prints the table that the README quotes. Needs gcc, iverilog, verilator, yosys, nextpnr-ice40.
"""

from __future__ import annotations

import argparse
import time
from itertools import product

import numpy as np

from evosnn.chips import load_chip
from evosnn.export import c_size, synthesize, to_c, to_verilog
from evosnn.export._c_tools import run_c
from evosnn.export._netlist import run_netlist
from evosnn.export._verilog_tools import run_iverilog, run_uart, run_verilator
from tests.export.cases import case
from tests.networks import random_network

_SIZES = ((5, 20), (10, 60), (20, 160), (40, 400), (60, 900))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--networks", type=int, default=200)
    arguments.add_argument("--netlists", type=int, default=20)
    asked = arguments.parse_args()
    n = asked.networks
    codes = [to_c(*case(k), name=f"net{k}") for k in range(n)]
    reals = [to_c(*case(k, integer=False), name=f"net{k}") for k in range(n)]
    parallel = [to_verilog(*case(k), name=f"net{k}", core="parallel") for k in range(n)]
    streamed = [to_verilog(*case(k), name=f"net{k}", core="streamed") for k in range(n)]
    half = asked.netlists // 2
    print("export            tool       networks  spikes  different  potentials different  s")
    for what, tool, run, exports in (
        ("C, integer", "gcc", run_c, codes),
        ("C, double", "gcc", run_c, reals),
        ("Verilog, parallel", "iverilog", run_iverilog, parallel),
        ("Verilog, streamed", "iverilog", run_iverilog, streamed),
        ("Verilog, parallel", "verilator", run_verilator, parallel),
        ("Verilog, streamed", "verilator", run_verilator, streamed),
        ("Verilog, serial", "iverilog", run_uart, parallel[::2] + streamed[1::2]),
        ("netlist, parallel", "iverilog", run_netlist, parallel[:half]),
        ("netlist, streamed", "iverilog", run_netlist, streamed[: asked.netlists - half]),
    ):
        start = time.perf_counter()
        found = run(exports)
        print(
            f"{what:17} {tool:10} {len(found):8} {sum(a.compared for a in found):7} "
            f"{sum(a.different for a in found):10} "
            f"{sum(a.potentials_different or 0 for a in found):21} "
            f"{time.perf_counter() - start:4.0f}",
            flush=True,
        )
    _print_sizes()


def _print_sizes() -> None:
    print("\nchip      neurons synapses  core      LUTs  FFs  BRAM   LC   MHz  timesteps/s  "
          "C code  C state")  # fmt: skip
    for name, (neurons, synapses) in product(("risp-7", "risp-127"), _SIZES):
        chip = load_chip(name)
        rng = np.random.default_rng(0)
        network = random_network(
            rng, chip, neurons=neurons, synapses=synapses, inputs=4, outputs=3, max_delay=15
        )
        size = c_size(to_c(network, chip))
        r = synthesize(to_verilog(network, chip), "ice40-hx8k")
        core = "parallel" if r.clocks_per_timestep == 1 else "streamed"
        print(
            f"{name:9} {neurons:7} {synapses:8}  {core:8} {r.luts:5} {r.flip_flops:4} "
            f"{r.brams:5} {r.logic_cells:4} {r.fmax_mhz:5.1f} {r.inferences_per_second:12,.0f} "
            f"{size.code:7} {size.state:8}",
            flush=True,
        )
    print(", ".join(("ice40-hx8k", *r.tools, size.compiler, "-Os, bytes on this machine")))


if __name__ == "__main__":
    main()
