"""Objectives that are computed for a trial: a task, a chip and the samples of the search.

Each function takes the trial and returns the objective's value function, and for one to minimise a
value that no useful network exceeds. A figure that takes simulations is computed once for
each network and cached.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from evosnn.errors import SpecError
from evosnn.evolution.objectives.base import Objective, Probe, Value
from evosnn.evolution.objectives.usual_size import usual_size

if TYPE_CHECKING:
    from evosnn.evaluation import Measurement, Trial
    from evosnn.network import Network

__all__ = [
    "ACTIVATION_SPARSITY",
    "AREA",
    "CERTIFIED",
    "DEAD_SYNAPSE_WORST",
    "ENERGY",
    "FOOTPRINT",
    "LATENCY",
    "MEMORY_ACCESS",
    "SINGLE_FAULT_WORST",
]

_CELLS = 64.0  # logic cells a synapse, more than any useful network takes
_CACHED = 2**14  # networks


def _cached(figure: Callable[[Network], float]) -> Value:
    """Return a value function that computes the figure of each network once."""
    cached = lru_cache(maxsize=_CACHED)(figure)
    return lambda network, _: cached(network)


def worst_single_fault(trial: Trial) -> Probe:
    """Bind the lowest accuracy under any single fault (:func:`~evosnn.assessment.try_faults`)."""
    from evosnn.assessment import try_faults

    return _cached(lambda network: try_faults(network, trial).worst), 0.0


def worst_dead_synapse(trial: Trial) -> Probe:
    """Bind the lowest score with any single synapse dead, on all samples of the search."""
    from evosnn.evolution.objectives.dead_synapses import dead_synapse_scores

    def worst(network: Network) -> float:
        scores = dead_synapse_scores(network, trial) if network.n_synapses else [0.0]
        return float(min(scores))

    return _cached(worst), 0.0


def certified(trial: Trial) -> Probe:
    """Bind the mean relative weight error below which a sample's right answer is certain.

    A sample that is answered wrong counts 0, one whose answer holds at errors of 100 % counts 1.
    """
    from evosnn.assessment import certify

    def mean(network: Network) -> float:
        found = certify(network, trial)
        return float((found.decisions * found.right).mean())

    return _cached(mean), 0.0


def latency(trial: Trial) -> Probe:
    """Bind the mean timesteps until the answer is known; see :class:`~evosnn.assessment.Costs`."""
    from evosnn.assessment import measure_latency

    return _cached(lambda network: measure_latency(network, trial)), float(trial.task.timesteps)


def footprint(trial: Trial) -> Probe:
    """Bind the memory in bytes; see :class:`~evosnn.assessment.Costs`."""
    from evosnn.assessment import footprint_bytes

    chip = trial.chip
    worst = footprint_bytes(*usual_size(trial.task.n_inputs, trial.task.n_outputs), chip)
    return lambda network, _: footprint_bytes(network.n_used, network.n_synapses, chip), worst


def energy(trial: Trial) -> Probe:
    """Bind the estimated energy of an inference in pJ, mean over the record's chips.

    Raises:
        SpecError: If the chip publishes no energy per event.
    """
    from evosnn.assessment import energy_of

    chip, timesteps = trial.chip, trial.task.timesteps
    if not energy_of(chip, 1.0, 1.0, 1.0, 1.0)[0]:
        raise SpecError(
            f"objective 'energy' needs a chip that publishes an energy; chip '{chip.name}' does "
            "not: a chip file of yours says it under [costs], as 'evosnn chips loihi-1 --toml' does"
        )

    def value(network: Network, record: Measurement) -> float:
        updates = float(network.n_used * timesteps)
        parts = energy_of(chip, record.spikes, record.deliveries, updates, float(timesteps))[0]
        return sum(parts.values())

    neurons, synapses = usual_size(trial.task.n_inputs, trial.task.n_outputs)
    most = (float(neurons * timesteps), float(synapses * timesteps), float(neurons * timesteps))
    return value, sum(energy_of(chip, *most, float(timesteps))[0].values())


def memory_access(trial: Trial) -> Probe:
    """Bind the bytes that an inference accesses; see :class:`~evosnn.assessment.Costs`."""
    from evosnn.assessment import memory_access_bytes

    chip, timesteps = trial.chip, trial.task.timesteps

    def value(network: Network, record: Measurement) -> float:
        return memory_access_bytes(record.deliveries, float(network.n_used * timesteps), chip)

    neurons, synapses = usual_size(trial.task.n_inputs, trial.task.n_outputs)
    most = float(synapses * timesteps), float(neurons * timesteps)
    return value, memory_access_bytes(*most, chip)


def activation_sparsity(trial: Trial) -> Probe:
    """Bind the share of used neurons and timesteps without a spike, mean over the record's chips.

    On a chip whose neurons may fire several times in a timestep it is a lower bound, at least 0.
    """
    timesteps = trial.task.timesteps

    def value(network: Network, m: Measurement) -> float:
        return max(0.0, 1.0 - m.spikes / max(network.n_used * timesteps, 1))

    return value, 0.0


def area(trial: Trial) -> Probe:
    """Bind the estimated logic cells of an iCE40; see :func:`~evosnn.assessment.estimate_area`.

    Raises:
        SpecError: If the chip computes with real numbers.
    """
    from evosnn.assessment import estimate_area, require_circuit

    chip = trial.chip
    require_circuit(chip)
    synapses = usual_size(trial.task.n_inputs, trial.task.n_outputs)[1]
    return _cached(lambda network: estimate_area(network, chip)), _CELLS * synapses


SINGLE_FAULT_WORST = Objective(
    "single-fault-worst",
    label="accuracy under the worst single fault",
    unit="share of samples",
    maximise=True,
    worst=0.0,
    probe=worst_single_fault,
    is_score=True,
    needs_samples=True,
)
DEAD_SYNAPSE_WORST = Objective(
    "dead-synapse-worst",
    label="accuracy, worst synapse dead",
    unit="share of samples",
    maximise=True,
    worst=0.0,
    probe=worst_dead_synapse,
    is_score=True,
)
CERTIFIED = Objective(
    "certified",
    label="certified weight error, mean",
    unit="share of each weight",
    maximise=True,
    worst=0.0,
    probe=certified,
    is_score=True,
    needs_samples=True,
)
ACTIVATION_SPARSITY = Objective(
    "activation-sparsity",
    label="activation sparsity",
    unit="share of neurons and timesteps",
    maximise=True,
    worst=0.0,
    probe=activation_sparsity,
)
ENERGY = Objective(
    "energy",
    label="energy (estimate)",
    unit="pJ per inference",
    maximise=False,
    worst=None,
    probe=energy,
)
LATENCY = Objective(
    "latency",
    label="latency",
    unit="timesteps",
    maximise=False,
    worst=None,
    probe=latency,
    needs_samples=True,
)
FOOTPRINT = Objective(
    "footprint",
    label="memory",
    unit="bytes",
    maximise=False,
    worst=None,
    probe=footprint,
)
MEMORY_ACCESS = Objective(
    "memory-access",
    label="memory access",
    unit="bytes per inference",
    maximise=False,
    worst=None,
    probe=memory_access,
)
AREA = Objective(
    "area",
    label="area, estimated",
    unit="iCE40 logic cells",
    maximise=False,
    worst=None,
    probe=area,
)
