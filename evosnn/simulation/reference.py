"""The timestep, written down: one network, one lane, as plainly as it can be said.

This is the definition. The vector kernel, the C and the hardware description are tested
against it, and it against recorded runs of the RISP simulator.

In timestep ``t``, for each neuron:

1. The charges that arrive in ``t`` are added to its potential: its input's charge of ``t``,
   and the weight of every synapse whose presynaptic neuron fired in ``t - delay``.
2. If something arrived and the potential has reached the firing threshold, the neuron fires
   and its potential becomes 0.
3. The potential is raised to the floor if it lies below.
4. The neuron leaks: it loses the share ``leak`` of its potential. In integer arithmetic what
   is left is rounded towards zero.

These are RISP's rules (TENNLab-UTK/framework-open, markdown/risp.md), where leak is 0 or 1;
a leak in between is EvoSNN's generalisation. On a chip that fires only *above* a threshold,
the threshold is one unit higher (integer), or 1e-7 (float), as RISP has it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.hardware import FIRES_ALWAYS, FIRES_NEVER, Instances
from evosnn.network import Network
from evosnn.simulation._data import Stimulus
from evosnn.simulation._pack import firing_threshold

__all__ = ["ReferenceRun", "run_reference"]


@dataclass
class ReferenceRun:
    """What every neuron did.

    Attributes:
        spikes: ``(timesteps, n_neurons)`` bool.
        potential: ``(timesteps, n_neurons)`` float64, after each timestep.
        deliveries: Number of charges delivered by synapses.
    """

    spikes: NDArray[np.bool_]
    potential: NDArray[np.float64]
    deliveries: int = field(default=0)


def run_reference(
    network: Network,
    stimulus: Stimulus,
    chip: Chip,
    *,
    sample: int = 0,
    instances: Instances | None = None,
    instance: int = 0,
    resolution: float | None = None,
) -> ReferenceRun:
    """Run one network from rest on one sample, one number at a time.

    Args:
        network: The network.
        stimulus: What the samples feed to the inputs.
        chip: The rules.
        sample: Which sample.
        instances: This one network's parameters on chip instances, if not as drawn.
        instance: Which chip instance.
        resolution: The unit that leaks are rounded to; 1 on an integer chip, none (0) on a
            float chip, if not given.
    """
    weight = network.weight if instances is None else instances.weight[instance]
    threshold = network.threshold if instances is None else instances.threshold[instance]
    threshold = firing_threshold(threshold, chip)
    firing = [0] * network.n_neurons if instances is None else instances.firing[instance].tolist()
    floor = -math.inf if chip.neuron.min_potential is None else chip.neuron.min_potential
    unit = (1.0 if chip.integer else 0.0) if resolution is None else resolution
    input_of = {neuron: i for i, neuron in enumerate(network.inputs.tolist())}
    into: list[list[int]] = [[] for _ in range(network.n_neurons)]
    for s, post in enumerate(network.post.tolist()):
        into[post].append(s)
    charge = stimulus.charge[:, :, sample]
    event = charge != 0 if stimulus.event is None else stimulus.event[:, :, sample]
    potential = [0.0] * network.n_neurons
    run = ReferenceRun(
        np.zeros((stimulus.timesteps, network.n_neurons), np.bool_),
        np.zeros((stimulus.timesteps, network.n_neurons)),
    )
    for t in range(stimulus.timesteps):
        for i in range(network.n_neurons):
            arrived = False
            if i in input_of and event[t, input_of[i]]:
                potential[i] += float(charge[t, input_of[i]])
                arrived = True
            for s in into[i]:
                sent = t - int(network.delay[s])
                if sent >= 0 and run.spikes[sent, network.pre[s]]:
                    potential[i] += float(weight[s])
                    arrived = True
                    run.deliveries += 1
            fires = arrived and potential[i] >= threshold[i]
            if firing[i] == FIRES_NEVER:
                fires = False
            if firing[i] == FIRES_ALWAYS:
                fires = True
            if fires:
                potential[i] = 0.0
            run.spikes[t, i] = fires
            potential[i] = max(potential[i], floor)
            potential[i] = _leaked(potential[i], float(network.leak[i]), unit)
            run.potential[t, i] = potential[i]
    return run


def _leaked(potential: float, leak: float, unit: float) -> float:
    left = potential * (1.0 - leak)
    return math.trunc(left / unit) * unit if unit and leak else left
