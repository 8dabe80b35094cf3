"""What a script of an export prints, against the simulator."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evosnn.errors import ExportError
from evosnn.export.common.agreement import Agreement, compare_spikes
from evosnn.export.common.export import Export, render
from evosnn.export.common.external_tools import run_tool

__all__ = ["require_modules", "run_script", "run_superneuromat"]

_FROM = {
    "brian2": "pip install brian2",
    "pyNN": "pip install pynn",
    "nest": "pip install nest-simulator",
    "superneuromat": "pip install superneuromat",
}


def require_modules(*names: str) -> Callable[[], None]:
    """Return a check that raises ExportError if a Python module is not installed."""

    def require() -> None:
        for name in names:
            if find_spec(name) is None:
                raise ExportError(f"'{name}' is not installed; {_FROM[name]}")

    return require


def run_script(export: Export, python: str = sys.executable) -> Agreement:
    """Run a script on its golden stimulus and compare every neuron.

    Args:
        export: What :func:`~evosnn.export.to_brian2` or another writer of scripts gave.
        python: The Python that the simulator is installed for.

    Raises:
        ExportError: If the script fails.
    """
    tool = {"brian2": "Brian2", "pynn": "NEST", "spinnaker": "SpiNNaker"}[export.target]
    with TemporaryDirectory() as folder:
        export.write(folder)
        script = f"{export.name}_{export.target}.py"
        return _run(export, tool, [python, "-W", "ignore", script], folder)


def run_superneuromat(export: Export, python: str = sys.executable) -> Agreement:
    """Run a SuperNeuroMAT file on its golden stimulus and compare every neuron.

    Args:
        export: What :func:`~evosnn.export.to_superneuromat` gave.
        python: The Python that SuperNeuroMAT is installed for.

    Raises:
        ExportError: If it fails.
    """
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
