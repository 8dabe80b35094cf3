"""The arrays of the general kernel: a chip's rules, networks' values, lanes' state."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["GeneralFeed", "GeneralSpikes", "Net", "Room", "Rules", "State", "Values"]


class Rules(NamedTuple):
    """A chip's rules as the kernel reads them; see :class:`~evosnn.chips.NeuronModel`."""

    floor: float
    ceiling: float
    leak_rule: int
    leak_unit: float
    leak_first: bool
    needs_arrival: bool
    subtracts: bool
    above: float  # how far above its threshold a neuron fires
    refractory: int
    most_spikes: int
    most_output_spikes: int
    several: bool  # whether either is more than 1
    current: bool
    current_leak: float
    current_leak_first: bool
    min_current: float
    max_current: float
    bounded: bool  # whether either is finite


class Values(NamedTuple):
    """What networks are on each chip instance, from each of some timesteps on.

    Attributes:
        begin: ``(phases,)`` int64, timesteps at which phases begin; the first is 0.
        weight: ``(phases, instances, all synapses)`` float64.
        delay: Same shape, int64.
        threshold: ``(phases, instances, all neurons)`` float64, where neurons fire.
        leak: Same shape, float64.
        firing: Same shape, int8.
        broken: Same shape, uint8.
        unit: ``(instances, networks)`` float64, step of potentials; 0 if continuous.
        adc: ``(instances, 2)`` float64, step and largest magnitude of what a neuron's synapses
            deliver in a timestep; a step of 0 for exactly.
        sigma: ``(instances,)`` float64, standard deviation of the noise on a delivery.
        chip: ``(instances,)`` int64, number of each instance in its draws.
        key: ``(instances, 2)`` uint32, stream of each instance's draws.
        halving: ``(leaks, timesteps)`` float64, what each different leak leaves after some time
            under Caspian's rule; empty under others.
        halves: ``(phases, instances, all neurons)`` int64, which of them is a neuron's.
    """

    begin: NDArray[np.int64]
    weight: NDArray[np.float64]
    delay: NDArray[np.int64]
    threshold: NDArray[np.float64]
    leak: NDArray[np.float64]
    firing: NDArray[np.int8]
    broken: NDArray[np.uint8]
    unit: NDArray[np.float64]
    adc: NDArray[np.float64]
    sigma: NDArray[np.float64]
    chip: NDArray[np.int64]
    key: NDArray[np.uint32]
    halving: NDArray[np.float64]
    halves: NDArray[np.int64]


class State(NamedTuple):
    """What lanes remember; the last axis is lanes, the one before neurons."""

    potential: NDArray[np.float64]
    current: NDArray[np.float64]
    rest: NDArray[np.int64]  # refractory timesteps left
    input_active: NDArray[np.int32]  # timestep in which charge last arrived


class Net(NamedTuple):
    """One network, its synapses in the order of the neurons that they lead to.

    ``into`` and ``pre`` say which synapse of the population each is and which neuron of the
    network it leads from; those into neuron ``i`` stand from ``begin[i]`` on. ``input_of`` is
    the input that feeds a neuron, or -1; ``most`` is how often a neuron fires in a timestep at
    most.
    """

    network: int
    first: int
    begin: NDArray[np.int64]
    into: NDArray[np.int64]
    pre: NDArray[np.int64]
    input_of: NDArray[np.int64]
    most: NDArray[np.int64]


class GeneralFeed(NamedTuple):
    """What comes from outside in one block.

    ``charge`` is ``(timesteps, inputs, lanes)``, 0 where no spike arrives; ``event`` has the
    same shape, uint8; ``row_has_spike`` is ``(timesteps, inputs)``, whether any spike arrives.
    Timestep 0 is timestep ``at`` since the lanes' start, lane 0 is sample ``sample``.
    """

    charge: NDArray[np.float64]
    event: NDArray[np.uint8]
    row_has_spike: NDArray[np.bool_]
    at: int
    sample: int


class GeneralSpikes(NamedTuple):
    """How often who fired: ``(past + timesteps, neurons, lanes)`` uint8; ``totals`` over lanes.

    A row in whose lanes nobody fired need not be written.
    """

    fired: NDArray[np.uint8]
    totals: NDArray[np.int64]
    past: int


class Room(NamedTuple):
    """Room for work on one neuron, and which neurons are at rest in all lanes."""

    marks: NDArray[np.uint8]
    may: NDArray[np.uint8]
    always: NDArray[np.uint8]
    before: NDArray[np.float64]
    read: NDArray[np.float64]
    share: NDArray[np.float64]
    due: NDArray[np.int64]  # synapse and row of spikes of each arrival
    calm: NDArray[np.bool_]
