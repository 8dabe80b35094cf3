"""Random starting networks of a classification whose weights are differences of class means.

Inputs are drawn by the evidence of :mod:`evosnn.evolution.operators.class_evidence`, so that a
network of few synapses uses the inputs that separate the classes best.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from evosnn.evolution._editable_network import EditableNetwork, trim
from evosnn.evolution._search_space import SearchSpace

__all__ = ["OutputEvidence", "class_mean_draft"]

_MOST_EACH = 64  # most synapses into an output
_WEAKEST = 0.3  # least weight of the strongest input, as a share of the largest weight


class OutputEvidence:
    """The inputs that speak for one output or against it, to draw by the square of their evidence.

    Args:
        evidence: ``(n_inputs,)``, a column of :func:`~evosnn.evolution.class_evidence`.

    Attributes:
        signs: ``n_inputs`` signs, 1 or -1, of a synapse from each input.
        slopes: ``n_inputs`` weights in units of the largest absolute one, -1 to 1.
    """

    def __init__(self, evidence: NDArray[np.float64]) -> None:
        self._edges = np.cumsum(evidence**2 + 1e-12).tolist()
        self.signs = np.where(evidence < 0, -1.0, 1.0).tolist()
        self.slopes = (evidence / (np.abs(evidence).max() or 1.0)).tolist()

    def draw(self, rng: Generator) -> int:
        """Return the number of an input."""
        return min(bisect(self._edges, rng.random() * self._edges[-1]), len(self._edges) - 1)


def class_mean_draft(
    evidence: Sequence[OutputEvidence],
    inputs: tuple[int, ...],
    outputs: tuple[int, ...],
    space: SearchSpace,
    rng: Generator,
) -> EditableNetwork:
    """Return a draft without hidden neurons whose outputs add up the spikes that speak for them.

    Weights are the differences of class means that :func:`~evosnn.evolution.class_evidence`
    gives, scaled to the chip's and rounded. Outputs share a threshold, so that their spike counts
    compare, and have the chip's first leak.

    Args:
        evidence: One for each output.
        inputs: Ids of the input neurons.
        outputs: Ids of the output neurons.
        space: Values that the chip holds; the draft's sizes may still exceed it.
        rng: Draws the number of synapses and their inputs, the threshold and the scale.
    """
    most = min(_MOST_EACH, space.max_synapses / len(outputs), space.max_fan_in)
    each = round(math.exp(rng.random() * math.log(max(most, 1))))
    scale = space.weight.high * (1 - (1 - _WEAKEST) * rng.random())
    threshold = space.threshold.draw(rng)
    neurons = dict.fromkeys(inputs, (space.threshold.low, space.leaks[0]))
    neurons |= dict.fromkeys(outputs, (threshold, space.leaks[0]))
    draft = EditableNetwork(neurons, {}, inputs, outputs)
    for output, own in zip(outputs, evidence, strict=True):
        for _ in range(each):
            place = own.draw(rng)
            weight = scale * own.slopes[place]
            weight = float(round(weight)) if space.weight.whole else weight
            if weight and space.weight.low <= weight <= space.weight.high:
                draft.synapses[inputs[place], output] = (weight, int(space.delay.low))
    trim(draft)
    return draft
