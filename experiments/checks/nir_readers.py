"""Random networks as NIR in norse, snnTorch and SpikingJelly: the simulator's spikes, each one.

    python -m experiments.checks.nir_readers --python PYTHON [--networks 50] [--record]

PYTHON is one that torch, nir and the three readers are installed for. ``--record`` also writes
what the readers answered to six small graphs, and the graphs, to tests/data/nir.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np

from evosnn.export import to_nir
from evosnn.export.common.golden_run import run_golden
from evosnn.export.common.plan import make_plan
from evosnn.export.nir.run import READERS, reader_spikes, run_nir
from evosnn.simulation import Stimulus
from tests.export.cases import layer_case

_DATA = Path(__file__).parents[2] / "tests" / "data" / "nir"
_RECORDED = (1, 2, 3, 4, 10, 20)
_TIMESTEPS = 150


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--python", required=True)
    arguments.add_argument("--networks", type=int, default=50)
    arguments.add_argument("--record", action="store_true")
    asked = arguments.parse_args()
    exports = [to_nir(*layer_case(k), name=f"net{k}") for k in range(asked.networks)]
    print("reader        exact graphs  spikes  different   approximate graphs  differing")
    for reader in READERS:
        found = list(zip(exports, run_nir(exports, reader, asked.python), strict=True))
        exact = [a for e, a in found if e.facts["exact"]]
        others = [a for e, a in found if not e.facts["exact"]]
        print(
            f"{reader:13} {len(exact):12} {sum(a.compared for a in exact):7} "
            f"{sum(a.different for a in exact):10} {len(others):20} "
            f"{sum(a.different > 0 for a in others):10}",
            flush=True,
        )
    print(", ".join(_versions(asked.python)))
    if asked.record:
        _record(asked.python)


def _versions(python: str) -> list[str]:
    code = (
        "from importlib.metadata import version\n"
        f"for name in {(*READERS, 'torch', 'nir')}: print(name, version(name))"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def _record(python: str) -> None:
    exports = []
    for seed in _RECORDED:
        network, chip = layer_case(seed)
        golden = run_golden(make_plan(network, chip), timesteps=_TIMESTEPS)
        stimulus = Stimulus(golden.charge[:, :, None])
        exports.append(to_nir(network, chip, name=f"net{seed}", stimulus=stimulus))
    answers = {reader: reader_spikes(exports, reader, python) for reader in READERS}
    _DATA.mkdir(parents=True, exist_ok=True)
    cases = []
    for k, (seed, export) in enumerate(zip(_RECORDED, exports, strict=True)):
        export.write(_DATA)
        cases.append(
            {
                "seed": seed,
                "file": f"net{seed}.nir",
                "exact": bool(export.facts["exact"]),
                "spikes": {r: np.argwhere(answers[r][k]).tolist() for r in READERS},
            }
        )
    record = {"made_with": _versions(python), "cases": cases}
    (_DATA / "readers.json").write_text(json.dumps(record, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
