"""An environment of Gymnasium whose errors are sentences and whose observations are numbers."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import SpecError

__all__ = ["UserEnvironment", "importable", "raised"]

_LONGEST = 300  # characters of a message from an environment


class UserEnvironment:
    """An environment of Gymnasium, with observations flattened as ``spaces.flatten`` does.

    Args:
        environment: The environment.
        name: Its name in error messages.
    """

    def __init__(self, environment: Any, name: str) -> None:
        self._environment, self._name = environment, name

    def reset(self, seed: int) -> NDArray[np.float64]:
        """Start an episode and return its first observation, ``(n_observations,)``.

        Raises:
            SpecError: If the environment raises anything, or returns something else.
        """
        try:
            found = self._environment.reset(seed=seed)
        except (Exception, SystemExit) as error:
            raised(self._name, "reset", error)
        if not isinstance(found, tuple) or len(found) != 2:
            self._refuse("reset", found, "(observation, info)")
        return self._flat(found[0], "reset")

    def step(self, action: Any) -> tuple[NDArray[np.float64], float, bool]:
        """Take a step and return observation, reward and whether the episode is over.

        Raises:
            SpecError: If the environment raises anything, or returns something else.
        """
        try:
            found = self._environment.step(action)
        except (Exception, SystemExit) as error:
            raised(self._name, "step", error)
        if not isinstance(found, tuple) or len(found) != 5:
            self._refuse("step", found, "(observation, reward, terminated, truncated, info)")
        observation, reward, over, cut, _ = found
        try:
            number = float(reward)
        except (TypeError, ValueError):
            self._refuse("step", reward, "a number as reward")
        if not np.isfinite(number):
            self._refuse("step", reward, "a finite reward")
        return self._flat(observation, "step"), number, bool(over or cut)

    def _flat(self, observation: Any, method: str) -> NDArray[np.float64]:
        from gymnasium import spaces

        space = self._environment.observation_space
        try:
            if isinstance(space, spaces.Box):  # not rounded to the space's own type
                numbers = np.asarray(observation, np.float64).reshape(space.shape).ravel()
            else:
                numbers = np.asarray(spaces.flatten(space, observation), np.float64)
        except Exception as error:
            raised(self._name, f"an observation of {method}", error)
        if np.isnan(numbers).any():
            raise SpecError(
                f"environment '{self._name}': an observation of {method} holds NaN; it takes "
                "numbers"
            )
        return numbers

    def _refuse(self, method: str, found: object, wanted: str) -> NoReturn:
        shown = f"{len(found)} values" if isinstance(found, tuple) else type(found).__name__
        raise SpecError(
            f"environment '{self._name}': {method} returns {shown}; it takes {wanted}, as "
            "Gymnasium does"
        )


def raised(name: str, method: str, error: BaseException) -> NoReturn:
    """Raise the sentence for an exception of an environment.

    Raises:
        SpecError: Always.
    """
    text = " ".join(str(error).split())[:_LONGEST]
    raise SpecError(
        f"environment '{name}': {method} raises {type(error).__name__}{f': {text}' if text else ''}"
    ) from None


@contextlib.contextmanager
def importable(folder: str) -> Iterator[None]:
    """Let modules in a folder be imported meanwhile; the working folder if it is empty."""
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(folder)
