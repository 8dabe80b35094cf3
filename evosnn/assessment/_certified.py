"""Certified tolerance: the largest error of all weights that provably changes no answer.

Sampling shows what some errors do. A certificate holds for every error within a bound,
whatever its distribution, and however an adversary chose it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evosnn.assessment._certified_loop import loop_bounds
from evosnn.assessment._intervals import (
    decision_bound,
    run_intervals,
    spike_bound,
    wires_of,
)
from evosnn.chips import Chip
from evosnn.errors import SpecError
from evosnn.evaluation import AnyTrial, ControlTrial
from evosnn.network import Network
from evosnn.simulation import Stimulus

__all__ = ["Certificate", "breaking_weights", "certified_spikes", "certify"]


@dataclass(frozen=True, eq=False)
class Certificate:
    """The relative weight errors that each sample certainly survives.

    Errors are relative to each weight: ``|dw| <= epsilon * |w|``, all synapses at once, fixed
    during a run, on a chip that computes exactly. 1 stands for 1 or more.

    Attributes:
        spikes: ``(n_samples,)`` float64, largest error under which no spike of any neuron
            changes.
        decisions: ``(n_samples,)`` float64, at least ``spikes``: an error under which spikes
            may change and the answer cannot; in closed loop, no action of the episode.
        outcomes: ``(n_samples,)`` float64, what each sample is worth on the nominal chip: 1
            for a right answer, 0 for a wrong one; in closed loop the episode's return.
        least: The least that a sample can be worth.
    """

    spikes: NDArray[np.float64]
    decisions: NDArray[np.float64]
    outcomes: NDArray[np.float64]
    least: float = 0.0

    @property
    def right(self) -> NDArray[np.bool_]:
        """``(n_samples,)``, whether the answer is correct (what is worth more than the least)."""
        return np.asarray(self.outcomes > self.least)

    def share(self, epsilon: ArrayLike) -> NDArray[np.float64]:
        """Return the share of samples certified to keep all spikes under each error."""
        return _share(self.spikes, epsilon)

    def decision_share(self, epsilon: ArrayLike) -> NDArray[np.float64]:
        """Return the share of samples certified to keep their answer under each error."""
        return _share(self.decisions, epsilon)

    def score(self, epsilon: ArrayLike) -> NDArray[np.float64]:
        """Return the accuracy (in closed loop the mean return) that is certain under each error.

        What is not certain counts as the worst there could be.
        """
        levels = np.asarray(epsilon, dtype=np.float64)[..., None]
        worth = np.where(self.decisions >= levels, self.outcomes, self.least)
        return np.asarray(worth.mean(axis=-1), np.float64)


def _share(bound: NDArray[np.float64], epsilon: ArrayLike) -> NDArray[np.float64]:
    levels = np.asarray(epsilon, dtype=np.float64)
    return np.asarray((bound >= levels[..., None]).mean(axis=-1), np.float64)


def certify(network: Network, trial: AnyTrial) -> Certificate:
    """Certify a network on every sample (or episode) of a trial.

    Raises:
        NetworkError: If the network does not have the task's inputs and outputs.
    """
    trial.check(network)
    wires = wires_of(network, trial.chip)
    if isinstance(trial, ControlTrial):
        return Certificate(*loop_bounds(network, trial, wires), least=trial.span[0])
    decoder = trial.task.decoder
    if decoder.compares is None:
        raise SpecError(f"decoder '{decoder.kind}' has no certified tolerance")
    first = decoder.compares == "first"
    charge, event = _per_sample(trial.samples.stimulus, trial.chip)
    spikes = certified_spikes(network, trial.samples.stimulus, trial.chip)
    decisions = np.array(
        [
            decision_bound(*wires.arrays, c, e, wires.outputs, first, bound)
            for c, e, bound in zip(charge, event, spikes, strict=True)
        ]
    )
    return Certificate(spikes, decisions, trial.outcomes(network)[0])


def certified_spikes(network: Network, stimulus: Stimulus, chip: Chip) -> NDArray[np.float64]:
    """Return the largest relative weight error under which no spike changes, sample by sample.

    Returns:
        ``(n_samples,)`` float64, 0 to 1; 1 stands for 1 or more.
    """
    wires = wires_of(network, chip)
    charge, event = _per_sample(stimulus, chip)
    return np.array([spike_bound(*wires.arrays, c, e) for c, e in zip(charge, event, strict=True)])


def breaking_weights(
    network: Network, stimulus: Stimulus, chip: Chip, sample: int, epsilon: float
) -> NDArray[np.float64] | None:
    """Return weights within a relative error that change a spike of a sample.

    All weights into the neuron whose spike is first in doubt are moved together: down if it
    should fire, up if it should not. Where leaks are 0 or 1 this changes that spike for every
    ``epsilon`` above the certified one, which shows that the certificate is exact.

    Returns:
        ``(n_synapses,)`` float64, or nothing if no spike is in doubt.
    """
    wires = wires_of(network, chip)
    charge, event = (x[sample] for x in _per_sample(stimulus, chip))
    shape = (charge.shape[0], network.n_neurons)
    must, may = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    doubt, t, neuron = run_intervals(*wires.arrays, charge, event, epsilon, False, must, may)
    if not doubt:
        return None
    fewest = must[t, neuron]
    run_intervals(*wires.arrays, charge, event, 0.0, True, must, may)
    error = (-epsilon if must[t, neuron] > fewest else epsilon) * np.abs(network.weight)
    return np.asarray(network.weight + np.where(network.post == neuron, error, 0.0))


def _per_sample(stimulus: Stimulus, chip: Chip) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return charge and event, ``(n_samples, timesteps, n_inputs)``, each sample contiguous.

    Where spikes come a timestep late, what the last timestep brings is never seen.
    """
    seen = stimulus.timesteps - chip.neuron.integration_delay
    event = stimulus.charge != 0 if stimulus.event is None else stimulus.event
    charge = np.ascontiguousarray(stimulus.charge[:seen].transpose(2, 0, 1), np.float64)
    return charge, np.ascontiguousarray(event[:seen].transpose(2, 0, 1))
