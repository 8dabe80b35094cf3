"""Plot what ``engines.py`` measured: each engine's hypervolume beside the default's.

python -m experiments.studies.plot_engines results/studies/engines.json -o results/studies/engines.png
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from experiments.studies.engines import BASE, ENGINES, STARTS, WHICH, Found, seeds_of, values_of

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9")  # Okabe and Ito
MARKS = "os^Dvx"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("json", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    found: Found = json.loads(options.json.read_text())
    figure, axes = plt.subplots(
        2, 2, figsize=(10, 7), layout="constrained", sharex=True, sharey="row"
    )
    for row, which in zip(axes, WHICH, strict=True):
        for ax, starts in zip(row, STARTS, strict=True):
            draw(ax, found, starts, which)
            ax.set_title(f"from {starts}, on {which} samples", fontsize="medium")
        row[0].set_ylabel(f"hypervolume less that of {BASE}")
    for ax in axes[-1]:
        ax.set_xlabel("measurements of a network")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=7)
    figure.savefig(options.output, dpi=150)


def draw(ax: plt.Axes, found: Found, starts: str, which: str) -> None:
    """Mean gain over pairs and seeds with its 95 % bootstrap interval, by measurements."""
    any_seed = next(iter(next(iter(next(iter(found.values())).values())).values()))
    looks = sorted(int(name.split(", ")[1]) for name in any_seed if name.startswith(which))
    ax.axhline(0.0, color="0.3", linewidth=1, label=BASE)
    rng = np.random.default_rng(0)
    for k, engine in enumerate(ENGINES[1:]):
        middle, low, high = [], [], []
        for at in looks:
            values = values_of(found, starts, f"{which}, {at}")
            gain = np.concatenate([values[engine][p] for p in values[BASE]])
            gain = gain - np.concatenate(list(values[BASE].values()))
            means = rng.choice(gain, (10_000, gain.size)).mean(axis=1)
            middle.append(gain.mean())
            low.append(gain.mean() - np.percentile(means, 2.5))
            high.append(np.percentile(means, 97.5) - gain.mean())
        ax.errorbar(
            np.array(looks) + 40 * (k - 2.5), middle, (low, high),
            color=COLOURS[k], marker=MARKS[k], markersize=5, capsize=2, label=engine,
        )  # fmt: skip
    ax.set_xticks(looks)
    ax.annotate(
        f"mean of {len(values[BASE])} pairs, {len(seeds_of(found))} seeds; bars: 95 % interval",
        (0.02, 0.02), xycoords="axes fraction", fontsize="x-small", color="0.3",
    )  # fmt: skip


if __name__ == "__main__":
    main()
