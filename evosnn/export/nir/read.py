"""Reads NIR graphs of leaky neurons as networks; refuses graphs with other rules.

A tool that runs a graph in timesteps has no delay between populations and a delay of one timestep
in a loop. Every synapse of a network has a delay of at least one timestep, so each population's
spikes are the same as in the tool, a fixed number of timesteps later.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from evosnn.chips import Chip
from evosnn.errors import ExportError, NetworkError
from evosnn.export.nir.graph import Wiring, trace
from evosnn.export.nir.neurons import Population, population_of
from evosnn.network import Network

__all__ = ["DT", "from_nir", "load_graph", "nir_chip", "require_nir"]

DT = 1e-4
"""Timestep of NIR's readers, in seconds; snnTorch's is fixed."""


def require_nir() -> None:
    """Raise an error if the nir package is not installed.

    Raises:
        ExportError: If nir or h5py is not installed.
    """
    if find_spec("nir") is None or find_spec("h5py") is None:
        raise ExportError("'nir' is not installed; pip install 'evosnn[nir]'")


def load_graph(path: str | Path) -> Any:
    """Read a NIR graph.

    Raises:
        ExportError: If nir is not installed.
        NetworkError: If the file cannot be read or is not a NIR graph.
    """
    require_nir()
    nir: Any = import_module("nir")
    try:
        with open(path, "rb"):
            pass
        return nir.read(path)
    except OSError as error:
        reason = error.strerror or "it is not HDF5"
        raise NetworkError(f"NIR file '{path}' cannot be read: {reason}") from None
    except Exception as error:  # what nir raises on a malformed graph is not documented
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise NetworkError(f"NIR file '{path}' is not a graph that nir can read: {said}") from None


def nir_chip(path: str | Path) -> Chip | None:
    """Return the chip in a NIR file of :func:`~evosnn.export.to_nir`; ``None`` in other files.

    Raises:
        NetworkError: If the file cannot be read.
    """
    own = load_graph(path).metadata.get("evosnn")
    return Chip.model_validate_json(own["chip"]) if own and "chip" in own else None


def from_nir(path: str | Path, *, dt: float = DT) -> Network:
    """Read a NIR graph as a network.

    For a file of :func:`~evosnn.export.to_nir` this is the network that it was written from. Any
    other graph must consist of populations of ``LIF``, ``IF`` or ``CubaLIF`` without synaptic
    memory, connected by ``Affine``, ``Linear`` or ``Scale`` nodes; its inputs become neurons that
    repeat their input spikes. Its rules are those of a chip with real arithmetic and no lowest
    potential.

    Args:
        path: The file.
        dt: Timestep, in the file's unit of time.

    Raises:
        ExportError: If nir is not installed.
        NetworkError: If the file is not a NIR graph, or its rules are not EvoSNN's.
    """
    graph = load_graph(path)
    own = graph.metadata.get("evosnn")
    try:
        if own and "network" in own:
            return Network.from_bytes(np.asarray(own["network"], np.uint8).tobytes())
        return _network(trace(graph), dt)
    except NetworkError as error:
        raise NetworkError(f"NIR file '{path}': {error}") from None


def _network(wiring: Wiring, dt: float) -> Network:
    populations = {name: population_of(name, node, dt) for name, node in wiring.populations.items()}
    first = _first_ids(wiring, populations)
    n_inputs = wiring.n_inputs
    leak = next(iter(populations.values())).leak
    thresholds = [np.ones(n_inputs), *(p.threshold for p in populations.values())]
    leaks = [np.full(n_inputs, float(leak[0])), *(p.leak for p in populations.values())]
    synapses = []
    for (source, target), matrix in wiring.weights.items():
        weights = matrix * populations[target].gain[:, None]
        delay = 1 if source == target else wiring.depth[target] - wiring.depth.get(source, 0)
        for row, column in np.argwhere(weights):
            pre, post = first[source] + int(column), first[target] + int(row)
            synapses.append((pre, post, float(weights[row, column]), delay))
    last = wiring.output
    return Network.create(
        threshold=np.concatenate(thresholds),
        leak=np.concatenate(leaks),
        inputs=range(n_inputs),
        outputs=range(first[last], first[last] + populations[last].threshold.size),
        synapses=synapses,
    )


def _first_ids(wiring: Wiring, populations: dict[str, Population]) -> dict[str, int]:
    first, n = {"": 0}, wiring.n_inputs
    for name, population in populations.items():
        first[name] = n
        n += population.threshold.size
    return first
