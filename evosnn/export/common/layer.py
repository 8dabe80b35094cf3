"""Rewrites a network as one layer of neurons with recurrence of one timestep.

Such a layer computes, in every timestep and for all neurons at once,

    v = keep * v + w_in @ charge + w_rec @ spikes_of_the_timestep_before
    spikes = v > 1;  v = 0 where it fired

which is EvoSNN's timestep if all neurons have the same leak. A synapse of delay ``d`` is fed by the
``d - 1``-th neuron of a chain of relays, each of which repeats the spikes before it one timestep
later; all synapses of a source share its chain. Weights are scaled so that thresholds are 1, half a
unit below the lowest potential that fires, so that no potential equals a threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import ExportError
from evosnn.export.common.plan import NeuronPlan, Plan

__all__ = ["LEAST_LEAK", "Layer", "make_layer", "run_layer"]

LEAST_LEAK = 2.0**-30
"""Leak in place of 0 where a tool has leaky neurons only."""

_MOST_NEURONS = 4096
_RELAY_WEIGHT = 2.0
_REAL_MARGIN = 1e-9


@dataclass(frozen=True, eq=False)
class Layer:
    """The layer. Its first neurons are the network's, in order; the others are relays.

    Attributes:
        w_in: ``(n, n_inputs)`` float64.
        w_rec: ``(n, n)`` float64, from column to row.
        leak: Share of its potential that every neuron loses in a timestep.
    """

    w_in: NDArray[np.float64]
    w_rec: NDArray[np.float64]
    leak: float

    @property
    def n(self) -> int:
        """Number of neurons, relays included."""
        return int(self.w_rec.shape[0])


def make_layer(plan: Plan, target: str) -> Layer:
    """Unroll a network's delays into relays.

    Args:
        plan: The network.
        target: Name of the tool, for error messages.

    Raises:
        ExportError: If leaks differ, a neuron fires on any arrival, or there are too many relays.
    """
    leak = _leak(plan, target)
    first_relay, n = [], len(plan.neurons)
    for neuron in plan.neurons:
        first_relay.append(n)
        n += max(neuron.reach - 1, 0)
    if n > _MOST_NEURONS:
        raise ExportError(
            f"with a relay for each timestep of delay the network has {n} neurons; {target} "
            f"takes {_MOST_NEURONS}: limit the delays (limits.delay in the campaign file)"
        )
    w_in, w_rec = np.zeros((n, plan.network.inputs.size)), np.zeros((n, n))
    for i, neuron in enumerate(plan.neurons):
        threshold = _threshold(neuron, plan, target)
        if neuron.input is not None:
            w_in[i, neuron.input] = 1.0 / threshold
        for a in neuron.arrivals:
            source = a.pre if a.delay == 1 else first_relay[a.pre] + a.delay - 2
            w_rec[i, source] = a.weight / threshold
        for k in range(max(neuron.reach - 1, 0)):
            w_rec[first_relay[i] + k, i if k == 0 else first_relay[i] + k - 1] = _RELAY_WEIGHT
    return Layer(w_in, w_rec, leak)


def _leak(plan: Plan, target: str) -> float:
    leaks = sorted({neuron.leak for neuron in plan.neurons})
    if len(leaks) > 1:
        listed = ", ".join(f"{leak:g}" for leak in leaks)
        raise ExportError(
            f"the network's neurons leak differently ({listed}); {target} takes one leak for all: "
            "evolve on a chip whose neurons leak alike"
        )
    return leaks[0]


def _threshold(neuron: NeuronPlan, plan: Plan, target: str) -> float:
    """Return the level that the potential must exceed to fire."""
    lowest = neuron.threshold
    if lowest <= 0 and not _lowered(neuron, plan) and plan.chip.integer:
        lowest = 1.0
    if lowest <= 0:
        raise ExportError(
            f"neuron {neuron.id} fires at potential {neuron.threshold:g}, which any arrival "
            f"reaches; {target} takes thresholds above 0: set neuron.threshold.min in the chip's "
            "file to 1"
        )
    return lowest - 0.5 if plan.chip.integer else lowest * (1 - _REAL_MARGIN)


def _lowered(neuron: NeuronPlan, plan: Plan) -> bool:
    fed = neuron.input is not None and plan.charge[0] < 0
    return fed or any(a.weight <= 0 for a in neuron.arrivals)


def run_layer(layer: Layer, charge: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Run a layer from rest.

    Args:
        layer: The layer.
        charge: ``(timesteps, n_inputs)`` or ``(timesteps, n_inputs, n_samples)`` float64, charge of
            each input.

    Returns:
        ``(timesteps, n)`` or ``(timesteps, n, n_samples)`` bool, the spikes.
    """
    shape = (layer.n, *charge.shape[2:])
    spikes = np.zeros((len(charge), *shape), np.bool_)
    potential, before = np.zeros(shape), np.zeros(shape)
    for t, fed in enumerate(charge):
        potential = (1.0 - layer.leak) * potential + layer.w_in @ fed + layer.w_rec @ before
        spikes[t] = potential > 1.0
        potential[spikes[t]] = 0.0
        before = spikes[t].astype(np.float64)
    return spikes
