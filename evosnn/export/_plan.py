"""A network and its chip as the numbers that code and circuits are written from.

The bounds here are the proof that no sum in an export can overflow. A potential lies between
its floor and its threshold when a timestep begins; within the timestep it moves by at most
the sum of the charges that can arrive, in whatever order they are added.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export._fit import require_fit
from evosnn.network import Network
from evosnn.simulation._pack import firing_threshold

__all__ = ["HORIZON", "Arrival", "NeuronPlan", "Plan", "make_plan"]

HORIZON = 2**20
"""Timesteps after a reset within which a potential without a floor is exact."""


@dataclass(frozen=True)
class Arrival:
    """A synapse as its postsynaptic neuron sees it.

    Attributes:
        pre: Index of the presynaptic neuron.
        weight: Charge that it delivers; a whole number on an integer chip.
        delay: Timesteps from spike to delivery.
    """

    pre: int
    weight: float
    delay: int


@dataclass(frozen=True)
class NeuronPlan:
    """One neuron.

    Attributes:
        id: Its id in the network.
        threshold: Lowest potential at which it fires.
        leak: Share of its potential that it loses in a timestep.
        leak_shift: ``k`` where the share is ``2**-k``; none if it does not leak.
        input: Which input feeds it, if any.
        outputs: Which outputs it is.
        arrivals: Its synapses, by presynaptic neuron.
        reach: How long a spike of it must be remembered: its longest delay, or 0.
        rest: ``(lowest, highest)`` potential between timesteps.
        peak: ``(lowest, highest)`` value that a sum within a timestep, or the threshold
            that it is compared with, can have.
    """

    id: int
    threshold: float
    leak: float
    leak_shift: int | None
    input: int | None
    outputs: tuple[int, ...]
    arrivals: tuple[Arrival, ...]
    reach: int
    rest: tuple[float, float]
    peak: tuple[float, float]

    @property
    def needs_arrival(self) -> bool:
        """Whether its potential alone does not tell that something arrived."""
        return self.threshold <= 0


@dataclass(frozen=True)
class Plan:
    """A network ready to be written.

    Attributes:
        network: The network.
        chip: The rules.
        neurons: The neurons, in the network's order.
        floor: Lowest potential; far out of reach if the chip has none.
        charge: ``(least, largest)`` charge that an input takes in a timestep.
    """

    network: Network
    chip: Chip
    neurons: tuple[NeuronPlan, ...]
    floor: float
    charge: tuple[float, float]

    @property
    def peak(self) -> tuple[float, float]:
        """``(lowest, highest)`` value of any sum of any neuron."""
        return min(n.peak[0] for n in self.neurons), max(n.peak[1] for n in self.neurons)

    @property
    def longest_delay(self) -> int:
        """Longest delay of any synapse; 1 if there is none."""
        return int(self.network.delay.max(initial=1))


def make_plan(network: Network, chip: Chip, charge: tuple[float, float] | None = None) -> Plan:
    """Check that a network can be written and prove the ranges of its potentials.

    Args:
        network: The network.
        chip: The rules.
        charge: ``(least, largest)`` charge that an input takes in a timestep; plus and minus
            the chip's spike value if not given.

    Raises:
        ExportError: If the network does not fit the chip, has no inputs or no outputs, or
            the charge range does not hold 0.
    """
    require_fit(network, chip)
    for what, ports in (("inputs", network.inputs), ("outputs", network.outputs)):
        if not ports.size:
            raise ExportError(f"the network has no {what}; an export needs at least one")
    low, high = charge or (-abs(chip.spike_value), abs(chip.spike_value))
    if chip.integer:
        low, high = math.ceil(low), math.floor(high)
    if low > 0 or high < 0:
        raise ExportError(f"the charge range {low:g}..{high:g} does not hold 0")
    floor = _floor(network, chip, low)
    thresholds = firing_threshold(network.threshold, chip).tolist()
    leaks = network.leak.tolist()
    input_of = {neuron: i for i, neuron in enumerate(network.inputs.tolist())}
    outputs = network.outputs.tolist()
    arrivals: list[list[Arrival]] = [[] for _ in range(network.n_neurons)]
    reach = [0] * network.n_neurons
    for s in range(network.n_synapses):
        pre, delay = int(network.pre[s]), int(network.delay[s])
        arrivals[int(network.post[s])].append(Arrival(pre, float(network.weight[s]), delay))
        reach[pre] = max(reach[pre], delay)
    neurons = []
    for i, id_ in enumerate(network.ids.tolist()):
        weights = [a.weight for a in arrivals[i]]
        up = sum(w for w in weights if w > 0) + (high if i in input_of else 0)
        down = sum(w for w in weights if w < 0) + (low if i in input_of else 0)
        rest = _rest(thresholds[i], leaks[i], floor, up, down, chip.integer)
        neurons.append(
            NeuronPlan(
                id=id_,
                threshold=thresholds[i],
                leak=leaks[i],
                leak_shift=round(-math.log2(leaks[i])) if leaks[i] and chip.integer else None,
                input=input_of.get(i),
                outputs=tuple(o for o, neuron in enumerate(outputs) if neuron == i),
                arrivals=tuple(arrivals[i]),
                reach=reach[i],
                rest=rest,
                peak=(
                    min(rest[0] + down, thresholds[i]),
                    max(rest[1] + up, thresholds[i]),
                ),
            )
        )
    return Plan(network, chip, tuple(neurons), floor, (low, high))


def _floor(network: Network, chip: Chip, least_charge: float) -> float:
    """The chip's floor, or one that no potential can reach within the horizon."""
    if chip.neuron.min_potential is not None:
        return chip.neuron.min_potential
    down = np.bincount(
        network.post, weights=np.minimum(network.weight, 0.0), minlength=network.n_neurons
    )
    fed = np.zeros(network.n_neurons)
    fed[network.inputs] = least_charge
    return HORIZON * float(np.floor((down + fed).min(initial=0.0)))


def _rest(
    threshold: float, leak: float, floor: float, up: float, down: float, integer: bool
) -> tuple[float, float]:
    """``(lowest, highest)`` potential between timesteps.

    A neuron below its threshold has not fired. One that nothing raises stays at or below 0,
    one that nothing lowers at or above; one that leaks everything always starts from 0.
    """
    if leak == 1.0:
        return 0.0, 0.0
    unit = 1.0 if integer else 0.0
    return (floor if down < 0 else 0.0), (max(threshold - unit, 0.0) if up > 0 else 0.0)
