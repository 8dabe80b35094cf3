"""The contract of a variation operator: edits that the chip can hold, drawn from one generator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from evosnn.chips import Chip, check, load_chip
from evosnn.evolution import EditableNetwork, SearchSpace, put_together, search_space, take_apart
from evosnn.evolution import trim as remove_dead_parts
from evosnn.testing._common import example_network, require

__all__ = ["check_operator"]

_TRIALS = 60


def check_operator(
    operator: Callable[[EditableNetwork, SearchSpace, Generator], bool], chip: Chip | None = None
) -> None:
    """Check that a mutation operator keeps its contract.

    It returns whether it changed the network, and says so rightly; it keeps inputs and outputs;
    every synapse joins neurons that are there; weights, delays, thresholds and leaks are the
    chip's; and the same generator gives the same edit.

    Args:
        operator: Edits an :class:`~evosnn.evolution.EditableNetwork` in place.
        chip: The chip; RISP-127 if not given.

    Raises:
        AssertionError: With one sentence, at the first breach.
    """
    chip = chip or load_chip("risp-127")
    space = search_space(chip, 12)
    changed = 0
    for seed in range(_TRIALS):
        before = take_apart(example_network(chip, seed))
        remove_dead_parts(before)
        after, again = before.copy(), before.copy()
        found = operator(after, space, np.random.default_rng(seed))
        require(
            isinstance(found, bool | np.bool_),
            f"the operator returns {found!r}; it takes whether it changed the network",
        )
        operator(again, space, np.random.default_rng(seed))
        require(_same(after, again), "the operator: the same seed gives another edit")
        require(
            found or _same(before, after),
            "the operator says that it changed nothing, and the network differs",
        )
        require(
            not found or not _same(before, after),
            "the operator says that it changed the network, and the network is the same",
        )
        require(
            (before.inputs, before.outputs) == (after.inputs, after.outputs),
            "the operator changes the network's inputs or outputs",
        )
        _check_edit(after, chip)
        changed += bool(found)
    require(changed, f"the operator changed none of {_TRIALS} networks")


def _same(a: EditableNetwork, b: EditableNetwork) -> bool:
    return (a.neurons, a.synapses) == (b.neurons, b.synapses)


def _check_edit(edited: EditableNetwork, chip: Chip) -> None:
    for end in edited.synapses:
        require(
            set(end) <= set(edited.neurons),
            f"the operator leaves a synapse {end} whose neuron is not there",
        )
    require(
        {*edited.inputs, *edited.outputs} <= set(edited.neurons),
        "the operator removes an input or output neuron",
    )
    problems = check(chip, put_together(edited))
    sentence = problems[0] if problems else ""
    require(not problems, f"the operator makes a network that the chip cannot hold: {sentence}")
