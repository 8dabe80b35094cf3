"""What several contract suites share: example networks, and checks of tables and arrays."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from evosnn.chips import Chip
from evosnn.network import Network
from evosnn.validation import Table, first_problem

__all__ = ["check_table", "example_network", "require", "snapshot"]


def require(holds: object, sentence: str) -> None:
    """Raise an AssertionError with this sentence unless ``holds``; also under ``python -O``."""
    if not holds:
        raise AssertionError(sentence)


def check_table(part: Table) -> None:
    """Check that a table is written to a campaign file and read again as an equal one."""
    whose = f"{type(part).__name__}"
    require(type(part).__doc__, f"{whose} has no docstring")
    try:
        again = type(part).model_validate(part.model_dump())
        from_json = type(part).model_validate_json(part.model_dump_json())
    except ValidationError as error:
        reason = first_problem(error, type(part))
        raise AssertionError(f"{whose} does not accept its own table: {reason}") from None
    require(again == part, f"{whose} read from its own table is {again!r}, not {part!r}")
    require(from_json == part, f"{whose} read from its own JSON is {from_json!r}, not {part!r}")
    try:
        type(part).model_validate({**part.model_dump(), "no_such_key": 1})
    except ValidationError:
        return
    raise AssertionError(f"{whose} accepts an unknown key; leave extra='forbid' of Table as it is")


def snapshot(value: object) -> Any:
    """Return the contents of arrays, dataclasses and sequences, to compare later."""
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.shape, value.tobytes())
    if is_dataclass(value) and not isinstance(value, type):
        return tuple(snapshot(getattr(value, f.name)) for f in fields(value))
    if isinstance(value, list | tuple):
        return tuple(snapshot(item) for item in value)
    return value


def example_network(chip: Chip, seed: int, n_inputs: int = 3, n_outputs: int = 2) -> Network:
    """Return a random network whose parameters the chip can hold.

    Networks of several seeds share some synapses, whose ends have the same ids.
    """
    rng = np.random.default_rng(seed)
    n = n_inputs + n_outputs + 3
    ends = {(int(a), int(b)) for a, b in rng.integers(0, n, (4 * n, 2))} | {(0, n_inputs)}
    weight, delay = chip.synapse.weight, chip.synapse.delay
    span = max(int(min(delay.max, 4) - delay.min), 0)
    synapses = [
        (
            a,
            b,
            float(np.clip(rng.integers(-5, 6) or 1, weight.min, weight.max)),
            int(delay.min) + int(rng.integers(0, span + 1)),
        )
        for a, b in sorted(ends)
    ]
    threshold = np.full(n, float(np.clip(3, chip.neuron.threshold.min, chip.neuron.threshold.max)))
    return Network.create(
        threshold=threshold,
        inputs=range(n_inputs),
        outputs=range(n_inputs, n_inputs + n_outputs),
        synapses=synapses,
    )
