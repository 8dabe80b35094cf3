"""Iris and wine on RISP-127: do small, resilient networks come out, and do their figures hold?

    python experiments/studies/small_sets.py [--evaluations 100000] [--seeds 1 2 3] [--out results]

For each seed a campaign as in iris.toml and wine.toml, but from random networks alone, makes the
given number of measurements. The table says what the search believed of the networks on its front,
what it expected of unseen samples, and what samples that it never saw, on 200 fresh chips whose
weights vary by 10 %, say of them. It does not depend on the machine.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from evosnn.analysis import front_report
from evosnn.campaign import Campaign, change_spec, read_spec

HERE = Path(__file__).parents[1]
GOALS = {"iris": (8, 0.93, 0.92), "wine": (16, 0.90, 0.89)}
HEADER = """# Small networks for iris and wine on RISP-127

    python experiments/studies/small_sets.py --evaluations {evaluations} --seeds {seeds}

From random networks alone. Weight variation of 10 % of each weight (Gaussian), 16 chip
instances a measurement, population 100, {evaluations:,} measurements a campaign. *Best small
network*: the one of at most 8 (iris) or 16 (wine) synapses with the highest sum of the
accuracy and the resilience that are expected of it. *Held-out*: on samples that the search
never saw. *200 chips*: mean over 200 fresh chips. *Believed*, *expected*: what search believed
on faulty chips, and what it expected of unseen samples there, less the held-out mean, averaged
over the front.

| task | seed | front | best small network | held-out | 200 chips | believed | expected |
|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--evaluations", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--threads", type=int)
    parser.add_argument("--out", type=Path, default=HERE.parent / "results" / "studies")
    options = parser.parse_args()
    rows, gaps = [], []
    for task, (most, clean, perturbed) in GOALS.items():
        for seed in options.seeds:
            row, gap, met = campaign_row(task, seed, options, most, clean, perturbed)
            print(row, "" if met else f"  (below {clean}, {perturbed})", flush=True)
            rows.append(row)
            gaps.append(gap)
    seeds = " ".join(map(str, options.seeds))
    text = HEADER.format(evaluations=options.evaluations, seeds=seeds) + "\n".join(rows)
    for what, gap in zip(("Believed", "Expected"), np.transpose(gaps), strict=True):
        text += f"\n\n{what}: mean gap {gap.mean():+.3f}; mean size of it {np.abs(gap).mean():.3f}."
    options.out.mkdir(exist_ok=True)
    (options.out / "small_sets.md").write_text(text + "\n")


def campaign_row(
    task: str, seed: int, options: argparse.Namespace, most: int, clean: float, perturbed: float
) -> tuple[str, tuple[float, float], bool]:
    spec = change_spec(
        read_spec(HERE / f"{task}.toml"),
        {
            "seed": seed,
            "linear_starts": False,
            "stop": {"evaluations": options.evaluations},
        },
    )
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(spec, Path(folder), options.threads)
        campaign.run()
        networks = front_report(campaign)["networks"]
        campaign.store.close()
    small = [n for n in networks if n["synapses"] <= most]
    best = max(small, key=lambda n: n["expected"]["accuracy"] + n["expected"]["resilience"])
    test = best["test"]
    believed, expected = (
        float(np.mean([n[what]["resilience"] - n["test"]["perturbed"]["mean"] for n in networks]))
        for what in ("search", "expected")
    )
    row = (
        f"| {task} | {seed} | {len(networks)} | {best['synapses']} synapses | "
        f"{test['accuracy']:.3f} ({test['interval'][0]:.2f}..{test['interval'][1]:.2f}) | "
        f"{test['perturbed']['mean']:.3f} | {believed:+.3f} | {expected:+.3f} |"
    )
    met = test["accuracy"] >= clean and test["perturbed"]["mean"] >= perturbed
    return row, (believed, expected), met


if __name__ == "__main__":
    main()
