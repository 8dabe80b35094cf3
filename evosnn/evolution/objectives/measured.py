"""Objectives that ask more of a network than its record on varying chips.

Each takes a bench (task, chip, the search's samples) and gives a function of a network and its
record, and for those to make small a value that no network worth having exceeds. What must be
tried anew for a network is tried once and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from evosnn.errors import SpecError
from evosnn.evaluation import Measurement
from evosnn.network import Network

if TYPE_CHECKING:
    from evosnn.evaluation import Trial

__all__ = [
    "ON_SAMPLES",
    "SCORES",
    "Probe",
    "Value",
    "activation_sparsity",
    "area",
    "certified",
    "energy",
    "footprint",
    "latency",
    "memory_access",
    "usual_size",
    "worst_dead_synapse",
    "worst_single_fault",
]

Value = Callable[[Network, Measurement], float]
Probe = tuple[Value, float | None]
_CELLS = 64.0  # logic cells a synapse, more than a network worth having takes
_KEPT = 2**14  # networks whose figures are remembered


def usual_size(n_inputs: int, n_outputs: int) -> tuple[int, int]:
    """Return neurons and synapses beyond which a network of a task is no longer small.

    A full layer of synapses from every input to every output (or 32), and 16 hidden neurons.
    """
    return n_inputs + n_outputs + 16, max(n_inputs * n_outputs, 32)


def _once(figure: Callable[[Network], float]) -> Value:
    kept = lru_cache(maxsize=_KEPT)(figure)
    return lambda network, _: kept(network)


def worst_single_fault(trial: Trial) -> Probe:
    """Lowest accuracy under any single fault; see :func:`~evosnn.assessment.try_faults`."""
    from evosnn.assessment import try_faults

    return _once(lambda network: try_faults(network, trial).worst), 0.0


def worst_dead_synapse(trial: Trial) -> Probe:
    """Lowest score with any one synapse dead, each tried on all that the search sees."""
    from evosnn.evolution.objectives.dead_synapses import dead_synapse_scores

    def worst(network: Network) -> float:
        scores = dead_synapse_scores(network, trial) if network.n_synapses else [0.0]
        return float(min(scores))

    return _once(worst), 0.0


def certified(trial: Trial) -> Probe:
    """Relative weight error under which a right answer is certain, mean over samples.

    A sample that is answered wrong counts 0, one that survives errors of 100 % counts 1.
    """
    from evosnn.assessment import certify

    def mean(network: Network) -> float:
        found = certify(network, trial)
        return float((found.decisions * found.right).mean())

    return _once(mean), 0.0


def latency(trial: Trial) -> Probe:
    """Timesteps until the answer is known, mean; see :class:`~evosnn.assessment.Costs`."""
    from evosnn.assessment import measure_latency

    return _once(lambda network: measure_latency(network, trial)), float(trial.task.timesteps)


def footprint(trial: Trial) -> Probe:
    """Memory in bytes; see :class:`~evosnn.assessment.Costs`."""
    from evosnn.assessment import footprint_bytes

    chip = trial.chip
    worst = footprint_bytes(*usual_size(trial.task.n_inputs, trial.task.n_outputs), chip)
    return lambda network, _: footprint_bytes(network.n_used, network.n_synapses, chip), worst


def energy(trial: Trial) -> Probe:
    """Estimated energy of an inference in pJ, mean over the chips tried.

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
    """Bytes that an inference reads and writes; see :class:`~evosnn.assessment.Costs`."""
    from evosnn.assessment import memory_access_bytes

    chip, timesteps = trial.chip, trial.task.timesteps

    def value(network: Network, record: Measurement) -> float:
        return memory_access_bytes(record.deliveries, float(network.n_used * timesteps), chip)

    neurons, synapses = usual_size(trial.task.n_inputs, trial.task.n_outputs)
    most = float(synapses * timesteps), float(neurons * timesteps)
    return value, memory_access_bytes(*most, chip)


def activation_sparsity(trial: Trial) -> Probe:
    """Share of neurons in use and timesteps without a spike, mean over the chips tried.

    Where a neuron may fire several times in one timestep, at least so much, and not below 0.
    """
    timesteps = trial.task.timesteps

    def value(network: Network, m: Measurement) -> float:
        return max(0.0, 1.0 - m.spikes / max(network.n_used * timesteps, 1))

    return value, 0.0


def area(trial: Trial) -> Probe:
    """Logic cells of an iCE40, estimated; see :func:`~evosnn.assessment.estimate_area`.

    Raises:
        SpecError: If the chip computes with real numbers.
    """
    from evosnn.assessment import estimate_area, require_circuit

    chip = trial.chip
    require_circuit(chip)
    synapses = usual_size(trial.task.n_inputs, trial.task.n_outputs)[1]
    return _once(lambda network: estimate_area(network, chip)), _CELLS * synapses


ON_SAMPLES = (worst_single_fault, certified, latency)
"""The probes that show a network samples."""

SCORES = (worst_single_fault, worst_dead_synapse, certified)
"""The probes whose value is a score, 0 to 1."""
