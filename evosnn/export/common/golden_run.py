"""Golden runs: a stimulus and the spikes that the simulator gives for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import ExportError
from evosnn.export.common.plan import Plan
from evosnn.simulation import Session, Stimulus
from evosnn.simulation.reference import run_reference

__all__ = ["Golden", "run_golden"]


@dataclass(frozen=True, eq=False)
class Golden:
    """One run of one network from rest.

    Attributes:
        charge: ``(timesteps, n_inputs)`` float64, charge fed to each input.
        event: ``(timesteps, n_inputs)`` bool, where a spike arrives.
        spikes: ``(timesteps, n_neurons)``, spikes of every neuron: bool, or uint8 counts on a chip
            whose neurons fire several times in one timestep.
        potential: ``(n_neurons,)`` float64, after the last timestep.
    """

    charge: NDArray[np.float64]
    event: NDArray[np.bool_]
    spikes: NDArray[np.bool_ | np.uint8]
    potential: NDArray[np.float64]

    @property
    def timesteps(self) -> int:
        """Number of timesteps."""
        return int(self.charge.shape[0])


def run_golden(
    plan: Plan, stimulus: Stimulus | None = None, *, timesteps: int = 1000, seed: int = 0
) -> Golden:
    """Simulate a network on a stimulus.

    Args:
        plan: The network.
        stimulus: The input, of which the first sample is used; if not given, each input gets events
            in 3 of 10 timesteps at random, half of them full spikes, the others of random charge.
        timesteps: Length of the random stimulus, in timesteps.
        seed: Seed of the random stimulus.

    Raises:
        ExportError: If the stimulus has the wrong number of inputs, or a charge outside the
            range that the export was planned for.
    """
    if stimulus is None:
        stimulus = _random(plan, timesteps, np.random.default_rng(seed))
    _check(plan, stimulus)
    charge = stimulus.charge[:, :, 0]
    event = charge != 0 if stimulus.event is None else stimulus.event[:, :, 0]
    charge = np.where(event, charge, 0.0)
    run = _run_whole if plan.chip.integer and plan.chip.resolution else _run_real
    return Golden(charge, event, *run(plan, charge, event))


def _run_whole(
    plan: Plan, charge: NDArray[np.float64], event: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_ | np.uint8], NDArray[np.float64]]:
    session = Session(plan.network, plan.chip, n_episodes=1)
    spikes = session.run(charge[:, :, None, None], event[:, :, None, None], record=True).spikes
    if spikes is None:
        raise ExportError("the simulator recorded nothing")
    return spikes[:, :, 0, 0], session.potential[:, 0, 0]


def _run_real(
    plan: Plan, charge: NDArray[np.float64], event: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_ | np.uint8], NDArray[np.float64]]:
    # Sums of real charges are reproducible only in a fixed order.
    stimulus = Stimulus(charge[:, :, None], event[:, :, None])
    run = run_reference(plan.network, stimulus, plan.chip)
    return run.spikes, run.potential[-1] if len(charge) else np.zeros(plan.network.n_neurons)


def _random(plan: Plan, timesteps: int, rng: np.random.Generator) -> Stimulus:
    shape = (timesteps, plan.network.inputs.size, 1)
    low, high = plan.charge
    full = min(max(plan.chip.spike_value, low), high)
    charge = np.where(rng.random(shape) < 0.5, full, rng.uniform(low, high, shape))
    if plan.chip.integer:
        charge = np.trunc(charge)
    event = rng.random(shape) < 0.3
    return Stimulus(np.where(event, charge, 0.0), event)


def _check(plan: Plan, stimulus: Stimulus) -> None:
    n_inputs = plan.network.inputs.size
    if stimulus.n_inputs != n_inputs:
        raise ExportError(
            f"the stimulus has {stimulus.n_inputs} inputs; the network has {n_inputs}"
        )
    low, high = plan.charge
    least, most = stimulus.charge.min(initial=0.0), stimulus.charge.max(initial=0.0)
    if least < low or most > high:
        raise ExportError(
            f"the stimulus has charges {least:g}..{most:g}; the export takes {low:g}..{high:g} "
            "(give it a wider charge range)"
        )
