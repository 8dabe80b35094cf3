"""Reads a NIR file as plain data: nodes by name, edges, metadata.

The nir package checks shapes as it reads, and so refuses parameters of shape ``()`` or ``(1,)``,
which stand for all neurons of a population, and nested graphs without shapes. What is read here
is the file alone; :mod:`evosnn.export.nir.graph` finds the shapes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from evosnn.errors import ExportError, NetworkError

__all__ = ["Graph", "load_graph", "require_nir"]

_MOST_BYTES = 2**30
_HEAP = b"GCOL\x01\0\0\0"  # how a heap of HDF5 begins
_DEEPEST = 20  # graphs within graphs


@dataclass(frozen=True, eq=False)
class Graph:
    """A NIR graph, with the graphs within it written out.

    Attributes:
        nodes: Nodes by name; ``kind`` is NIR's type, the other attributes are its parameters.
            A node of a graph within the graph is called ``outer.inner``, and that graph's input
            and output are of kind ``"Identity"``.
        edges: ``(source, target)`` names, each pair once.
        metadata: What the file says of the graph besides.
    """

    nodes: dict[str, Any]
    edges: list[tuple[str, str]]
    metadata: dict[str, Any] = field(default_factory=dict)


def require_nir() -> None:
    """Refuse to go on without the nir package.

    Raises:
        ExportError: If nir or h5py is not installed, or cannot be imported.
    """
    if find_spec("nir") is None or find_spec("h5py") is None:
        raise ExportError("'nir' is not installed; pip install 'evosnn[nir]'")
    for name in ("h5py", "nir"):
        try:
            import_module(name)
        except Exception as error:  # a library beside another that it does not go with
            reason = " ".join(str(error).split())[:200]
            raise ExportError(f"'{name}' is installed but cannot be imported: {reason}") from None


def load_graph(path: str | Path) -> Graph:
    """Read a NIR graph.

    Raises:
        ExportError: If nir is not installed.
        NetworkError: If the file cannot be read, is no NIR graph, or is larger than 1 GiB.
    """
    require_nir()
    h5py: Any = import_module("h5py")
    try:
        _require_sound_heaps(path)
        with h5py.File(path, "r") as file:
            _require_size(file)
            data = _plain(file["node"], 0)
        return _graph(data, 0)
    except NetworkError as error:
        raise NetworkError(f"NIR file '{path}': {error}") from None
    except OSError as error:
        reason = error.strerror or "it is not HDF5"
        raise NetworkError(f"NIR file '{path}' cannot be read: {reason}") from None
    except Exception as error:  # what h5py raises on a malformed file is not documented
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise NetworkError(f"NIR file '{path}' holds no graph that nir reads: {said}") from None


def _require_sound_heaps(path: str | Path) -> None:
    """Walk the heaps of texts as HDF5's library does, which never ends in a damaged one.

    A heap is a row of objects, each with its number and its size; number 0 is what is free. Where
    a wrong size leads to a free object of no size, the library goes round in a circle.
    """
    if Path(path).stat().st_size > _MOST_BYTES:
        raise NetworkError(f"it is larger than {_MOST_BYTES / 2**30:g} GiB")
    data = Path(path).read_bytes()
    start = data.find(_HEAP)
    while start >= 0:
        end = start + int.from_bytes(data[start + 8 : start + 16], "little")
        at = start + 16
        while at + 16 <= end:
            number = int.from_bytes(data[at : at + 2], "little")
            size = int.from_bytes(data[at + 8 : at + 16], "little")
            taken = 16 + -(-size // 8) * 8 if number else size
            if taken < 16 or at + taken > min(end, len(data)):
                raise NetworkError("it is damaged: a text in it has a wrong size")
            at += taken
        start = data.find(_HEAP, start + 8)


def _require_size(file: Any) -> None:
    """Add up the file's arrays before one is read: a compressed one may be of any size."""
    total = 0

    def add(name: str, item: Any) -> None:
        nonlocal total
        shape = getattr(item, "shape", None)
        if shape is not None:
            count = 1
            for length in shape:
                count *= int(length)
            total += count * item.dtype.itemsize

    file.visititems(add)
    if total > _MOST_BYTES:
        raise NetworkError(
            f"its arrays take {total / 2**30:,.1f} GiB; EvoSNN reads up to {_MOST_BYTES / 2**30:g}"
        )


def _plain(group: Any, depth: int) -> dict[str, Any]:
    if depth > 4 * _DEEPEST:
        raise NetworkError("its groups are nested too deep")
    found: dict[str, Any] = {}
    for key, item in group.items():
        if hasattr(item, "items"):
            found[str(key)] = _plain(item, depth + 1)
        else:
            value = item[()]
            found[str(key)] = value.decode("utf-8") if isinstance(value, bytes) else value
    return found


def _graph(data: dict[str, Any], depth: int) -> Graph:
    if data.get("type") != "NIRGraph" or not isinstance(data.get("nodes"), dict):
        raise NetworkError(f"it holds a {data.get('type')}; EvoSNN reads a NIRGraph")
    if depth > _DEEPEST:
        raise NetworkError("its graphs are nested too deep")
    nodes: dict[str, Any] = {}
    edges: list[tuple[str, str]] = []
    entry: dict[str, str] = {}
    leave: dict[str, str] = {}
    for name, node in data["nodes"].items():
        kind = node.get("type") if isinstance(node, dict) else None
        if not isinstance(kind, str):
            raise NetworkError(f"node '{name}' has no type")
        if kind != "NIRGraph":
            parameters = {k: v for k, v in node.items() if k not in ("type", "metadata")}
            nodes[name] = SimpleNamespace(**{**parameters, "kind": kind})
            entry[name] = leave[name] = name
            continue
        inner = _graph(node, depth + 1)
        ends = {}
        for end in ("Input", "Output"):
            names = [n for n, part in inner.nodes.items() if part.kind == end]
            if len(names) != 1:
                raise NetworkError(f"graph '{name}' has {len(names)} nodes of kind {end}, not 1")
            ends[end] = names[0]
            inner.nodes[names[0]] = SimpleNamespace(kind="Identity")
        nodes |= {f"{name}.{n}": part for n, part in inner.nodes.items()}
        edges += [(f"{name}.{a}", f"{name}.{b}") for a, b in inner.edges]
        entry[name], leave[name] = f"{name}.{ends['Input']}", f"{name}.{ends['Output']}"
    for pair in np.asarray(data.get("edges", ())).reshape(-1, 2).tolist():
        source, target = (w.decode("utf-8") if isinstance(w, bytes) else str(w) for w in pair)
        for end in (source, target):
            if end not in entry:
                raise NetworkError(f"an edge names node '{end}', which does not exist")
        edges.append((leave[source], entry[target]))
    own = data.get("metadata")
    return Graph(nodes, list(dict.fromkeys(edges)), own if isinstance(own, dict) else {})
