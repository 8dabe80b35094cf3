"""Does a search believe too much? What it reports, beside held-out samples on fresh chips.

    EVOSNN_DATA=... python experiments/overfitting.py [--seeds 5] [--evaluations 6000]

Default campaigns (RISP-127; jittered samples, 16 chips a measurement). *Search* is a network's
pooled record on the search's samples, which selection saw and preferred; *reported* is what the
front is chosen by, the same joined with validation samples; *held-out* is the test samples on
1,000 chips that nobody saw. The gap is the mean difference over the networks of the final front,
and a part of it is no overfitting at all but the spread of splits: test samples that happen to be
harder. Its standard error over the seeds says how much.

Can be stopped and run again. Writes results/overfitting.json and results/overfitting.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from evosnn.campaign import Campaign, CampaignSpec
from evosnn.campaign._final import _validated

TASKS = (
    "iris", "wine", "breast-cancer", "banknote", "ionosphere", "sonar", "pima", "seeds", "digits",
)  # fmt: skip
CHIPS = 1000
AIM = 0.02
HEADER = """# What a search reports beside what 1,000 fresh chips on held-out samples say

    python experiments/overfitting.py --seeds {seeds} --evaluations {evaluations}{more}

Mean over the networks of each final front and over {seeds} splits, ± standard error of the splits.
*Gap*: reported less held-out; the aim is below 0.02 for both. *Search's gap*: the same for the
record that selection worked with.

| task | networks | accuracy: held-out | gap | search's gap | on faulty chips: held-out | gap \
| search's gap | met |
|---|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--evaluations", type=int, default=6000)
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    parser.add_argument("--changes", type=json.loads, default={}, help="of the spec, as JSON")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--out", type=Path, default=Path("results/overfitting"))
    options = parser.parse_args()
    kept = options.out.with_suffix(".json")
    found: dict[str, dict[str, Any]] = json.loads(kept.read_text()) if kept.exists() else {}
    for seed in range(1, options.seeds + 1):
        for task in options.tasks:
            seeds = found.setdefault(task, {})
            if str(seed) not in seeds:
                seeds[str(seed)] = one_search(task, seed, options)
                print(task, seed, seeds[str(seed)], flush=True)
                kept.write_text(json.dumps(found, indent=1) + "\n")
    options.out.with_suffix(".md").write_text(report(found, options))


def one_search(task: str, seed: int, options: argparse.Namespace) -> dict[str, float]:
    spec = CampaignSpec.model_validate(
        {
            "task": task,
            "chip": "risp-127",
            "seed": seed,
            "trials": CHIPS,
            "stop": {"evaluations": options.evaluations},
            **options.changes,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(spec, Path(folder), options.threads)
        campaign.run()
        final = campaign.store.final()
        on_front = [m for m in campaign.population() if m.network.key in final]
        reported = _validated(campaign.world, on_front, CHIPS)
        campaign.store.close()
    held = [final[m.network.key] for m in on_front]
    found: dict[str, float] = {"networks": len(on_front)}
    for name, searched, said, tested in (
        (
            "accuracy",
            [m.measurement.nominal for m in on_front],
            [m.measurement.nominal for m in reported],
            [figures["accuracy"] for figures in held],
        ),
        (
            "resilience",
            [m.measurement.mean for m in on_front],
            [m.measurement.mean for m in reported],
            [figures["perturbed"]["mean"] for figures in held],
        ),
    ):
        found[name] = float(np.mean(tested))
        found[f"{name} gap"] = float(np.mean(said) - np.mean(tested))
        found[f"{name} search gap"] = float(np.mean(searched) - np.mean(tested))
    return found


def report(found: dict[str, dict[str, Any]], options: argparse.Namespace) -> str:
    done = min(len(seeds) for seeds in found.values())
    more = (
        "" if tuple(options.tasks) == TASKS else f" \\\n        --tasks {' '.join(options.tasks)}"
    )
    if options.changes:
        more += f" \\\n        --changes '{json.dumps(options.changes)}' --out {options.out}"
    text = HEADER.format(seeds=done, evaluations=options.evaluations, more=more)
    for task, seeds in found.items():
        rows = list(seeds.values())[:done]

        def gap(name: str, rows: list[dict[str, float]] = rows) -> str:
            values = [row[name] for row in rows]
            error = np.std(values, ddof=1) / len(values) ** 0.5 if len(values) > 1 else np.nan
            return f"{np.mean(values):+.3f} ± {error:.3f}"

        mean = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
        met = max(mean["accuracy gap"], mean["resilience gap"]) < AIM
        text += (
            f"| {task} | {mean['networks']:.0f} | {mean['accuracy']:.3f} | {gap('accuracy gap')} | "
            f"{gap('accuracy search gap')} | {mean['resilience']:.3f} | {gap('resilience gap')} | "
            f"{gap('resilience search gap')} | {'yes' if met else 'no'} |\n"
        )
    return text


if __name__ == "__main__":
    main()
