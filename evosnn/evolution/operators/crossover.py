"""Uniform crossover of two networks; neurons with the same id and synapses between them match."""

from __future__ import annotations

from numpy.random import Generator

from evosnn.evolution._editable_network import EditableNetwork

__all__ = ["cross"]


def cross(a: EditableNetwork, b: EditableNetwork, rng: Generator) -> EditableNetwork:
    """Return a child that inherits the values of each shared part from either parent.

    A synapse that only one parent has is inherited with probability 1/2, and a neuron that only
    one parent has always; one without a path is removed later.

    Args:
        a: A parent.
        b: The other parent, with the same inputs and outputs.
        rng: Draws one number for each part.
    """
    shared = [neuron for neuron in a.neurons if neuron in b.neurons]
    others = [end for end in b.synapses if end not in a.synapses]
    coins = iter(rng.random(len(shared) + len(a.synapses) + len(others)).tolist())
    neurons = {**a.neurons, **b.neurons}
    for neuron, coin in zip(shared, coins, strict=False):
        if coin >= 0.5:
            neurons[neuron] = a.neurons[neuron]
    synapses = {}
    for (end, value), coin in zip(a.synapses.items(), coins, strict=False):
        if end in b.synapses:
            synapses[end] = b.synapses[end] if coin < 0.5 else value
        elif coin < 0.5:
            synapses[end] = value
    for end, coin in zip(others, coins, strict=False):
        if coin < 0.5:
            synapses[end] = b.synapses[end]
    return EditableNetwork(neurons, synapses, a.inputs, a.outputs)
