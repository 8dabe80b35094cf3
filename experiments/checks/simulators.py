"""Random networks in Brian2, NEST and SuperNeuroMAT: the simulator's spikes, each one.

    python -m experiments.checks.simulators --python PYTHON [--networks 50]

PYTHON is one that brian2, pynn and nest-simulator are installed for; SuperNeuroMAT runs in the
Python that runs this.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from evosnn.export import Agreement, Export, to_brian2, to_pynn, to_superneuromat
from evosnn.export.simulators.run import run_script, run_superneuromat
from tests.export.cases import case, layer_case


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--python", required=True)
    arguments.add_argument("--networks", type=int, default=50)
    asked = arguments.parse_args()
    n = asked.networks
    print("simulator      networks  exact by label  spikes  different  others  differing")
    _row([to_superneuromat(*layer_case(k)) for k in range(n)], run_superneuromat, sys.executable)
    _row([to_brian2(*case(k)) for k in range(n)], run_script, asked.python)
    _row([to_pynn(*layer_case(k)) for k in range(n)], run_script, asked.python)


def _row(exports: list[Export], run: Callable[[Export, str], Agreement], python: str) -> None:
    found = [(e, run(e, python)) for e in exports]
    exact = [a for e, a in found if e.facts.get("exact", 1)]
    others = [a for e, a in found if not e.facts.get("exact", 1)]
    print(
        f"{found[0][1].tool:14} {len(found):8} {len(exact):15} "
        f"{sum(a.compared for a in exact):7} {sum(a.different for a in exact):10} "
        f"{len(others):7} {sum(a.different > 0 for a in others):10}",
        flush=True,
    )


if __name__ == "__main__":
    main()
