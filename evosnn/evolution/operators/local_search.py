"""A local search: many single steps of a network are tried in one simulation, and put together.

Networks that differ in a weight or a threshold, or in which synapses deliver, are chips of one
wiring: lanes of one simulation, which cost far less than as many networks that are bred, measured
and kept. A wiring with spare synapses, which deliver nothing on the other chips, also has those
that are added, moved, or take another time. So the neighbourhood of a network is tried on the
chip as drawn, and the steps that help are taken together, or half of them, or the best alone:
exploratory moves and pattern moves (Hooke and Jeeves, J. ACM 8(2), 1961), but for a random choice
of steps. What comes out is measured like any other child.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from evosnn.evolution._editable_network import EditableNetwork, trim
from evosnn.evolution._search_space import SearchSpace, pick
from evosnn.evolution.operators.margin_score import ScoreNetworks
from evosnn.hardware import SOUND, Instances
from evosnn.network import Network

__all__ = ["LANES", "polish"]

_STEPS = 31  # with the network itself as many chips as share a vector
_REMOVALS, _ADDITIONS, _MOVES, _DELAYS = 4, 4, 4, 6  # of the steps; the others change a value
_WEIGHTS = 0.6  # share of the changed values that are weights
_TRIES = 8  # pairs of neurons drawn for a synapse that is not there
_WORTH = (
    0.005  # share of the score that a synapse must bring to be added, and may have brought and go
)
_TOGETHER = (
    ("same", 1.0), ("same", 0.5), ("same", 0.0),
    ("less", 1.0), ("less", 0.5), ("less", 0.0),
    ("more", 1.0), ("more", 0.0),
)  # fmt: skip
"""What is tried together: the best step of a kind, and what share of the others that help."""

_CHILDREN = {
    "same": ("polish", 0.0), "less": ("polish-away", -_WORTH), "more": ("polish-on", _WORTH),
}  # fmt: skip
"""By kind of step: a child's operator, and the gain that it must exceed."""

LANES = 1 + _STEPS + len(_TOGETHER)
"""Chips that polishing one network tries."""

End = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a network.

    Attributes:
        kind: Whether it leaves ``"same"``, ``"less"`` or ``"more"`` synapses.
        part: What is changed, of which a network takes one step: a neuron's id, or the ends of a
            synapse.
        synapses: New weights, by number of the synapse in the wiring.
        thresholds: New thresholds, by id of the neuron.
    """

    kind: str
    part: int | End
    synapses: tuple[tuple[int, float], ...] = ()
    thresholds: tuple[tuple[int, float], ...] = ()


class Wiring:
    """A network with spare synapses of weight 0, and the steps that they are for.

    Args:
        parent: The network.
        space: What may be built.
        rng: Draws the steps.
    """

    def __init__(self, parent: EditableNetwork, space: SearchSpace, rng: Generator) -> None:
        self.parent = parent
        self.ids = sorted(parent.neurons)
        self._place = {neuron: k for k, neuron in enumerate(self.ids)}
        self.ends = list(parent.synapses)
        self.weights = [weight for weight, _ in parent.synapses.values()]
        self.delays = [delay for _, delay in parent.synapses.values()]
        self._space = space
        self._taken = set(self.ends)
        n = len(self.ends)
        order = rng.permutation(n).tolist()
        self.steps: list[Step] = []
        for _ in range(_ADDITIONS):
            self._add(*space.draw_synapse(rng), rng, None)
        for old in order[:_MOVES]:
            self._add(self.weights[old], self.delays[old], rng, old)
        for old in rng.permutation(n)[:_DELAYS].tolist():
            self._slow(old, rng)
        if n > 1:
            for old in rng.permutation(n)[:_REMOVALS].tolist():
                self.steps.append(Step("less", self.ends[old], synapses=((old, 0.0),)))
        while len(self.steps) < _STEPS:
            self.steps.append(self._value(pick(rng, n), rng))
        self._order = sorted(range(len(self.ends)), key=self.ends.__getitem__)

    def _add(self, weight: float, delay: int, rng: Generator, old: int | None) -> None:
        """A synapse between two neurons that have none, in the place of an old one if given."""
        for _ in range(_TRIES):
            end = (self.ids[pick(rng, len(self.ids))], self.ids[pick(rng, len(self.ids))])
            if old is not None:  # one end stays
                keep = pick(rng, 2)
                end = (self.ends[old][0], end[1]) if keep else (end[0], self.ends[old][1])
            if end not in self._taken:
                self._taken.add(end)
                new = self._spare(end, delay)
                if old is None:
                    self.steps.append(Step("more", end, synapses=((new, weight),)))
                else:
                    both = ((old, 0.0), (new, weight))
                    self.steps.append(Step("same", self.ends[old], synapses=both))
                return

    def _slow(self, old: int, rng: Generator) -> None:
        """The same synapse with another delay."""
        scale = self._space.delay
        if scale.low == scale.high:
            return
        delay = scale.draw(rng) if rng.random() < 0.5 else scale.step(self.delays[old], rng)
        both = ((old, 0.0), (self._spare(self.ends[old], int(delay)), self.weights[old]))
        self.steps.append(Step("same", self.ends[old], synapses=both))

    def _spare(self, end: End, delay: int) -> int:
        self.ends.append(end)
        self.weights.append(0.0)
        self.delays.append(delay)
        return len(self.ends) - 1

    def _value(self, at: int, rng: Generator) -> Step:
        """Another weight, or another threshold at one of the synapse's ends."""
        if rng.random() < _WEIGHTS:
            weight = self._space.weight.step(self.weights[at], rng)
            weight = weight or self._space.draw_weight(rng)
            return Step("same", self.ends[at], synapses=((at, weight),))
        neuron = self.ends[at][pick(rng, 2)]
        threshold = self._space.threshold.step(self.parent.neurons[neuron][0], rng)
        return Step("same", neuron, thresholds=((neuron, threshold),))

    def network(self) -> Network:
        """Return the wiring as a network; two of its synapses may join the same neurons."""
        place = self._place
        neurons = [self.parent.neurons[neuron] for neuron in self.ids]
        return Network.from_lists(
            ids=self.ids,
            threshold=[threshold for threshold, _ in neurons],
            leak=[leak for _, leak in neurons],
            inputs=[place[neuron] for neuron in self.parent.inputs],
            outputs=[place[neuron] for neuron in self.parent.outputs],
            pre=[place[self.ends[k][0]] for k in self._order],
            post=[place[self.ends[k][1]] for k in self._order],
            weight=[self.weights[k] for k in self._order],
            delay=[self.delays[k] for k in self._order],
        )

    def chips(
        self, sets: Sequence[Sequence[Step]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return weights and thresholds after each set of steps, in the network's order."""
        weight = np.tile(np.array(self.weights), (len(sets), 1))
        threshold = np.tile([self.parent.neurons[n][0] for n in self.ids], (len(sets), 1))
        for row, steps in enumerate(sets):
            for step in steps:
                for place, value in step.synapses:
                    weight[row, place] = value
                for neuron, value in step.thresholds:
                    threshold[row, self._place[neuron]] = value
        return weight[:, self._order], threshold

    def after(self, steps: Sequence[Step]) -> EditableNetwork:
        """Return the network after some steps, without what is of no use."""
        child = self.parent.copy()
        weights = list(self.weights)
        for step in steps:
            for place, value in step.synapses:
                weights[place] = value
            for neuron, value in step.thresholds:
                child.neurons[neuron] = (value, child.neurons[neuron][1])
        child.synapses = {
            end: (weight, delay)
            for end, weight, delay in zip(self.ends, weights, self.delays, strict=True)
            if weight
        }
        trim(child)
        return child


def polish(
    parents: Sequence[EditableNetwork], space: SearchSpace, judge: ScoreNetworks, rng: Generator
) -> list[list[tuple[str, EditableNetwork]]]:
    """Try steps of several networks and put together what helps.

    Args:
        parents: The networks, each with at least one synapse; they are not edited.
        space: What may be built.
        judge: Says what networks are worth, on :data:`LANES` chips each.
        rng: Draws the steps.

    Returns:
        For each network what came of it: the name of an operator and a draft that fits the space.
        ``polish``: worth more with as many synapses; ``polish-away``: a synapse less, hardly
        worse; ``polish-on``: one more, clearly better.
    """
    wirings = [Wiring(parent, space, rng) for parent in parents]
    networks = [wiring.network() for wiring in wirings]
    alone = judge(networks, _instances([w.chips([[], *([s] for s in w.steps)]) for w in wirings]))
    gains = alone[:, 1:] - alone[:, :1]
    sets = [_put_together(w.steps, gain) for w, gain in zip(wirings, gains, strict=True)]
    chips = [wiring.chips(some) for wiring, some in zip(wirings, sets, strict=True)]
    worth = judge(networks, _instances(chips)) - alone[:, :1]
    return [
        _children(wiring, some, gain, space)
        for wiring, some, gain in zip(wirings, sets, worth, strict=True)
    ]


def _instances(
    chips: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> Instances:
    threshold = np.concatenate([each for _, each in chips], axis=1)
    weight = np.concatenate([each for each, _ in chips], axis=1)
    return Instances(weight, threshold, np.full(threshold.shape, SOUND, np.int8))


def _put_together(steps: Sequence[Step], gain: NDArray[np.float64]) -> list[list[Step]]:
    """Return what to try together, in the order of :data:`_TOGETHER`."""
    order = np.argsort(-gain, kind="stable").tolist()
    good: dict[int | End, Step] = {}  # of each part the step that helps most
    for k in order:
        if gain[k] > 0 and steps[k].kind == "same":
            good.setdefault(steps[k].part, steps[k])
    sets = []
    for kind, share in _TOGETHER:
        if kind == "same":
            sets.append(list(good.values())[: max(round(share * len(good)), 1)])
            continue
        best = next((steps[k] for k in order if steps[k].kind == kind), None)
        others = [step for part, step in good.items() if best and part != best.part]
        sets.append([*others[: round(share * len(others))], *([best] if best else [])])
    return sets


def _children(
    wiring: Wiring, sets: Sequence[Sequence[Step]], gain: NDArray[np.float64], space: SearchSpace
) -> list[tuple[str, EditableNetwork]]:
    """Return the best of each kind, of those that are worth it and fit."""
    kinds = np.array([kind for kind, _ in _TOGETHER])
    found = []
    for kind, (name, bar) in _CHILDREN.items():
        rows = np.flatnonzero(kinds == kind)
        row = int(rows[np.argmax(gain[rows])])
        if sets[row] and gain[row] > bar:
            child = wiring.after(sets[row])
            if child.synapses and space.holds(child):
                found.append((name, child))
    return found
