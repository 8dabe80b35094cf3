"""What an inference costs, from what the network did and what its chip publishes.

The definitions of footprint, sparsity and synaptic operations are NeuroBench's (Yik et al.,
"The NeuroBench framework for benchmarking neuromorphic computing algorithms and systems",
Nature Communications, 2025, arXiv 2304.04640), save that memory is counted in the bits that a
chip needs. Energies are sums of published figures per event, not measurements.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evosnn.assessment._bench import Bench
from evosnn.chips import Chip, Cost
from evosnn.hardware import weight_code
from evosnn.network import Network
from evosnn.simulation import NEVER, Session

__all__ = ["Costs", "energy_of", "footprint_bytes", "measure_costs", "measure_latency"]

_PICOJOULES = {"fJ": 1e-3, "pJ": 1.0, "nJ": 1e3, "uJ": 1e6}


@dataclass(frozen=True)
class Costs:
    """Costs of one network on the chip as drawn, mean of an inference unless said otherwise.

    Attributes:
        spikes: Spikes of all neurons.
        synaptic_operations: Deliveries within the window by synapses of any weight.
        effective_synaptic_operations: Of these, by synapses whose weight is not 0
            (accumulates; there are no multiplications).
        neuron_updates: Neurons in use times timesteps, as a clocked chip spends them.
        latency_timesteps: Timesteps until the answer is known: up to and including the first
            output spike if that decides (the whole window if none comes), else the window.
        footprint_bytes: Memory for weights, delays, thresholds, leaks, potentials and currents,
            each in as many whole bits as the chip's ranges need, without routing tables.
        connection_sparsity: Share of all possible synapses between neurons in use that are
            absent or 0.
        activation_sparsity: Share of neurons and timesteps without a spike.
        energy_pj: Estimated energy in pJ; none if the chip publishes no figure.
        energy_parts: What each published figure contributes, in pJ.
        sources: Source of each of these figures.
        verified: Whether all of these figures were read at their source.
    """

    spikes: float
    synaptic_operations: float
    effective_synaptic_operations: float
    neuron_updates: float
    latency_timesteps: float
    footprint_bytes: float
    connection_sparsity: float
    activation_sparsity: float
    energy_pj: float | None
    energy_parts: dict[str, float]
    sources: dict[str, str]
    verified: bool


def measure_costs(network: Network, bench: Bench) -> Costs:
    """Measure what a network costs on the samples of a bench.

    Raises:
        NetworkError: If the network does not have the task's inputs and outputs.
    """
    bench.check(network)
    fired = _spikes(network, bench)
    timesteps, n_samples = fired.shape[0], fired.shape[2]
    # A delivery falls within the window if its spike does, and its delay after that.
    before = np.cumsum(fired.sum(axis=2), axis=0) / n_samples
    last = timesteps - 1 - network.delay
    delivered = np.where(last >= 0, before[np.maximum(last, 0), network.pre], 0.0)
    spikes = float(before[-1].sum())
    n = network.n_used
    events = {
        "spike": spikes,
        "synaptic_event": float(delivered.sum()),
        "neuron_update": float(n * timesteps),
        "timestep": float(timesteps),
    }
    parts, used = energy_of(bench.chip, *events.values())
    return Costs(
        spikes=spikes,
        synaptic_operations=events["synaptic_event"],
        effective_synaptic_operations=float(delivered[network.weight != 0].sum()),
        neuron_updates=events["neuron_update"],
        latency_timesteps=measure_latency(network, bench),
        footprint_bytes=footprint_bytes(n, network.n_synapses, bench.chip),
        connection_sparsity=1.0 - int((network.weight != 0).sum()) / max(n * n, 1),
        activation_sparsity=1.0 - spikes / max(network.n_neurons * timesteps, 1),
        energy_pj=sum(parts.values()) if parts else None,
        energy_parts=parts,
        sources={name: figure.source for name, figure in used.items()},
        verified=all(figure.verified for figure in used.values()),
    )


def _spikes(network: Network, bench: Bench) -> NDArray[np.bool_]:
    """``(timesteps, n_neurons, n_samples)``, all spikes on the chip as drawn."""
    stimulus = bench.samples.stimulus
    session = Session(network, bench.chip, stimulus.n_samples)
    event = None if stimulus.event is None else stimulus.event[:, :, None]
    spikes = session.run(stimulus.charge[:, :, None], event, record=True).spikes
    assert spikes is not None
    return spikes[:, :, 0]


def measure_latency(network: Network, bench: Bench) -> float:
    """Return the timesteps until the answer is known, mean; see :class:`Costs`."""
    window = bench.task.timesteps
    if bench.task.decoder.kind != "first-spike":
        return float(window)
    first = bench.respond(network).first[0, :, 0].min(axis=0)
    return float(np.where(first == NEVER, window, first + 1.0).mean())


def energy_of(
    chip: Chip, spikes: float, deliveries: float, updates: float, timesteps: float
) -> tuple[dict[str, float], dict[str, Cost]]:
    """Return what each of a chip's published figures contributes, in pJ, and the figures.

    Args:
        chip: The chip.
        spikes: Spikes of all neurons.
        deliveries: Synaptic deliveries.
        updates: Updates of neurons.
        timesteps: Timesteps.
    """
    events = {
        "spike": spikes,
        "synaptic_event": deliveries,
        "neuron_update": updates,
        "timestep": timesteps,
    }
    used = {
        name: figure
        for name, figure in chip.costs.items()
        if name in events and figure.unit in _PICOJOULES
    }
    parts = {
        name: events[name] * figure.value * _PICOJOULES[figure.unit]
        for name, figure in used.items()
    }
    return parts, used


def footprint_bytes(n_neurons: int, n_synapses: int, chip: Chip) -> float:
    """Return the memory that so large a network takes on a chip; see :class:`Costs`."""
    weight, threshold, floor = chip.synapse.weight, chip.neuron.threshold, chip.neuron.min_potential

    def bits(low: float, high: float) -> int:
        return weight_code(low, high, integer=True, sign="twos-complement").bits

    delay = max(int(chip.synapse.delay.max - chip.synapse.delay.min).bit_length(), 0)
    leak = (len(chip.neuron.leak) - 1).bit_length()
    if chip.integer:
        synapse = bits(weight.min, weight.max) + delay
        # Between timesteps a potential lies between its floor and its threshold.
        least = floor if floor is not None else -threshold.max
        steps = 1.0 / (chip.resolution or 1.0)
        state = bits(least * steps, threshold.max * steps)
        currents = chip.synapse.current_leak not in (None, 1.0)
        neuron = bits(threshold.min, threshold.max) + state * (1 + currents) + leak
    else:
        synapse, neuron = 32 + delay, 64 + leak
    return (n_synapses * synapse + n_neurons * neuron) / 8
