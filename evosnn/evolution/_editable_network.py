"""An editable form of a network, for operators: dictionaries instead of arrays.

:func:`take_apart` turns a :class:`~evosnn.network.Network` into it, :func:`put_together` back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from evosnn.network import Network

__all__ = [
    "EditableNetwork",
    "in_network",
    "in_order",
    "new_id",
    "put_together",
    "take_apart",
    "trim",
]


@dataclass(slots=True)
class EditableNetwork:
    """A network that operators edit in place.

    Attributes:
        neurons: ``(threshold, leak)`` by neuron id.
        synapses: ``(weight, delay)`` by ``(pre id, post id)``.
        inputs: Ids of the input neurons, in input order.
        outputs: Ids of the output neurons, in output order.
    """

    neurons: dict[int, tuple[float, float]]
    synapses: dict[tuple[int, int], tuple[float, int]]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]

    @property
    def hidden(self) -> list[int]:
        """Ids of the neurons that are neither input nor output."""
        ports = {*self.inputs, *self.outputs}
        return [neuron for neuron in self.neurons if neuron not in ports]

    def copy(self) -> EditableNetwork:
        """Return a copy that can be edited without changing this one."""
        return EditableNetwork(dict(self.neurons), dict(self.synapses), self.inputs, self.outputs)


def take_apart(network: Network) -> EditableNetwork:
    """Return the editable form of a network."""
    ids = network.ids.tolist()
    return EditableNetwork(
        neurons=dict(
            zip(
                ids,
                zip(network.threshold.tolist(), network.leak.tolist(), strict=True),
                strict=True,
            )
        ),
        synapses={
            (ids[a], ids[b]): (w, d)
            for a, b, w, d in zip(
                network.pre.tolist(),
                network.post.tolist(),
                network.weight.tolist(),
                network.delay.tolist(),
                strict=True,
            )
        },
        inputs=tuple(ids[i] for i in network.inputs.tolist()),
        outputs=tuple(ids[i] for i in network.outputs.tolist()),
    )


def put_together(draft: EditableNetwork) -> Network:
    """Return the network of a draft, its neurons and synapses in canonical order."""
    return in_network(in_order(draft))


def in_network(draft: EditableNetwork) -> Network:
    """Return the network of a draft whose parts are in canonical order (:func:`in_order`)."""
    index = {neuron: i for i, neuron in enumerate(draft.neurons)}
    return Network.from_lists(
        ids=list(draft.neurons),
        threshold=[threshold for threshold, _ in draft.neurons.values()],
        leak=[leak for _, leak in draft.neurons.values()],
        inputs=[index[i] for i in draft.inputs],
        outputs=[index[i] for i in draft.outputs],
        pre=[index[a] for a, _ in draft.synapses],
        post=[index[b] for _, b in draft.synapses],
        weight=[weight for weight, _ in draft.synapses.values()],
        delay=[delay for _, delay in draft.synapses.values()],
    )


def in_order(draft: EditableNetwork) -> EditableNetwork:
    """Return the draft with neurons and synapses in canonical order, as :func:`take_apart` does."""
    neurons, synapses = draft.neurons, draft.synapses
    return EditableNetwork(
        {neuron: neurons[neuron] for neuron in sorted(neurons)},
        {end: synapses[end] for end in sorted(synapses)},
        draft.inputs,
        draft.outputs,
    )


def new_id(draft: EditableNetwork, wish: int) -> int:
    """Return a free neuron id, the first from ``wish`` on above the ids of inputs and outputs."""
    neuron = wish + len(draft.inputs) + len(draft.outputs)
    while neuron in draft.neurons:
        neuron += 1
    return neuron


def trim(draft: EditableNetwork) -> None:
    """Remove every neuron and synapse that lies on no path from an input to an output.

    A neuron without a path from an input never fires, and one without a path to an output changes
    no answer. Inputs and outputs themselves stay.
    """
    reached = _reachable(draft.inputs, draft.synapses)
    needed = _reachable(draft.outputs, [(b, a) for a, b in draft.synapses])
    for end in [(a, b) for a, b in draft.synapses if a not in reached or b not in needed]:
        del draft.synapses[end]
    useful = reached & needed
    if len(draft.neurons) > len(useful):
        for neuron in draft.hidden:
            if neuron not in useful:
                del draft.neurons[neuron]


def _reachable(start: Iterable[int], steps: Collection[tuple[int, int]]) -> set[int]:
    """Return the neurons reachable from ``start``, by passes over all steps until none is new.

    Networks are small and shallow: a few passes cost less than building adjacency lists.
    """
    found, before = set(start), 0
    while len(found) > before:
        before = len(found)
        for a, b in steps:
            if a in found:
                found.add(b)
    return found
