"""Processor time of the commands that only read, beside importing numpy and numba.

    python experiments/benchmarks/reading.py [--runs 5] [--json FILE]

Each command runs as a process of its own, in turn with the import, in one run of this script; the
time is the operating system's own account of the finished process (user and system). The campaigns
that are read are made first, in a temporary folder, and are finished: nothing is left to measure.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

BASE = [sys.executable, "-c", "import numpy, numba"]
CAMPAIGN = """
task = "{task}"
chip = "risp-127"
population = 20
instances = 4
trials = 8
[stop]
generations = 3
"""


def evosnn(*words: str) -> list[str]:
    return [sys.executable, "-m", "evosnn", *words]


def processor_time(command: list[str]) -> float:
    """Return the user and system seconds of a command, which must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def make(task: str, folder: Path) -> str:
    """Run a short campaign and return its folder."""
    file = folder / f"{task}.toml"
    file.write_text(CAMPAIGN.format(task=task))
    subprocess.run(evosnn("run", str(file), "--out", str(folder / task), "-q"), check=True)
    return str(folder / task)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each command")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    with TemporaryDirectory() as place:
        folder = Path(place)
        iris, digits = make("iris", folder), make("digits", folder)
        commands = {
            "front (iris)": evosnn("front", iris),
            "front (digits)": evosnn("front", digits),
            "show (iris)": evosnn("show", iris, "--id", "knee"),
            "status (iris)": evosnn("status", iris),
            "chips": evosnn("chips"),
            "tasks": evosnn("tasks"),
            "export (iris, risp)": evosnn(
                "export", iris, "--to", "risp", "--no-verify", "-o", str(folder / "knee.json")
            ),
            "--help": evosnn("--help"),
        }
        times: dict[str, list[float]] = {name: [] for name in ("import", *commands)}
        for command in (BASE, *commands.values()):
            processor_time(command)  # fills the caches of bytecode and kernels
        for _ in range(options.runs):
            times["import"].append(processor_time(BASE))
            for name, command in commands.items():
                times[name].append(processor_time(command))
    base = statistics.median(times["import"])
    rows = {}
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        rows[name] = {"seconds": round(middle, 3), "ratio": round(middle / base, 2)}
        print(f"{name:20} {middle:6.2f} s  {middle / base:5.2f} x the import of numpy and numba")
    if options.json:
        machine = {"cores": os.cpu_count(), "python": sys.version.split()[0]}
        options.json.write_text(json.dumps({"machine": machine, "commands": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
