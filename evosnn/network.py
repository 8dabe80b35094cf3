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

__all__ = ["HEADER", "LAYOUT", "Network"]

_MAX_ID = 2**32 - 1
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


@lru_cache(1000)  # more sizes than struct itself remembers
def _layout(neurons: int, ports: int, synapses: int) -> struct.Struct:
    whole = f"{neurons}I{2 * neurons}d{ports + 2 * synapses}i{synapses}d{synapses}i"
    return struct.Struct(HEADER.format + whole)


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
    postsynaptic neuron) and must not be written to. :meth:`create` checks and orders;
    the bare constructor trusts its caller.

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
                has two synapses, a delay is below 1, a leak is outside 0..1, or a number
                is not finite.
        """
        thresholds = np.atleast_1d(np.asarray(threshold, dtype=np.float64))
        n = thresholds.size
        numbers = np.arange(n) if ids is None else np.asarray(ids)
        leaks = np.broadcast_to(np.asarray(leak, dtype=np.float64), (n,))
        if numbers.shape != (n,):
            raise NetworkError(f"ids has shape {numbers.shape}, but there are {n} thresholds")
        if n and (numbers.min() < 0 or numbers.max() > _MAX_ID):
            raise NetworkError(f"a neuron id is outside 0..{_MAX_ID}")
        order = np.argsort(numbers, kind="stable")
        index = {int(numbers[i]): k for k, i in enumerate(order)}
        if len(index) != n:
            raise NetworkError("a neuron id appears twice")

        def lookup(neuron: int, role: str) -> int:
            try:
                return index[int(neuron)]
            except KeyError:
                raise NetworkError(f"{role} names neuron {neuron}, which does not exist") from None

        rows = sorted(
            (lookup(a, "a synapse"), lookup(b, "a synapse"), float(w), int(d))
            for a, b, w, d in synapses
        )
        if any(a[:2] == b[:2] for a, b in pairwise(rows)):
            raise NetworkError("two synapses join the same pair of neurons; a network takes one")
        network = cls(
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
        network._check()
        return network

    def _check(self) -> None:
        for name in ("inputs", "outputs"):
            listed = getattr(self, name)
            if len(set(listed.tolist())) != listed.size:
                raise NetworkError(f"{name} lists a neuron twice")
        for name in ("threshold", "leak", "weight"):
            if not np.isfinite(getattr(self, name)).all():
                raise NetworkError(f"a {name} is not a finite number")
        if self.leak.size and (self.leak.min() < 0 or self.leak.max() > 1):
            raise NetworkError("a leak is outside 0..1 (the share of the potential lost)")
        if self.delay.size and self.delay.min() < 1:
            raise NetworkError(f"a delay is {self.delay.min()}; a delay is at least 1 timestep")

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
    def from_bytes(cls, data: bytes) -> Network:
        """Read what :meth:`to_bytes` wrote.

        Raises:
            NetworkError: If the bytes are not a whole network.
        """
        try:
            magic, *counts = HEADER.unpack_from(data)
        except struct.error:
            raise NetworkError("these bytes are not a whole network") from None
        size = HEADER.size + sum(kind.itemsize * counts[count] for _, kind, count in LAYOUT)
        if magic != _MAGIC or size != len(data):
            raise NetworkError("these bytes are not a whole network")
        return cls._of_bytes(data, counts[0], counts[3])

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
        """Return the network of these attributes, in canonical order; trusts its caller."""
        n, s = len(ids), len(pre)
        data = _layout(n, len(inputs) + len(outputs), s).pack(
            _MAGIC, n, len(inputs), len(outputs), s, *ids, *threshold, *leak,
            *inputs, *outputs, *pre, *post, *weight, *delay,
        )  # fmt: skip
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
