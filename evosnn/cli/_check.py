"""The command ``evosnn check``: errors in a campaign file and its data, before it runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evosnn.cli.terminal.output import say

if TYPE_CHECKING:
    from evosnn.tasks import ClassificationTask
    from evosnn.tasks.control import ControlTask

__all__ = ["check"]


def check(
    spec: Annotated[Path, typer.Argument(help="A campaign file (TOML), or a campaign's folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check a campaign's task: shapes, values, classes, leaks, seeds, episodes.

    Ends with exit status 2 if anything is. Notes say what was detected in the data, left out or
    looks wrong; they do not change the exit status.
    """
    from numpy.random import default_rng

    from evosnn.campaign import build_problem, load_spec, read_spec
    from evosnn.tasks import CsvSpec, PythonSpec, check_task

    chosen = load_spec(spec) if spec.is_dir() else read_spec(spec)
    problems = []
    if isinstance(chosen.task, PythonSpec):
        problems = check_task(chosen.task.make(), seed=chosen.seed, split_spec=chosen.split)
    elif isinstance(chosen.task, CsvSpec):
        data = chosen.task.load(default_rng(chosen.seed))
        problems = check_task(data, seed=chosen.seed, split_spec=chosen.split)
    if not problems:
        task = build_problem(chosen).task
        problems = check_task(task)
    notes = list(task.notes) if not problems else []
    if as_json:
        found = {"campaign": str(spec), "problems": problems}
        print(json.dumps(found | ({"notes": notes} if notes else {}), indent=1))
    elif problems:
        say("\n".join(f"{sentence}." for sentence in problems))
    else:
        for note in notes:
            say(f"Note: {note}.")
        say(
            f"Task '{task.name}' is valid: {task.n_inputs} inputs, {task.n_outputs} outputs; "
            f"{_sizes(task, chosen.jitter.copies)} to search, choose and report by."
        )
    if problems:
        raise typer.Exit(2)


def _sizes(task: ClassificationTask | ControlTask, copies: int) -> str:
    """Return the number of samples or episodes of each part."""
    from evosnn.tasks.control import ControlTask

    train, *others = (part.n_samples for part in (task.train, task.validation, task.test))
    if isinstance(task, ControlTask):
        return ", ".join(map(str, (train, *others))) + " episodes"
    noisy = f" ({train} with jitter)" if copies > 1 else ""
    return f"{train // copies}{noisy}, " + ", ".join(map(str, others)) + " samples"
