"""The closed loop in Python: environments of Gymnasium, and encoders that are not compiled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation import Session
from evosnn.tasks.control._live_environments import live_environments
from evosnn.tasks.control._task import ControlResult, ControlTask, Episodes

__all__ = ["drive_stepped", "encoded"]


def drive_stepped(
    task: ControlTask,
    networks: Sequence[Network],
    part: Episodes,
    chip: Chip,
    instances: Instances | None,
) -> ControlResult:
    """Run every network in closed loop, one step of Python for each lane and window.

    Arguments are those of :func:`~evosnn.tasks.control.run_episodes`.
    """
    n_instances = instances.n_instances if instances else 1
    lanes = list(np.ndindex(n_instances, part.n_samples))
    environments = live_environments(task, len(lanes))
    starts = np.tile(part.starts, (n_instances, 1))
    returns = np.zeros((len(networks), n_instances, part.n_samples))
    spikes, deliveries = np.zeros(len(networks)), np.zeros(len(networks))
    neuron = synapse = 0
    for k, network in enumerate(networks):
        own = None
        if instances is not None:
            own = instances.networks(
                slice(neuron, neuron + network.n_neurons),
                slice(synapse, synapse + network.n_synapses),
            )
        neuron += network.n_neurons
        synapse += network.n_synapses
        session = Session(network, chip, part.n_samples, own)
        environments.start(starts)
        going = np.ones(len(lanes), np.bool_)
        fires, windows = np.zeros(network.n_neurons, np.int64), 0
        for _ in range(part.steps):
            charge = encoded(task, environments.look(), going, chip)
            window = session.run(charge.reshape(*charge.shape[:2], n_instances, part.n_samples))
            fires += window.fires
            windows += len(lanes)
            values = -window.first if task.first_spike else window.counts
            for at in np.flatnonzero(going).tolist():
                reward, over = environments.act(at, values[:, *lanes[at]].astype(np.float64))
                returns[k][lanes[at]] += reward
                going[at] = not over
            if not going.any():
                break
        spikes[k] = fires[network.used].sum() / windows
        deliveries[k] = fires[network.pre].sum() / windows
    return ControlResult(returns, spikes, deliveries)


def encoded(
    task: ControlTask, seen: NDArray[Any], going: NDArray[np.bool_], chip: Chip
) -> NDArray[np.float64]:
    """Return the charges of what lanes see, ``(timesteps, n_inputs, n_lanes)``.

    Args:
        task: The task.
        seen: ``(n_lanes, n_seen)``, observations in the environment's own units.
        going: ``(n_lanes,)``; lanes whose episode is over get no charge.
        chip: Says what charge an input spike has.
    """
    limits = task.setting.environment.limits
    low, high = np.array([limits[k] for k in task.setting.seen]).T
    # The same operations as in the compiled loop, so that results agree to the last bit.
    x = np.clip((seen.astype(np.float64) - low) * (1 / (high - low)), 0.0, 1.0)
    charge = task.encoder.encode(
        x,
        timesteps=task.timesteps,
        spike_value=chip.spike_value,
        integer=chip.integer,
        rng=np.random.default_rng(0),  # encoders of control tasks draw nothing
    ).charge
    return np.where(going, charge, 0.0)
