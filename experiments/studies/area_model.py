"""How many logic cells a network takes: a model, fitted to syntheses and checked against others.

    python -m experiments.studies.area_model [--out results] [--workers 2] [--keep FILE]

Synthesises random networks of all chips of RISP's rules and networks that small campaigns evolved
(yosys ``synth_ice40``, then nextpnr's packing, after which the logic cells are counted), fits the
coefficients of :mod:`evosnn.assessment._area` on one half and measures the errors on the other.
Writes the coefficients (area_ice40.toml, to be put beside that module), every network's figures
(area_model.csv), a table (area_model.md) and a picture (area_model.png). With --keep, syntheses
are kept in FILE and not repeated.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.stats import spearmanr

from evosnn.assessment._area import AREA_TERMS, area_terms
from evosnn.campaign import Campaign, Progress, read_spec
from evosnn.chips import Chip, load_chip
from evosnn.export import to_verilog
from evosnn.export.common.external_tools import run_tool, tool_version
from evosnn.export.fpga.build import build_netlist
from evosnn.network import Network
from tests.networks import make_chip, random_network

_CHIPS = ("risp-1", "risp-7", "risp-127", "risp-15+", "risp-255+")
_LEAKY = make_chip(top=31, floor=-31, leak=(0, 0.5, 0.25, 0.125, 1)).model_copy(
    update={"name": "leaky-31"}
)
_CAMPAIGNS = (
    ("iris", "risp-127"), ("wine", "risp-7"), ("breast-cancer", "risp-127"), ("iris", "risp-7"),
    ("wine", "risp-255+"), ("iris", "risp-1"), ("breast-cancer", "risp-15+"), ("wine", "risp-127"),
)  # fmt: skip
_SAMPLED = (0, 10, 20, 40)  # generations that networks are taken from
_SPEC = """
task = "{task}"
chip = "{chip}"
seed = {seed}
population = 40
instances = 4
objectives = {objectives}
[stop]
generations = {generations}
"""


_HUBER = 0.05  # relative error beyond which a network counts less
_SMALL = 20  # logic cells below which errors count as if there were so many

HEADER = """# Area: what a network takes on an FPGA, estimated

    python -m experiments.studies.area_model

Logic cells of the parallel core on an iCE40, predicted from counts of bits
(evosnn/assessment/_area.py) and measured by {tools}
(synth_ice40, logic cells after packing). Random networks, and those evolved for accuracy,
synapses and resilience, went with even odds into the part that the prices are fitted to, by least
squares of relative errors with Huber's weights, no price below 0. The others are held out, and so
are all networks evolved for accuracy and area, in campaigns of their own, which show whether a
search finds holes in the model.

| counted | logic cells each |
|---|---|
{prices}

| networks | syntheses | cells | median error | 90th percentile | largest | R2 | rank correlation |
|---|---|---|---|---|---|---|---|
{rows}

Error: difference as a share of the measured cells. Rank correlation: Spearman's. {dead} further
networks, none of whose outputs can fire, came out at {most} cells at most and count as 0. The
largest errors are of networks below 50 cells on RISP-1, whose adders of two or three bits become
single look-up tables. Each network is in area_model.csv.

![Estimated against synthesised logic cells](area_model.png)

| held out, of chip | syntheses | median error | bias |
|---|---|---|---|
{chips}
"""
DATA = """# What the bits of a network's circuit cost on a Lattice iCE40, in logic cells.
# evosnn/assessment/_area.py says what is counted.

source = "fitted by experiments/studies/area_model.py to {n} syntheses by {tools}; results/studies/area_model.md"
median_error = {median:.3f}  # of {held} held-out networks
p90_error = {p90:.3f}

[cells]
{prices}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("results/studies"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    cases = list(
        chain(
            random_networks(180),
            evolved_networks(("accuracy", "synapses", "resilience"), 1, 16),
            evolved_networks(("accuracy", "area"), 2, 4),
        )
    )
    built = synthesise_all(cases, options.keep, options.workers)
    counts = np.array([list(area_terms(b.network, b.chip).values()) for b in built])
    alive = counts.any(axis=1)
    dead = [b.cells for b, lives in zip(built, alive, strict=True) if not lives]
    built = [b for b, lives in zip(built, alive, strict=True) if lives]
    counts, cells = counts[alive], np.array([float(b.cells) for b in built])
    searched = np.array([b.origin.endswith("for area") for b in built])
    drawn = np.random.default_rng(0).random(len(built)) < 0.5
    fitted = drawn & ~searched
    prices = np.round(fit(counts[fitted], cells[fitted]), 3)
    write(options.out, built, counts @ prices, prices, fitted, searched, dead)


def fit(counts: NDArray[np.float64], cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prices, at least 0, by least squares of relative errors with Huber's weights."""
    scale = 1 / np.maximum(cells, _SMALL)
    weight = np.ones_like(cells)
    for _ in range(100):
        by = scale * weight
        prices: NDArray[np.float64] = nnls(counts * by[:, None], cells * by)[0]
        error = np.abs(counts @ prices - cells) * scale
        weight = np.sqrt(np.minimum(1, _HUBER / np.maximum(error, 1e-12)))
    return prices


def write(
    out: Path,
    built: list[Built],
    predicted: NDArray[np.float64],
    prices: NDArray[np.float64],
    fitted: NDArray[np.bool_],
    searched: NDArray[np.bool_],
    dead: list[int],
) -> None:
    """Write the coefficients, the networks' figures, the tables and the picture."""
    cells = np.array([float(b.cells) for b in built])
    chips = np.array([b.chip.name for b in built])
    random = np.array([b.origin == "random" for b in built])
    held = ~fitted & ~searched
    error = np.abs(predicted - cells) / cells
    tools = f"{tool_version('yosys')}, {tool_version('nextpnr-ice40')}"
    groups = {
        "fitted to": fitted,
        "held out": held,
        "- random": held & random,
        "- evolved": held & ~random,
        "evolved for area": searched,
    }
    rows = [
        f"| {name} | {m.sum()} | {cells[m].min():.0f} to {cells[m].max():.0f} | "
        f"{100 * np.median(error[m]):.1f} % | {100 * np.quantile(error[m], 0.9):.1f} % | "
        f"{100 * error[m].max():.0f} % | "
        f"{1 - ((predicted - cells)[m] ** 2).sum() / ((cells - cells[m].mean())[m] ** 2).sum():.3f}"
        f" | {spearmanr(predicted[m], cells[m])[0]:.3f} |"
        for name, m in groups.items()
    ]
    by_chip = [
        f"| {name} | {m.sum()} | {100 * np.median(error[m]):.1f} % | "
        f"{100 * np.median((predicted / cells - 1)[m]):+.1f} % |"
        for name in dict.fromkeys(chips.tolist())
        for m in [held & (chips == name)]
    ]
    listed = dict(zip(AREA_TERMS, prices.tolist(), strict=True))
    (out / "area_model.md").write_text(
        HEADER.format(
            tools=tools,
            prices="\n".join(f"| {AREA_TERMS[k]} | {v:g} |" for k, v in listed.items()),
            rows="\n".join(rows), chips="\n".join(by_chip), dead=len(dead),
            most=max(dead, default=0),
        )
    )  # fmt: skip
    (out / "area_ice40.toml").write_text(
        DATA.format(
            n=fitted.sum(), tools=tools, held=held.sum(), median=np.median(error[held]),
            p90=np.quantile(error[held], 0.9),
            prices="\n".join(f"{k} = {v:g}" for k, v in listed.items()),
        )
    )  # fmt: skip
    lines = ["origin,chip,network,neurons,synapses,luts,cells,predicted,part"]
    for b, guess, is_fitted in zip(built, predicted.tolist(), fitted.tolist(), strict=True):
        part = "fitted" if is_fitted else "held out"
        size = f"{b.network.n_used},{b.network.n_synapses}"
        lines.append(
            f"{b.origin},{b.chip.name},{b.network.key},{size},{b.luts},{b.cells},{guess:.0f},{part}"
        )
    (out / "area_model.csv").write_text("\n".join(lines) + "\n")
    _draw(out / "area_model.png", cells, predicted, held & random, held & ~random, searched)


def _draw(
    path: Path,
    cells: NDArray[np.float64],
    predicted: NDArray[np.float64],
    random: NDArray[np.bool_],
    evolved: NDArray[np.bool_],
    searched: NDArray[np.bool_],
) -> None:
    figure, ax = plt.subplots(figsize=(5.2, 4.6), layout="constrained")
    ends = np.array([8, 1.3 * cells.max()])
    ax.fill_between(ends, 0.8 * ends, 1.2 * ends, color="0.92", lw=0)
    ax.text(13, 8.6, "within 20 %", rotation=45, rotation_mode="anchor", color="0.45", fontsize=8)
    ax.plot(ends, ends, color="0.5", lw=0.8)
    for chosen, color, label in (
        (random, "#0072b2", "random"),
        (evolved, "#d55e00", "evolved for accuracy, synapses, resilience"),
        (searched, "#009e73", "evolved for accuracy and area"),
    ):
        ax.plot(cells[chosen], predicted[chosen], "o", ms=3.5, alpha=0.7, mew=0, color=color,
                label=label)  # fmt: skip
    ax.set(xscale="log", yscale="log", xlim=ends, ylim=ends, aspect="equal",
           xlabel="logic cells, synthesised", ylabel="logic cells, estimated")  # fmt: skip
    ax.set_title("Area of networks that the model never saw", loc="left", fontsize=10)
    ax.legend(frameon=False, fontsize=8)
    figure.savefig(path, dpi=160)


def synthesise_all(cases: list[Built], keep: Path | None, workers: int) -> list[Built]:
    """Synthesise, in the order given; what is kept in a file is taken from there."""
    known = json.loads(keep.read_text()) if keep is not None and keep.exists() else {}
    missing = [c for c in cases if _name(c) not in known]
    with ProcessPoolExecutor(workers) as pool:
        for k, case in enumerate(pool.map(synthesise, missing)):
            known[_name(case)] = [case.cells, case.luts]
            if keep is not None and (k % 20 == 19 or k == len(missing) - 1):
                keep.write_text(json.dumps(known))
                print(f"{k + 1} of {len(missing)} synthesised", flush=True)
    return [replace(c, cells=known[_name(c)][0], luts=known[_name(c)][1]) for c in cases]


def _name(case: Built) -> str:
    return f"{case.chip.name} {case.network.key}"


@dataclass(frozen=True)
class Built:
    """A network, and what the tools made of it.

    Attributes:
        origin: ``"random"``, or the task that it was evolved for.
        chip: Its chip.
        network: The network.
        cells: Logic cells after packing.
        luts: Look-up tables.
    """

    origin: str
    chip: Chip
    network: Network
    cells: int = 0
    luts: int = 0


def random_networks(count: int) -> Iterator[Built]:
    """Networks of all chips of RISP's rules, of up to 150 synapses; an output of each can fire."""
    for k in range(count):
        rng = np.random.default_rng(k)
        name = (*_CHIPS, "leaky-31")[k % (len(_CHIPS) + 1)]
        chip = _LEAKY if name == "leaky-31" else load_chip(name)
        network = _random(rng, chip)
        while not area_terms(network, chip)["charge"]:  # no output can ever fire
            network = _random(rng, chip)
        yield Built("random", chip, network)


def _random(rng: np.random.Generator, chip: Chip) -> Network:
    neurons = int(np.exp(rng.uniform(np.log(3), np.log(30))))
    synapses = int(np.exp(rng.uniform(np.log(neurons), np.log(min(150, neurons**2)))))
    longest = int(np.exp(rng.uniform(0, np.log(min(chip.synapse.delay.max, 40)))))
    inputs, outputs = rng.integers(1, min(neurons, 6) + 1, 2).tolist()
    return random_network(
        rng, chip, neurons=neurons, synapses=synapses, inputs=inputs, outputs=outputs,
        max_delay=longest,
    )  # fmt: skip


def evolved_networks(objectives: tuple[str, ...], seed: int, each: int) -> Iterator[Built]:
    """Networks of the first, of some middle and of the last generations of small campaigns."""
    for task, chip in _CAMPAIGNS:
        with TemporaryDirectory() as folder:
            spec = Path(folder) / "spec.toml"
            spec.write_text(
                _SPEC.format(task=task, chip=chip, seed=seed, objectives=json.dumps(objectives),
                             generations=_SAMPLED[-1] + 1)
            )  # fmt: skip
            campaign = Campaign.start(read_spec(spec), Path(folder) / "out")
            found: dict[str, Network] = {}
            campaign.run(on_generation=_sampler(campaign, found, each // len(_SAMPLED)))
            campaign.store.close()
            for network in found.values():
                purpose = " for area" if "area" in objectives else ""
                yield Built(f"{task}{purpose}", load_chip(chip), network)


def _sampler(
    campaign: Campaign, found: dict[str, Network], share: int
) -> Callable[[Progress], None]:
    """What takes some networks out of a campaign's population as generations pass."""
    rng = np.random.default_rng(campaign.spec.seed)

    def sample(progress: Progress) -> None:
        if progress.generation in _SAMPLED:
            alive = [n for n, _ in campaign.store.population() if n.key not in found]
            chosen = rng.permutation(len(alive))[:share].tolist()
            found.update({alive[k].key: alive[k] for k in chosen})

    return sample


def synthesise(case: Built) -> Built:
    """Synthesise the parallel core for iCE40 and pack it."""
    export = to_verilog(case.network, case.chip, core="parallel")
    with TemporaryDirectory() as folder:
        export.write(folder)
        cells = build_netlist(export, "core", folder)
        run_tool(
            ["nextpnr-ice40", "--hx8k", "--package", "ct256", "--json", "design.json",
             "--pack-only", "--report", "report.json", "--quiet"],
            folder,
        )  # fmt: skip
        report = json.loads((Path(folder) / "report.json").read_text())
    used = int(report["utilization"]["ICESTORM_LC"]["used"])
    return Built(case.origin, case.chip, case.network, used, cells["luts"])


if __name__ == "__main__":
    main()
