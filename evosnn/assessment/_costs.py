"""Estimates energy, latency and memory of an inference from spikes and published figures.

The definitions of footprint, sparsity and synaptic operations are NeuroBench's (Yik et al.,
"The NeuroBench framework for benchmarking neuromorphic computing algorithms and systems",
Nature Communications, 2025, arXiv 2304.04640), save that memory is counted in the bits that a
chip needs. Energies are sums of published figures per event, not measurements.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evosnn.assessment._area import estimate_area, is_circuit
from evosnn.chips import PICOJOULES, Chip, Cost
from evosnn.evaluation import AnyTrial, ControlTrial, Trial
from evosnn.hardware import weight_code
from evosnn.network import Network
from evosnn.simulation import NEVER, Session

__all__ = [
    "Costs",
    "energy_of",
    "footprint_bytes",
    "measure_costs",
    "measure_latency",
    "memory_access_bytes",
]


@dataclass(frozen=True)
class Costs:
    """Costs of one network on the nominal chip, mean of an inference unless said otherwise.

    In closed loop an inference is one window, from a look at the environment to an action.

    Attributes:
        spikes: Spikes of all neurons in use (outputs, and those that have a synapse).
        synaptic_operations: Deliveries within the window by synapses of any weight; in closed
            loop, where windows follow each other, all that are sent off.
        effective_synaptic_operations: Of these, by synapses whose weight is not 0
            (accumulates; there are no multiplications).
        neuron_updates: Neurons in use times timesteps, as a clocked chip spends them.
        latency_timesteps: Timesteps until the answer is known: up to and including the first
            output spike if that decides (the whole window if none comes), else the window.
        memory_access_bytes: Memory read and written: the weight and delay of every delivery, and
            in every neuron update threshold and leak read, potential and current read and written.
        area_cells: Estimated logic cells of a circuit on an iCE40; none for a chip by whose rules
            none is built.
        footprint_bytes: Memory for weights, delays, thresholds, leaks, potentials and currents,
            each in as many whole bits as the chip's ranges need, without routing tables.
        connection_sparsity: Share of all possible synapses between neurons in use that are
            absent or 0.
        activation_sparsity: Share of neurons in use and timesteps without a spike; in closed
            loop, where a neuron may fire several times in one, at least so much.
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
    memory_access_bytes: float
    area_cells: float | None
    footprint_bytes: float
    connection_sparsity: float
    activation_sparsity: float
    energy_pj: float | None
    energy_parts: dict[str, float]
    sources: dict[str, str]
    verified: bool


def measure_costs(network: Network, trial: AnyTrial) -> Costs:
    """Measure what a network costs on the samples (or episodes) of a trial.

    Raises:
        NetworkError: If the network does not have the task's inputs and outputs.
    """
    trial.check(network)
    timesteps, n = trial.task.timesteps, network.n_used
    if isinstance(trial, ControlTrial):
        spikes, delivered, effective = _in_loop(network, trial)
        active = spikes
    else:
        fired = _spikes(network, trial)
        spikes, delivered, effective = _on_samples(network, fired)
        active = float((fired > 0).sum()) / fired.shape[2]
    updates = float(n * timesteps)
    parts, used = energy_of(trial.chip, spikes, delivered, updates, float(timesteps))
    return Costs(
        spikes=spikes,
        synaptic_operations=delivered,
        effective_synaptic_operations=effective,
        neuron_updates=updates,
        latency_timesteps=measure_latency(network, trial),
        memory_access_bytes=memory_access_bytes(delivered, updates, trial.chip),
        area_cells=estimate_area(network, trial.chip) if is_circuit(trial.chip) else None,
        footprint_bytes=footprint_bytes(n, network.n_synapses, trial.chip),
        connection_sparsity=1.0 - int((network.weight != 0).sum()) / max(n * n, 1),
        activation_sparsity=max(0.0, 1.0 - active / max(n * timesteps, 1)),
        energy_pj=sum(parts.values()) if parts else None,
        energy_parts=parts,
        sources={name: figure.source for name, figure in used.items()},
        verified=all(figure.verified for figure in used.values()),
    )


def _on_samples(
    network: Network, fired: NDArray[np.bool_ | np.uint8]
) -> tuple[float, float, float]:
    """Spikes, deliveries, and deliveries of weights that are not 0, mean of a sample."""
    timesteps, n_samples = fired.shape[0], fired.shape[2]
    # A delivery falls within the window if its spike does, and its delay after that.
    before = np.cumsum(fired.sum(axis=2), axis=0) / n_samples
    last = timesteps - 1 - network.delay
    delivered = np.where(last >= 0, before[np.maximum(last, 0), network.pre], 0.0)
    works = network.weight != 0
    return float(before[-1].sum()), float(delivered.sum()), float(delivered[works].sum())


def _in_loop(network: Network, trial: ControlTrial) -> tuple[float, float, float]:
    """The same in closed loop, mean of a window."""
    found = trial.run_episodes(network)
    spikes, delivered = float(found.spikes[0]), float(found.deliveries[0])
    idle = network.pre[network.weight == 0]
    if not idle.size:
        return spikes, delivered, delivered
    # Deliveries of weight-0 synapses are counted with extra copies of them, to neurons without
    # outgoing synapses.
    rank = np.array([int((idle[:k] == pre).sum()) for k, pre in enumerate(idle)])
    spare = int(rank.max()) + 1
    first = int(network.ids.max()) + 1
    ids = network.ids.tolist()
    more = Network.create(
        threshold=[*network.threshold.tolist(), *[1.0] * spare],
        leak=[*network.leak.tolist(), *[0.0] * spare],
        ids=[*ids, *range(first, first + spare)],
        inputs=network.ids[network.inputs].tolist(),
        outputs=network.ids[network.outputs].tolist(),
        synapses=[
            *_synapses(network),
            *((ids[pre], first + k, 0.0, 1) for pre, k in zip(idle, rank.tolist(), strict=True)),
        ],
    )
    extra = float(trial.run_episodes(more).deliveries[0]) - delivered
    return spikes, delivered, delivered - extra


def _synapses(network: Network) -> list[tuple[int, int, float, int]]:
    ids = network.ids.tolist()
    ends = zip(network.pre.tolist(), network.post.tolist(), strict=True)
    return [
        (ids[a], ids[b], w, d)
        for (a, b), w, d in zip(ends, network.weight.tolist(), network.delay.tolist(), strict=True)
    ]


def _spikes(network: Network, trial: Trial) -> NDArray[np.bool_ | np.uint8]:
    """``(timesteps, n_neurons, n_samples)``, spikes of neurons in use on the nominal chip."""
    stimulus = trial.samples.stimulus
    session = Session(network, trial.chip, stimulus.n_samples)
    event = None if stimulus.event is None else stimulus.event[:, :, None]
    spikes = session.run(stimulus.charge[:, :, None], event, record=True).spikes
    assert spikes is not None
    return spikes[:, :, 0] * network.used[:, None]


def measure_latency(network: Network, trial: AnyTrial) -> float:
    """Return the timesteps until the answer is known, mean; see :class:`Costs`."""
    window = trial.task.timesteps
    if isinstance(trial, ControlTrial) or not trial.task.decoder.answers_early:
        return float(window)
    first = trial.respond(network).first[0, :, 0].min(axis=0)
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
        "memory_byte": memory_access_bytes(deliveries, updates, chip),
    }
    used = {name: figure for name, figure in chip.costs.items() if name in events}
    parts = {
        name: events[name] * figure.value * PICOJOULES[figure.unit] for name, figure in used.items()
    }
    return parts, used


def memory_access_bytes(deliveries: float, updates: float, chip: Chip) -> float:
    """Return the memory that deliveries and neuron updates read and write; see :class:`Costs`."""
    synapse, fixed, state = _bits_of(chip)
    return (deliveries * synapse + updates * (fixed + 2 * state)) / 8


def footprint_bytes(n_neurons: int, n_synapses: int, chip: Chip) -> float:
    """Return the memory that so large a network takes on a chip; see :class:`Costs`."""
    synapse, fixed, state = _bits_of(chip)
    return (n_synapses * synapse + n_neurons * (fixed + state)) / 8


def _bits_of(chip: Chip) -> tuple[int, int, int]:
    """Bits of a synapse, and of a neuron those that stay and those that change."""
    weight, threshold, floor = chip.synapse.weight, chip.neuron.threshold, chip.neuron.min_potential

    def bits(low: float, high: float) -> int:
        return weight_code(low, high, integer=True, sign="twos-complement").bits

    delay = max(int(chip.synapse.delay.max - chip.synapse.delay.min).bit_length(), 0)
    leak = (len(chip.neuron.leak) - 1).bit_length()
    if not chip.integer:
        return 32 + delay, 32 + leak, 32
    # Between timesteps a potential lies between its floor and its threshold.
    least = floor if floor is not None else -threshold.max
    steps = 1.0 / (chip.resolution or 1.0)
    currents = chip.synapse.current_leak not in (None, 1.0)
    return (
        bits(weight.min, weight.max) + delay,
        bits(threshold.min, threshold.max) + leak,
        bits(least * steps, threshold.max * steps) * (1 + currents),
    )
