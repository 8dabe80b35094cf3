"""The contract of a task: samples that are reproducible, complete and fit to be split."""

from __future__ import annotations

from evosnn.tasks import DataSpec
from evosnn.tasks import check_task as problems_of
from evosnn.testing._common import check_table, require

__all__ = ["check_task"]


def check_task(task: object, *, seed: int = 1) -> None:
    """Check that a task keeps its contract: :func:`evosnn.tasks.check_task` finds nothing.

    Args:
        task: A class with ``load(rng)`` or an object of it, a :class:`~evosnn.tasks.DataSpec`, a
            data set, or a task that was built, of samples or of control.
        seed: Seed of the task's draws.

    Raises:
        AssertionError: With one sentence, the first problem.
    """
    if isinstance(task, DataSpec):
        check_table(task)
        require(
            isinstance(task.title, str) and task.title,
            f"{type(task).__name__}: title is {task.title!r}; it takes a name",
        )
    problems = problems_of(task, seed=seed)
    require(not problems, problems[0] if problems else "")
