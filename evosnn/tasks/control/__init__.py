"""Control tasks: a network sees an environment, acts, and sees what came of it.

>>> from evosnn.tasks.control import SETTINGS
>>> sorted(SETTINGS)[:2]
['acrobot', 'cartpole-easy']
"""

from evosnn.tasks.control._drive import drive
from evosnn.tasks.control._driven import Driven
from evosnn.tasks.control._gymnasium import GymnasiumSpec
from evosnn.tasks.control._record import Recording, record
from evosnn.tasks.control._settings import SETTINGS, Setting
from evosnn.tasks.control._task import (
    ControlTask,
    Episodes,
    EpisodesSpec,
    build_control_task,
)

__all__ = [
    "SETTINGS",
    "ControlTask",
    "Driven",
    "Episodes",
    "EpisodesSpec",
    "GymnasiumSpec",
    "Recording",
    "Setting",
    "build_control_task",
    "drive",
    "is_control",
    "record",
]


def is_control(spec: object) -> bool:
    """Return whether a campaign's task is a control task."""
    return isinstance(spec, GymnasiumSpec) or (isinstance(spec, str) and spec in SETTINGS)
