"""Local search: tries many single changes of a network at once and combines the good ones.

Networks that differ in a weight or a threshold, or in which synapses deliver, are chips of one
wiring, and chips are lanes of one simulation: far cheaper than as many networks that are bred,
measured and stored. A wiring with spare synapses, whose weight is 0 on the other chips, also has
the neighbours with a synapse added, moved or delayed. So a sample of a network's neighbourhood is
scored on the nominal chip, and then the changes that improve the score are applied all together,
half of them, and the best alone: the exploratory and pattern moves of Hooke and Jeeves (J. ACM
8(2), 1961), with a random sample of the moves. The results are measured like any other child.
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

__all__ = ["CHIPS_PER_PARENT", "local_search"]

_STEPS = 31  # with the parent itself 32 chips, the lanes of a vector
_REMOVALS, _ADDITIONS, _MOVES, _DELAYS = 4, 4, 4, 6  # of the steps; the others change a value
_WEIGHTS = 0.6  # share of weights among the changed values; the others are thresholds
_TRIES = 8  # pairs of neurons drawn for a synapse that does not exist
_PRICE = 0.005  # score that an added synapse must gain, and that a removed one may lose
_COMBINATIONS = (
    ("same", 1.0), ("same", 0.5), ("same", 0.0),
    ("less", 1.0), ("less", 0.5), ("less", 0.0),
    ("more", 1.0), ("more", 0.0),
)  # fmt: skip
"""What is applied together: the best step of a kind, and a share of the improving value changes."""

_CHILDREN = {
    "same": ("polish", 0.0), "less": ("polish-away", -_PRICE), "more": ("polish-on", _PRICE),
}  # fmt: skip
"""By kind of step, the operator's name in a store, and the gain that a child must exceed."""

CHIPS_PER_PARENT = 1 + _STEPS + len(_COMBINATIONS)
"""Chips simulated in a local search around one network."""

End = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a network.

    Attributes:
        kind: ``"same"``, ``"less"`` or ``"more"`` synapses than before.
        part: The part that it changes, a neuron's id or the ends of a synapse; steps of the same
            part exclude each other.
        synapses: ``(number in the neighbourhood, new weight)`` of synapses.
        thresholds: ``(neuron id, new threshold)``.
    """

    kind: str
    part: int | End
    synapses: tuple[tuple[int, float], ...] = ()
    thresholds: tuple[tuple[int, float], ...] = ()


class Neighbourhood:
    """A random sample of the single changes of a network, on one wiring.

    The wiring is the network's, followed by a spare synapse of weight 0 for each step that adds,
    moves or delays one.

    Args:
        parent: The network.
        space: Values that the chip holds.
        rng: Draws the steps.

    Attributes:
        steps: The changes.
        ends: Neuron ids that each synapse joins, ``(pre, post)``; spare ones last.
        weights: Weight of each synapse.
        delays: Delay of each synapse, in timesteps.
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
            self._add_synapse_step(*space.draw_synapse(rng), rng, None)
        for old in order[:_MOVES]:
            self._add_synapse_step(self.weights[old], self.delays[old], rng, old)
        for old in rng.permutation(n)[:_DELAYS].tolist():
            self._add_delay_step(old, rng)
        if n > 1:
            for old in rng.permutation(n)[:_REMOVALS].tolist():
                self.steps.append(Step("less", self.ends[old], synapses=((old, 0.0),)))
        while len(self.steps) < _STEPS:
            self.steps.append(self._value_step(pick(rng, n), rng))
        self._order = sorted(range(len(self.ends)), key=self.ends.__getitem__)

    def _add_synapse_step(self, weight: float, delay: int, rng: Generator, old: int | None) -> None:
        """Add the step to a synapse where there is none, instead of the synapse ``old`` if given.

        A synapse that replaces another one keeps one of its ends.
        """
        for _ in range(_TRIES):
            end = (self.ids[pick(rng, len(self.ids))], self.ids[pick(rng, len(self.ids))])
            if old is not None:
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

    def _add_delay_step(self, old: int, rng: Generator) -> None:
        """Add the step that gives a synapse another delay."""
        scale = self._space.delay
        if scale.low == scale.high:
            return
        delay = scale.draw(rng) if rng.random() < 0.5 else scale.step(self.delays[old], rng)
        both = ((old, 0.0), (self._spare(self.ends[old], int(delay)), self.weights[old]))
        self.steps.append(Step("same", self.ends[old], synapses=both))

    def _spare(self, end: End, delay: int) -> int:
        """Add a synapse of weight 0 and return its number."""
        self.ends.append(end)
        self.weights.append(0.0)
        self.delays.append(delay)
        return len(self.ends) - 1

    def _value_step(self, at: int, rng: Generator) -> Step:
        """Return a step of the weight of a synapse, or of the threshold at one of its ends."""
        if rng.random() < _WEIGHTS:
            weight = self._space.weight.step(self.weights[at], rng)
            weight = weight or self._space.draw_weight(rng)
            return Step("same", self.ends[at], synapses=((at, weight),))
        neuron = self.ends[at][pick(rng, 2)]
        threshold = self._space.threshold.step(self.parent.neurons[neuron][0], rng)
        return Step("same", neuron, thresholds=((neuron, threshold),))

    def network(self) -> Network:
        """Return the wiring as a network, in which two synapses may join the same neurons."""
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
        """Return the weights and thresholds after each set of steps, ordered as in :meth:`network`.

        Returns:
            ``(n_sets, n_synapses)`` weights and ``(n_sets, n_neurons)`` thresholds.
        """
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
        """Return the network after some steps, without neurons and synapses on no path."""
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


def local_search(
    parents: Sequence[EditableNetwork], space: SearchSpace, score: ScoreNetworks, rng: Generator
) -> list[list[tuple[str, EditableNetwork]]]:
    """Search the neighbourhoods of several networks.

    Args:
        parents: The networks, each with at least one synapse; they are not edited.
        space: Values and sizes that the chip holds.
        score: Scores networks; called twice, in all on :data:`CHIPS_PER_PARENT` chips each.
        rng: Draws the steps.

    Returns:
        For each parent its improvements that fit the space, each an operator's name and a
        network: ``polish``, a higher score with as many synapses; ``polish-away``, a synapse less
        at hardly a lower score; ``polish-on``, a synapse more at a clearly higher score.
    """
    around = [Neighbourhood(parent, space, rng) for parent in parents]
    networks = [each.network() for each in around]
    alone = score(networks, _instances([n.chips([[], *([s] for s in n.steps)]) for n in around]))
    gains = alone[:, 1:] - alone[:, :1]
    sets = [_combine(each.steps, gain) for each, gain in zip(around, gains, strict=True)]
    chips = [each.chips(some) for each, some in zip(around, sets, strict=True)]
    together = score(networks, _instances(chips)) - alone[:, :1]
    return [
        _children(each, some, gain, space)
        for each, some, gain in zip(around, sets, together, strict=True)
    ]


def _instances(
    chips: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> Instances:
    """Join the weights and thresholds of several networks' chips; all neurons are sound."""
    threshold = np.concatenate([each for _, each in chips], axis=1)
    weight = np.concatenate([each for each, _ in chips], axis=1)
    return Instances(weight, threshold, np.full(threshold.shape, SOUND, np.int8))


def _combine(steps: Sequence[Step], gain: NDArray[np.float64]) -> list[list[Step]]:
    """Return the steps to apply together, in the order of :data:`_COMBINATIONS`."""
    order = np.argsort(-gain, kind="stable").tolist()
    good: dict[int | End, Step] = {}  # the best step of each part
    for k in order:
        if gain[k] > 0 and steps[k].kind == "same":
            good.setdefault(steps[k].part, steps[k])
    sets = []
    for kind, share in _COMBINATIONS:
        if kind == "same":
            sets.append(list(good.values())[: max(round(share * len(good)), 1)])
            continue
        best = next((steps[k] for k in order if steps[k].kind == kind), None)
        others = [step for part, step in good.items() if best and part != best.part]
        sets.append([*others[: round(share * len(others))], *([best] if best else [])])
    return sets


def _children(
    around: Neighbourhood,
    sets: Sequence[Sequence[Step]],
    gain: NDArray[np.float64],
    space: SearchSpace,
) -> list[tuple[str, EditableNetwork]]:
    """Return the best child of each kind, if it gains enough and fits."""
    kinds = np.array([kind for kind, _ in _COMBINATIONS])
    found = []
    for kind, (name, least) in _CHILDREN.items():
        rows = np.flatnonzero(kinds == kind)
        row = int(rows[np.argmax(gain[rows])])
        if sets[row] and gain[row] > least:
            child = around.after(sets[row])
            if child.synapses and space.holds(child):
                found.append((name, child))
    return found
