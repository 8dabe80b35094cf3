"""Operations of the general kernel on a row: all lanes of one neuron in one timestep.

Idea: each function is one loop without branches over contiguous memory, which the compiler turns
into vector instructions; parameters are scalars, since all lanes of a row belong to one chip
instance. Layout: a row is ``(lanes,)`` float64 or uint8. Cost: one or two floating-point
operations a lane for each function. Values are exact up to 2**53 steps of a chip's fractions, so
no sum overflows.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numba.extending import intrinsic

from evosnn.hardware import philox

__all__ = [
    "add_counts",
    "add_noisy",
    "add_spikes",
    "add_to",
    "clamp",
    "fire",
    "fire_again",
    "halve",
    "halving_table",
    "hear",
    "is_zero",
    "leak_row",
    "mark",
    "read_out",
    "wait",
]

SHARE, SHIFT, SUBTRACT, HALF_LIFE = 0, 1, 2, 3


@intrinsic
def _floor(typing_context: Any, value: Any) -> Any:
    """The next whole number below, as the vector instruction that it is."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rounding = builder.module.declare_intrinsic("llvm.floor", [args[0].type])
        return builder.call(rounding, args)

    return value(value), generate


@njit(nogil=True, cache=True)
def add_spikes(row: Any, fired: Any, weight: float) -> None:
    """Add a weight where a spike arrives."""
    for lane in range(row.size):
        row[lane] += weight if fired[lane] != 0 else 0.0


@njit(nogil=True, cache=True)
def add_counts(row: Any, fired: Any, weight: float) -> None:
    """Add a weight for every spike that arrives."""
    for lane in range(row.size):
        row[lane] += weight * fired[lane]


@njit(nogil=True, cache=True)
def add_noisy(
    row: Any, fired: Any, weight: float, sigma: float, clock: int, chip: int, sample: int,
    pre: int, post: int, key: Any,
) -> None:  # fmt: skip
    """Add a weight and noise of its own for every spike; ``sample`` is the first lane's.

    The noises of spikes that arrive together add up to one, as many times the variance.
    """
    era, clock = clock >> 15, clock & 32767  # a counter's word holds 15 bits of it
    for lane in range(row.size):
        if fired[lane] != 0:
            a, b, _, _ = philox(
                np.uint32(clock | chip << 15), np.uint32(sample + lane | era << 20),
                np.uint32(pre),
                np.uint32(post), key[0], key[1],
            )  # fmt: skip
            radius = math.sqrt(-2.0 * math.log((a + 0.5) / 2.0**32))
            normal = radius * math.cos(2.0 * math.pi * (b + 0.5) / 2.0**32)
            row[lane] += weight * fired[lane] + sigma * math.sqrt(fired[lane]) * normal


@njit(nogil=True, cache=True)
def add_to(row: Any, other: Any) -> None:
    """Add a row."""
    for lane in range(row.size):
        row[lane] += other[lane]


@njit(nogil=True, cache=True)
def read_out(row: Any, step: float, most: float) -> None:
    """Round to the steps and the range of a converter."""
    for lane in range(row.size):
        row[lane] = min(max(np.rint(row[lane] / step) * step, -most), most)


@njit(nogil=True, cache=True)
def mark(marks: Any, fired: Any) -> None:
    """Mark where a spike arrives."""
    for lane in range(marks.size):
        marks[lane] |= fired[lane]


@njit(nogil=True, cache=True)
def clamp(row: Any, low: float, high: float) -> None:
    """Keep within two bounds."""
    for lane in range(row.size):
        value = row[lane]
        value = low if value < low else value
        row[lane] = high if value > high else value


@njit(nogil=True, cache=True)
def is_zero(row: Any) -> bool:
    """Whether all lanes are 0."""
    other = np.uint64(0)
    for lane in range(row.size):
        other |= np.uint64(row[lane] != 0)
    return bool(other == 0)


@njit(nogil=True, cache=True)
def fire(
    row: Any, may: Any, threshold: float, keep: float, less: float, floor: float, ceiling: float,
    fired: Any,
) -> int:  # fmt: skip
    """Write which lanes that may fire do, reset these, and return how many they are.

    Of a potential ``keep`` times it, less ``less``, is left. The ceiling comes before, the
    floor after.
    """
    for lane in range(row.size):
        value = row[lane]
        value = ceiling if value > ceiling else value
        fires = (value >= threshold) & (may[lane] != 0)
        fired[lane] = fires
        value = keep * value - less if fires else value
        row[lane] = floor if value < floor else value
    total = 0
    for lane in range(row.size):
        total += fired[lane]
    return total


@njit(nogil=True, cache=True)
def fire_again(
    row: Any, fired: Any, most: int, threshold: float, keep: float, less: float
) -> int:  # fmt: skip
    """Let lanes that fired fire on, up to ``most`` times, and return how often they did.

    ``fired`` becomes how often; else as :func:`fire`.
    """
    total = 0
    for count in range(1, most):
        more = 0
        for lane in range(row.size):
            value = row[lane]
            again = (value >= threshold) & (fired[lane] == count)
            fired[lane] += again
            row[lane] = keep * value - less if again else value
            more += again
        if more == 0:
            break
        total += more
    return total


@njit(nogil=True, cache=True)
def wait(rest: Any, fired: Any, refractory: int) -> None:
    """Count down refractory timesteps, anew where a neuron fired."""
    for lane in range(rest.size):
        left = max(rest[lane] - 1, 0)
        rest[lane] = refractory if fired[lane] != 0 else left


@njit(nogil=True, cache=True)
def leak_row(row: Any, leak: float, rule: int, amount: float, unit: float) -> None:
    """Leave what a leak leaves of potentials or currents."""
    if leak <= 0 or rule == HALF_LIFE:
        return
    if rule == SUBTRACT:
        less = leak * amount
        for lane in range(row.size):
            value = row[lane]
            left = abs(value) - less
            left = left if left > 0.0 else 0.0
            row[lane] = left if value > 0 else -left
    elif unit <= 0:
        kept = 1.0 - leak
        for lane in range(row.size):
            row[lane] *= kept
    elif math.frexp(unit)[0] == 0.5:  # a product is exactly the quotient, and far quicker
        _leak_steps(row, leak, rule, unit, 1.0 / unit)
    else:
        _leak_odd_steps(row, leak, rule, unit)


@njit(nogil=True, cache=True)
def _leak_steps(row: Any, leak: float, rule: int, unit: float, steps: float) -> None:
    """Leak in steps of a power of two, of which ``steps`` make 1."""
    if rule == SHIFT:  # an arithmetic shift rounds down, also below 0
        for lane in range(row.size):
            value = row[lane]
            lost = abs(_floor(value * leak * steps) * unit)
            left = abs(value) - (lost if lost > unit else unit)
            left = left if left > 0.0 else 0.0
            row[lane] = left if value > 0 else -left
    else:
        kept = 1.0 - leak
        for lane in range(row.size):
            value = row[lane]
            left = _floor(abs(value) * kept * steps) * unit
            row[lane] = left if value > 0 else -left


@njit(nogil=True, cache=True)
def _leak_odd_steps(row: Any, leak: float, rule: int, unit: float) -> None:
    """Leak in steps of any size."""
    for lane in range(row.size):
        value = row[lane]
        if rule == SHIFT:
            lost = abs(_floor(value * leak / unit) * unit)
            left = max(abs(value) - max(lost, unit), 0.0)
        else:
            left = _floor(abs(value) * (1.0 - leak) / unit) * unit
        row[lane] = left if value > 0 else -left


@njit(nogil=True, cache=True)
def _halving(leak: float, elapsed: int) -> float:
    """The share that Caspian leaves of a charge, of which what is left is rounded down.

    Caspian multiplies by 1024ths for the part of a half-life and shifts right for whole ones,
    and rounds down after each. Rounding twice is rounding once, as one divisor is whole.
    """
    if elapsed <= 0 or leak <= 0:
        return 1.0
    if leak >= 1:
        return 0.0
    tau = -1.0 / math.log2(1.0 - leak)
    if abs(tau - np.rint(tau)) < 1e-6:
        tau = np.rint(tau)
    whole = math.floor(elapsed / tau)
    part = elapsed - whole * tau
    of_1024 = np.rint(1024.0 * 2.0 ** (-part / tau)) if part > 0 else 1024.0
    return float(of_1024 / 1024.0 * 2.0**-whole)


@njit(nogil=True, cache=True)
def halving_table(leaks: Any, timesteps: int) -> Any:
    """Return ``(leaks, timesteps)``, what each leak leaves after each elapsed time."""
    table = np.empty((leaks.size, timesteps))
    for i in range(leaks.size):
        for elapsed in range(timesteps):
            table[i, elapsed] = _halving(leaks[i], elapsed)
    return table


@njit(nogil=True, cache=True)
def halve(
    row: Any,
    input_active: Any,
    marks: Any,
    now: int,
    leak: float,
    table: Any,
    unit: float,
    share: Any,
) -> None:
    """Leave what Caspian leaves of a charge that something arrives at again.

    Args:
        row: ``(lanes,)``, potentials.
        input_active: ``(lanes,)`` int32, timesteps in which something arrived last.
        marks: ``(lanes,)``, where something arrives.
        now: The timestep.
        leak: The leak, above 0.
        table: A row of :func:`halving_table`.
        unit: Step of potentials; 1 is meant where it is 0.
        share: ``(lanes,)``, room.
    """
    if now < table.size:
        for lane in range(row.size):
            share[lane] = table[np.uint64(now - input_active[lane])]
    else:
        for lane in range(row.size):
            share[lane] = _halving(leak, now - input_active[lane])
    if unit <= 0 or unit == 1:
        for lane in range(row.size):
            value = row[lane]
            left = _floor(abs(value) * share[lane])
            left = left if value > 0 else -left
            row[lane] = left if (marks[lane] != 0) & (input_active[lane] < now) else value
    else:
        for lane in range(row.size):
            value = row[lane]
            left = _floor(abs(value) / unit * share[lane]) * unit
            left = left if value > 0 else -left
            row[lane] = left if (marks[lane] != 0) & (input_active[lane] < now) else value


@njit(nogil=True, cache=True)
def hear(input_active: Any, marks: Any, now: int) -> None:
    """Note where something arrives."""
    time = np.int32(now)
    for lane in range(input_active.size):
        input_active[lane] = time if marks[lane] != 0 else input_active[lane]
