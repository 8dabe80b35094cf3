"""Environments of Gymnasium as control tasks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field

from evosnn.errors import SpecError
from evosnn.tasks.control._catalogue import Setting
from evosnn.tasks.control._environment import INTERPRETED, Environment
from evosnn.tasks.control._user_environment import importable, raised
from evosnn.tasks.encoders.binned import FlipFlopEncoder
from evosnn.validation import Table

__all__ = ["GymnasiumSpec", "gymnasium_setting", "make_environment"]

_FAR = 1e6  # larger limits of an observation count as unbounded
_SEEDS = 2**31 - 1


def _ascending(pair: tuple[float, float]) -> tuple[float, float]:
    if not pair[0] < pair[1]:
        raise ValueError(f"takes [low, high] with low below high, got [{pair[0]:g}, {pair[1]:g}]")
    return pair


_Pair = Annotated[tuple[float, float], AfterValidator(_ascending)]


class GymnasiumSpec(Table):
    """An environment of Gymnasium.

    Each discrete action has an output. Each number of a continuous action has two, pull and push;
    it is proportional to the difference of their spikes.

    Attributes:
        gymnasium: Its id, such as ``"LunarLander-v3"``.
        returns: Returns of an episode that are scores 0 and 1.
        limits: Least and largest value of each observation, encoded as 0 and 1; the
            environment's own if not given.
        kwargs: Keyword arguments with which Gymnasium makes the environment.
        folder: Folder of the module that registers an id as in ``"module:Name-v0"``; that of the
            campaign file if not given.
    """

    gymnasium: str
    returns: _Pair
    limits: tuple[_Pair, ...] | None = Field(default=None, min_length=1)
    kwargs: dict[str, Any] = Field(default={})
    folder: str | None = None

    def within(self, base: Path) -> Self:
        """Return the table with the folder of its module, which starts from ``base``."""
        if ":" not in self.gymnasium:
            return self
        folder = str((base / (self.folder or "")).resolve())
        return self.model_copy(update={"folder": folder})


def _load() -> Any:
    try:
        import gymnasium
    except ImportError:
        raise SpecError(
            "this task needs gymnasium, which is not installed: pip install 'evosnn[control]'"
        ) from None
    return gymnasium


def make_environment(name: str, options: Mapping[str, Any], folder: str = "") -> Any:
    """Return an environment of Gymnasium.

    Args:
        name: Its id; ``"module:Name-v0"`` imports a module first, which registers it.
        options: Keyword arguments.
        folder: Folder whose modules can be imported meanwhile.

    Raises:
        SpecError: If Gymnasium is not installed or has none of that name, or making it fails.
    """
    gymnasium = _load()
    try:
        with importable(folder):
            return gymnasium.make(name, **options)
    except gymnasium.error.Error as error:
        reason = " ".join(str(error).split())
        raise SpecError(f"task.gymnasium is '{name}'; Gymnasium says: {reason}") from None
    except (Exception, SystemExit) as error:  # of the user's module or class
        raised(name, "making it", error)


def gymnasium_setting(spec: GymnasiumSpec) -> Setting:
    """Return the control task that a spec describes.

    Raises:
        SpecError: If Gymnasium is not installed or has no such environment, or its observations
            cannot be flattened to a row of numbers, or its actions are of another kind than
            ``Box(n,)`` and ``Discrete(n)``.
    """
    gymnasium = _load()
    environment = make_environment(spec.gymnasium, spec.kwargs, spec.folder or "")
    done = environment.action_space
    try:
        seen = gymnasium.spaces.flatten_space(environment.observation_space)
    except NotImplementedError:
        seen = None
    if not isinstance(seen, gymnasium.spaces.Box):
        raise SpecError(
            f"'{spec.gymnasium}' shows {environment.observation_space}; a network takes a fixed "
            "number of numbers"
        )
    graded = isinstance(done, gymnasium.spaces.Box) and len(done.shape) == 1
    if not graded and not isinstance(done, gymnasium.spaces.Discrete):
        raise SpecError(f"'{spec.gymnasium}' takes {done}; a network does Discrete(n) or Box(n,)")
    own = list(zip(seen.low.tolist(), seen.high.tolist(), strict=True))
    limits = spec.limits or tuple((float(low), float(high)) for low, high in own)
    if len(limits) != len(own):
        raise SpecError(
            f"task.limits has {len(limits)} pairs; '{spec.gymnasium}' has {len(own)} observations"
        )
    for k, (low, high) in enumerate(limits):
        if max(abs(low), abs(high)) > _FAR:
            raise SpecError(
                f"observation {k} of '{spec.gymnasium}' has no limits of its own; give task.limits,"
                f" {len(own)} pairs of [low, high]"
            )
    steps = (environment.spec and environment.spec.max_episode_steps) or 1000
    actions: tuple[tuple[str, float], ...]
    if graded:
        ends = zip(done.low.tolist(), done.high.tolist(), strict=True)
        actions = tuple(
            pair
            for k, (low, high) in enumerate(ends)
            for pair in ((f"pull {k}", float(low)), (f"push {k}", float(high)))
        )
    else:
        actions = tuple((f"action {k}", float(k + int(done.start))) for k in range(int(done.n)))
    return Setting(
        name=spec.gymnasium,
        description=f"{spec.gymnasium} of Gymnasium.",
        environment=Environment(
            gymnasium=spec.gymnasium,
            code=INTERPRETED,
            observations=tuple(f"observation {k}" for k in range(len(own))),
            limits=limits,
            start=((0.0, float(_SEEDS)),),
            steps=steps,
            least=spec.returns[0] / steps,
            most=spec.returns[1] / steps,
            measure="return",
            options=tuple(spec.kwargs.items()),
            folder=spec.folder or "",
        ),
        seen=tuple(range(len(own))),
        actions=actions,
        graded=graded,
        encoder=FlipFlopEncoder(),
    )
