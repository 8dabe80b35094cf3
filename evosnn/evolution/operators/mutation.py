"""Mutation operators that add, remove and change single neurons and synapses.

Each edit draws values that the chip holds. Which operator is applied how often, and the removal of
neurons and synapses that lie on no path, is the breeder's part.
"""

from __future__ import annotations

import zlib

from numpy.random import Generator

from evosnn.evolution._editable_network import EditableNetwork, new_id
from evosnn.evolution._search_space import SearchSpace, pick
from evosnn.evolution.operators.base import Operator

__all__ = [
    "ADD_NEURON",
    "ADD_SYNAPSE",
    "CHANGE_DELAY",
    "CHANGE_LEAK",
    "CHANGE_THRESHOLD",
    "CHANGE_WEIGHT",
    "REMOVE_NEURON",
    "REMOVE_SYNAPSE",
    "SPLIT_SYNAPSE",
]

_TRIES = 8  # pairs of neurons drawn before a draft counts as fully connected
_RESAMPLE = 0.15  # share of value changes that draw a new value instead of a step


def add_synapse(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Add a synapse between two neurons, or from one to itself, where there is none."""
    ids = list(draft.neurons)
    for _ in range(_TRIES):
        end = (ids[pick(rng, len(ids))], ids[pick(rng, len(ids))])
        if end not in draft.synapses:
            draft.synapses[end] = space.draw_synapse(rng)
            return True
    return False


def remove_synapse(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Remove a synapse, unless it is the last."""
    if len(draft.synapses) < 2:
        return False
    del draft.synapses[_any_synapse(draft, rng)]
    return True


def add_neuron(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Add a neuron with one synapse in and one out."""
    ids = list(draft.neurons)
    neuron = new_id(draft, pick(rng, 2**31))
    before, after = ids[pick(rng, len(ids))], ids[pick(rng, len(ids))]
    draft.neurons[neuron] = space.draw_neuron(rng)
    draft.synapses[before, neuron] = space.draw_synapse(rng)
    draft.synapses[neuron, after] = space.draw_synapse(rng)
    return True


def split_synapse(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Replace a synapse by a relay neuron between two synapses that share its delay.

    The neuron's id is a hash of the synapse's ends, so that the same split in two networks makes
    a neuron that crossover recognises as shared.
    """
    if not draft.synapses:
        return False
    a, b = _any_synapse(draft, rng)
    weight, delay = draft.synapses.pop((a, b))
    neuron = new_id(draft, zlib.crc32(f"{a} {b}".encode()) >> 1)
    threshold = space.threshold.draw(rng)
    relay = min(max(threshold, space.weight.low), space.weight.high)
    first = max(delay // 2, int(space.delay.low))
    draft.neurons[neuron] = (threshold, space.leaks[0])
    draft.synapses[a, neuron] = (relay, first)
    draft.synapses[neuron, b] = (weight, max(delay - first, int(space.delay.low)))
    return True


def remove_neuron(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Remove a hidden neuron and its synapses."""
    hidden = draft.hidden
    if not hidden:
        return False
    neuron = hidden[pick(rng, len(hidden))]
    ends = [end for end in draft.synapses if neuron in end]
    if len(ends) == len(draft.synapses):
        return False
    del draft.neurons[neuron]
    for end in ends:
        del draft.synapses[end]
    return True


def change_weight(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Change one weight by a step, or to a random value."""
    if not draft.synapses:
        return False
    end = _any_synapse(draft, rng)
    weight, delay = draft.synapses[end]
    if rng.random() < _RESAMPLE:
        moved = space.draw_weight(rng)
    else:
        moved = space.weight.step(weight, rng) or space.draw_weight(rng)
    draft.synapses[end] = (moved, delay)
    return moved != weight


def change_delay(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Change one delay by a step, or to a random value."""
    if not draft.synapses or space.delay.low == space.delay.high:
        return False
    end = _any_synapse(draft, rng)
    weight, delay = draft.synapses[end]
    resample = rng.random() < _RESAMPLE
    moved = int(space.delay.draw(rng) if resample else space.delay.step(delay, rng))
    draft.synapses[end] = (weight, moved)
    return moved != delay


def change_threshold(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Change the threshold of one neuron with a synapse, by a step or to a random value."""
    neuron = _any_used_neuron(draft, rng)
    if neuron is None or space.threshold.low == space.threshold.high:
        return False
    threshold, leak = draft.neurons[neuron]
    resample = rng.random() < _RESAMPLE
    moved = space.threshold.draw(rng) if resample else space.threshold.step(threshold, rng)
    draft.neurons[neuron] = (moved, leak)
    return moved != threshold


def change_leak(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Change the leak of one neuron with a synapse to another of the chip's leaks."""
    neuron = _any_used_neuron(draft, rng)
    if neuron is None or len(space.leaks) < 2:
        return False
    threshold, leak = draft.neurons[neuron]
    others = [share for share in space.leaks if share != leak]
    draft.neurons[neuron] = (threshold, others[pick(rng, len(others))])
    return True


def _any_synapse(draft: EditableNetwork, rng: Generator) -> tuple[int, int]:
    return list(draft.synapses)[pick(rng, len(draft.synapses))]


def _any_used_neuron(draft: EditableNetwork, rng: Generator) -> int | None:
    """Return a neuron at a random end of a random synapse; none if there is no synapse."""
    if not draft.synapses:
        return None
    return _any_synapse(draft, rng)[pick(rng, 2)]


ADD_NEURON = Operator(add_neuron, default_rate=0.5)
REMOVE_NEURON = Operator(remove_neuron, default_rate=0.25)
SPLIT_SYNAPSE = Operator(split_synapse, default_rate=0.1)
ADD_SYNAPSE = Operator(add_synapse, default_rate=1.0)
REMOVE_SYNAPSE = Operator(remove_synapse, default_rate=0.5)
CHANGE_WEIGHT = Operator(change_weight, default_rate=1.6, values_only=True)
CHANGE_DELAY = Operator(change_delay, default_rate=0.9, values_only=True)
CHANGE_THRESHOLD = Operator(change_threshold, default_rate=2.5, values_only=True)
CHANGE_LEAK = Operator(change_leak, default_rate=0.2, values_only=True)
