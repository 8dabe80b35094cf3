"""Mutations that double parts of a network, so that one dead synapse need not be its end.

A neuron that fires returns to rest, whatever charge arrived beyond its threshold. Where each of
two synapses alone makes a neuron fire, a spike over both at once is a spike over one: the second
changes nothing until the first is dead. The search keeps what of this is worth its synapses.
"""

from __future__ import annotations

import zlib

from numpy.random import Generator

from evosnn.evolution._editable_network import EditableNetwork, new_id
from evosnn.evolution._search_space import SearchSpace, pick

__all__ = ["copy_neuron", "double", "double_synapse", "join_neurons"]


def double_synapse(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Lay a second way beside a synapse, over a relay; see :func:`double`."""
    if not draft.synapses:
        return False
    return double(draft, space, list(draft.synapses)[pick(rng, len(draft.synapses))])


def double(draft: EditableNetwork, space: SearchSpace, end: tuple[int, int]) -> bool:
    """Lay a second way beside the synapse ``end``, of its weight and delay, over a relay neuron.

    The relay takes the least threshold and the largest weight there are, so that each spike
    passes it on any chip. A synapse too fast for two steps is slowed to the least that a second
    way takes. The relay's id follows from the synapse's ends, so that crossover recognises it.

    Returns:
        Whether a second way was laid; not where the relay would not pass a spike.
    """
    before, after = end
    weight, delay = draft.synapses[end]
    shortest = int(space.delay.low)
    whole = max(delay, 2 * shortest)
    if whole > space.delay.high or space.weight.high < space.threshold.low:
        return False
    relay = new_id(draft, zlib.crc32(f"{before} {after} twice".encode()) >> 1)
    draft.neurons[relay] = (space.threshold.low, space.leaks[0])
    draft.synapses[end] = (weight, whole)
    draft.synapses[before, relay] = (space.weight.high, shortest)
    draft.synapses[relay, after] = (weight, whole - shortest)
    return True


def copy_neuron(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Set a copy beside a hidden neuron, with copies of all its synapses."""
    del space
    hidden = draft.hidden
    if not hidden:
        return False
    neuron = hidden[pick(rng, len(hidden))]
    twin = new_id(draft, zlib.crc32(f"{neuron} twin".encode()) >> 1)
    draft.neurons[twin] = draft.neurons[neuron]
    for (before, after), value in list(draft.synapses.items()):
        if neuron in (before, after):
            ends = (twin if before == neuron else before, twin if after == neuron else after)
            draft.synapses[ends] = value
    return True


def join_neurons(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Make one of two hidden neurons, so that two second ways share what they can.

    The first keeps its values and takes the second's synapses where it has none of its own;
    those between the two are gone.
    """
    del space
    hidden = draft.hidden
    if len(hidden) < 2:
        return False
    kept = hidden.pop(pick(rng, len(hidden)))
    gone = hidden[pick(rng, len(hidden))]
    ends = [end for end in draft.synapses if gone in end]
    if all({*end} <= {kept, gone} for end in draft.synapses):
        return False
    del draft.neurons[gone]
    for before, after in ends:
        value = draft.synapses.pop((before, after))
        if {before, after} <= {kept, gone}:
            continue
        moved = (kept if before == gone else before, kept if after == gone else after)
        draft.synapses.setdefault(moved, value)
    return True
