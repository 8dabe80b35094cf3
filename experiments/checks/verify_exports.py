"""Random networks against every tool: simulator == C == Verilog, every spike, and how large.

    python -m experiments.checks.verify_exports [--networks 200] [--netlists 25] [--only WORD]

prints the tables of results/checks/exports.md. All runs are of 1,000 timesteps, those of netlists and
unpacked bitstreams too; the first 25 networks have every floor with every set of leaks.
``--only`` runs the rows in whose names a word is, as in ``--only netlist``. Needs gcc, iverilog,
verilator, yosys, nextpnr-ice40 and IceStorm.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from itertools import product

import numpy as np

from evosnn.chips import load_chip
from evosnn.export import c_size, synthesize, to_c, to_verilog
from evosnn.export.c.run import run_c
from evosnn.export.fpga.bitstream import run_bitstream
from evosnn.export.fpga.netlist import run_netlist
from evosnn.export.verilog.run import run_host, run_iverilog, run_verilator
from tests.export.cases import case
from tests.networks import random_network

_LONG = 100_000  # clocks, more than 1,000 timesteps of any of these cores take
_SIZES = ((5, 20), (10, 60), (20, 160), (40, 400), (60, 900))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--networks", type=int, default=200)
    arguments.add_argument("--netlists", type=int, default=25)
    arguments.add_argument("--only", default="")
    asked = arguments.parse_args()
    n = asked.networks
    codes = [to_c(*case(k), name=f"net{k}") for k in range(n)]
    reals = [to_c(*case(k, integer=False), name=f"net{k}") for k in range(n)]
    parallel = [to_verilog(*case(k), name=f"net{k}", core="parallel") for k in range(n)]
    streamed = [to_verilog(*case(k), name=f"net{k}", core="streamed") for k in range(n)]
    hosted = parallel[::2] + streamed[1::2]
    flat, folded = parallel[: asked.netlists], streamed[: asked.netlists]
    print("| export | tool | networks | timesteps | spikes | different | potentials | s |")
    print("|---|---|---|---|---|---|---|---|")
    for what, tool, run, exports in (
        ("C, integer", "gcc", run_c, codes),
        ("C, double", "gcc", run_c, reals),
        ("Verilog, parallel", "iverilog", run_iverilog, parallel),
        ("Verilog, streamed", "iverilog", run_iverilog, streamed),
        ("Verilog, parallel", "verilator", run_verilator, parallel),
        ("Verilog, streamed", "verilator", run_verilator, streamed),
        ("Verilog, UART", "iverilog", partial(run_host, host="uart"), hosted),
        ("Verilog, SPI", "iverilog", partial(run_host, host="spi"), hosted),
        ("netlist, parallel", "iverilog", partial(run_netlist, clocks=_LONG), flat),
        ("netlist, streamed", "iverilog", partial(run_netlist, clocks=_LONG), folded),
        ("bitstream, parallel", "iverilog", partial(run_bitstream, clocks=_LONG), flat),
        ("bitstream, streamed", "iverilog", partial(run_bitstream, clocks=_LONG), folded),
    ):
        if asked.only not in what:
            continue
        start = time.perf_counter()
        found = run(exports)
        print(
            f"| {what} | {tool} | {sum(not a.skipped for a in found)} | "
            f"{sum(a.timesteps for a in found):,} | {sum(a.compared for a in found):,} | "
            f"{sum(a.different for a in found)} | "
            f"{sum(a.potentials_different or 0 for a in found)} | "
            f"{time.perf_counter() - start:.0f} |",
            flush=True,
        )
    if not asked.only:
        _print_sizes()


def _print_sizes() -> None:
    columns = ("chip", "neurons", "synapses", "core", "LUTs", "flip-flops", "block RAMs",
               "logic cells", "MHz", "timesteps a second", "C code", "C state")  # fmt: skip
    print(f"\n| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
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
            f"| {name} | {neurons} | {synapses} | {core} | {r.luts} | {r.flip_flops} | "
            f"{r.brams} | {r.logic_cells} | {r.fmax_mhz:.1f} | {r.inferences_per_second:,.0f} | "
            f"{size.code} B | {size.state} B |",
            flush=True,
        )
    print(", ".join(("ice40-hx8k", *r.tools, size.compiler, "-Os, bytes on this machine")))


if __name__ == "__main__":
    main()
