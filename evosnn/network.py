"""A spiking neural network as plain, frozen data.

Every room of EvoSNN shares this one noun. A network is a value: operators return new
networks and never edit one. How its neurons compute is a matter of the chip
(:mod:`evosnn.chips`); the timestep itself is written down in
:mod:`evosnn.simulation.reference`.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evosnn.errors import NetworkError

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["HEADER", "LAYOUT", "MAX_DELAY", "Network"]

_MAX_ID = 2**32 - 1
MAX_DELAY = 2**24
"""The longest synaptic delay, in timesteps; a simulator holds that many of each neuron's spikes."""

_MAGIC = b"SNN1"
HEADER = struct.Struct("<4sIIII")
"""How a network's bytes begin: a mark, and counts of neurons, inputs, outputs and synapses."""

_U4, _I4, _F8 = np.dtype("<u4"), np.dtype("<i4"), np.dtype("<f8")
LAYOUT: tuple[tuple[str, np.dtype[Any], int], ...] = (
    ("ids", _U4, 0),
    ("threshold", _F8, 0),
    ("leak", _F8, 0),
    ("inputs", _I4, 1),
    ("outputs", _I4, 2),
    ("pre", _I4, 3),
    ("post", _I4, 3),
    ("weight", _F8, 3),
    ("delay", _I4, 3),
)
"""How they go on: the arrays, little-endian, and which of the counts says how long each is."""

_SIZED = ("ids", "inputs", "outputs", "pre")  # an array that each of the four counts is of


@lru_cache(1000)  # more sizes than struct itself remembers
def _layout(neurons: int, ports: int, synapses: int) -> struct.Struct:
    whole = f"{neurons}I{2 * neurons}d{ports + 2 * synapses}i{synapses}d{synapses}i"
    return struct.Struct(HEADER.format + whole)


def _real(values: ArrayLike, name: str) -> NDArray[np.float64]:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise NetworkError(f"{name} is no list of numbers") from None


def _whole(values: ArrayLike) -> NDArray[Any]:
    try:
        numbers = np.asarray(values)
    except ValueError:
        raise NetworkError("ids is no list of numbers") from None
    if numbers.dtype.kind == "O" and all(isinstance(i, int) for i in numbers.ravel()):
        raise NetworkError(f"a neuron id is outside 0..{_MAX_ID}")
    if numbers.size and (numbers.dtype.kind not in "iuf" or (numbers % 1 != 0).any()):
        raise NetworkError(f"ids takes whole numbers, 0..{_MAX_ID}")
    return numbers


def _rows_of_four(
    synapses: Sequence[tuple[int, int, float, int]],
) -> Iterator[tuple[int, int, float, int]]:
    for row in synapses:
        try:
            a, b, w, d = row
        except (TypeError, ValueError):
            raise NetworkError(
                f"a synapse is {row!r}; it takes (pre id, post id, weight, delay)"
            ) from None
        yield a, b, w, d


def _delivery(weight: float, delay: float) -> tuple[float, int]:
    """A synapse's weight and delay as plain numbers."""
    try:
        charge = float(weight)
    except (TypeError, ValueError, OverflowError):
        raise NetworkError(f"a weight is {weight!r}; it takes a finite number") from None
    try:
        timesteps = int(delay)
    except (TypeError, ValueError, OverflowError):
        timesteps = 0
    if timesteps != delay or not 1 <= timesteps <= MAX_DELAY:
        raise NetworkError(f"a delay is {delay}; it takes whole timesteps, 1 to {MAX_DELAY}")
    return charge, timesteps


def _key_of(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def _arrays(data: bytes) -> Iterator[tuple[str, NDArray[Any]]]:
    """The arrays in a network's bytes, by name: views of them."""
    _, *counts = HEADER.unpack_from(data)
    at = HEADER.size
    for name, kind, count in LAYOUT:
        yield name, np.frombuffer(data, kind, counts[count], at)
        at += kind.itemsize * counts[count]


@dataclass(frozen=True, eq=False)
class Network:
    """A recurrent network of point neurons and delayed synapses.

    Arrays are in canonical order (neurons by id, synapses by presynaptic and then
    postsynaptic neuron) and must not be written to. :meth:`create` orders and checks; the
    bare constructor and :meth:`from_bytes` check, and refuse what is not in this order.

    Attributes:
        ids: ``(n_neurons,)`` uint32, ascending. A neuron keeps its id from parent to
            child; crossover and chip variation recognise it by its id.
        threshold: ``(n_neurons,)`` float64, firing threshold in weight units.
        leak: ``(n_neurons,)`` float64, the share of its potential that a neuron loses
            in a timestep, 0 (none) to 1 (all).
        inputs: ``(n_inputs,)`` int32, index of the neuron behind each input.
        outputs: ``(n_outputs,)`` int32, index of the neuron behind each output; a
            neuron may be both input and output.
        pre: ``(n_synapses,)`` int32, index of the presynaptic neuron.
        post: ``(n_synapses,)`` int32, index of the postsynaptic neuron.
        weight: ``(n_synapses,)`` float64, charge that a spike delivers.
        delay: ``(n_synapses,)`` int32, timesteps from spike to delivery, at least 1.
    """

    ids: NDArray[np.uint32]
    threshold: NDArray[np.float64]
    leak: NDArray[np.float64]
    inputs: NDArray[np.int32]
    outputs: NDArray[np.int32]
    pre: NDArray[np.int32]
    post: NDArray[np.int32]
    weight: NDArray[np.float64]
    delay: NDArray[np.int32]

    @classmethod
    def create(
        cls,
        *,
        threshold: ArrayLike,
        inputs: Sequence[int],
        outputs: Sequence[int],
        synapses: Sequence[tuple[int, int, float, int]] = (),
        leak: ArrayLike = 0.0,
        ids: ArrayLike | None = None,
    ) -> Network:
        """Check the parts of a network, put them in canonical order and freeze them.

        Args:
            threshold: ``(n_neurons,)``, firing threshold in weight units.
            inputs: Ids of the input neurons, in input order.
            outputs: Ids of the output neurons, in output order.
            synapses: ``(pre id, post id, weight, delay)`` for each synapse.
            leak: ``(n_neurons,)`` or one number, share of the potential lost a timestep.
            ids: ``(n_neurons,)``, the neurons' ids; 0, 1, 2, ... if not given.

        Raises:
            NetworkError: If an id is repeated, missing or out of range, a pair of neurons
                has two synapses, a delay is no whole number from 1, a leak is outside 0..1,
                or a number is not finite.
        """
        thresholds = np.atleast_1d(_real(threshold, "threshold"))
        if thresholds.ndim > 1:
            raise NetworkError(
                f"threshold has shape {thresholds.shape}; it takes a list of numbers"
            )
        n = thresholds.size
        numbers = np.arange(n) if ids is None else _whole(ids)
        if numbers.shape != (n,):
            raise NetworkError(f"ids has shape {numbers.shape}, but there are {n} thresholds")
        leaks = _real(leak, "leak")
        if leaks.shape not in ((), (1,), (n,)):
            raise NetworkError(f"leak has shape {leaks.shape}, but there are {n} thresholds")
        leaks = np.broadcast_to(leaks, (n,))
        if n and (numbers.min() < 0 or numbers.max() > _MAX_ID):
            raise NetworkError(f"a neuron id is outside 0..{_MAX_ID}")
        order = np.argsort(numbers, kind="stable")
        index = {int(numbers[i]): k for k, i in enumerate(order)}
        if len(index) != n:
            raise NetworkError("a neuron id appears twice")

        def lookup(neuron: int, role: str) -> int:
            try:
                return index[neuron]  # 2.0 finds 2, and 2.5 nothing
            except (KeyError, TypeError):
                raise NetworkError(f"{role} names neuron {neuron}, which does not exist") from None

        rows = sorted(
            (lookup(a, "a synapse"), lookup(b, "a synapse"), *_delivery(w, d))
            for a, b, w, d in _rows_of_four(synapses)
        )
        if any(a[:2] == b[:2] for a, b in pairwise(rows)):
            raise NetworkError("two synapses join the same pair of neurons; a network takes one")
        return cls(
            ids=numbers[order].astype(np.uint32),
            threshold=thresholds[order],
            leak=leaks[order],
            inputs=np.array([lookup(i, "inputs") for i in inputs], dtype=np.int32),
            outputs=np.array([lookup(i, "outputs") for i in outputs], dtype=np.int32),
            pre=np.array([r[0] for r in rows], dtype=np.int32),
            post=np.array([r[1] for r in rows], dtype=np.int32),
            weight=np.array([r[2] for r in rows], dtype=np.float64),
            delay=np.array([r[3] for r in rows], dtype=np.int32),
        )

    def __post_init__(self) -> None:
        """Check every array: compiled code reads them without another look."""
        for name, kind, count in LAYOUT:
            array = getattr(self, name)
            if not isinstance(array, np.ndarray) or array.ndim != 1:
                raise NetworkError(f"{name} is no list of numbers")
            if array.size != getattr(self, _SIZED[count]).size:
                raise NetworkError(
                    f"{name} has {array.size} values, not as many as {_SIZED[count]}"
                )
            if array.dtype.kind not in ("iuf" if kind.kind == "f" else "iu"):
                raise NetworkError(f"{name} holds {array.dtype}; it takes {kind.name}")
            if kind.kind == "f" and not np.isfinite(array).all():
                raise NetworkError(f"a {name} is not a finite number")
        n = self.ids.size
        if n and (self.ids.min() < 0 or self.ids.max() > _MAX_ID):
            raise NetworkError(f"a neuron id is outside 0..{_MAX_ID}")
        if (self.ids[1:] <= self.ids[:-1]).any() and np.unique(self.ids).size != n:
            raise NetworkError("a neuron id appears twice")
        for name in ("inputs", "outputs", "pre", "post"):
            indices = getattr(self, name)
            if indices.size and (indices.min() < 0 or indices.max() >= n):
                wrong = indices.min() if indices.min() < 0 else indices.max()
                raise NetworkError(f"{name} names the neuron at place {wrong} of {n}")
        for name in ("inputs", "outputs"):
            listed = getattr(self, name)
            if len(set(listed.tolist())) != listed.size:
                raise NetworkError(f"{name} lists a neuron twice")
        pair = self.pre.astype(np.int64) * n + self.post
        if (pair[1:] <= pair[:-1]).any():
            raise NetworkError(
                "the synapses are not in order, or two join the same pair of neurons; "
                "Network.create puts them in order"
            )
        if self.leak.size and (self.leak.min() < 0 or self.leak.max() > 1):
            raise NetworkError("a leak is outside 0..1 (the share of the potential lost)")
        if self.delay.size and (self.delay.min() < 1 or self.delay.max() > MAX_DELAY):
            wrong = self.delay.min() if self.delay.min() < 1 else self.delay.max()
            raise NetworkError(f"a delay is {wrong}; a delay is 1 to {MAX_DELAY} timesteps")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Make the arrays of a network of bytes once one is asked for: few ever are."""
            if all(name != field for field, _, _ in LAYOUT):
                raise AttributeError(f"a network has no '{name}'")
            self.__dict__.update(_arrays(self._bytes))
            return self.__dict__[name]

    @cached_property
    def n_neurons(self) -> int:
        """Number of neurons, inputs and outputs included."""
        return int(self.ids.size)

    @cached_property
    def n_synapses(self) -> int:
        """Number of synapses."""
        return int(self.pre.size)

    @cached_property
    def n_hidden(self) -> int:
        """Number of neurons that are neither input nor output."""
        return self.n_neurons - len(set(self.inputs.tolist()) | set(self.outputs.tolist()))

    @cached_property
    def used(self) -> NDArray[np.bool_]:
        """``(n_neurons,)``, which neurons a chip must hold: outputs, and all with a synapse."""
        used = np.zeros(self.n_neurons, np.bool_)
        for indices in (self.outputs, self.pre, self.post):
            used[indices] = True
        used.flags.writeable = False
        return used

    @cached_property
    def n_used(self) -> int:
        """Number of neurons that a chip must hold."""
        return int(self.used.sum())

    @cached_property
    def key(self) -> str:
        """Content hash, 16 hexadecimal digits; equal networks have equal keys."""
        return _key_of(self.to_bytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Network) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return (
            f"<Network {self.key}: {self.inputs.size} inputs, {self.outputs.size} outputs, "
            f"{self.n_hidden} hidden, {self.n_synapses} synapses>"
        )

    def to_bytes(self) -> bytes:
        """Return the network as bytes: a header of four counts, then the nine arrays."""
        return self._bytes

    @cached_property
    def _bytes(self) -> bytes:
        head = HEADER.pack(
            _MAGIC, self.ids.size, self.inputs.size, self.outputs.size, self.pre.size
        )
        arrays = [np.asarray(getattr(self, name), kind) for name, kind, _ in LAYOUT]
        return b"".join([head, *[array.tobytes() for array in arrays]])

    @classmethod
    def from_bytes(cls, data: bytes, key: str | None = None) -> Network:
        """Read what :meth:`to_bytes` wrote, and check it as :meth:`create` does.

        Args:
            data: The bytes.
            key: Content hash that the network must have; any if not given.

        Raises:
            NetworkError: If the bytes are not a whole network, an index names no neuron, a
                number is not finite or out of its range, or the content hash is another.
        """
        try:
            magic, *counts = HEADER.unpack_from(data)
        except (struct.error, TypeError):
            raise NetworkError("these bytes are not a whole network") from None
        size = HEADER.size + sum(kind.itemsize * counts[count] for _, kind, count in LAYOUT)
        if magic != _MAGIC or size != len(data):
            raise NetworkError("these bytes are not a whole network")
        network = cls._of_bytes(bytes(data), counts[0], counts[3])
        network.__post_init__()
        if (network.ids[1:] <= network.ids[:-1]).any():
            raise NetworkError("the neuron ids do not ascend; Network.create puts them in order")
        if key is not None and network.key != key:
            raise NetworkError(f"the bytes are those of network {network.key}, not of {key}")
        return network

    @classmethod
    def _of_bytes(cls, data: bytes, n_neurons: int, n_synapses: int) -> Network:
        """Return the network whose bytes these are; its arrays are made once asked for."""
        network = object.__new__(cls)
        network.__dict__.update(_bytes=data, n_neurons=n_neurons, n_synapses=n_synapses)
        return network

    @classmethod
    def from_lists(
        cls,
        ids: Sequence[int],
        threshold: Sequence[float],
        leak: Sequence[float],
        inputs: Sequence[int],
        outputs: Sequence[int],
        pre: Sequence[int],
        post: Sequence[int],
        weight: Sequence[float],
        delay: Sequence[int],
    ) -> Network:
        """Return the network of these attributes, in canonical order; only indices are checked.

        Variation calls this for every network that it breeds.

        Raises:
            NetworkError: If an index names no neuron, or a value is of another type.
        """
        n, s = len(ids), len(pre)
        for indices in (inputs, outputs, pre, post):
            if len(indices) and not 0 <= min(indices) <= max(indices) < n:
                raise NetworkError(f"an index is outside 0..{n - 1}, the network's neurons")
        try:
            data = _layout(n, len(inputs) + len(outputs), s).pack(
                _MAGIC, n, len(inputs), len(outputs), s, *ids, *threshold, *leak,
                *inputs, *outputs, *pre, *post, *weight, *delay,
            )  # fmt: skip
        except struct.error as error:
            raise NetworkError(f"the lists are not those of a network ({error})") from None
        network = cls._of_bytes(data, n, s)
        network.__dict__["key"] = _key_of(data)  # asked for at once, of every network bred
        return network

    def to_networkx(self) -> nx.DiGraph[int]:
        """Return a networkx view for metrics and drawing; nodes are neuron ids.

        Nodes carry ``threshold``, ``leak`` and ``role`` (a string of the letters ``i`` and
        ``o``), edges ``weight`` and ``delay``.
        """
        import networkx as nx

        graph: nx.DiGraph[int] = nx.DiGraph()
        ids = self.ids.tolist()
        roles = [""] * self.n_neurons
        for i in self.inputs.tolist():
            roles[i] += "i"
        for i in self.outputs.tolist():
            roles[i] += "o"
        for i, neuron in enumerate(ids):
            graph.add_node(
                neuron, threshold=float(self.threshold[i]), leak=float(self.leak[i]), role=roles[i]
            )
        for a, b, w, d in zip(
            self.pre.tolist(),
            self.post.tolist(),
            self.weight.tolist(),
            self.delay.tolist(),
            strict=True,
        ):
            graph.add_edge(ids[a], ids[b], weight=w, delay=d)
        return graph
