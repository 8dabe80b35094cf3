"""The search space: values and sizes of the networks that a chip holds."""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.random import Generator

from evosnn.chips import Chip
from evosnn.evolution._editable_network import EditableNetwork

__all__ = ["SearchSpace", "pick", "search_space"]


def pick(rng: Generator, n: int) -> int:
    """Return a uniform random integer in 0..n-1 (a scalar faster than ``rng.integers``)."""
    return int(rng.random() * n)


@dataclass(frozen=True)
class Scale:
    """The range of one parameter.

    Attributes:
        low: Smallest value.
        high: Largest value.
        whole: Whether values are integers.
    """

    low: float
    high: float
    whole: bool

    def draw(self, rng: Generator) -> float:
        """Return a uniform random value."""
        if self.whole:
            return self.low + pick(rng, int(self.high - self.low) + 1)
        return self.low + rng.random() * (self.high - self.low)

    def step(self, value: float, rng: Generator) -> float:
        """Return a value near ``value``; the distance is log-uniform below half of the range."""
        span = self.high - self.low
        size = span * math.exp(-5.0 * rng.random()) * (0.5 if rng.random() < 0.5 else -0.5)
        return self.moved(value, size)

    def moved(self, value: float, size: float) -> float:
        """Return ``value`` moved by ``size`` (integers by at least 1), within the range.

        A move beyond an end stops there; one that starts at the end goes the other way.
        """
        if self.whole:
            size = math.copysign(max(round(abs(size)), 1), size)
        moved = value + size
        if moved < self.low:
            return self.low if value > self.low else min(self.low + abs(size), self.high)
        if moved > self.high:
            return self.high if value < self.high else max(self.high - abs(size), self.low)
        return moved


@dataclass(frozen=True)
class SearchSpace:
    """Values and sizes of the networks that variation builds.

    Attributes:
        weight: Weights; no synapse has weight 0.
        delay: Synaptic delays, in timesteps.
        threshold: Firing thresholds. Those not above 0 are left out: such a neuron fires on any
            arrival, and simulators and hardware disagree about it. So are those above eight times
            the largest weight: such a neuron hardly ever fires.
        leaks: Leaks of the chip's neurons.
        max_neurons: Most neurons, inputs and outputs included.
        max_synapses: Most synapses.
        max_fan_in: Most synapses into a neuron.
        max_fan_out: Most synapses out of a neuron.
    """

    weight: Scale
    delay: Scale
    threshold: Scale
    leaks: tuple[float, ...]
    max_neurons: float
    max_synapses: float
    max_fan_in: float
    max_fan_out: float

    def draw_weight(self, rng: Generator) -> float:
        """Return a random weight other than 0."""
        while True:
            weight = self.weight.draw(rng)
            if weight:
                return weight

    def draw_neuron(self, rng: Generator) -> tuple[float, float]:
        """Return a random threshold and leak."""
        return self.threshold.draw(rng), self.leaks[pick(rng, len(self.leaks))]

    def draw_synapse(self, rng: Generator) -> tuple[float, int]:
        """Return a random weight and delay; half of all delays are the shortest."""
        delay = self.delay.low if rng.random() < 0.5 else self.delay.draw(rng)
        return self.draw_weight(rng), int(delay)

    def holds(self, draft: EditableNetwork) -> bool:
        """Whether the numbers of neurons and synapses, fan-in and fan-out of a draft fit."""
        if len(draft.synapses) > self.max_synapses or len(draft.neurons) > self.max_neurons:
            return False
        if math.isinf(self.max_fan_in) and math.isinf(self.max_fan_out):
            return True
        fan_in: dict[int, int] = {}
        fan_out: dict[int, int] = {}
        for a, b in draft.synapses:
            fan_in[b] = fan_in.get(b, 0) + 1
            fan_out[a] = fan_out.get(a, 0) + 1
        return (
            max(fan_in.values(), default=0) <= self.max_fan_in
            and max(fan_out.values(), default=0) <= self.max_fan_out
        )


def search_space(
    chip: Chip,
    timesteps: int,
    *,
    max_delay: int | None = None,
    max_neurons: int | None = None,
    max_synapses: int | None = None,
) -> SearchSpace:
    """Return the search space of a chip.

    Args:
        chip: The chip.
        timesteps: Length of the window, in timesteps.
        max_delay: Longest delay, in timesteps, if the chip has it; half the window if not given.
        max_neurons: Most neurons, if fewer than the chip holds.
        max_synapses: Most synapses, if fewer than the chip holds.
    """
    longest = min(chip.synapse.delay.max, max_delay or max(timesteps // 2, 1))
    least = 1.0 if chip.integer else (chip.neuron.threshold.max / 1000)

    largest = max(abs(chip.synapse.weight.min), abs(chip.synapse.weight.max), least)
    highest = min(chip.neuron.threshold.max, 8 * largest)

    def fewer(a: int | None, b: int | None) -> float:
        return min(a if a is not None else math.inf, b if b is not None else math.inf)

    return SearchSpace(
        weight=Scale(chip.synapse.weight.min, chip.synapse.weight.max, chip.integer),
        delay=Scale(chip.synapse.delay.min, max(longest, chip.synapse.delay.min), True),
        threshold=Scale(max(chip.neuron.threshold.min, least), highest, chip.integer),
        leaks=chip.neuron.leak,
        max_neurons=fewer(chip.limits.neurons, max_neurons),
        max_synapses=fewer(chip.limits.synapses, max_synapses),
        max_fan_in=fewer(chip.limits.fan_in, None),
        max_fan_out=fewer(chip.limits.fan_out, None),
    )
