"""Reads NIR graphs of leaky neurons as networks; refuses graphs with other rules.

A tool that runs a graph in timesteps has no delay between populations and a delay of one timestep
in a loop. Every synapse of a network has a delay of at least one timestep, so each population's
spikes are the same as in the tool, a fixed number of timesteps later.
"""

from __future__ import annotations

from math import isfinite
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from evosnn.chips import Chip
from evosnn.errors import NetworkError
from evosnn.export.nir.file import load_graph, require_nir
from evosnn.export.nir.graph import Wiring, trace
from evosnn.export.nir.neurons import population_of
from evosnn.network import Network
from evosnn.validation import first_problem

__all__ = ["DT", "from_nir", "load_graph", "nir_chip", "require_nir"]

DT = 1e-4
"""Timestep of NIR's readers, in seconds; snnTorch's is fixed."""

_MOST_SYNAPSES = 5_000_000


def nir_chip(path: str | Path) -> Chip | None:
    """Return the chip in a NIR file of :func:`~evosnn.export.to_nir`; ``None`` in other files.

    Raises:
        NetworkError: If the file cannot be read, or what it says of its chip is none.
    """
    own = load_graph(path).metadata.get("evosnn")
    if not isinstance(own, dict) or "chip" not in own:
        return None
    try:
        return Chip.model_validate_json(own["chip"])
    except ValidationError as error:
        problem = first_problem(error, Chip)
        raise NetworkError(f"NIR file '{path}': its metadata describe no chip: {problem}") from None


def from_nir(path: str | Path, *, dt: float = DT, chip: Chip | None = None) -> Network:
    """Read a NIR graph as a network.

    A file of :func:`~evosnn.export.to_nir` gives back the network that it was written from.
    Any other must be of populations of ``LIF``, ``CubaLIF`` or ``IF``, joined by ``Affine``,
    ``Linear``, ``Scale``, ``Conv1d``, ``Conv2d``, ``SumPool2d``, ``AvgPool2d`` and ``Flatten``, in
    graphs within the graph, too; its inputs become neurons that pass a spike on. Potentials count
    from where neurons rest, which must be where they return to; a bias moves that place.

    Args:
        path: The file.
        dt: Timestep, in the file's unit of time.
        chip: The chip that is to hold the network: its thresholds are inclusive or not, whole or
            real, and its synaptic currents must decay as the file's ``tau_syn`` says. A chip of
            real arithmetic whose charges act at once if not given.

    Raises:
        ExportError: If nir is not installed.
        NetworkError: If the file is no NIR graph, or its rules are not those of a chip.
    """
    if not (isfinite(dt) and dt > 0):
        raise NetworkError(f"dt is {dt}; it takes a timestep above 0")
    graph = load_graph(path)
    own = graph.metadata.get("evosnn")
    try:
        if isinstance(own, dict) and "network" in own:
            return _own_network(own["network"])
        return _network(trace(graph), dt, chip)
    except NetworkError as error:
        raise NetworkError(f"NIR file '{path}': {error}") from None
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise NetworkError(
            f"NIR file '{path}' holds no graph that EvoSNN reads ({type(error).__name__}: {said})"
        ) from None


def _own_network(data: object) -> Network:
    array = np.asarray(data)
    if array.ndim != 1 or array.dtype != np.uint8:
        raise NetworkError(f"its metadata hold no network, but {array.dtype} {array.shape}")
    return Network.from_bytes(array.tobytes())


def _network(wiring: Wiring, dt: float, chip: Chip | None) -> Network:
    populations = {
        name: population_of(name, node, wiring.sizes[name], dt, chip, wiring.bias.get(name))
        for name, node in wiring.populations.items()
    }
    total = sum(matrix.nnz for matrix in wiring.weights.values())
    if total > _MOST_SYNAPSES:
        raise NetworkError(f"it has {total:,} synapses; EvoSNN reads up to {_MOST_SYNAPSES:,}")
    first = _first_ids(wiring)
    n_inputs = wiring.n_inputs
    passes, leak = _input_neuron(chip, float(next(iter(populations.values())).leak[0]))
    thresholds = [np.full(n_inputs, passes), *(p.threshold for p in populations.values())]
    leaks = [np.full(n_inputs, leak), *(p.leak for p in populations.values())]
    rows = [np.zeros((4, 0))]
    for (source, target), matrix in wiring.weights.items():
        found = matrix.tocoo()
        weight = found.data * populations[target].gain[found.row]
        delay = 1 if source == target else wiring.depth[target] - wiring.depth.get(source, 0)
        pre, post = first[source] + found.col, first[target] + found.row
        used = weight != 0
        rows.append(np.array([pre, post, weight, np.full(weight.size, delay)])[:, used])
    pre, post, weight, delay = np.concatenate(rows, axis=1)
    order = np.lexsort((post, pre))
    last = wiring.output
    outputs = np.arange(first[last], first[last] + wiring.sizes[last], dtype=np.int32)
    threshold = np.concatenate(thresholds)
    return Network(
        ids=np.arange(threshold.size, dtype=np.uint32),
        threshold=threshold,
        leak=np.concatenate(leaks),
        inputs=np.arange(n_inputs, dtype=np.int32),
        outputs=outputs,
        pre=pre[order].astype(np.int32),
        post=post[order].astype(np.int32),
        weight=weight[order],
        delay=delay[order].astype(np.int32),
    )


def _input_neuron(chip: Chip | None, leak: float) -> tuple[float, float]:
    """Return threshold and leak of a neuron that fires once for each full spike it is fed.

    On a chip with synaptic currents an input's charge goes on to arrive: no more of it than a full
    spike in all, if at least half is lost in a timestep, so that the neuron must forget what came
    and fire at a full spike alone.
    """
    lost = None if chip is None else chip.synapse.current_leak
    if chip is None or lost is None or lost == 1:
        return 1.0, leak
    if lost < 0.5 or 1.0 not in chip.neuron.leak or chip.neuron.leak_first:
        raise NetworkError(
            f"currents of chip '{chip.name}' lose {lost:g} in a timestep, those of inputs, too; "
            "to pass an input spike on once takes half or more, and neurons that can leak all"
        )
    return chip.spike_value, 1.0


def _first_ids(wiring: Wiring) -> dict[str, int]:
    first, n = {"": 0}, wiring.n_inputs
    for name, size in wiring.sizes.items():
        first[name] = n
        n += size
    return first
