"""Records one network in closed loop on the nominal chip, with its input spikes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.network import Network
from evosnn.tasks.control._task import ControlTask, Episodes

__all__ = ["Recording", "record"]


@dataclass(frozen=True, eq=False)
class Recording:
    """Input spikes and returns of a network in closed loop.

    Attributes:
        event: ``(timesteps of all windows, n_inputs, n_episodes)`` bool, input spikes.
        windows: ``(n_episodes,)`` int64, windows until each episode was over.
        returns: ``(n_episodes,)`` float64, sum of rewards.
    """

    event: NDArray[np.bool_]
    windows: NDArray[np.int64]
    returns: NDArray[np.float64]


def record(task: ControlTask, network: Network, part: Episodes, chip: Chip) -> Recording:
    """Run a network from every start state, as ``run_episodes`` does, and record its input."""
    # Imported here: they load numba.
    from evosnn.simulation import Session
    from evosnn.tasks.control._live_environments import live_environments
    from evosnn.tasks.control._run_stepped import encoded

    n = part.n_samples
    environments = live_environments(task, n)
    environments.start(part.starts)
    session = Session(network, chip, n)
    going, returns = np.ones(n, np.bool_), np.zeros(n)
    windows, shown = np.zeros(n, np.int64), []
    for _ in range(part.steps):
        charge = encoded(task, environments.look(), going, chip)
        window = session.run(charge[:, :, None])
        shown.append(charge != 0)
        windows += going
        values = -window.first[:, 0] if task.first_spike else window.counts[:, 0]
        for k in np.flatnonzero(going).tolist():
            reward, over = environments.act(k, values[:, k].astype(np.float64))
            returns[k] += reward
            going[k] = not over
        if not going.any():
            break
    return Recording(np.concatenate(shown), windows, returns)
