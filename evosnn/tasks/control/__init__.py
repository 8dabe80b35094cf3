"""Control tasks: networks in closed loop with an environment.

>>> from evosnn.tasks.control import SETTINGS
>>> sorted(SETTINGS)[:2]
['acrobot', 'cartpole-easy']
"""

from typing import TYPE_CHECKING

import lazy_loader

from evosnn.tasks.control._catalogue import SETTINGS, Setting
from evosnn.tasks.control._gymnasium import GymnasiumSpec
from evosnn.tasks.control._recording import Recording, record
from evosnn.tasks.control._run import run_episodes
from evosnn.tasks.control._task import (
    ControlResult,
    ControlTask,
    Episodes,
    EpisodesSpec,
    build_control_task,
)

if TYPE_CHECKING:
    from evosnn.tasks.control._controller import Controller

__all__ = [
    "SETTINGS",
    "ControlResult",
    "ControlTask",
    "Controller",
    "Episodes",
    "EpisodesSpec",
    "GymnasiumSpec",
    "Recording",
    "Setting",
    "build_control_task",
    "is_control",
    "record",
    "run_episodes",
]


def is_control(spec: object) -> bool:
    """Return whether a campaign's task is a control task."""
    return isinstance(spec, GymnasiumSpec) or (isinstance(spec, str) and spec in SETTINGS)


__getattr__, _, _ = lazy_loader.attach(__name__, submod_attrs={"_controller": ["Controller"]})
