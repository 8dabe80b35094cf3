"""Reads the wiring of a NIR graph: populations, and weights from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from evosnn.errors import NetworkError
from evosnn.export.nir.file import Graph
from evosnn.export.nir.linear import LINEAR, Matrix, bias_of, linear_map, numbers
from evosnn.export.nir.neurons import NEURONS

__all__ = ["Wiring", "trace"]

_INPUT = ""
_BIAS = "\0bias"  # no node can be called so
_MOST_INPUTS = 1_000_000
_Paths = dict[str, Matrix]
_SILENT = {
    "CubaLI": "never fires", "LI": "never fires", "I": "never fires",
    "Threshold": "keeps no potential", "Delay": "delays what it is fed",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Wiring:
    """The connections of a graph's populations.

    Attributes:
        n_inputs: Number of inputs.
        populations: NIR's node of each population, by name.
        sizes: Number of neurons of each population.
        weights: ``(n_target, n_source)`` sparse matrix by source and target; the source is a
            population or, as ``""``, the input.
        bias: ``(n,)`` what each population is fed in every timestep, if anything; and the nodes
            that it comes from.
        depth: Longest way from the input to each population, in populations.
        output: The population that the output shows.
    """

    n_inputs: int
    populations: dict[str, Any]
    sizes: dict[str, int]
    weights: dict[tuple[str, str], Matrix]
    bias: dict[str, tuple[NDArray[np.float64], str]]
    depth: dict[str, int]
    output: str


def trace(graph: Graph) -> Wiring:
    """Follow the edges of a graph through its linear nodes.

    Raises:
        NetworkError: If a node is of another kind, or populations form a loop.
    """
    kinds = {name: node.kind for name, node in graph.nodes.items()}
    for name, kind in kinds.items():
        if kind not in (*NEURONS, *LINEAR, "Input", "Output"):
            why = f", which {_SILENT[kind]}" if kind in _SILENT else ""
            read = ", ".join(kind for kind in (*NEURONS, *LINEAR) if kind != "Identity")
            raise NetworkError(f"node '{name}' is a {kind}{why}; EvoSNN reads {read}")
    inputs = [n for n, kind in kinds.items() if kind == "Input"]
    outputs = [n for n, kind in kinds.items() if kind == "Output"]
    populations = {n: node for n, node in graph.nodes.items() if kinds[n] in NEURONS}
    if len(inputs) != 1 or len(outputs) != 1 or not populations:
        raise NetworkError(
            f"it has {len(inputs)} inputs, {len(outputs)} outputs and {len(populations)} "
            "populations of neurons; EvoSNN reads one input, one output and at least one population"
        )
    before: dict[str, list[str]] = {name: [] for name in graph.nodes}
    for source, target in graph.edges:
        before[target].append(source)
    shapes = _shapes(graph, before, inputs[0])
    n_inputs = prod(shapes[inputs[0]])

    known: dict[str, _Paths] = {}

    def paths(name: str, seen: tuple[str, ...]) -> _Paths:
        """What reaches a node, by where it comes from."""
        if name in known:
            return known[name]
        found: _Paths = {}
        for source in before[name]:
            if source in seen:
                raise NetworkError(f"node '{source}' feeds itself without a neuron between")
            if kinds[source] == "Input":
                step: _Paths = {_INPUT: sparse.identity(n_inputs, format="csr")}
            elif source in populations:
                step = {source: sparse.identity(prod(shapes[source]), format="csr")}
            elif kinds[source] == "Output":
                raise NetworkError(f"output '{source}' feeds node '{name}'")
            else:
                step = _through(source, paths(source, (*seen, source)))
            for origin, matrix in step.items():
                if origin in found and found[origin].shape != matrix.shape:
                    raise NetworkError(
                        f"node '{name}' is fed {found[origin].shape[0]} values, and "
                        f"{matrix.shape[0]} besides"
                    )
                found[origin] = found[origin] + matrix if origin in found else matrix
        known[name] = found
        return found

    def _through(name: str, fed: _Paths) -> _Paths:
        own, given = linear_map(name, graph.nodes[name], shapes[name])
        for matrix in fed.values():
            if matrix.shape[0] != own.shape[1]:
                raise NetworkError(
                    f"node '{name}' takes {own.shape[1]} values and is fed {matrix.shape[0]}"
                )
        step = {origin: own @ matrix for origin, matrix in fed.items()}
        bias = bias_of(name, graph.nodes[name], given)
        if bias is not None:
            column = sparse.csr_matrix(bias[:, None])
            step[_BIAS] = step[_BIAS] + column if _BIAS in step else column
        return step

    weights, biases = {}, {}
    for name in populations:
        for source, matrix in paths(name, ()).items():
            if matrix.shape[0] != prod(shapes[name]):
                raise NetworkError(
                    f"{kinds[name]} '{name}' has {prod(shapes[name])} neurons and is fed "
                    f"{matrix.shape[0]} values"
                )
            if source == _BIAS:
                biases[name] = matrix.toarray().ravel(), _giver(name, graph, before)
            else:
                weights[source, name] = matrix
    return Wiring(
        n_inputs, populations, {n: prod(shapes[n]) for n in populations}, weights, biases,
        _depths(populations, weights), _shown(paths(outputs[0], ())),
    )  # fmt: skip


def _giver(name: str, graph: Graph, before: dict[str, list[str]]) -> str:
    """The nearest node before a population that has a bias, without a neuron between."""
    waiting = list(before[name])
    for source in waiting:  # grows as it is walked
        node = graph.nodes[source]
        if np.any(np.asarray(getattr(node, "bias", 0.0)) != 0):
            return source
        if node.kind in LINEAR:
            waiting += before[source]
    return name


def _shapes(graph: Graph, before: dict[str, list[str]], start: str) -> dict[str, tuple[int, ...]]:
    """Shape of what each node is fed; of the input, what it gives; of neurons, the neurons."""
    fed: dict[str, tuple[int, ...]] = {start: _input_shape(start, graph.nodes[start])}
    given = dict(fed)
    for name, node in graph.nodes.items():
        if node.kind in NEURONS:
            sizes = [np.shape(v) for k, v in vars(node).items() if k != "kind"]
            known = max(sizes, key=prod, default=())
            if prod(known) > 1:  # else one value may stand for all neurons
                fed[name] = given[name] = tuple(known)
    waiting = [name for name in graph.nodes if name not in fed]
    while waiting:
        left = []
        for name in waiting:
            node = graph.nodes[name]
            shape = next((given[n] for n in before[name] if n in given), None)
            if shape is None:
                left.append(name)
                continue
            fed[name] = shape
            if node.kind in NEURONS or node.kind == "Output":
                given[name] = shape
            else:
                given[name] = linear_map(name, node, shape)[1]
        if len(left) == len(waiting):
            break
        waiting = left
    for name in waiting:  # what nothing feeds
        fed[name] = (1,)
    return fed


def _input_shape(name: str, node: Any) -> tuple[int, ...]:
    found = numbers(name, node, "shape").ravel()
    if (found % 1).any() or (found < 1).any():
        raise NetworkError(f"input '{name}' has shape {found.tolist()}; it takes whole numbers")
    shape = tuple(int(n) for n in found)
    if prod(shape) > _MOST_INPUTS:
        raise NetworkError(f"it has {prod(shape):,} inputs; EvoSNN reads up to {_MOST_INPUTS:,}")
    return shape or (1,)


def _depths(populations: dict[str, Any], weights: dict[tuple[str, str], Matrix]) -> dict[str, int]:
    depth = dict.fromkeys(populations, 1)
    for _ in populations:
        for source, target in weights:
            if source not in (_INPUT, target):
                depth[target] = max(depth[target], depth[source] + 1)
    for source, target in weights:
        if source not in (_INPUT, target) and depth[source] >= depth[target]:
            raise NetworkError(
                f"populations '{source}' and '{target}' are in a loop, whose delay each tool "
                "chooses for itself; join them in one population"
            )
    return depth


def _shown(paths: _Paths) -> str:
    if len(paths) != 1 or _INPUT in paths:
        raise NetworkError("its output is not fed by a single population; EvoSNN reads its spikes")
    ((name, matrix),) = paths.items()
    same = matrix.shape[0] == matrix.shape[1]
    if not same or (matrix != sparse.identity(matrix.shape[0], format="csr")).nnz:
        raise NetworkError("its output is a weighted sum of spikes; EvoSNN reads the spikes")
    return name
