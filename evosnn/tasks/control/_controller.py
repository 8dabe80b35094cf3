"""A network as a controller: each observation is encoded and answered with an action."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evosnn.chips import Chip
from evosnn.errors import SpecError
from evosnn.network import Network
from evosnn.simulation import Session
from evosnn.tasks.control._live_environments import graded_action
from evosnn.tasks.control._run_stepped import encoded
from evosnn.tasks.control._task import ControlTask
from evosnn.tasks.control._user_environment import UserEnvironment

__all__ = ["Controller"]


class Controller:
    """A network that acts in an environment and keeps its state from step to step.

    Args:
        network: The network.
        chip: The nominal chip.
        task: The control task whose encoder, window and actions it uses.
    """

    def __init__(self, network: Network, chip: Chip, task: ControlTask) -> None:
        self.network, self.chip, self.task = network, chip, task
        self._session = Session(network, chip, 1)

    def reset(self) -> None:
        """Return to rest: membrane potentials 0, no spike under way."""
        self._session.reset()

    def act(self, observation: ArrayLike) -> Any:
        """Show an observation for one window and return the action that the outputs choose.

        Args:
            observation: ``(n_observations,)``, as the environment gives it.

        Returns:
            An action that the environment's ``step`` takes.
        """
        setting = self.task.setting
        seen = np.asarray(observation, dtype=np.float64).reshape(1, -1)
        if seen.shape[1] != len(setting.environment.observations):
            raise SpecError(
                f"the observation has {seen.shape[1]} numbers; task '{self.task.name}' takes "
                f"{len(setting.environment.observations)}"
            )
        shown = encoded(self.task, seen[:, list(setting.seen)], np.ones(1, np.bool_), self.chip)
        window = self._session.run(shown[:, :, None])
        counts = window.counts[:, 0, 0].astype(np.float64)
        if self.task.decoder.kind == "first-spike" and not setting.graded:
            counts = -window.first[:, 0, 0].astype(np.float64)
        if setting.environment.is_interpreted or setting.graded:
            return graded_action(self.task, counts)
        return int(counts.argmax())  # Gymnasium numbers the actions in the same order

    def run(
        self, environment: Any, seeds: Iterable[int] = range(10), steps: int | None = None
    ) -> NDArray[np.float64]:
        """Run whole episodes.

        Args:
            environment: An environment of Gymnasium.
            seeds: Seed of each episode's start state.
            steps: Steps after which an episode is cut; the task's own if not given.

        Returns:
            ``(n_seeds,)``, the return of each episode.

        Raises:
            SpecError: If the environment takes other actions, or shows other observations.
        """
        n = getattr(environment.action_space, "n", None)
        if not self.task.setting.graded and n != len(self.task.setting.actions):
            raise SpecError(
                f"the environment takes {environment.action_space}; task '{self.task.name}' has "
                f"{len(self.task.setting.actions)} actions"
            )
        wrapped = UserEnvironment(environment, type(environment.unwrapped).__name__)
        returns = []
        for seed in seeds:
            self.reset()
            observation = wrapped.reset(int(seed))
            total = 0.0
            for _ in range(steps or self.task.test.steps):
                observation, reward, over = wrapped.step(self.act(observation))
                total += reward
                if over:
                    break
            returns.append(total)
        if not returns:
            raise SpecError("seeds is empty; it takes a seed for each episode")
        return np.array(returns)
