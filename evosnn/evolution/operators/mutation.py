"""The mutations: small edits of a draft, each of which a chip could hold.

An operator edits the draft and returns whether it found anything to change. What no longer
lies on a path is removed afterwards (:func:`evosnn.evolution._editable_network.trim`).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from numpy.random import Generator

from evosnn.evolution._editable_network import EditableNetwork, new_id
from evosnn.evolution._search_space import SearchSpace, pick
from evosnn.evolution.operators.redundancy import copy_neuron, double_synapse, join_neurons

__all__ = ["DEFAULT_RATES", "OPERATORS", "VALUES_ONLY", "Operator"]

Operator = Callable[[EditableNetwork, SearchSpace, Generator], bool]
_TRIES = 8
_RESAMPLE = 0.15  # share of value changes that forget the old value


def add_synapse(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Join two neurons that are not joined."""
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
    """Put a neuron into a synapse: it relays each spike, and the delay is shared out.

    The neuron's id follows from the synapse's ends, so that the same split in two networks
    makes the same neuron, and crossover recognises it.
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
    """Change one weight a little, or to any value."""
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
    """Change one delay a little, or to any value."""
    if not draft.synapses or space.delay.low == space.delay.high:
        return False
    end = _any_synapse(draft, rng)
    weight, delay = draft.synapses[end]
    forget = rng.random() < _RESAMPLE
    moved = int(space.delay.draw(rng) if forget else space.delay.step(delay, rng))
    draft.synapses[end] = (weight, moved)
    return moved != delay


def change_threshold(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Change the threshold of one neuron that has a synapse, a little or to any value."""
    neuron = _any_used_neuron(draft, rng)
    if neuron is None or space.threshold.low == space.threshold.high:
        return False
    threshold, leak = draft.neurons[neuron]
    forget = rng.random() < _RESAMPLE
    moved = space.threshold.draw(rng) if forget else space.threshold.step(threshold, rng)
    draft.neurons[neuron] = (moved, leak)
    return moved != threshold


def change_leak(draft: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
    """Give one neuron that has a synapse another leak."""
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
    """A neuron at a random end of a random synapse."""
    if not draft.synapses:
        return None
    return _any_synapse(draft, rng)[pick(rng, 2)]


OPERATORS: dict[str, Operator] = {
    "add-neuron": add_neuron,
    "remove-neuron": remove_neuron,
    "split-synapse": split_synapse,
    "add-synapse": add_synapse,
    "remove-synapse": remove_synapse,
    "change-weight": change_weight,
    "change-delay": change_delay,
    "change-threshold": change_threshold,
    "change-leak": change_leak,
    "double-synapse": double_synapse,
    "copy-neuron": copy_neuron,
    "join-neurons": join_neurons,
}
"""The mutations by name."""

VALUES_ONLY = frozenset({"change-weight", "change-delay", "change-threshold", "change-leak"})
"""The mutations that leave the structure as it is."""

DEFAULT_RATES: dict[str, float] = {
    "add-neuron": 0.5,
    "remove-neuron": 0.25,
    "split-synapse": 0.1,
    "add-synapse": 1.0,
    "remove-synapse": 0.5,
    "change-weight": 1.6,
    "change-delay": 0.9,
    "change-threshold": 2.5,
    "change-leak": 0.2,
    "double-synapse": 0.0,
    "copy-neuron": 0.0,
    "join-neurons": 0.0,
}
"""How often each mutation is chosen, relative to the others.

Two in three change a value, about as in EONS (see :mod:`evosnn.evolution.engines.eons`);
results/ablation.md says what each contributes.
"""
