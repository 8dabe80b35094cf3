"""How variation and engine change what a search finds: hypervolume at equal evaluations.

    python experiments/variation.py [--seeds 5] [--evaluations 8000] [--json FILE]

Every row is one setting; the hypervolume (share of the objective box that the front dominates, as
the search measured it, from random networks, no input jitter) is given for each task as median
and range over seeds. It does not depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np

from evosnn.campaign import Campaign, CampaignSpec
from evosnn.evolution._eons import EONS_RATES

HALF_STRUCTURE = {
    "add-neuron": 0.02, "remove-neuron": 0.04, "split-synapse": 0.04, "add-synapse": 0.12,
    "remove-synapse": 0.12, "move-synapse": 0.12, "change-weight": 0.28, "change-delay": 0.08,
    "change-threshold": 0.16, "change-leak": 0.02,
}  # fmt: skip
SETTINGS = {
    "default": {},
    "half of all mutations structural": {
        "variation": {"crossover": 0.3, "more": 0.4, "rates": HALF_STRUCTURE}
    },
    "no crossover": {"variation": {"crossover": 0.0}},
    "EONS's rates": {"variation": {"crossover": 0.5, "more": 0.0, "rates": EONS_RATES}},
    "sms-emoa": {"engine": "sms-emoa"},
    "age-moea2": {"engine": "age-moea2"},
    "eons": {"engine": "eons"},
    "random": {"engine": "random"},
}
TASKS = ("wine", "breast-cancer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--evaluations", type=int, default=8000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found: dict[str, dict[str, list[float]]] = {}
    for name, changes in SETTINGS.items():
        found[name] = {
            task: [
                volume(task, seed, options.evaluations, changes)
                for seed in range(1, options.seeds + 1)
            ]
            for task in TASKS
        }
        cells = [
            f"{task} {np.median(v):.3f} ({min(v):.3f}..{max(v):.3f})"
            for task, v in found[name].items()
        ]
        print(f"{name:34} {'   '.join(cells)}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


def volume(task: str, seed: int, evaluations: int, changes: dict[str, object]) -> float:
    spec = CampaignSpec.model_validate(
        {
            "task": task,
            "chip": "risp-127",
            "seed": seed,
            "jitter": {"copies": 1},
            "linear_starts": False,
            "stop": {"evaluations": evaluations},
            **changes,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign.start(spec, Path(folder))
        campaign.run()
        last = campaign.store.statistics()[-1]
        campaign.store.close()
    return float(last["hypervolume"])


if __name__ == "__main__":
    main()
