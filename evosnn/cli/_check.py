"""``evosnn check``: what is wrong with a campaign file and its task, before it runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["check"]


def check(
    spec: Annotated[Path, typer.Argument(help="A campaign file (TOML), or a campaign's folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what is wrong with a campaign's task: shapes, values, classes, leaks, seeds, episodes.

    Ends with exit status 2 if anything is.
    """
    from evosnn.campaign import build_world, load_spec, read_spec
    from evosnn.tasks import PythonSpec, check_task

    chosen = load_spec(spec) if spec.is_dir() else read_spec(spec)
    problems = []
    if isinstance(chosen.task, PythonSpec):
        problems = check_task(chosen.task.make(), seed=chosen.seed, split_spec=chosen.split)
    if not problems:
        task = build_world(chosen).task
        problems = check_task(task)
    if as_json:
        print(json.dumps({"campaign": str(spec), "problems": problems}, indent=1))
    elif problems:
        print("\n".join(f"{sentence}." for sentence in problems))
    else:
        parts = (task.train, task.validation, task.test)
        sizes = ", ".join(str(part.n_samples) for part in parts)
        print(
            f"Task '{task.name}' is sound: {task.n_inputs} inputs, {task.n_outputs} outputs; "
            f"{sizes} samples or episodes to search, choose and report by."
        )
    if problems:
        raise typer.Exit(2)
