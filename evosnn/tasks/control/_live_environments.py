"""Running environments of many episodes, stepped one by one from Python."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from evosnn.tasks.control._gymnasium import make_environment
from evosnn.tasks.control._task import ControlTask
from evosnn.tasks.control._user_environment import UserEnvironment

__all__ = ["LiveEnvironments", "graded_action", "live_environments"]


class LiveEnvironments(Protocol):
    """Environments of several episodes that run side by side, one for each lane."""

    def start(self, starts: NDArray[np.float64]) -> None:
        """Start an episode in every lane, from start states ``(n_lanes, n_state)``."""

    def look(self) -> NDArray[np.float64]:
        """Return what networks see, ``(n_lanes, n_seen)``, in the environment's own units."""

    def act(self, lane: int, values: NDArray[np.float64]) -> tuple[float, bool]:
        """Act in one lane, and return the reward and whether the episode is over.

        Args:
            lane: Which lane.
            values: ``(n_outputs,)``, spike counts of a window, or minus the timestep of the first
                spikes: the action of the largest one is taken, or a graded one.
        """


def live_environments(task: ControlTask, n_lanes: int) -> LiveEnvironments:
    """Return environments of a control task for a number of lanes; call ``start`` first."""
    if task.setting.environment.is_interpreted:
        return _Gymnasium(task, n_lanes)
    return _Compiled(task, n_lanes)


class _Compiled:
    """The compiled dynamics of the classic environments."""

    def __init__(self, task: ControlTask, n_lanes: int) -> None:
        from evosnn.tasks.control._dynamics import advance, observe  # loads numba

        self._task, self._advance, self._observe = task, advance, observe
        self._n, self._state = n_lanes, np.empty((n_lanes, 0))

    def start(self, starts: NDArray[np.float64]) -> None:
        self._state = starts.copy()

    def look(self) -> NDArray[np.float64]:
        setting = self._task.setting
        all_seen = np.empty(len(setting.environment.observations))
        found = np.empty((self._n, len(setting.seen)))
        for lane in range(self._n):
            self._observe(setting.environment.code, self._state, lane, all_seen)
            found[lane] = all_seen[list(setting.seen)]
        return found

    def act(self, lane: int, values: NDArray[np.float64]) -> tuple[float, bool]:
        setting = self._task.setting
        done = setting.actions[int(values.argmax())][1]
        if setting.graded:
            lead = (values[1] - values[0]) / self._task.graded_spikes
            done = setting.actions[1][1] * min(max(float(lead), -1.0), 1.0)
        reward, over = self._advance(setting.environment.code, self._state, lane, done)
        return float(reward), bool(over)


class _Gymnasium:
    """Environments of Gymnasium; a start state is the seed of an episode."""

    def __init__(self, task: ControlTask, n_lanes: int) -> None:
        made = task.setting.environment
        self._task = task
        self._environments = [
            UserEnvironment(
                make_environment(made.gymnasium, dict(made.options), made.folder), made.gymnasium
            )
            for _ in range(n_lanes)
        ]
        self._seen: list[NDArray[np.float64]] = []

    def start(self, starts: NDArray[np.float64]) -> None:
        self._seen = [
            environment.reset(int(start))
            for environment, start in zip(self._environments, starts[:, 0], strict=True)
        ]

    def look(self) -> NDArray[np.float64]:
        return np.array(self._seen, np.float64)

    def act(self, lane: int, values: NDArray[np.float64]) -> tuple[float, bool]:
        done = graded_action(self._task, values)
        self._seen[lane], reward, over = self._environments[lane].step(done)
        return reward, over


def graded_action(task: ControlTask, values: NDArray[np.float64]) -> Any:
    """Return the action that an environment of Gymnasium takes for outputs' values.

    Args:
        task: The task.
        values: ``(n_outputs,)``, as for :meth:`LiveEnvironments.act`.

    Returns:
        The index of an action; of graded outputs, ``(n_outputs / 2,)`` float32.
    """
    actions = task.setting.actions
    if not task.setting.graded:
        return int(actions[int(values.argmax())][1])
    ends = np.array([force for _, force in actions]).reshape(-1, 2)
    lead = np.clip((values[1::2] - values[0::2]) / task.graded_spikes, -1.0, 1.0)
    middle, reach = ends.mean(axis=1), (ends[:, 1] - ends[:, 0]) / 2
    return (middle + lead * reach).astype(np.float32)
