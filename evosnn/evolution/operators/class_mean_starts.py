"""Random networks that follow the evidence of the data (:mod:`evosnn.evolution.operators.class_evidence`)."""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from evosnn.evolution._editable_network import EditableNetwork, trim
from evosnn.evolution._search_space import SearchSpace

__all__ = ["Hint", "draft_of_means"]

_MOST_EACH = 64  # synapses into an output
_FAINTEST = 0.3  # share of the largest weight that the strongest evidence has at least


class Hint:
    """Which inputs to join to one output: likelier the more they say, with what sign.

    Args:
        evidence: ``(n_inputs,)``, how strongly each input speaks for the output.
    """

    def __init__(self, evidence: NDArray[np.float64]) -> None:
        self._edges = np.cumsum(evidence**2 + 1e-12).tolist()
        self.signs = np.where(evidence < 0, -1.0, 1.0).tolist()
        self.slopes = (evidence / (np.abs(evidence).max() or 1.0)).tolist()

    def draw(self, rng: Generator) -> int:
        """Return the number of an input."""
        return min(bisect(self._edges, rng.random() * self._edges[-1]), len(self._edges) - 1)


def draft_of_means(
    hints: Sequence[Hint],
    inputs: tuple[int, ...],
    outputs: tuple[int, ...],
    space: SearchSpace,
    rng: Generator,
) -> EditableNetwork:
    """Return a draft without hidden neurons whose outputs add up what speaks for them.

    Weights are the differences of class means that :func:`~evosnn.evolution.class_evidence`
    gives, rounded. Outputs share a threshold, so that their spikes can be compared, and forget
    nothing.

    Args:
        hints: One for each output.
        inputs: Ids of the input neurons.
        outputs: Ids of the output neurons.
        space: What may be built; the draft may still be too large for it.
        rng: Source of number and choice of synapses, of threshold and scale.
    """
    most = min(_MOST_EACH, space.max_synapses / len(outputs), space.max_fan_in)
    each = round(math.exp(rng.random() * math.log(max(most, 1))))
    scale = space.weight.high * (1 - (1 - _FAINTEST) * rng.random())
    bar = space.threshold.draw(rng)
    neurons = dict.fromkeys(inputs, (space.threshold.low, space.leaks[0]))
    neurons |= dict.fromkeys(outputs, (bar, space.leaks[0]))
    draft = EditableNetwork(neurons, {}, inputs, outputs)
    for output, hint in zip(outputs, hints, strict=True):
        for _ in range(each):
            place = hint.draw(rng)
            weight = scale * hint.slopes[place]
            weight = float(round(weight)) if space.weight.whole else weight
            if weight and space.weight.low <= weight <= space.weight.high:
                draft.synapses[inputs[place], output] = (weight, int(space.delay.low))
    trim(draft)
    return draft
