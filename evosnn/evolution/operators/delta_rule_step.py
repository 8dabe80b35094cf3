"""An error-guided mutation: a random step of the delta rule on the weights into the outputs.

The gradient is found by :mod:`evosnn.evolution.operators.error_gradients`.
"""

from __future__ import annotations

import math
from bisect import bisect

from numpy.random import Generator

from evosnn.evolution._editable_network import EditableNetwork
from evosnn.evolution._search_space import SearchSpace, pick
from evosnn.evolution.operators.error_gradients import ErrorGradient

__all__ = ["delta_rule_step"]

_DOUBLINGS = 6  # a step changes 1, 2, 4, ... or 32 weights, each number equally likely


def delta_rule_step(
    draft: EditableNetwork, space: SearchSpace, rng: Generator, gradient: ErrorGradient
) -> bool:
    """Change weights from inputs to outputs along the gradient; add synapses where there are none.

    The step has a random length. It changes a random choice of weights, drawn by the square of
    their slope. A weight that would change its sign is set to 0: its synapse is removed.

    Args:
        draft: The network, edited in place.
        space: Values that the chip holds.
        rng: Draws the length and the weights.
        gradient: Of this network.

    Returns:
        Whether any weight changed.
    """
    changed = False
    span = max(abs(space.weight.low), abs(space.weight.high))
    length = span * math.exp(-4.0 * rng.random())
    for _ in range(1 << pick(rng, _DOUBLINGS)):
        place = min(
            bisect(gradient.edges, rng.random() * gradient.edges[-1]), len(gradient.pairs) - 1
        )
        i, k = gradient.pairs[place]
        end = (draft.inputs[i], draft.outputs[k])
        changed |= _change_weight(draft, space, end, length * gradient.slopes[place])
    return changed


def _change_weight(
    draft: EditableNetwork, space: SearchSpace, end: tuple[int, int], by: float
) -> bool:
    """Change one weight by ``by``; a synapse that does not exist has weight 0."""
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
