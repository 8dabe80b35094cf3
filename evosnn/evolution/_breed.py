"""From parents to new networks that nobody has seen before."""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
from evosnn.evolution.operators.class_mean_starts import Hint, draft_of_means
from evosnn.evolution.operators.crossover import cross
from evosnn.evolution.operators.delta_rule_step import follow_errors
from evosnn.evolution.operators.error_gradients import ErrorGradient, ErrorGradients
from evosnn.evolution.operators.local_search import LANES, polish
from evosnn.evolution.operators.margin_score import ScoreNetworks
from evosnn.evolution.operators.mutation import DEFAULT_RATES, OPERATORS, VALUES_ONLY
from evosnn.network import Network

__all__ = ["Breeder", "Variation"]

_TRIES = 20  # how often to try for an unseen child before a stranger takes its place
_POLISHED = 16  # parents at once; what their outputs do is held
_DRAFTS = 2000  # drafts kept, and blames, so that a parent is not looked at for every child


@dataclass(frozen=True)
class Variation:
    """How new networks are made.

    Attributes:
        crossover: Share of children of two parents.
        more: Probability of a further mutation after each one.
        rates: Relative rate of each mutation, by name.
        follow: Share of children that are their first parent, turned the way that mends its
            errors; see :mod:`evosnn.evolution.operators.delta_rule_step`.
        means: Share of random networks that add up what speaks for each class, where the data
            are known.
        polish: How many parents are polished for each child; what comes of it are some of the
            children. See :mod:`evosnn.evolution.operators.local_search`.
    """

    crossover: float = 0.7
    more: float = 0.1
    rates: Mapping[str, float] = field(default_factory=lambda: DEFAULT_RATES)
    follow: float = 0.3
    means: float = 0.5
    polish: float = 0.0


class Breeder:
    """Makes networks that fit a space; all engines share it.

    Args:
        space: What may be built.
        n_inputs: Inputs of every network.
        n_outputs: Outputs of every network.
        variation: How new networks are made.
        starts: Networks to start from, beside random ones.
        evidence: ``(n_inputs, n_outputs)``, how strongly each input speaks for each output;
            most random networks are built on it if given.
        gradients: Finds what networks get wrong; some children follow it if given.
        judge: Says what networks are worth; some children are polished by it if given.

    Attributes:
        tried: Chips that parents were polished on so far.
    """

    def __init__(
        self,
        space: SearchSpace,
        n_inputs: int,
        n_outputs: int,
        variation: Variation | None = None,
        starts: Sequence[Candidate] = (),
        evidence: NDArray[np.float64] | None = None,
        gradients: ErrorGradients | None = None,
        judge: ScoreNetworks | None = None,
    ) -> None:
        self.space = space
        self.inputs = tuple(range(n_inputs))
        self.outputs = tuple(range(n_inputs, n_inputs + n_outputs))
        self.variation = variation or Variation()
        self.starts = tuple(starts)
        self._hints = None if evidence is None else [Hint(row) for row in evidence.T]
        self._drafts: dict[str, EditableNetwork] = {}
        self._find_gradients = gradients
        self._gradients: dict[str, ErrorGradient] = {}
        self._judge = judge
        self.tried = 0
        rates = self.variation.rates
        self._names = [name for name in OPERATORS if rates.get(name, 0.0) > 0]
        self._edges = list(accumulate(rates[name] for name in self._names))

    @property
    def watches(self) -> bool:
        """Whether parents are simulated to find out what they get wrong."""
        return self._find_gradients is not None and self.variation.follow > 0

    def watch(self, parents: Sequence[Network]) -> None:
        """Find out what those who are to have children get wrong."""
        if self._find_gradients is None or not self.watches:
            return
        if len(self._gradients) > _DRAFTS:
            self._gradients.clear()
        new = [network for network in parents if network.key not in self._gradients]
        if new:
            found = self._find_gradients(new)
            self._gradients |= {n.key: gradient for n, gradient in zip(new, found, strict=True)}

    def first(self, n: int, rng: Generator) -> list[Candidate]:
        """Return ``n`` different networks to start a campaign with."""
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
        """Return a random network: a few synapses into each output, some hidden neurons."""
        while True:
            if self._hints is not None and rng.random() < self.variation.means:
                draft = draft_of_means(self._hints, self.inputs, self.outputs, self.space, rng)
                self._shrink(draft, rng)
                if draft.synapses:
                    return Candidate(put_together(draft), (), ("class-means",))
            draft = EditableNetwork(
                {port: self.space.draw_neuron(rng) for port in (*self.inputs, *self.outputs)},
                {},
                self.inputs,
                self.outputs,
            )
            informed = self._hints is not None and rng.random() < 0.5
            for k, output in enumerate(self.outputs):
                hint = self._hints[k] if informed and self._hints else None
                for _ in range(1 + pick(rng, 3)):
                    self._first_synapse(draft, output, hint, rng)
            for _ in range(pick(rng, 3)):
                OPERATORS["split-synapse" if rng.random() < 0.5 else "add-neuron"](
                    draft, self.space, rng
                )
            trim(draft)
            self._shrink(draft, rng)
            if draft.synapses:
                return Candidate(put_together(draft), (), ("random",))

    def _first_synapse(
        self, draft: EditableNetwork, output: int, hint: Hint | None, rng: Generator
    ) -> None:
        """Join an input to an output: any with any weight, or as the data suggest."""
        weight, delay = self.space.draw_synapse(rng)
        if hint is None:
            source = self.inputs[pick(rng, len(self.inputs))]
        else:
            place = hint.draw(rng)
            source = self.inputs[place]
            weight = math.copysign(weight, hint.signs[place])
            if not self.space.weight.low <= weight <= self.space.weight.high:
                return
        draft.synapses[source, output] = (weight, delay)

    def _shrink(self, draft: EditableNetwork, rng: Generator) -> None:
        """Remove synapses until the draft fits."""
        while not self.space.holds(draft) and draft.synapses:
            del draft.synapses[list(draft.synapses)[pick(rng, len(draft.synapses))]]
            trim(draft)

    def polished(
        self, parent: Callable[[], Network], n_children: int, seen: set[str], rng: Generator
    ) -> list[Candidate]:
        """Return children that are some parents, polished; their keys are added to ``seen``.

        Args:
            parent: Chooses a parent.
            n_children: Children of the generation.
            seen: Keys of networks that are no news.
            rng: Draws how many are polished, where that is no whole number, and the steps.
        """
        if self._judge is None or not self.variation.polish:
            return []
        n = int(self.variation.polish * n_children + rng.random())
        parents = list({network.key: network for network in (parent() for _ in range(n))}.values())
        if not parents:
            return []
        self.tried += LANES * len(parents)
        found = []
        for at in range(0, len(parents), _POLISHED):
            some = parents[at : at + _POLISHED]
            drafts = [self._draft(network) for network in some]
            for network, children in zip(
                some, polish(drafts, self.space, self._judge, rng), strict=True
            ):
                for name, draft in children:
                    candidate = Candidate(put_together(draft), (network.key,), (name,))
                    if candidate.network.key not in seen:
                        seen.add(candidate.network.key)
                        found.append(candidate)
        return found[:n_children]

    def child(self, first: Network, second: Network, seen: set[str], rng: Generator) -> Candidate:
        """Return a child that fits the space and whose key is not in ``seen``.

        A child that cannot be made new by ever more mutations is replaced by a random network.
        """
        for attempt in range(_TRIES):
            parents, operators, draft = self._follow(first, rng) or self._vary(
                first, second, attempt, rng
            )
            if not VALUES_ONLY.issuperset(operators):
                trim(draft)
            if not draft.synapses or not self.space.holds(draft):
                continue
            ordered = in_order(draft)
            network = in_network(ordered)
            if network.key not in seen:
                self._drafts[network.key] = ordered
                return Candidate(network, parents, operators)
        return self.random_network(rng)

    def _follow(
        self, parent: Network, rng: Generator
    ) -> tuple[tuple[str, ...], tuple[str, ...], EditableNetwork] | None:
        """A share of the children: the parent, turned the way that mends its errors."""
        gradient = self._gradients.get(parent.key)
        if gradient is None or rng.random() >= self.variation.follow:
            return None
        draft = self._draft(parent).copy()
        if not follow_errors(draft, self.space, rng, gradient):
            return None
        return (parent.key,), ("follow-errors",), draft

    def _vary(
        self, first: Network, second: Network, least: int, rng: Generator
    ) -> tuple[tuple[str, ...], tuple[str, ...], EditableNetwork]:
        """All other children: a parent or two, mutated at least ``max(least, 1)`` times."""
        parents, operators, draft = self._recombine(first, second, rng)
        return parents, operators + self._mutate(draft, least, rng), draft

    def _recombine(
        self, first: Network, second: Network, rng: Generator
    ) -> tuple[tuple[str, ...], tuple[str, ...], EditableNetwork]:
        if rng.random() >= self.variation.crossover or first is second:
            return (first.key,), (), self._draft(first).copy()
        child = cross(self._draft(first), self._draft(second), rng)
        return (first.key, second.key), ("crossover",), child

    def _draft(self, network: Network) -> EditableNetwork:
        """The draft of a parent; not to be edited."""
        if network.key not in self._drafts:
            if len(self._drafts) > _DRAFTS:
                self._drafts.clear()
            self._drafts[network.key] = take_apart(network)
        return self._drafts[network.key]

    def _mutate(self, draft: EditableNetwork, least: int, rng: Generator) -> tuple[str, ...]:
        """Edit a draft at least ``max(least, 1)`` times."""
        done: list[str] = []
        for _ in range(_TRIES):
            name = self._names[bisect(self._edges, rng.random() * self._edges[-1])]
            if OPERATORS[name](draft, self.space, rng):
                done.append(name)
            if len(done) >= max(least, 1) and rng.random() >= self.variation.more:
                break
        return tuple(done)
