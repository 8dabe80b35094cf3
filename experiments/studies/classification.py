"""Evolved networks beside scikit-learn's classifiers, held-out, mean of ten splits.

    EVOSNN_DATA=... python -m experiments.studies.classification [--splits 10] [--evaluations 20000]

Nine data sets (five of them from the folder that EVOSNN_DATA names) on RISP-127, in windows of 64
timesteps. Nobody asks these classifiers to survive faults: a weight variation of 30 % is there to
find networks whose answers have a margin (--changes makes another campaign of it). Networks are
chosen from each front by their *promise*, the sum of the accuracies that are expected of them on
the chip as drawn and on varying ones: the best, the best of at most 20 synapses, and the best of at
most so many parameters; and the smallest whose expected accuracy is within a point of the best's.
results/studies/classification.md says how this was settled. Test samples decide nothing.

scikit-learn's classifiers are fitted to training and validation part together: logistic regression
and a multilayer perceptron (100 hidden neurons) on standardised features, and as fairer rivals
those of as many parameters (experiments/studies/classification_rivals.py).

Can be stopped and run again. Writes results/studies/classification.json, .md and .png.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from evosnn.analysis import front_report
from evosnn.assessment import energy_of
from evosnn.campaign import Campaign, CampaignSpec
from evosnn.chips import load_chip
from evosnn.network import Network
from evosnn.plots import save
from evosnn.tasks import ClassificationTask
from experiments.studies.classification_figures import SHARES, draw, report
from experiments.studies.classification_rivals import rivals
from experiments.studies.reports import write_report

TASKS = (
    "iris", "wine", "breast-cancer", "banknote", "ionosphere", "sonar", "pima", "seeds", "digits",
)  # fmt: skip
SMALL = 20
USUAL = {
    "chip": "risp-127",
    "timesteps": 64,
    "encoder": {"kind": "argyle", "neurons": 4, "max_spikes": 16, "interval": 3},
    "mechanisms": [{"kind": "weight-variation", "sigma": 0.3}],
    "instances": 3,
    "trials": 30,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--first", type=int, default=1, help="seed of the first split")
    parser.add_argument("--evaluations", type=int, default=20_000)
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    parser.add_argument("--changes", type=json.loads, default={}, help="of the spec, as JSON")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--out", type=Path, default=Path("results/studies/classification"))
    options = parser.parse_args()
    kept = options.out.with_suffix(".json")
    found: dict[str, list[dict[str, Any]]] = json.loads(kept.read_text()) if kept.exists() else {}
    for split in range(options.splits):
        for task in options.tasks:
            splits = found.setdefault(task, [])
            if len(splits) <= split:
                splits.append(one_split(task, options.first + split, options))
                print(task, split, {k: v for k, v in splits[-1].items() if k != "front"})
                kept.write_text(as_lines(found))
    more = (
        "" if tuple(options.tasks) == TASKS else f" \\\n        --tasks {' '.join(options.tasks)}"
    )
    if options.changes:
        more += f" \\\n        --changes '{json.dumps(options.changes)}' --out {options.out}"
    command = f"--splits {options.splits} --evaluations {options.evaluations}{more}"
    picture = options.out.with_suffix(".png")
    save(draw(found), picture)
    write_report(options.out.with_suffix(".md"), report(found, command, picture.name))


def as_lines(found: dict[str, list[dict[str, Any]]]) -> str:
    """JSON with a line a split."""
    tasks = (
        f" {json.dumps(task)}: [\n  " + ",\n  ".join(json.dumps(s) for s in splits) + "\n ]"
        for task, splits in found.items()
    )
    return "{\n" + ",\n".join(tasks) + "\n}\n"


def one_split(task: str, seed: int, options: argparse.Namespace) -> dict[str, Any]:
    spec = CampaignSpec.model_validate(
        {
            **USUAL,
            "task": task,
            "seed": seed,
            "stop": {"evaluations": options.evaluations},
            **options.changes,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(spec, Path(folder), options.threads)
        campaign.run()
        problem = campaign.problem
        front = front_report(campaign)["networks"]
        networks = [campaign.store.network(item["id"]) for item in front]
        campaign.store.close()
    assert isinstance(problem.task, ClassificationTask)
    expected = np.array([item["expected"]["accuracy"] for item in front])
    promise = expected + [item["expected"].get("resilience", 0.0) for item in front]
    sizes = np.array([network.n_synapses for network in networks])
    best = int(promise.argmax())
    near = np.flatnonzero(expected >= expected[best] - 0.01)
    compact = int(near[np.lexsort((-promise[near], sizes[near]))[0]])
    chosen = {"best": best, "compact": compact}
    few = np.flatnonzero(sizes <= SMALL)
    if few.size:
        chosen["small"] = int(few[promise[few].argmax()])
    tested = problem.evaluator.measure(networks, "report", n_instances=1, part="test")
    loihi = load_chip("loihi-1")
    found: dict[str, Any] = {
        "seed": seed,
        "front": [
            [n_parameters(network), float(value), record.nominal]
            for network, value, record in zip(networks, promise, tested, strict=True)
        ],
    }
    for name, k in chosen.items():
        record = tested[k]
        found[name] = {
            "held-out": record.nominal,
            "expected": float(expected[k]),
            "synapses": networks[k].n_synapses,
            "parameters": n_parameters(networks[k]),
            "spikes": record.spikes,
            "deliveries": record.deliveries,
            "loihi": sum(energy_of(loihi, record.spikes, record.deliveries, 0.0, 0.0)[0].values()),
        }
    return found | classifiers(problem.task, spec.jitter.copies, found["best"]["parameters"])


def n_parameters(network: Network) -> int:
    """A weight and a delay for each synapse, a threshold for each neuron in use."""
    return 2 * network.n_synapses + network.n_used


def classifiers(task: ClassificationTask, copies: int, parameters: int) -> dict[str, Any]:
    n = task.train.n_samples // copies  # copies of a sample follow the whole part, in order
    x = np.concatenate([task.train.features[:n], task.validation.features])
    y = np.concatenate([task.train.labels[:n], task.validation.labels])
    test = task.test.features, task.test.labels
    models = {
        "logistic": make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
        "mlp": make_pipeline(StandardScaler(), MLPClassifier(max_iter=1000, random_state=0)),
    }
    found: dict[str, Any] = {}
    for name, model in models.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(x, y)
        found[name] = float(model.score(*test))
    logistic, layers = models["logistic"][-1], models["mlp"][-1]
    found["logistic parameters"] = int(logistic.coef_.size + logistic.intercept_.size)
    found["mlp parameters"] = int(sum(w.size for w in (*layers.coefs_, *layers.intercepts_)))
    found["mlp products"] = int(sum(w.size for w in layers.coefs_))
    budgets = [round(share * found["mlp parameters"]) for share in SHARES]
    found["rivals"] = rivals((x, y), test, [*budgets, parameters])  # the last: as large as best
    return found


if __name__ == "__main__":
    main()
