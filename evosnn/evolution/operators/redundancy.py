"""Mutation operators that duplicate parts of a network, so that a single fault may be harmless.

A neuron that fires resets, whatever charge arrived beyond its threshold. Where each of two
synapses alone makes a neuron fire, a spike over both at once has the effect of a spike over one:
the second synapse changes nothing until the first is dead. Selection decides which of these
duplicates are worth their synapses.
"""

from __future__ import annotations

import zlib

from numpy.random import Generator

from evosnn.evolution._editable_network import EditableNetwork, new_id
from evosnn.evolution._search_space import SearchSpace, pick
from evosnn.evolution.operators.base import Operator

__all__ = ["COPY_NEURON", "DOUBLE_SYNAPSE", "JOIN_NEURONS", "double"]


def double_synapse(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Duplicate a random synapse by a path over a relay neuron; see :func:`double`."""
    if not draft.synapses:
        return False
    return double(draft, space, list(draft.synapses)[pick(rng, len(draft.synapses))])


def double(draft: EditableNetwork, space: SearchSpace, end: tuple[int, int]) -> bool:
    """Duplicate the synapse ``end`` by a path of its weight and delay over a relay neuron.

    The relay has the smallest threshold and receives the largest weight there are, so that it
    fires on each spike, also on chips that vary. A synapse whose delay is shorter than the two of
    the path is slowed to their sum. The relay's id is a hash of the synapse's ends, so that
    crossover recognises it.

    Args:
        draft: The network, edited in place.
        space: The values that the chip holds.
        end: Ids of the presynaptic and the postsynaptic neuron.

    Returns:
        Whether the path was added; it is not where no relay would fire on a single spike.
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
    """Add a copy of a hidden neuron, with copies of all its synapses."""
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
    """Merge two hidden neurons into one, so that two duplicate paths share what they can.

    The first retains its values and inherits the second's synapses with neurons that it has no
    synapse with; synapses between the two are removed.
    """
    del space
    hidden = draft.hidden
    if len(hidden) < 2:
        return False
    merged = hidden.pop(pick(rng, len(hidden)))
    removed = hidden[pick(rng, len(hidden))]
    ends = [end for end in draft.synapses if removed in end]
    if all({*end} <= {merged, removed} for end in draft.synapses):
        return False
    del draft.neurons[removed]
    for before, after in ends:
        value = draft.synapses.pop((before, after))
        if {before, after} <= {merged, removed}:
            continue
        moved = (merged if before == removed else before, merged if after == removed else after)
        draft.synapses.setdefault(moved, value)
    return True


DOUBLE_SYNAPSE = Operator(double_synapse)
COPY_NEURON = Operator(copy_neuron)
JOIN_NEURONS = Operator(join_neurons)
