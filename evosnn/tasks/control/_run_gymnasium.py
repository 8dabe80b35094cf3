"""The closed loop with Gymnasium's own environments: one step of Python a lane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation import Session
from evosnn.tasks.control._gymnasium import make_environment
from evosnn.tasks.control._task import ControlResult, ControlTask, Episodes

__all__ = ["action", "drive_interpreted", "encoded"]


def drive_interpreted(
    task: ControlTask,
    networks: Sequence[Network],
    part: Episodes,
    chip: Chip,
    instances: Instances | None,
) -> ControlResult:
    """Run every network in closed loop; a start state is the seed of an episode."""
    n_instances = instances.n_instances if instances else 1
    lanes = list(np.ndindex(n_instances, part.n_samples))
    worlds = [make_environment(task.setting.environment.gymnasium) for _ in lanes]
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
        sights = [
            world.reset(seed=int(part.starts[lane[1], 0]))[0]
            for world, lane in zip(worlds, lanes, strict=True)
        ]
        going = np.ones(len(lanes), np.bool_)
        fires, windows = np.zeros(network.n_neurons, np.int64), 0
        for _ in range(part.steps):
            charge = encoded(task, np.array(sights), going, chip)
            window = session.run(charge.reshape(*charge.shape[:2], n_instances, part.n_samples))
            fires += window.fires
            windows += len(lanes)
            for at in np.flatnonzero(going):
                counts = window.counts[:, *lanes[at]].astype(np.float64)
                if task.decoder.kind == "first-spike" and not task.setting.graded:
                    counts = -window.first[:, *lanes[at]].astype(np.float64)
                sights[at], reward, over, cut, _ = worlds[at].step(action(task, counts))
                returns[k][lanes[at]] += float(reward)
                going[at] = not (over or cut)
            if not going.any():
                break
        spikes[k] = fires[network.used].sum() / windows
        deliveries[k] = fires[network.pre].sum() / windows
    return ControlResult(returns, spikes, deliveries)


def encoded(
    task: ControlTask, sights: NDArray[Any], going: NDArray[np.bool_], chip: Chip
) -> NDArray[np.float64]:
    """``(timesteps, n_inputs, lanes)``, charges of what is seen; lanes that are over are silent."""
    limits = task.setting.environment.limits
    low, high = np.array([limits[k] for k in task.setting.seen]).T
    # As the compiled loop has it, to the last bit.
    x = np.clip((sights.astype(np.float64) - low) * (1 / (high - low)), 0.0, 1.0)
    charge = task.encoder.encode(
        x,
        timesteps=task.timesteps,
        spike_value=chip.spike_value,
        integer=chip.integer,
        rng=np.random.default_rng(0),  # encoders of control tasks draw nothing
    ).charge
    return np.where(going, charge, 0.0)


def action(task: ControlTask, counts: NDArray[np.float64]) -> Any:
    """What Gymnasium is told to do for these spikes of the outputs."""
    actions = task.setting.actions
    if not task.setting.graded:
        return int(actions[int(counts.argmax())][1])
    ends = np.array([force for _, force in actions]).reshape(-1, 2)
    lead = np.clip((counts[1::2] - counts[0::2]) / task.encoder.max_spikes, -1.0, 1.0)
    middle, reach = ends.mean(axis=1), (ends[:, 1] - ends[:, 0]) / 2
    return (middle + lead * reach).astype(np.float32)
