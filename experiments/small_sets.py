"""Iris and wine on RISP-127: do small, resilient networks come out, and do their figures hold?

    python experiments/small_sets.py [--seconds 60] [--seeds 1 2 3] [--out results]

For each seed a campaign as in iris.toml and wine.toml runs for the given time. The table says
what the search believed of the networks on its front and what samples that it never saw, on
200 fresh chips whose weights vary by 10 %, say of them.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from evosnn.campaign import Campaign, change_spec, front_report, read_spec

HERE = Path(__file__).parent
GOALS = {"iris": (8, 0.93, 0.92), "wine": (16, 0.90, 0.89)}
HEADER = """# Small networks for iris and wine on RISP-127

    python experiments/small_sets.py --seconds {seconds:g} --seeds {seeds}

From random networks alone. Weight variation of 10 % of each weight (Gaussian), 16 chip
instances a measurement, population 100, {seconds:g} s a campaign. *Best small network*: the one
of at most 8 (iris) or 16 (wine) synapses with the highest sum of the two held-out figures.
*Held-out*: on samples that the search never saw. *200 chips*: mean over 200 fresh chips. *Gap*:
what search believed on faulty chips, less the held-out mean, averaged over the front.

| task | seed | front | best small network | held-out | 200 chips | gap | measured a second |
|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--out", type=Path, default=HERE.parent / "results")
    options = parser.parse_args()
    rows, gaps = [], []
    for task, (most, clean, perturbed) in GOALS.items():
        for seed in options.seeds:
            row, gap, met = campaign_row(task, seed, options.seconds, most, clean, perturbed)
            print(row, "" if met else f"  (below {clean}, {perturbed})", flush=True)
            rows.append(row)
            gaps.append(gap)
    text = HEADER.format(seconds=options.seconds, seeds=" ".join(map(str, options.seeds)))
    text += "\n".join(rows)
    text += (
        f"\n\nMean gap {np.mean(gaps):+.3f}; mean size of the gap {np.mean(np.abs(gaps)):.3f}.\n"
    )
    options.out.mkdir(exist_ok=True)
    (options.out / "small_sets.md").write_text(text)


def campaign_row(
    task: str, seed: int, seconds: float, most: int, clean: float, perturbed: float
) -> tuple[str, float, bool]:
    spec = change_spec(
        read_spec(HERE / f"{task}.toml"),
        {
            "seed": seed,
            "linear_starts": False,
            "stop.time": seconds,
            "stop.generations": 10**6,
        },
    )
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(spec, Path(folder))
        campaign.run()
        networks = front_report(campaign)["networks"]
        last = campaign.store.statistics()[-1]
        campaign.store.close()
    small = [n for n in networks if n["synapses"] <= most]
    best = max(small, key=lambda n: n["test"]["accuracy"] + n["test"]["perturbed"]["mean"])
    test = best["test"]
    gap = float(
        np.mean([n["search"]["resilience"] - n["test"]["perturbed"]["mean"] for n in networks])
    )
    row = (
        f"| {task} | {seed} | {len(networks)} | {best['synapses']} synapses | "
        f"{test['accuracy']:.3f} ({test['interval'][0]:.2f}..{test['interval'][1]:.2f}) | "
        f"{test['perturbed']['mean']:.3f} | {gap:+.3f} | "
        f"{last['evaluations'] / last['seconds']:,.0f} |"
    )
    return row, gap, test["accuracy"] >= clean and test["perturbed"]["mean"] >= perturbed


if __name__ == "__main__":
    main()
