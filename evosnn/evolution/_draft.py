"""A network taken apart for editing, and put together again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evosnn.network import Network

__all__ = ["Draft", "in_order", "put_together", "take_apart", "trim"]


@dataclass(slots=True)
class Draft:
    """A network under construction; operators edit it, and it becomes a :class:`Network`.

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

    def copy(self) -> Draft:
        """Return a draft that can be edited without touching this one."""
        return Draft(dict(self.neurons), dict(self.synapses), self.inputs, self.outputs)


def take_apart(network: Network) -> Draft:
    """Return a draft of a network."""
    ids = network.ids.tolist()
    return Draft(
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


def put_together(draft: Draft) -> Network:
    """Return the network that a draft describes, in canonical order."""
    ids = sorted(draft.neurons)
    index = {neuron: i for i, neuron in enumerate(ids)}
    neurons = [draft.neurons[neuron] for neuron in ids]
    ends = sorted(draft.synapses)
    synapses = [draft.synapses[end] for end in ends]
    return Network(
        ids=np.array(ids, dtype=np.uint32),
        threshold=np.array([n[0] for n in neurons], dtype=np.float64),
        leak=np.array([n[1] for n in neurons], dtype=np.float64),
        inputs=np.array([index[i] for i in draft.inputs], dtype=np.int32),
        outputs=np.array([index[i] for i in draft.outputs], dtype=np.int32),
        pre=np.array([index[a] for a, _ in ends], dtype=np.int32),
        post=np.array([index[b] for _, b in ends], dtype=np.int32),
        weight=np.array([s[0] for s in synapses], dtype=np.float64),
        delay=np.array([s[1] for s in synapses], dtype=np.int32),
    )


def in_order(draft: Draft) -> Draft:
    """Return the draft as :func:`take_apart` would make it of its network, parts in order."""
    return Draft(
        dict(sorted(draft.neurons.items())),
        dict(sorted(draft.synapses.items())),
        draft.inputs,
        draft.outputs,
    )


def trim(draft: Draft) -> None:
    """Remove every neuron and synapse that lies on no path from an input to an output.

    What cannot be reached never fires; what reaches no output changes no answer. Inputs and
    outputs themselves stay, since they are the network's ports.
    """
    forward: dict[int, list[int]] = {}
    backward: dict[int, list[int]] = {}
    for a, b in draft.synapses:
        forward.setdefault(a, []).append(b)
        backward.setdefault(b, []).append(a)
    useful = _reached(draft.inputs, forward) & _reached(draft.outputs, backward)
    for end in [e for e in draft.synapses if e[0] not in useful or e[1] not in useful]:
        del draft.synapses[end]
    for neuron in draft.hidden:
        if neuron not in useful:
            del draft.neurons[neuron]


def _reached(start: tuple[int, ...], steps: dict[int, list[int]]) -> set[int]:
    found = set(start)
    frontier = list(start)
    while frontier:
        for neuron in steps.get(frontier.pop(), ()):
            if neuron not in found:
                found.add(neuron)
                frontier.append(neuron)
    return found
