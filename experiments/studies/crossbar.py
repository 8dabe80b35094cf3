"""Seconds for the effective matrix of a crossbar tile, and its agreement with badcrossbar.

OPENBLAS_NUM_THREADS=1 python experiments/studies/crossbar.py > results/studies/crossbar.txt
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np

from evosnn.hardware import effective_conductance, wire_index

ROOT = Path(__file__).parents[2]


def main() -> None:
    print("made by: OPENBLAS_NUM_THREADS=1 python experiments/studies/crossbar.py")
    rng = np.random.default_rng(0)
    print("tile       best of 5 (s)   kappa   error of ignoring wires (1 ohm, 1..100 uS)")
    for n in (16, 32, 64, 128):
        g = rng.uniform(1e-6, 100e-6, (n, n))
        seconds = []
        for _ in range(5):
            start = time.perf_counter()
            seen = effective_conductance(g, r_row=1.0, r_column=1.0)
            seconds.append(time.perf_counter() - start)
        error = np.sqrt(((seen - g).sum(axis=0) ** 2).sum() / (g.sum(axis=0) ** 2).sum())
        kappa = wire_index(g, r_row=1.0, r_column=1.0)
        print(f"{n:3} x {n:3}  {min(seconds):12.4f} {kappa:9.3f}   {error:.3f}")
    import sys

    sys.path.insert(0, str(ROOT))
    from tests.data.badcrossbar.record import conductances, voltages

    recorded = ROOT / "tests" / "data" / "badcrossbar" / "currents.json"
    print("largest relative difference from badcrossbar 1.1.0's currents:")
    for case in json.loads(recorded.read_text()):
        m, n = case["rows"], case["columns"]
        wires = {k: case[k] for k in ("r_row", "r_column")}
        found = voltages(m).T @ effective_conductance(conductances(m, n), **wires)
        off = np.abs(found / np.array(case["currents"]) - 1).max()
        print(f"  {m:3} x {n:3}, {wires['r_row']:g} and {wires['r_column']:g} ohm: {off:.1e}")


if __name__ == "__main__":
    main()
