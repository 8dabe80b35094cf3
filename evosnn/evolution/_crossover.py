"""Crossover: a child of two networks whose shared parts are recognised by their ids."""

from __future__ import annotations

from numpy.random import Generator

from evosnn.evolution._draft import Draft

__all__ = ["cross", "merge"]


def cross(a: Draft, b: Draft, rng: Generator) -> Draft:
    """Return a child that has each shared part from either parent.

    A synapse (or hidden neuron) that only one parent has is inherited with probability 1/2.
    """
    neurons = {
        neuron: (b.neurons[neuron] if neuron in b.neurons and rng.random() < 0.5 else value)
        for neuron, value in a.neurons.items()
    }
    for neuron, value in b.neurons.items():
        neurons.setdefault(neuron, value)
    synapses = {}
    for end, value in a.synapses.items():
        if end in b.synapses:
            synapses[end] = b.synapses[end] if rng.random() < 0.5 else value
        elif rng.random() < 0.5:
            synapses[end] = value
    synapses |= {
        end: value
        for end, value in b.synapses.items()
        if end not in a.synapses and rng.random() < 0.5
    }
    return Draft(neurons, synapses, a.inputs, a.outputs)


def merge(a: Draft, b: Draft) -> Draft:
    """Return the union of two networks; what both have is the first one's (EONS's merge)."""
    return Draft({**b.neurons, **a.neurons}, {**b.synapses, **a.synapses}, a.inputs, a.outputs)
