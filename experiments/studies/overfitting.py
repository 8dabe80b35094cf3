"""Does a campaign promise too much? What it reports, beside held-out samples on fresh chips.

    EVOSNN_DATA=... python -m experiments.studies.overfitting [--seeds 30] [--evaluations 3000]

Default campaigns (RISP-127; jittered samples, 16 chips a measurement). Three reports are compared:
the *search's* record, which selection saw and preferred; the *pooled* one, the same joined with
validation samples, a sample counting as one; and the *expected* score, which the front is formed
by: the pooled one less the optimism that the whole last population shows on validation samples.
*Held-out* are the test samples on 1,000 chips that nobody saw. A gap is a mean difference over the
networks of the final front. A part of it is no optimism at all but the spread of splits: test
samples that happen to be harder. Its standard error over the splits says how much.

Can be stopped and run again; --runs keeps the campaigns. Writes results/studies/overfitting.json and
results/studies/overfitting.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from evosnn.campaign import Campaign, CampaignSpec
from experiments.studies.reports import write_report

TASKS = (
    "iris", "wine", "breast-cancer", "banknote", "ionosphere", "sonar", "pima", "seeds", "digits",
)  # fmt: skip
CHIPS = 1000
AIM = 0.02
GAPS = ("expected", "pooled", "search")
HEADER = """# What a campaign reports beside what 1,000 fresh chips on held-out samples say

    python -m experiments.studies.overfitting --seeds {seeds} --evaluations {evaluations}{more}

Mean over the networks of each final front and over the splits, ± standard error of the splits.
*Expected*: what the front is formed by, less held-out; the aim is below 0.02. *Pooled*: the same
for the joined record of search and validation samples, *search*: for the record that selection
worked with. *Most accurate*: held-out accuracy of the network that is best by the expected or by
the pooled figure, and what that figure promised beyond it. *Slope*: what held-out accuracy gains
where the search's record gains 1, over the whole last population (least squares).

| task | splits | networks | accuracy: held-out | expected | pooled | search \
| on faulty chips: held-out | expected | pooled | search \
| most accurate by expected | beyond | by pooled | beyond | slope | met |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--evaluations", type=int, default=3000)
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    parser.add_argument("--changes", type=json.loads, default={}, help="of the spec, as JSON")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--runs", type=Path, help="where to keep the campaigns")
    parser.add_argument("--out", type=Path, default=Path("results/studies/overfitting"))
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
    write_report(options.out.with_suffix(".md"), report(found, options))


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
    with kept_or_not(options.runs, f"{task}-{seed}") as folder:
        campaign = Campaign.start(spec, folder, options.threads)
        campaign.run()
        found = gaps(campaign)
        campaign.store.close()
    return found


@contextmanager
def kept_or_not(runs: Path | None, name: str) -> Iterator[Path]:
    if runs is not None:
        yield runs / name
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def gaps(campaign: Campaign) -> dict[str, float]:
    problem, population = campaign.problem, campaign.population()
    final, expected = campaign.store.final(), campaign.store.expected()
    networks = [member.network for member in population]
    measure = problem.evaluator.measure
    seen = measure(networks, "validation", n_instances=CHIPS, part="validation")
    n, m = problem.n_search_samples, problem.task.validation.n_samples
    front = np.array([network.key in final for network in networks])
    figures = [final[network.key] for network in networks if network.key in final]
    sound = np.array([member.shortfall <= 0 for member in population])
    tested = measure(networks, "final", n_instances=1, part="test")
    slope = np.polyfit(
        [member.measurement.nominal for member in population], [r.nominal for r in tested], 1
    )[0]
    found: dict[str, float] = {"networks": len(figures), "slope": float(slope)}
    for name, searched, validated, held in (
        (
            "accuracy",
            np.array([member.measurement.nominal for member in population]),
            np.array([record.nominal for record in seen]),
            [own["accuracy"] for own in figures],
        ),
        (
            "resilience",
            np.array([member.measurement.mean for member in population]),
            np.array([record.mean for record in seen]),
            [own["perturbed"]["mean"] for own in figures],
        ),
    ):
        said = {
            "expected": np.array([expected[network.key][name] for network in networks]),
            "pooled": (n * searched + m * validated) / (n + m),
            "search": searched,
        }
        found[name] = float(np.mean(held))
        for record in GAPS:
            found[f"{name} {record}"] = float(said[record][front].mean() - found[name])
        if name == "accuracy":
            for record in ("expected", "pooled"):
                best = int(np.where(sound, said[record], -1).argmax())
                shown = measure([networks[best]], "final", n_instances=1, part="test")
                found[f"best by {record}"] = shown[0].nominal
                beyond = float(said[record][best]) - shown[0].nominal
                found[f"best by {record}, beyond"] = beyond
    return found


def report(found: dict[str, dict[str, Any]], options: argparse.Namespace) -> str:
    more = (
        "" if tuple(options.tasks) == TASKS else f" \\\n        --tasks {' '.join(options.tasks)}"
    )
    if options.changes:
        more += f" \\\n        --changes '{json.dumps(options.changes)}' --out {options.out}"
    text = HEADER.format(seeds=options.seeds, evaluations=options.evaluations, more=more)
    for task, seeds in found.items():
        rows = list(seeds.values())
        mean = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}

        def gap(name: str, rows: list[dict[str, float]] = rows) -> str:
            values = [row[name] for row in rows]
            error = np.std(values, ddof=1) / len(values) ** 0.5 if len(values) > 1 else np.nan
            return f"{np.mean(values):+.3f} ± {error:.3f}"

        cells = [task, str(len(rows)), f"{mean['networks']:.0f}"]
        for name in ("accuracy", "resilience"):
            cells += [f"{mean[name]:.3f}", *(gap(f"{name} {record}") for record in GAPS)]
        for record in ("expected", "pooled"):
            cells += [f"{mean[f'best by {record}']:.3f}", gap(f"best by {record}, beyond")]
        cells.append(f"{mean['slope']:.2f}")
        met = max(mean["accuracy expected"], mean["resilience expected"]) < AIM
        text += f"| {' | '.join([*cells, 'yes' if met else 'no'])} |\n"
    return text


if __name__ == "__main__":
    main()
