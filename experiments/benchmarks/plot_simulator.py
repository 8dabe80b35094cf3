"""Plot what ``simulator.py`` measured: cost against network size and lanes.

python experiments/benchmarks/plot_simulator.py results/benchmarks/simulator.json -o results/benchmarks/simulator.png
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7")  # Okabe and Ito
SYNAPSES = {"a": 100, "b": 1000, "c": 20000}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("json", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    result = json.loads(arguments.json.read_text())
    rows = [row for row in result["rows"] if row["threads"] == 1]

    plt.rcParams["axes.prop_cycle"] = plt.cycler(color=COLOURS)
    figure, (size, lanes) = plt.subplots(1, 2, figsize=(10, 4.8), layout="constrained")
    for n in (64, 512, 4096):
        some = [row for row in rows if row["lanes"] == n and row["activity"] == 0.1]
        size.loglog(
            [SYNAPSES[row["network"]] for row in some],
            [1e6 / row["runs_per_s"] for row in some],
            "o-", label=f"{n:,} lanes",
        )  # fmt: skip
    for name in ("event-driven", "SuperNeuroMAT"):
        some = [
            peer
            for peer in result["peers"]
            if (peer["simulator"], peer["activity"]) == (name, 0.1) and peer["runs_per_s"]
        ]
        size.loglog(
            [SYNAPSES[peer["network"]] for peer in some],
            [1e6 / peer["runs_per_s"] for peer in some],
            "s--", label=name,
        )  # fmt: skip
    size.set(xlabel="synapses", ylabel="µs a network run (100 timesteps, one core)")
    size.set_title("10 % activity")
    size.legend(loc="upper left", bbox_to_anchor=(0, -0.18), ncols=3, fontsize="small")
    for name in sorted({row["network"] for row in rows}):
        for activity, style in ((0.01, ":"), (0.1, "-"), (0.5, "--")):
            some = [r for r in rows if r["network"] == name and r["activity"] == activity]
            lanes.loglog(
                [row["lanes"] for row in some],
                [1e6 / row["runs_per_s"] for row in some],
                style, color=f"C{'abc'.index(name)}", label=f"{name}, {activity:.0%}",
            )  # fmt: skip
    lanes.set(xlabel="lanes", ylabel="µs a network run")
    lanes.set_title("by network and activity")
    lanes.legend(loc="upper left", bbox_to_anchor=(0, -0.18), ncols=3, fontsize="small")
    figure.savefig(arguments.output, dpi=120)


if __name__ == "__main__":
    main()
