"""Interval arithmetic of leaks: bounds of a potential after a leak, rounded outwards.

Between them the two ends hold what every potential of the interval becomes, at the chip's own
resolution and at every finer one that divides it.
"""

from __future__ import annotations

import math

from numba import njit

__all__ = ["HALF_LIFE", "LEAKS", "halve", "leak_ends"]

LEAKS = ("share", "shift", "subtract", "half-life")
"""The leak rules of chips, by code."""

SHARE, SHIFT, SUBTRACT, HALF_LIFE = range(4)


@njit(nogil=True, cache=True)
def leak_ends(low, high, leak, rules):  # type: ignore[no-untyped-def]  # compiled by numba
    """Return the ends after a timestep's leak; half-lives wait for an arrival."""
    if leak == 0 or rules.leak_rule == HALF_LIFE:
        return low, high
    rule, unit, leak_unit = rules.leak_rule, rules.unit, rules.leak_unit
    return _least(low, leak, rule, unit, leak_unit), _most(high, leak, rule, unit, leak_unit)


@njit(nogil=True, cache=True)
def _least(v, leak, rule, unit, leak_unit):  # type: ignore[no-untyped-def]
    """Return the least that a potential of ``v`` or more becomes."""
    if rule == SUBTRACT:
        return math.copysign(max(abs(v) - leak * leak_unit, 0.0), v)
    left = v * (1.0 - leak)
    if v <= 0 or unit == 0:
        return left
    if rule == SHIFT:  # loses at least a step
        return max(0.0, min(left, v - unit))
    return math.floor(left / unit) * unit


@njit(nogil=True, cache=True)
def _most(v, leak, rule, unit, leak_unit):  # type: ignore[no-untyped-def]
    """Return the most that a potential of ``v`` or less becomes."""
    if rule == SHIFT and unit > 0:  # rounds what is lost down: it may be a step less
        left = v * (1.0 - leak) + unit
        return min(v, left) if v > 0 else min(0.0, left)
    return -_least(-v, leak, rule, unit, leak_unit)


@njit(nogil=True, cache=True)
def halve(low, high, leak, elapsed, unit, unsure):  # type: ignore[no-untyped-def]
    """Return the ends after so many timesteps of a half-life.

    If it is ``unsure`` when they began, anything from nothing to all may be left.
    """
    if unsure:
        return min(low, 0.0), max(high, 0.0)
    if leak == 1:
        return 0.0, 0.0
    tau = -1.0 / math.log2(1.0 - leak)
    if abs(tau - round(tau)) < 1e-6:
        tau = float(round(tau))
    whole = elapsed // tau
    rest = elapsed - whole * tau
    share = round(1024 * 2.0 ** (-rest / tau)) / 1024 if rest > 0 else 1.0
    fall = 2.0**whole
    step = unit if unit > 0 else 1.0
    return _halved(low, share, fall, step), -_halved(-high, share, fall, step)


@njit(nogil=True, cache=True)
def _halved(v, share, fall, step):  # type: ignore[no-untyped-def]
    """Return the least that a potential of ``v`` or more can become."""
    if v <= 0:
        return v * share / fall
    size = math.floor(v / step * share) if share < 1 else v / step
    return math.floor(size / fall) * step
