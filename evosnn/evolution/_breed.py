"""Breeds unseen networks by crossover, mutation and local search, and draws random ones.

Every draw takes the campaign's random generator, in a fixed order: the same generator state and the
same parents give the same children. What the breeder remembers between calls (editable copies of
parents, gradients of their errors) saves time and changes no child.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from evosnn.evolution._editable_network import (
    EditableNetwork,
    in_network,
    in_order,
    put_together,
    take_apart,
    trim,
)
from evosnn.evolution._population import Candidate
from evosnn.evolution._search_space import SearchSpace, pick
from evosnn.evolution._variation import Variation
from evosnn.evolution.operators.class_mean_starts import OutputEvidence, class_mean_draft
from evosnn.evolution.operators.crossover import cross
from evosnn.evolution.operators.delta_rule_step import delta_rule_step
from evosnn.evolution.operators.error_gradients import ErrorGradient, FindErrorGradients
from evosnn.evolution.operators.local_search import CHIPS_PER_PARENT, local_search
from evosnn.evolution.operators.margin_score import ScoreNetworks
from evosnn.evolution.operators.registry import OPERATORS
from evosnn.network import Network

__all__ = ["Breeder"]

_TRIES = 20  # attempts at an unseen child before a random network takes its place
_BATCH = 16  # parents of one local search; the outputs of all their chips are in memory at once
_REMEMBERED = 2000  # parents whose editable copy, and whose error gradient, is remembered

_Bred = tuple[tuple[str, ...], tuple[str, ...], EditableNetwork]
"""Keys of the parents, names of the operators, and the child."""


class Breeder:
    """Makes networks within a search space; every engine breeds with one.

    Args:
        space: Values and sizes that the chip holds.
        n_inputs: Input neurons of every network.
        n_outputs: Output neurons of every network.
        variation: Shares and rates of the ways to make networks; the defaults if not given.
        starts: Networks of the first population, beside random ones.
        evidence: ``(n_inputs, n_outputs)`` from :func:`~evosnn.evolution.class_evidence`: how
            strongly each input's spikes speak for each output. If given, random networks join
            inputs to the outputs that they speak for.
        find_gradients: Finds the error gradients of networks; error-guided children need it.
        score: Scores networks on many chips; local search needs it.

    Attributes:
        space: As given.
        variation: As given.
        chips_tried: Chips simulated by local searches so far.
    """

    def __init__(
        self,
        space: SearchSpace,
        n_inputs: int,
        n_outputs: int,
        variation: Variation | None = None,
        starts: Sequence[Candidate] = (),
        evidence: NDArray[np.float64] | None = None,
        find_gradients: FindErrorGradients | None = None,
        score: ScoreNetworks | None = None,
    ) -> None:
        self.space = space
        self.inputs = tuple(range(n_inputs))
        self.outputs = tuple(range(n_inputs, n_inputs + n_outputs))
        self.variation = variation or Variation()
        self.starts = tuple(starts)
        self.chips_tried = 0
        self._evidence = None if evidence is None else [OutputEvidence(row) for row in evidence.T]
        self._drafts: dict[str, EditableNetwork] = {}
        self._find_gradients = find_gradients
        self._gradients: dict[str, ErrorGradient] = {}
        self._score = score
        rates = self.variation.rates
        self._names = [name for name in OPERATORS if rates.get(name, 0.0) > 0]
        self._edges = list(accumulate(rates[name] for name in self._names))
        self._values_only = {name for name in self._names if OPERATORS[name].values_only}

    @property
    def simulates_parents(self) -> bool:
        """Whether parents are simulated for their error gradients before they have children."""
        return self._find_gradients is not None and self.variation.error_guided > 0

    def prepare_parents(self, parents: Sequence[Network]) -> None:
        """Find the error gradients of possible parents, if error-guided children are asked for.

        One simulation of all is far cheaper than one for each; engines call it once a generation.
        """
        if self._find_gradients is None or not self.simulates_parents:
            return
        if len(self._gradients) > _REMEMBERED:
            self._gradients.clear()
        new = [network for network in parents if network.key not in self._gradients]
        if new:
            found = self._find_gradients(new)
            self._gradients |= {n.key: gradient for n, gradient in zip(new, found, strict=True)}

    def first(self, n: int, rng: Generator) -> list[Candidate]:
        """Return ``n`` different networks for the first population: the starts, then random ones.

        A space of fewer than ``n`` networks gives the same ones again.
        """
        seen: set[str] = set()
        found = []
        for start in self.starts[:n]:
            if start.network.key not in seen:
                seen.add(start.network.key)
                found.append(start)
        while len(found) < n:
            candidate = self.random_network(rng)
            if candidate.network.key not in seen or len(seen) < len(found):
                seen.add(candidate.network.key)
                found.append(candidate)
        return found

    def random_network(self, rng: Generator) -> Candidate:
        """Return a random network: a few synapses into each output, some hidden neurons.

        With evidence of a classification, the share ``variation.class_means`` of them is built
        from class means instead, and half of the others draw inputs and signs by the evidence.
        """
        while True:
            if self._evidence is not None and rng.random() < self.variation.class_means:
                draft = class_mean_draft(self._evidence, self.inputs, self.outputs, self.space, rng)
                self._shrink(draft, rng)
                if draft.synapses:
                    return Candidate(put_together(draft), (), ("class-means",))
            draft = EditableNetwork(
                {port: self.space.draw_neuron(rng) for port in (*self.inputs, *self.outputs)},
                {},
                self.inputs,
                self.outputs,
            )
            informed = self._evidence is not None and rng.random() < 0.5
            for k, output in enumerate(self.outputs):
                evidence = self._evidence[k] if informed and self._evidence else None
                for _ in range(1 + pick(rng, 3)):
                    self._first_synapse(draft, output, evidence, rng)
            for _ in range(pick(rng, 3)):
                OPERATORS["split-synapse" if rng.random() < 0.5 else "add-neuron"](
                    draft, self.space, rng
                )
            trim(draft)
            self._shrink(draft, rng)
            if draft.synapses:
                return Candidate(put_together(draft), (), ("random",))

    def _first_synapse(
        self, draft: EditableNetwork, output: int, evidence: OutputEvidence | None, rng: Generator
    ) -> None:
        """Join a random input to an output; with evidence, by its strength and with its sign."""
        weight, delay = self.space.draw_synapse(rng)
        if evidence is None:
            source = self.inputs[pick(rng, len(self.inputs))]
        else:
            place = evidence.draw(rng)
            source = self.inputs[place]
            weight = math.copysign(weight, evidence.signs[place])
            if not self.space.weight.low <= weight <= self.space.weight.high:
                return
        draft.synapses[source, output] = (weight, delay)

    def _shrink(self, draft: EditableNetwork, rng: Generator) -> None:
        """Remove random synapses until the draft fits the space."""
        while not self.space.holds(draft) and draft.synapses:
            del draft.synapses[list(draft.synapses)[pick(rng, len(draft.synapses))]]
            trim(draft)

    def improved(
        self, parent: Callable[[], Network], n_children: int, seen: set[str], rng: Generator
    ) -> list[Candidate]:
        """Return children that a local search around some parents found.

        Args:
            parent: Chooses a parent.
            n_children: Children of the generation; ``variation.local_search`` times so many
                parents are searched around, and no more children are returned.
            seen: Keys of the networks that are no new children; the children's are added.
            rng: Draws the number of parents, where it is no whole number, and the steps.
        """
        if self._score is None or not self.variation.local_search:
            return []
        n = int(self.variation.local_search * n_children + rng.random())
        parents = list({network.key: network for network in (parent() for _ in range(n))}.values())
        if not parents:
            return []
        self.chips_tried += CHIPS_PER_PARENT * len(parents)
        found = []
        for at in range(0, len(parents), _BATCH):
            batch = parents[at : at + _BATCH]
            drafts = [self._draft(network) for network in batch]
            improvements = local_search(drafts, self.space, self._score, rng)
            for network, children in zip(batch, improvements, strict=True):
                for name, draft in children:
                    candidate = Candidate(put_together(draft), (network.key,), (name,))
                    if candidate.network.key not in seen:
                        seen.add(candidate.network.key)
                        found.append(candidate)
        return found[:n_children]

    def child(self, first: Network, second: Network, seen: set[str], rng: Generator) -> Candidate:
        """Return a child of one parent, or of two, that fits the space and is not in ``seen``.

        Each failed attempt mutates once more than the one before. After too many of them a random
        network takes the child's place.

        Args:
            first: A parent.
            second: Another parent, for crossover; may be the first one.
            seen: Keys of the networks that are no new children.
            rng: Draws everything.
        """
        for attempt in range(_TRIES):
            parents, operators, draft = self._error_guided(first, rng) or self._vary(
                first, second, attempt, rng
            )
            if not self._values_only.issuperset(operators):
                trim(draft)
            if not draft.synapses or not self.space.holds(draft):
                continue
            ordered = in_order(draft)
            network = in_network(ordered)
            if network.key not in seen:
                self._drafts[network.key] = ordered
                return Candidate(network, parents, operators)
        return self.random_network(rng)

    def _error_guided(self, parent: Network, rng: Generator) -> _Bred | None:
        """Return the parent after a step of the delta rule; none if the draw says otherwise."""
        gradient = self._gradients.get(parent.key)
        if gradient is None or rng.random() >= self.variation.error_guided:
            return None
        draft = self._draft(parent).copy()
        if not delta_rule_step(draft, self.space, rng, gradient):
            return None
        return (parent.key,), ("follow-errors",), draft  # the name that stores have always held

    def _vary(self, first: Network, second: Network, least: int, rng: Generator) -> _Bred:
        """Return a parent, or a crossover of two, mutated at least ``max(least, 1)`` times."""
        parents, operators, draft = self._recombine(first, second, rng)
        return parents, operators + self._mutate(draft, least, rng), draft

    def _recombine(self, first: Network, second: Network, rng: Generator) -> _Bred:
        if rng.random() >= self.variation.crossover or first is second:
            return (first.key,), (), self._draft(first).copy()
        child = cross(self._draft(first), self._draft(second), rng)
        return (first.key, second.key), ("crossover",), child

    def _draft(self, network: Network) -> EditableNetwork:
        """Return the editable form of a parent, which is shared: copy it before an edit."""
        if network.key not in self._drafts:
            if len(self._drafts) > _REMEMBERED:
                self._drafts.clear()
            self._drafts[network.key] = take_apart(network)
        return self._drafts[network.key]

    def _mutate(self, draft: EditableNetwork, least: int, rng: Generator) -> tuple[str, ...]:
        """Edit a draft at least ``max(least, 1)`` times, and return the operators' names."""
        applied: list[str] = []
        for _ in range(_TRIES):
            name = self._names[bisect(self._edges, rng.random() * self._edges[-1])]
            if OPERATORS[name](draft, self.space, rng):
                applied.append(name)
            if len(applied) >= max(least, 1) and rng.random() >= self.variation.extra_mutation:
                break
        return tuple(applied)
