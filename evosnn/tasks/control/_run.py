"""Runs a population in closed loop, compiled where environment and encoder allow it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evosnn.chips import Chip
from evosnn.network import Network
from evosnn.tasks.control._task import ControlResult, ControlTask, Episodes
from evosnn.tasks.encoders.binned import ArgyleEncoder, FlipFlopEncoder

if TYPE_CHECKING:
    from evosnn.hardware import Instances

__all__ = ["run_episodes"]


def run_episodes(
    task: ControlTask,
    networks: Sequence[Network],
    part: Episodes,
    chip: Chip,
    instances: Instances | None = None,
    *,
    threads: int | None = None,
) -> ControlResult:
    """Run every network in closed loop from every start state on every chip instance.

    The result does not depend on the number of threads, nor on which networks run together.

    Args:
        task: The task.
        networks: Networks with the task's inputs and outputs.
        part: The episodes.
        chip: The rules that neurons and synapses follow.
        instances: The networks' parameters on chip instances; one nominal chip if not given.
        threads: Processor cores to use; all if not given. Environments of Gymnasium, and encoders
            that are not compiled, use one.
    """
    compiled = isinstance(task.encoder, ArgyleEncoder | FlipFlopEncoder)
    if task.setting.environment.is_interpreted or not compiled:
        from evosnn.tasks.control._run_stepped import drive_stepped

        return drive_stepped(task, networks, part, chip, instances)
    from evosnn.tasks.control._run_compiled import drive_compiled  # slow to load

    return drive_compiled(task, networks, part, chip, instances, threads)
