"""The control tasks by name: environments with their observations, actions and encoders."""

from __future__ import annotations

from dataclasses import dataclass

from evosnn.tasks.control._environment import (
    ACROBOT_V1,
    CARTPOLE_V1,
    MOUNTAIN_CAR_V0,
    PENDULUM_V1,
    Environment,
)
from evosnn.tasks.encoders.base import Encoder
from evosnn.tasks.encoders.binned import ArgyleEncoder, FlipFlopEncoder

__all__ = ["SETTINGS", "Setting"]


@dataclass(frozen=True)
class Setting:
    """A control task.

    Attributes:
        name: Its name in a campaign file.
        description: One line for a person.
        environment: The environment.
        seen: Indices of the observations that are encoded.
        actions: Name and value of each output's action, a force (N) or torque (N m).
        graded: Whether outputs form pairs, pull and push, whose action is proportional to the
            lead of the second output's spikes over the first's; it is the largest at a lead of
            the encoder's ``max_spikes``.
        encoder: Encoder of the observations; a campaign may choose another.
        timesteps: Length of the window of a step; a campaign may choose another.
    """

    name: str
    description: str
    environment: Environment
    seen: tuple[int, ...]
    actions: tuple[tuple[str, float], ...]
    graded: bool
    encoder: Encoder
    timesteps: int = 24

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Name of each observation that is encoded."""
        return tuple(self.environment.observations[k] for k in self.seen)


_PUSH = (("left", -10.0), ("right", 10.0))
_PUSH_OR_NOT = (("nothing", 0.0), *_PUSH)
_ALL, _PLACES = (0, 1, 2, 3), (0, 2)
_FLIP_FLOP, _ARGYLE = FlipFlopEncoder(), ArgyleEncoder()
_HOLD = "Hold a pole upright on a cart for 1,500 steps of 20 ms,"

CARTPOLE_EASY = Setting(
    "cartpole-easy",
    f"{_HOLD} pushing left or right.",
    CARTPOLE_V1,
    _ALL,
    _PUSH,
    False,
    _FLIP_FLOP,
)
CARTPOLE_MEDIUM = Setting(
    "cartpole-medium",
    f"{_HOLD} pushing left, right or not at all.",
    CARTPOLE_V1,
    _ALL,
    _PUSH_OR_NOT,
    False,
    _FLIP_FLOP,
)
CARTPOLE_HARD = Setting(
    "cartpole-hard",
    f"{_HOLD} without seeing velocities.",
    CARTPOLE_V1,
    _PLACES,
    _PUSH_OR_NOT,
    False,
    _FLIP_FLOP,
)
CARTPOLE_HARDEST = Setting(
    "cartpole-hardest",
    f"{_HOLD} without seeing velocities, and always pushing.",
    CARTPOLE_V1,
    _PLACES,
    _PUSH,
    False,
    _ARGYLE,
)
MOUNTAIN_CAR = Setting(
    "mountain-car",
    "Swing a weak car out of a valley within 200 steps.",
    MOUNTAIN_CAR_V0,
    (0, 1),
    (("left", -1.0), ("nothing", 0.0), ("right", 1.0)),
    False,
    _ARGYLE,
)
ACROBOT = Setting(
    "acrobot",
    "Swing the free end of two links above a line within 500 steps.",
    ACROBOT_V1,
    (0, 1, 2, 3, 4, 5),
    (("pull", -1.0), ("nothing", 0.0), ("push", 1.0)),
    False,
    _FLIP_FLOP,
)
PENDULUM = Setting(
    "pendulum",
    "Swing a rod upright and keep it there for 200 steps.",
    PENDULUM_V1,
    (0, 1, 2),
    (("pull", -2.0), ("push", 2.0)),
    True,
    _FLIP_FLOP,
)

SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        CARTPOLE_EASY,
        CARTPOLE_MEDIUM,
        CARTPOLE_HARD,
        CARTPOLE_HARDEST,
        MOUNTAIN_CAR,
        ACROBOT,
        PENDULUM,
    )
}
"""The control tasks by name.

The four cart-pole settings are those of Plank, Rizzo, White and Schuman, "The Cart-Pole
Application as a Benchmark for Neuromorphic Computing", JLPEA 15(1):5, 2025: observations,
encoders, actions, 24 timesteps for each step, networks that keep their state between steps. The
encoders of the other tasks are our choice.
"""
