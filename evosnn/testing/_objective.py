"""The contract of an objective: a finite figure of each network, and what a plot says of it."""

from __future__ import annotations

import math

import numpy as np

from evosnn.chips import Chip, load_chip
from evosnn.evaluation import Measurement
from evosnn.evolution import Objective, bind_objectives
from evosnn.tasks import ClassificationTask, FlipFlopEncoder, MostSpikesDecoder, build_task
from evosnn.testing._common import example_network, require, snapshot

__all__ = ["check_objective"]


def check_objective(objective: Objective, chip: Chip | None = None) -> None:
    """Check that an objective keeps its contract.

    It has a name, a label and a unit; bound to a task and a chip, it gives every network a finite
    number, the same one when asked again, and from 0 to 1 if more is better; and it leaves the
    network and its measurement alone.

    Args:
        objective: The objective.
        chip: The chip; RISP-127 if not given.

    Raises:
        AssertionError: With one sentence, at the first breach.
    """
    chip = chip or load_chip("risp-127")
    for name in ("name", "label", "unit"):
        text = getattr(objective, name)
        require(
            isinstance(text, str) and text, f"an objective's {name} is {text!r}; it takes a text"
        )
    task = _task(chip)
    (bound,) = bind_objectives([objective], task, chip, threads=1)
    for seed in range(5):
        network = example_network(chip, seed, task.n_inputs, task.n_outputs)
        record = Measurement(0.5, np.array([0.4, 0.5, 0.3]), 12.0, 20.0)
        before = (network.key, snapshot(tuple(record)))
        value = bound.value(network, record)
        require(
            (network.key, snapshot(tuple(record))) == before,
            f"objective '{objective.name}' changes the network or its measurement",
        )
        require(
            isinstance(value, float | int | np.number) and math.isfinite(value),
            f"objective '{objective.name}' is {value!r} of a network; it takes a finite number",
        )
        require(
            value == bound.value(network, record),
            f"objective '{objective.name}' gives the same network another value when asked again",
        )
        worst = bound.worst_value(task.n_inputs, task.n_outputs, task.timesteps)
        require(
            not bound.maximise or worst <= value <= 1,
            f"objective '{objective.name}' is {value:g} of a network; it is {worst:g} to 1",
        )


def _task(chip: Chip) -> ClassificationTask:
    return build_task(
        "iris",
        encoder=FlipFlopEncoder(max_spikes=3, interval=2),
        decoder=MostSpikesDecoder(),
        timesteps=8,
        chip=chip,
        seed=1,
    )
