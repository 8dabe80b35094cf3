"""Our environments against Gymnasium's, step by step."""

import math

import numpy as np
import pytest

from evosnn.tasks.control import SETTINGS
from evosnn.tasks.control._dynamics import advance, observe
from evosnn.tasks.control._environment import (
    ACROBOT_V1,
    CARTPOLE_V1,
    MOUNTAIN_CAR_V0,
    PENDULUM_V1,
)

gymnasium = pytest.importorskip("gymnasium", reason="needs the extra 'control'")

_ACTIONS = {
    CARTPOLE_V1.gymnasium: [(0, -10.0), (1, 10.0)],
    MOUNTAIN_CAR_V0.gymnasium: [(0, -1.0), (1, 0.0), (2, 1.0)],
    ACROBOT_V1.gymnasium: [(0, -1.0), (1, 0.0), (2, 1.0)],
    PENDULUM_V1.gymnasium: [([-2.0], -2.0), ([0.7], 0.7), ([2.0], 2.0)],
}
"""Gymnasium's actions and ours."""


@pytest.mark.parametrize(
    "ours", [CARTPOLE_V1, MOUNTAIN_CAR_V0, ACROBOT_V1, PENDULUM_V1], ids=lambda e: e.gymnasium
)
def test_steps_are_gymnasiums(ours):
    rng = np.random.default_rng(1)
    theirs = gymnasium.make(ours.gymnasium).unwrapped
    ended = 0
    for start in ours.draw_starts(20, rng):
        theirs.reset(seed=1)
        theirs.state = start.copy()
        state, seen = start[None].copy(), np.empty(len(ours.observations))
        for _ in range(min(ours.steps, 120)):
            their_action, action = _ACTIONS[ours.gymnasium][
                rng.integers(len(_ACTIONS[ours.gymnasium]))
            ]
            shown, reward, over, _, _ = theirs.step(
                np.array(their_action) if isinstance(their_action, list) else their_action
            )
            our_reward, our_over = advance(ours.code, state, 0, action)
            observe(ours.code, state, 0, seen)
            assert our_reward == pytest.approx(reward, abs=1e-9)
            assert our_over == over
            np.testing.assert_allclose(state[0], np.array(theirs.state), rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(seen, shown, rtol=1e-5, atol=1e-6)
            state[0] = theirs.state  # so that errors of the last bit do not grow
            if over:
                ended += 1
                break
    if ours in (CARTPOLE_V1,):
        assert ended > 10


def test_the_goals_are_gymnasiums():
    car, acrobot = np.array([[0.49, 0.05]]), np.array([[math.pi, 0.0, 0.0, 0.0]])
    assert advance(MOUNTAIN_CAR_V0.code, car, 0, 1.0) == (-1.0, True)
    assert advance(ACROBOT_V1.code, acrobot, 0, 0.0) == (0.0, True)


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_limited_is_what_gymnasium_shows(name):
    setting = SETTINGS[name]
    space = gymnasium.make(setting.environment.gymnasium).observation_space
    low, high = np.array(setting.environment.limits).T
    assert space.shape == low.shape
    assert (low >= space.low - 1e-6).all()
    assert (high <= space.high + 1e-6).all()
