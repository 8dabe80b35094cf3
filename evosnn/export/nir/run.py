"""Runs NIR graphs in norse, snnTorch and SpikingJelly, and reads them back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import ExportError
from evosnn.export.common.agreement import Agreement, compare_spikes
from evosnn.export.common.export import Export, render
from evosnn.export.common.external_tools import run_tool
from evosnn.export.common.layer import Layer, run_layer
from evosnn.export.common.other_python import VARIABLE, find_python
from evosnn.export.nir.read import from_nir, load_graph

__all__ = ["READERS", "reader_spikes", "require_reader", "run_nir", "run_nir_again"]

READERS = ("norse", "snntorch", "spikingjelly")
"""The simulators that reproduce a graph's spikes."""


def require_reader(reader: str) -> None:
    """Raise an error if a reader is not installed.

    Raises:
        ExportError: If neither this Python nor that of ``EVOSNN_TOOLS_PYTHON`` has it.
    """
    if find_python(reader, "nir") is None:
        raise ExportError(
            f"'{reader}' is not installed; pip install torch nir {reader}, "
            f"here or for the Python that {VARIABLE} names"
        )


def run_nir(exports: Sequence[Export], reader: str, python: str | None = None) -> list[Agreement]:
    """Run graphs in a reader on their golden stimuli and compare the network's neurons.

    Args:
        exports: Results of :func:`~evosnn.export.to_nir`, with distinct names.
        reader: One of :data:`READERS`.
        python: The Python that the reader is installed for; the one that
            :func:`~evosnn.export.common.other_python.find_python` finds if not given.

    Raises:
        ExportError: If the reader fails.
    """
    answers = reader_spikes(exports, reader, python)
    return [_compare(export, reader, rows) for export, rows in zip(exports, answers, strict=True)]


def reader_spikes(
    exports: Sequence[Export], reader: str, python: str | None = None
) -> list[NDArray[np.bool_]]:
    """Return a reader's spikes of each graph, ``(timesteps, n)``, relays included.

    Args:
        exports: As for :func:`run_nir`.
        reader: As for :func:`run_nir`.
        python: As for :func:`run_nir`.

    Raises:
        ExportError: If the reader fails.
    """
    with TemporaryDirectory() as folder:
        for export in exports:
            export.write(folder)
        names = [f"{export.name}.nir" for export in exports]
        charges: dict[str, Any] = {n: e.golden.charge for n, e in zip(names, exports, strict=True)}
        np.savez(Path(folder) / "charges.npz", **charges)
        (Path(folder) / "read_nir.py").write_text(render("read_nir.py.in", {}), encoding="utf-8")
        python = python or find_python(reader, "nir") or sys.executable
        command = [python, "-W", "ignore", "read_nir.py", reader, "charges.npz", *names]
        lines = run_tool(command, folder).splitlines()
    answers = []
    for export in exports:
        timesteps = export.golden.timesteps
        answers.append(np.array([[digit == "1" for digit in line] for line in lines[:timesteps]]))
        lines = lines[timesteps:]
    return answers


def run_nir_again(export: Export) -> Agreement:
    """Read a graph back, simulate it and compare; its metadata must hold the network.

    Raises:
        ExportError: If nir is not installed.
        NetworkError: If the file is not a NIR graph.
    """
    with TemporaryDirectory() as folder:
        export.write(folder)
        path = Path(folder) / f"{export.name}.nir"
        graph, network = load_graph(path), from_nir(path)
    nodes = graph.nodes
    if not {"w_in", "lif", "w_rec"} <= set(nodes):
        raise ExportError("the NIR file was not written by EvoSNN")
    if network != export.network:
        raise ExportError(
            f"the NIR file was written from network {network.key}, not from {export.network.key}"
        )
    lif = nodes["lif"]
    leak = np.asarray(lif.tau_syn / lif.tau_mem).max()
    gain = (lif.r * leak / lif.v_threshold)[:, None]
    layer = Layer(nodes["w_in"].weight * gain, nodes["w_rec"].weight * gain, float(leak))
    return _compare(export, "EvoSNN, as read back", run_layer(layer, export.golden.charge))


def _compare(export: Export, tool: str, rows: NDArray[np.bool_]) -> Agreement:
    spikes = rows[:, : export.network.n_neurons]
    return compare_spikes("nir", tool, spikes, export.golden.spikes)
