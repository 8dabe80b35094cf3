"""Runs exported scripts and SuperNeuroMAT's JSON, and compares their spikes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evosnn.errors import ExportError
from evosnn.export.common.agreement import Agreement, compare_spikes
from evosnn.export.common.export import Export, render
from evosnn.export.common.external_tools import run_tool
from evosnn.export.common.other_python import VARIABLE, find_python

__all__ = ["require_modules", "run_script", "run_superneuromat"]

_FROM = {
    "brian2": "pip install brian2",
    "pyNN": "pip install pynn",
    "nest": "pip install nest-simulator",
    "superneuromat": "pip install superneuromat",
}
_MODULES = {"brian2": ("brian2",), "pynn": ("pyNN", "nest"), "spinnaker": ()}


def require_modules(*names: str) -> Callable[[], None]:
    """Return a function that raises an :class:`ExportError` if no Python has all modules."""

    def require() -> None:
        if find_python(*names) is None:
            missing = next((name for name in names if find_python(name) is None), names[0])
            raise ExportError(
                f"'{missing}' is not installed; {_FROM[missing]}, "
                f"here or for the Python that {VARIABLE} names"
            )

    return require


def run_script(export: Export, python: str | None = None) -> Agreement:
    """Run a script on its golden stimulus and compare every neuron.

    Args:
        export: Result of :func:`~evosnn.export.to_brian2` or another script target.
        python: The Python that the simulator is installed for; the one that
            :func:`~evosnn.export.common.other_python.find_python` finds if not given.

    Raises:
        ExportError: If the script fails.
    """
    tool = {"brian2": "Brian2", "pynn": "NEST", "spinnaker": "SpiNNaker"}[export.target]
    python = python or find_python(*_MODULES[export.target]) or sys.executable
    with TemporaryDirectory() as folder:
        export.write(folder)
        script = f"{export.name}_{export.target}.py"
        return _run(export, tool, [python, "-W", "ignore", script], folder)


def run_superneuromat(export: Export, python: str | None = None) -> Agreement:
    """Run a SuperNeuroMAT file on its golden stimulus and compare every neuron.

    Args:
        export: Result of :func:`~evosnn.export.to_superneuromat`.
        python: As for :func:`run_script`.

    Raises:
        ExportError: If SuperNeuroMAT fails.
    """
    python = python or find_python("superneuromat") or sys.executable
    with TemporaryDirectory() as folder:
        export.write(folder)
        text = render("run_superneuromat.py.in", {})
        (Path(folder) / "run.py").write_text(text, encoding="utf-8")
        command = [python, "-W", "ignore", "run.py", f"{export.name}.snm.json"]
        command.append(",".join(map(str, export.network.inputs.tolist())))
        return _run(export, "SuperNeuroMAT", command, folder)


def _run(export: Export, tool: str, command: list[str], folder: str) -> Agreement:
    golden = export.golden
    fed = "\n".join(
        f"{t} {i} {float(golden.charge[t, i])!r}" for t, i in np.argwhere(golden.charge)
    )
    printed = run_tool([*command, str(golden.timesteps), "--all"], folder, text=fed + "\n")
    spikes = np.zeros_like(golden.spikes)
    for line in printed.splitlines():
        words = line.split()
        if len(words) == 2 and all(word.isdigit() for word in words):
            neuron = int(words[1])
            if neuron < spikes.shape[1]:
                spikes[int(words[0]), neuron] = True
    return compare_spikes(export.target, tool, spikes, golden.spikes)
