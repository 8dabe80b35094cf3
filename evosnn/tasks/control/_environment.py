"""The control environments as data: observations, limits, start states, episode length, returns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

__all__ = [
    "ACROBOT",
    "ACROBOT_V1",
    "CARTPOLE",
    "CARTPOLE_V1",
    "INTERPRETED",
    "MOUNTAIN_CAR",
    "MOUNTAIN_CAR_V0",
    "PENDULUM",
    "PENDULUM_V1",
    "Environment",
]

CARTPOLE, MOUNTAIN_CAR, ACROBOT, PENDULUM = 0, 1, 2, 3
"""Codes of the environments in the compiled dynamics."""

INTERPRETED = -1
"""Code of an environment that Gymnasium itself runs."""


@dataclass(frozen=True)
class Environment:
    """A control environment.

    Attributes:
        gymnasium: Its id in Gymnasium.
        code: Its code in the compiled dynamics.
        observations: Name of each observation, in order.
        limits: Least and largest value of each observation, which are encoded as 0 and 1; values
            beyond are clipped.
        start: Range of each state variable at the start of an episode, drawn uniformly; of an
            interpreted environment, range of its seed.
        steps: Number of steps after which an episode ends.
        least: Lowest reward of a step; a return of ``least * steps`` is score 0.
        most: Highest reward of a step; a return of ``most * steps`` is score 1.
        measure: Meaning and unit of a return.
        options: Keyword arguments with which Gymnasium makes it.
        folder: Folder whose modules can be imported while Gymnasium makes it.
    """

    gymnasium: str
    code: int
    observations: tuple[str, ...]
    limits: tuple[tuple[float, float], ...]
    start: tuple[tuple[float, float], ...]
    steps: int
    least: float
    most: float
    measure: str
    options: tuple[tuple[str, Any], ...] = ()
    folder: str = ""

    @property
    def is_interpreted(self) -> bool:
        """Whether Gymnasium runs it, and not the compiled dynamics."""
        return self.code == INTERPRETED

    def draw_starts(self, n: int, rng: Generator) -> NDArray[np.float64]:
        """Return ``(n, n_state)`` start states."""
        low, high = np.array(self.start).T
        return rng.uniform(low, high, (n, low.size))


CARTPOLE_V1 = Environment(
    gymnasium="CartPole-v1",
    code=CARTPOLE,
    observations=("x", "dx", "theta", "dtheta"),
    limits=((-2.4, 2.4), (-2.0, 2.0), (-0.209, 0.209), (-2.0, 2.0)),
    start=((-1.2, 1.2), (-0.2, 0.2), (-0.07, 0.07), (-0.4, 0.4)),
    steps=1500,
    least=0.0,
    most=1.0,
    measure="steps survived",
)
"""Limits are those of Plank, Rizzo, White and Schuman, JLPEA 15(1):5, 2025. Starts are far
wider than Gymnasium's (each within 0.05), so that a network must catch the pole."""

MOUNTAIN_CAR_V0 = Environment(
    gymnasium="MountainCar-v0",
    code=MOUNTAIN_CAR,
    observations=("position", "velocity"),
    limits=((-1.2, 0.6), (-0.07, 0.07)),
    start=((-0.6, -0.4), (0.0, 0.0)),
    steps=200,
    least=-1.0,
    most=0.0,
    measure="minus the steps to the goal",
)

ACROBOT_V1 = Environment(
    gymnasium="Acrobot-v1",
    code=ACROBOT,
    observations=("cos 1", "sin 1", "cos 2", "sin 2", "velocity 1", "velocity 2"),
    limits=((-1.0, 1.0),) * 4 + ((-4 * math.pi, 4 * math.pi), (-9 * math.pi, 9 * math.pi)),
    start=((-0.1, 0.1),) * 4,
    steps=500,
    least=-1.0,
    most=0.0,
    measure="minus the steps to the goal",
)

PENDULUM_V1 = Environment(
    gymnasium="Pendulum-v1",
    code=PENDULUM,
    observations=("cos", "sin", "velocity"),
    limits=((-1.0, 1.0), (-1.0, 1.0), (-8.0, 8.0)),
    start=((-math.pi, math.pi), (-1.0, 1.0)),
    steps=200,
    least=-(math.pi**2 + 0.1 * 8.0**2 + 0.001 * 2.0**2),
    most=0.0,
    measure="minus the cost",
)
