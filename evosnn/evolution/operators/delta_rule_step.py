"""A mutation that knows where a network errs (:mod:`evosnn.evolution.operators.error_gradients`)."""

from __future__ import annotations

import math
from bisect import bisect

from numpy.random import Generator

from evosnn.evolution._editable_network import EditableNetwork
from evosnn.evolution._search_space import SearchSpace, pick
from evosnn.evolution.operators.error_gradients import ErrorGradient

__all__ = ["follow_errors"]

_DOUBLINGS = 6  # a step turns 1, 2, 4, ... synapses, all numbers alike


def follow_errors(
    draft: EditableNetwork, space: SearchSpace, rng: Generator, gradient: ErrorGradient
) -> bool:
    """Turn synapses from inputs to outputs the way that mends errors, or build them.

    One step down the slope, of a random length and along a random choice of directions, the
    steeper the likelier. A weight that would change its sign goes, and its synapse with it.
    """
    done = False
    span = max(abs(space.weight.low), abs(space.weight.high))
    length = span * math.exp(-4.0 * rng.random())
    for _ in range(1 << pick(rng, _DOUBLINGS)):
        place = min(
            bisect(gradient.edges, rng.random() * gradient.edges[-1]), len(gradient.pairs) - 1
        )
        i, k = gradient.pairs[place]
        end = (draft.inputs[i], draft.outputs[k])
        done |= _turn(draft, space, end, length * gradient.slopes[place])
    return done


def _turn(draft: EditableNetwork, space: SearchSpace, end: tuple[int, int], by: float) -> bool:
    """Change one weight by so much; a synapse that is not there has weight 0."""
    weight, delay = draft.synapses.get(end, (0.0, int(space.delay.low)))
    if space.weight.whole:
        by = math.copysign(max(round(abs(by)), 1), by)
    moved = min(max(weight + by, space.weight.low), space.weight.high)
    if moved == weight:
        return False
    if not moved or moved * weight < 0 or moved * by < 0 == weight:
        if end not in draft.synapses or len(draft.synapses) < 2:
            return False
        del draft.synapses[end]
    else:
        draft.synapses[end] = (moved, delay)
    return True
