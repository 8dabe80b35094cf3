"""One network in closed loop on the chip as drawn, and all that it was shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.network import Network
from evosnn.tasks.control._gymnasium import make_environment
from evosnn.tasks.control._task import ControlTask, Episodes

__all__ = ["Recording", "record"]

_Look = Callable[[], NDArray[np.float64]]
_Act = Callable[[int, NDArray[np.float64]], tuple[float, bool]]


@dataclass(frozen=True, eq=False)
class Recording:
    """What a network was shown in closed loop, and how it fared.

    Attributes:
        event: ``(timesteps of all windows, n_inputs, n_episodes)`` bool, input spikes.
        windows: ``(n_episodes,)`` int64, windows until each episode was over.
        returns: ``(n_episodes,)`` float64, sum of rewards.
    """

    event: NDArray[np.bool_]
    windows: NDArray[np.int64]
    returns: NDArray[np.float64]


def record(task: ControlTask, network: Network, part: Episodes, chip: Chip) -> Recording:
    """Run a network from every start state, as ``run_episodes`` does, and keep what it is shown."""
    from evosnn.simulation import Session  # slow to load, as is what follows
    from evosnn.tasks.control._run_gymnasium import encoded

    n = part.n_samples
    look, act = (
        _interpreted(task, part)
        if task.setting.environment.is_interpreted
        else _compiled(task, part)
    )
    session = Session(network, chip, n)
    first = task.decoder.kind == "first-spike" and not task.setting.graded
    going, returns = np.ones(n, np.bool_), np.zeros(n)
    windows, shown = np.zeros(n, np.int64), []
    for _ in range(part.steps):
        charge = encoded(task, look(), going, chip)
        window = session.run(charge[:, :, None])
        shown.append(charge != 0)
        windows += going
        done = -window.first[:, 0] if first else window.counts[:, 0]
        for k in np.flatnonzero(going).tolist():
            reward, over = act(k, done[:, k].astype(np.float64))
            returns[k] += reward
            going[k] = not over
        if not going.any():
            break
    return Recording(np.concatenate(shown), windows, returns)


def _compiled(task: ControlTask, part: Episodes) -> tuple[_Look, _Act]:
    from evosnn.tasks.control._dynamics import advance, observe  # slow to load

    setting, state = task.setting, part.starts.copy()
    environment, seen = setting.environment, list(setting.seen)
    sight = np.empty(len(environment.observations))

    def look() -> NDArray[np.float64]:
        found = np.empty((part.n_samples, len(seen)))
        for k in range(part.n_samples):
            observe(environment.code, state, k, sight)
            found[k] = sight[seen]
        return found

    def act(k: int, counts: NDArray[np.float64]) -> tuple[float, bool]:
        done = setting.actions[int(counts.argmax())][1]
        if setting.graded:
            lead = (counts[1] - counts[0]) / task.encoder.max_spikes
            done = setting.actions[1][1] * min(max(float(lead), -1.0), 1.0)
        reward, over = advance(environment.code, state, k, done)
        return float(reward), bool(over)

    return look, act


def _interpreted(task: ControlTask, part: Episodes) -> tuple[_Look, _Act]:
    from evosnn.tasks.control._run_gymnasium import action

    worlds = [make_environment(task.setting.environment.gymnasium) for _ in part.starts]
    sights: list[Any] = [
        world.reset(seed=int(start))[0]
        for world, start in zip(worlds, part.starts[:, 0], strict=True)
    ]

    def look() -> NDArray[np.float64]:
        return np.array(sights, np.float64)

    def act(k: int, counts: NDArray[np.float64]) -> tuple[float, bool]:
        sights[k], reward, over, cut, _ = worlds[k].step(action(task, counts))
        return float(reward), bool(over or cut)

    return look, act
