"""Evolved networks beside scikit-learn's classifiers, held-out, mean of ten splits.

    EVOSNN_DATA=... python experiments/classification.py [--splits 10] [--evaluations 6000]

Nine data sets (five of them from the folder that EVOSNN_DATA names), RISP-127, the default
campaign, or what --changes makes of it. Of each campaign's front three networks are taken by
their expected accuracy: the best, the smallest within a point of it, and the best of at most 20
synapses. scikit-learn's classifiers are fitted to training and
validation part together: logistic regression and a multilayer perceptron (100 hidden neurons) on
standardised features, and a decision tree with as many parameters as the best evolved network (a
synapse has a weight and a delay, a neuron a threshold, an inner node of a tree a feature and a
threshold, a leaf a class). Test samples decide nothing.

Can be stopped and run again. Writes results/classification.json and results/classification.md.
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
from sklearn.tree import DecisionTreeClassifier

from evosnn.campaign import Campaign, CampaignSpec, front_report
from evosnn.network import Network

TASKS = (
    "iris", "wine", "breast-cancer", "banknote", "ionosphere", "sonar", "pima", "seeds", "digits",
)  # fmt: skip
SMALL = 20
HEADER = """# Evolved networks beside scikit-learn's classifiers

    python experiments/classification.py --splits {splits} --evaluations {evaluations}{more}

Held-out accuracy, mean and standard deviation of {splits} splits (55 % training, 15 % validation,
30 % test). *Best*: the evolved network of the highest expected accuracy, *expected*;
*compact*: the smallest within a point of it; *small*: the best of at most 20 synapses. *Synapses*,
*parameters*, and *events* (spikes and synaptic deliveries an inference) are medians. *Tree*: as
many parameters as *best*. *Size*: parameters of the MLP.

| task | best | expected | synapses | parameters | events | compact | synapses | small | synapses \
| logistic | tree | MLP | size |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--evaluations", type=int, default=6000)
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    parser.add_argument("--changes", type=json.loads, default={}, help="of the spec, as JSON")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--out", type=Path, default=Path("results/classification"))
    options = parser.parse_args()
    kept = options.out.with_suffix(".json")
    found: dict[str, list[dict[str, Any]]] = json.loads(kept.read_text()) if kept.exists() else {}
    for seed in range(1, options.splits + 1):
        for task in options.tasks:
            splits = found.setdefault(task, [])
            if len(splits) < seed:
                splits.append(one_split(task, seed, options))
                print(task, seed, splits[-1], flush=True)
                kept.write_text(json.dumps(found, indent=1) + "\n")
    options.out.with_suffix(".md").write_text(report(found, options))


def report(found: dict[str, list[dict[str, Any]]], options: argparse.Namespace) -> str:
    more = (
        "" if tuple(options.tasks) == TASKS else f" \\\n        --tasks {' '.join(options.tasks)}"
    )
    if options.changes:
        more += f" \\\n        --changes '{json.dumps(options.changes)}' --out {options.out}"
    done = max(len(splits) for splits in found.values())
    text = HEADER.format(splits=done, evaluations=options.evaluations, more=more)
    for task, splits in found.items():

        def share(column: str, splits: list[dict[str, Any]] = splits) -> str:
            values = [s[column] for s in splits]
            spread = f" ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else ""
            return f"{np.mean(values):.3f}{spread}"

        def middle(column: str, splits: list[dict[str, Any]] = splits) -> str:
            return f"{np.median([s[column] for s in splits]):,.0f}"

        text += (
            f"| {task} | {share('best')} | {share('expected')} | {middle('best_synapses')} | "
            f"{middle('parameters')} | {middle('events')} | {share('compact')} | "
            f"{middle('compact_synapses')} | "
            f"{share('small')} | {middle('small_synapses')} | "
            f"{share('logistic')} | {share('tree')} | {share('mlp')} | "
            f"{middle('mlp_parameters')} |\n"
        )
    return text


def one_split(task: str, seed: int, options: argparse.Namespace) -> dict[str, Any]:
    spec = CampaignSpec.model_validate(
        {
            "task": task,
            "chip": "risp-127",
            "seed": seed,
            "trials": 20,
            "stop": {"evaluations": options.evaluations},
            **options.changes,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(spec, Path(folder), options.threads)
        campaign.run()
        world = campaign.world
        front = front_report(campaign)["networks"]
        networks = [campaign.store.network(item["id"]) for item in front]
        campaign.store.close()
    values = [float(item["expected"]["accuracy"]) for item in front]
    best = int(np.argmax(values))
    near = [k for k in range(len(networks)) if values[k] >= values[best] - 0.01]
    compact = min(near, key=lambda k: (networks[k].n_synapses, -values[k]))
    few = [k for k in range(len(networks)) if networks[k].n_synapses <= SMALL] or [best]
    small = max(few, key=lambda k: (values[k], -networks[k].n_synapses))
    tested = world.evaluator.measure(
        [networks[k] for k in (best, compact, small)], "report", n_instances=1, part="test"
    )
    parameters = n_parameters(networks[best])
    return {
        "best": tested[0].nominal,
        "expected": values[best],
        "best_synapses": networks[best].n_synapses,
        "parameters": parameters,
        "events": tested[0].spikes + tested[0].deliveries,
        "compact": tested[1].nominal,
        "compact_synapses": networks[compact].n_synapses,
        "small": tested[2].nominal,
        "small_synapses": networks[small].n_synapses,
        **classifiers(world.task, spec.jitter.copies, parameters),
    }


def n_parameters(network: Network) -> int:
    """A weight and a delay for each synapse, a threshold for each neuron in use."""
    return 2 * network.n_synapses + network.n_used


def classifiers(task: Any, copies: int, parameters: int) -> dict[str, Any]:
    n = task.train.n_samples // copies  # copies of a sample follow the whole part, in order
    x = np.concatenate([task.train.features[:n], task.validation.features])
    y = np.concatenate([task.train.labels[:n], task.validation.labels])
    leaves = max((parameters + 2) // 3, 2)
    models = {
        "logistic": make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
        "tree": DecisionTreeClassifier(max_leaf_nodes=leaves, random_state=0),
        "mlp": make_pipeline(StandardScaler(), MLPClassifier(max_iter=1000, random_state=0)),
    }
    found: dict[str, Any] = {}
    for name, model in models.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(x, y)
        found[name] = float(model.score(task.test.features, task.test.labels))
    layers = models["mlp"][-1]
    found["mlp_parameters"] = int(sum(w.size for w in (*layers.coefs_, *layers.intercepts_)))
    return found


if __name__ == "__main__":
    main()
