"""Equations of motion of the classic control environments, compiled, one lane at a time.

Constants and equations are those of Gymnasium's environments of the same names (CartPole-v1,
MountainCar-v0, Acrobot-v1, Pendulum-v1, all at version 1.x); tests compare each step. Their
origins: Barto, Sutton and Anderson, IEEE SMC 13(5), 1983 (cart-pole); Moore, PhD thesis, Cambridge,
1990 (mountain car); Sutton, NeurIPS 8, 1996 (acrobot).

A state is a row of numbers, in SI units; an action is one number, a force or torque.
"""

from __future__ import annotations

import math
from typing import Any

from numba import njit

from evosnn.tasks.control._environment import ACROBOT, CARTPOLE, MOUNTAIN_CAR, PENDULUM

__all__ = ["advance", "observe"]


@njit(nogil=True, cache=True)
def advance(code: int, state: Any, lane: int, action: float) -> Any:
    """Advance the state of one lane by one step.

    Args:
        code: Which environment.
        state: ``(lanes, n_state)`` float64, read and written.
        lane: Which lane.
        action: Force on the cart (N), push of the car (-1 to 1), torque (N m).

    Returns:
        The step's reward, and whether the episode is over.
    """
    if code == CARTPOLE:
        return _cartpole(state, lane, action)
    if code == MOUNTAIN_CAR:
        return _mountain_car(state, lane, action)
    if code == ACROBOT:
        return _acrobot(state, lane, action)
    return _pendulum(state, lane, action)


@njit(nogil=True, cache=True)
def observe(code: int, state: Any, lane: int, seen: Any) -> None:
    """Write what an agent sees of the state of one lane to ``seen``.

    CartPole and MountainCar show their state; Acrobot the cosine and sine of both angles and
    both angular velocities; Pendulum the cosine and sine of the angle and its velocity.
    """
    if code == ACROBOT:
        seen[0], seen[1] = math.cos(state[lane, 0]), math.sin(state[lane, 0])
        seen[2], seen[3] = math.cos(state[lane, 1]), math.sin(state[lane, 1])
        seen[4], seen[5] = state[lane, 2], state[lane, 3]
    elif code == PENDULUM:
        seen[0], seen[1], seen[2] = (
            math.cos(state[lane, 0]),
            math.sin(state[lane, 0]),
            state[lane, 1],
        )
    else:
        for k in range(seen.size):
            seen[k] = state[lane, k]


@njit(nogil=True, cache=True)
def _cartpole(state: Any, lane: int, force: float) -> Any:
    """Cart of 1 kg, pole of 0.1 kg and half length 0.5 m, Euler steps of 20 ms."""
    x, dx, theta, dtheta = state[lane, 0], state[lane, 1], state[lane, 2], state[lane, 3]
    cos, sin = math.cos(theta), math.sin(theta)
    pull = (force + 0.05 * dtheta * dtheta * sin) / 1.1
    angular = (9.8 * sin - cos * pull) / (0.5 * (4.0 / 3.0 - 0.1 * cos * cos / 1.1))
    linear = pull - 0.05 * angular * cos / 1.1
    state[lane, 0] = x + 0.02 * dx
    state[lane, 1] = dx + 0.02 * linear
    state[lane, 2] = theta + 0.02 * dtheta
    state[lane, 3] = dtheta + 0.02 * angular
    return 1.0, abs(state[lane, 0]) > 2.4 or abs(state[lane, 2]) > 12 * 2 * math.pi / 360


@njit(nogil=True, cache=True)
def _mountain_car(state: Any, lane: int, push: float) -> Any:
    """Car in a valley; the goal is at 0.5 on the right, and every step costs 1."""
    velocity = state[lane, 1] + push * 0.001 - math.cos(3 * state[lane, 0]) * 0.0025
    velocity = min(max(velocity, -0.07), 0.07)
    position = min(max(state[lane, 0] + velocity, -1.2), 0.6)
    if position == -1.2 and velocity < 0:
        velocity = 0.0
    state[lane, 0], state[lane, 1] = position, velocity
    return -1.0, position >= 0.5


@njit(nogil=True, cache=True)
def _acrobot(state: Any, lane: int, torque: float) -> Any:
    """Two links of 1 m and 1 kg, torque between them, a Runge-Kutta step of 0.2 s."""
    a, b, da, db = state[lane, 0], state[lane, 1], state[lane, 2], state[lane, 3]
    one = _acrobot_rates(a, b, da, db, torque)
    h = 0.1
    two = _acrobot_rates(a + h * one[0], b + h * one[1], da + h * one[2], db + h * one[3], torque)
    three = _acrobot_rates(a + h * two[0], b + h * two[1], da + h * two[2], db + h * two[3], torque)
    h = 0.2
    four = _acrobot_rates(
        a + h * three[0], b + h * three[1], da + h * three[2], db + h * three[3], torque
    )
    for k in range(4):
        state[lane, k] += h / 6.0 * (one[k] + 2 * two[k] + 2 * three[k] + four[k])
    for k in range(2):
        while state[lane, k] > math.pi:
            state[lane, k] -= 2 * math.pi
        while state[lane, k] < -math.pi:
            state[lane, k] += 2 * math.pi
    state[lane, 2] = min(max(state[lane, 2], -4 * math.pi), 4 * math.pi)
    state[lane, 3] = min(max(state[lane, 3], -9 * math.pi), 9 * math.pi)
    up = -math.cos(state[lane, 0]) - math.cos(state[lane, 1] + state[lane, 0]) > 1.0
    return 0.0 if up else -1.0, up


@njit(nogil=True, cache=True)
def _acrobot_rates(
    a: float, b: float, da: float, db: float, torque: float
) -> tuple[float, float, float, float]:
    """Angular velocities and accelerations of both links."""
    cos = math.cos(b)
    d1 = 0.25 + (1 + 0.25 + cos) + 2
    d2 = 0.25 + 0.5 * cos + 1
    phi2 = 0.5 * 9.8 * math.cos(a + b - math.pi / 2)
    phi1 = (
        -0.5 * db * db * math.sin(b) - db * da * math.sin(b)
        + 1.5 * 9.8 * math.cos(a - math.pi / 2) + phi2
    )  # fmt: skip
    second = (torque + d2 / d1 * phi1 - 0.5 * da * da * math.sin(b) - phi2) / (1.25 - d2 * d2 / d1)
    return da, db, -(d2 * second + phi1) / d1, second


@njit(nogil=True, cache=True)
def _pendulum(state: Any, lane: int, torque: float) -> Any:
    """Rod of 1 m and 1 kg, upright at angle 0, steps of 50 ms; it never ends by itself."""
    angle = (state[lane, 0] + math.pi) % (2 * math.pi) - math.pi
    cost = angle * angle + 0.1 * state[lane, 1] * state[lane, 1] + 0.001 * torque * torque
    velocity = state[lane, 1] + (15.0 * math.sin(state[lane, 0]) + 3.0 * torque) * 0.05
    state[lane, 1] = min(max(velocity, -8.0), 8.0)
    state[lane, 0] += state[lane, 1] * 0.05
    return -cost, False
