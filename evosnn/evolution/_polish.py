"""A local search: many single steps of a network are tried in one simulation, and put together.

Networks that differ in a weight or a threshold, lack a synapse or have one more are chips of one
wiring, on each of which other weights and thresholds hold: lanes of one simulation, which cost
far less than as many networks that are bred, measured and kept. So the neighbourhood of a
network is tried on the chip as drawn, and the steps that help are taken together, or half of
them, or the best alone: exploratory moves and pattern moves (Hooke and Jeeves, J. ACM 8(2),
1961), but for a random choice of steps. What comes out is measured like any other child.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from evosnn.evolution._draft import Draft, in_network, in_order, trim
from evosnn.evolution._judge import Judge
from evosnn.evolution._space import Space, pick
from evosnn.hardware import SOUND, Instances
from evosnn.network import Network

__all__ = ["LANES", "polish"]

Kind = Literal["weight", "threshold", "remove", "add"]

_STEPS = 31  # with the network itself as many chips as share a vector
_REMOVALS = _ADDITIONS = 6  # of the steps; the others change a value
_WEIGHTS = 0.6  # share of the changed values that are weights
_TRIES = 4  # pairs of neurons drawn for each synapse to add
_WORTH = 0.005  # score that a synapse must bring to be added, and may have brought and go
_TOGETHER = (
    ("value", 1.0), ("value", 0.5), ("value", 0.0),
    ("remove", 1.0), ("remove", 0.5), ("remove", 0.0),
    ("add", 1.0), ("add", 0.0),
)  # fmt: skip
"""What is tried together: which step, and what share of the changed values that help."""

_CHILDREN = {
    "value": ("polish", 0.0), "remove": ("polish-away", -_WORTH), "add": ("polish-on", _WORTH),
}  # fmt: skip
"""By what makes it other than its parent: a child's operator, and the gain it must exceed."""

LANES = 1 + _STEPS + len(_TOGETHER)
"""Chips that polishing one network tries."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a network.

    Attributes:
        kind: What is changed.
        place: Number of the synapse or of the neuron, in the network with room for more.
        value: The weight or threshold that it takes.
    """

    kind: Kind
    place: int
    value: float


def polish(
    parents: Sequence[Draft], space: Space, judge: Judge, rng: Generator
) -> list[list[tuple[str, Draft]]]:
    """Try steps of several networks and put together what helps.

    Args:
        parents: The networks, each with at least one synapse; they are not edited.
        space: What may be built.
        judge: Says what networks are worth, on :data:`LANES` chips each.
        rng: Draws the steps.

    Returns:
        For each network what came of it: the name of an operator and a draft that fits the space.
        ``polish``: values that are worth more; ``polish-away``: a synapse less, hardly worse;
        ``polish-on``: one more, clearly better.
    """
    drafts, steps = [], []
    for parent in parents:
        draft, absent = _with_room(parent, space, rng)
        drafts.append(draft)
        steps.append(_draw_steps(draft, absent, space, rng))
    networks = [in_network(draft) for draft in drafts]
    alone = judge(networks, _chips(networks, [[[], *([s] for s in own)] for own in steps]))
    gains = alone[:, 1:] - alone[:, :1]
    sets = [_put_together(own, gain) for own, gain in zip(steps, gains, strict=True)]
    worth = judge(networks, _chips(networks, sets)) - alone[:, :1]
    return [
        _children(draft, some, gain, space)
        for draft, some, gain in zip(drafts, sets, worth, strict=True)
    ]


def _with_room(
    parent: Draft, space: Space, rng: Generator
) -> tuple[Draft, dict[tuple[int, int], float]]:
    """Return a draft with synapses of weight 0 where some could be, and the weights to try."""
    draft, absent = parent.copy(), {}
    ids = list(draft.neurons)
    for _ in range(_ADDITIONS * _TRIES):
        end = (ids[pick(rng, len(ids))], ids[pick(rng, len(ids))])
        if end not in draft.synapses:
            absent[end], delay = space.draw_synapse(rng)
            draft.synapses[end] = (0.0, delay)
            if len(absent) == _ADDITIONS:
                break
    return in_order(draft), absent


def _draw_steps(
    draft: Draft, absent: dict[tuple[int, int], float], space: Space, rng: Generator
) -> list[Step]:
    """Draw steps: synapses to add, synapses to remove, and values to change."""
    ends, neurons = list(draft.synapses), list(draft.neurons)
    live = [place for place, end in enumerate(ends) if end not in absent]
    used = sorted({neuron for place in live for neuron in ends[place]} | {*draft.outputs})
    where = {neuron: place for place, neuron in enumerate(neurons)}
    steps = [Step("add", place, absent[end]) for place, end in enumerate(ends) if end in absent]
    if len(live) > 1:
        gone = rng.permutation(len(live))[:_REMOVALS].tolist()
        steps += [Step("remove", live[place], 0.0) for place in gone]
    while len(steps) < _STEPS:
        if rng.random() < _WEIGHTS:
            place = live[pick(rng, len(live))]
            weight = space.weight.step(draft.synapses[ends[place]][0], rng)
            steps.append(Step("weight", place, weight or space.draw_weight(rng)))
        else:
            neuron = used[pick(rng, len(used))]
            threshold = space.threshold.step(draft.neurons[neuron][0], rng)
            steps.append(Step("threshold", where[neuron], threshold))
    return steps


def _chips(networks: Sequence[Network], sets: Sequence[Sequence[Sequence[Step]]]) -> Instances:
    """Return a chip for each set of steps: the network's own, after them."""
    weights, thresholds = [], []
    for network, some in zip(networks, sets, strict=True):
        weight = np.tile(network.weight, (len(some), 1))
        threshold = np.tile(network.threshold, (len(some), 1))
        for row, together in enumerate(some):
            for step in together:
                (threshold if step.kind == "threshold" else weight)[row, step.place] = step.value
        weights.append(weight)
        thresholds.append(threshold)
    threshold = np.concatenate(thresholds, axis=1)
    firing = np.full(threshold.shape, SOUND, np.int8)
    return Instances(np.concatenate(weights, axis=1), threshold, firing)


def _put_together(steps: Sequence[Step], gain: NDArray[np.float64]) -> list[list[Step]]:
    """Return what to try together, in the order of :data:`_TOGETHER`."""
    order = np.argsort(-gain, kind="stable").tolist()
    values: dict[tuple[Kind, int], Step] = {}  # of each place the step that helps most
    for k in order:
        if gain[k] > 0 and steps[k].kind in ("weight", "threshold"):
            values.setdefault((steps[k].kind, steps[k].place), steps[k])
    good = list(values.values())
    sets = []
    for kind, share in _TOGETHER:
        best = [steps[k] for k in order if steps[k].kind == kind][:1]
        least = 1 if kind == "value" else 0
        taken = good[: max(round(share * len(good)), least)]
        taken = [s for s in taken if not (best and s.kind == "weight" and s.place == best[0].place)]
        sets.append([*taken, *best])
    return sets


def _children(
    draft: Draft, sets: Sequence[Sequence[Step]], gain: NDArray[np.float64], space: Space
) -> list[tuple[str, Draft]]:
    """Return the best of each kind, of those that are worth it and fit."""
    kinds = np.array([kind for kind, _ in _TOGETHER])
    found = []
    for kind, (name, bar) in _CHILDREN.items():
        rows = np.flatnonzero(kinds == kind)
        row = int(rows[np.argmax(gain[rows])])
        if gain[row] > bar and (kind == "value" or any(s.kind == kind for s in sets[row])):
            child = _after(draft, sets[row])
            if child.synapses and space.holds(child):
                found.append((name, child))
    return found


def _after(draft: Draft, steps: Sequence[Step]) -> Draft:
    """Return the draft after some steps, without what is of no use."""
    child, ends, neurons = draft.copy(), list(draft.synapses), list(draft.neurons)
    for step in steps:
        if step.kind == "threshold":
            child.neurons[neurons[step.place]] = (step.value, child.neurons[neurons[step.place]][1])
        else:
            child.synapses[ends[step.place]] = (step.value, child.synapses[ends[step.place]][1])
    for end in [end for end, (weight, _) in child.synapses.items() if not weight]:
        del child.synapses[end]
    trim(child)
    return child
