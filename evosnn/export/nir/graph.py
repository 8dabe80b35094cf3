"""Reads the wiring of a NIR graph: populations, and weights from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import NetworkError
from evosnn.export.nir.neurons import NEURONS

__all__ = ["Wiring", "trace"]

_INPUT = ""
_LINEAR = ("Affine", "Linear", "Scale")
_Paths = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Wiring:
    """The connections of a graph's populations.

    Attributes:
        n_inputs: Number of inputs.
        populations: NIR's node of each population, by name.
        weights: ``(n_target, n_source)`` matrix by source and target; the source is a
            population or, as ``""``, the input.
        depth: Length of the longest path from the input to each population, in populations.
        output: The population that feeds the output.
    """

    n_inputs: int
    populations: dict[str, Any]
    weights: dict[tuple[str, str], NDArray[np.float64]]
    depth: dict[str, int]
    output: str


def trace(graph: Any) -> Wiring:
    """Follow the edges of a graph through its linear nodes.

    Raises:
        NetworkError: If a node has an unsupported type or a bias, or populations form a loop.
    """
    kinds = {name: type(node).__name__ for name, node in graph.nodes.items()}
    for name, kind in kinds.items():
        if kind not in (*NEURONS, *_LINEAR, "Input", "Output"):
            raise NetworkError(
                f"node '{name}' is a {kind}; EvoSNN reads {', '.join((*NEURONS, *_LINEAR))}"
            )
    inputs = [n for n, kind in kinds.items() if kind == "Input"]
    outputs = [n for n, kind in kinds.items() if kind == "Output"]
    populations = {n: node for n, node in graph.nodes.items() if kinds[n] in NEURONS}
    if len(inputs) != 1 or len(outputs) != 1 or not populations:
        raise NetworkError(
            f"it has {len(inputs)} inputs, {len(outputs)} outputs and {len(populations)} "
            "populations of neurons; EvoSNN reads one input, one output and at least one population"
        )
    n_inputs = int(np.prod(graph.nodes[inputs[0]].input_type["input"]))
    before: dict[str, list[str]] = {name: [] for name in graph.nodes}
    for source, target in graph.edges:
        before[target].append(source)

    def paths(name: str, seen: tuple[str, ...]) -> _Paths:
        """Return the weights from each source to a node."""
        found: _Paths = {}
        for source in before[name]:
            if source in seen:
                raise NetworkError(f"node '{source}' feeds itself without a neuron between")
            if kinds[source] == "Input":
                step: _Paths = {_INPUT: np.eye(n_inputs)}
            elif source in populations:
                step = {source: np.eye(np.ravel(populations[source].v_threshold).size)}
            else:
                own = _matrix(source, graph.nodes[source])
                step = {
                    k: _product(source, own, m) for k, m in paths(source, (*seen, source)).items()
                }
            for origin, matrix in step.items():
                found[origin] = found.get(origin, 0.0) + matrix
        return found

    weights = {
        (source, name): matrix for name in populations for source, matrix in paths(name, ()).items()
    }
    return Wiring(n_inputs, populations, weights, _depths(populations, weights),
                  _shown(paths(outputs[0], ())))  # fmt: skip


def _matrix(name: str, node: Any) -> NDArray[np.float64]:
    if type(node).__name__ == "Scale":
        return np.diag(np.ravel(np.asarray(node.scale, np.float64)))
    bias = getattr(node, "bias", None)
    if bias is not None and np.any(np.asarray(bias) != 0):
        raise NetworkError(
            f"Affine '{name}' has a bias, a current in every timestep; EvoSNN's neurons take "
            "none: train without bias"
        )
    weight = np.asarray(node.weight, np.float64)
    if weight.ndim != 2:
        raise NetworkError(f"node '{name}' has weights of shape {weight.shape}; a matrix is read")
    return weight


def _product(
    name: str, left: NDArray[np.float64], right: NDArray[np.float64]
) -> NDArray[np.float64]:
    if left.shape[1] != right.shape[0]:
        raise NetworkError(
            f"node '{name}' takes {left.shape[1]} values and is fed {right.shape[0]}"
        )
    return np.asarray(left @ right)


def _depths(
    populations: dict[str, Any], weights: dict[tuple[str, str], NDArray[np.float64]]
) -> dict[str, int]:
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
    if matrix.shape[0] != matrix.shape[1] or not np.array_equal(matrix, np.eye(len(matrix))):
        raise NetworkError("its output is a weighted sum of spikes; EvoSNN reads the spikes")
    return name
