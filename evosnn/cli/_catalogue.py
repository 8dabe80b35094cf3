"""The commands ``evosnn chips`` and ``evosnn tasks``: lists of names for campaign files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from evosnn.errors import SpecError

if TYPE_CHECKING:
    from evosnn.chips import Chip
    from evosnn.tasks.control import Setting

__all__ = ["chips", "tasks"]

_TABLES = (
    ('csv = "file.csv", label = "class"', "a sample a line"),
    ('series = "file.csv", label = "state", window = 50', "windows of a time series"),
    ('idx = "mnist", pool = 7', "a folder of IDX images"),
    ('events = "nmnist", pool = 7', "recordings of an event camera"),
    ('python = "mine.py", name = "Mine"', "a class with load(rng)"),
    ('gymnasium = "LunarLander-v3", returns = [-300, 250]', "an environment"),
)

Name = Annotated[str | None, typer.Argument(help="Name of one; all if not given.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def chips(
    name: Name = None,
    as_json: AsJson = False,
    as_toml: Annotated[
        bool, typer.Option("--toml", help="Print the chip's file, as a template for your own.")
    ] = False,
) -> None:
    """List the chips, or describe one (a name, or a path to a chip's TOML file).

    To define your own chip: evosnn chips risp-7 --toml > my_chip.toml, edit the file, then set chip
    = "my_chip.toml".
    """
    from evosnn.chips import chip_names, chip_text, load_chip
    from evosnn.cli.terminal.console import console

    found = [load_chip(n) for n in ([name] if name else chip_names())]
    if as_toml:
        if not name:
            raise SpecError("--toml takes the name of a chip, as in 'evosnn chips risp-7 --toml'")
        print(chip_text(name), end="")
    elif as_json:
        print(json.dumps([_chip_data(chip) for chip in found], indent=1))
    elif name:
        for label, value in _chip_facts(found[0]).items():
            console.print(f"{label:>26}  {value}")
    else:
        for chip in found:
            console.print(f"{chip.name:14} {chip.description}")
        console.print("\n'evosnn chips NAME' describes one; a campaign may also name a TOML file.")


def _chip_facts(chip: Chip) -> dict[str, str]:
    limits = {k: v for k, v in chip.limits.model_dump().items() if v is not None}
    floor = chip.neuron.min_potential
    facts = {
        "name": chip.name,
        "description": chip.description,
        "arithmetic": chip.arithmetic,
        "weight": str(chip.synapse.weight),
        "delay": f"{chip.synapse.delay} timesteps",
        "threshold": str(chip.neuron.threshold)
        + (" (fires at it)" if chip.neuron.threshold_inclusive else " (fires above it)"),
        "least potential": "none" if floor is None else f"{floor:g}",
        "leak": ", ".join(f"{x:g}" for x in chip.neuron.leak) + f" of {_of_what(chip)} a timestep",
        "rules": ", ".join(_rules(chip)) or "charge acts at once, reset to 0",
        "spike value": f"{chip.spike_value:g}",
        "limits": ", ".join(f"{v} {k}" for k, v in limits.items()) or "none stated",
        "source": chip.source,
    }
    if chip.crossbar:
        facts["crossbar"] = ", ".join(
            f"{k} {v:g}"
            for k, v in chip.crossbar.model_dump().items()
            if isinstance(v, int | float)
        )
    for sentence in chip.not_simulated:
        facts["not simulated"] = f"{facts.get('not simulated', '')} {sentence}".strip()
    for field, source in chip.sources.items():
        facts[field] = source.text + ("" if source.verified else " (not verified)")
    for cost, figure in chip.costs.items():
        mark = "" if figure.verified else ", not verified"
        facts[cost] = f"{figure.value:g} {figure.unit} ({figure.source}{mark})"
    return facts


def _of_what(chip: Chip) -> str:
    """Return the quantity of which a leak is a share."""
    rule = chip.neuron.leak_rule
    return f"{chip.neuron.leak_unit:g}" if rule == "subtract" else "the potential"


def _rules(chip: Chip) -> list[str]:
    """Return the rules that differ from the defaults, as in the chip's file."""
    listed = ("threshold", "threshold_inclusive", "min_potential", "leak", "weight", "delay")
    return [
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
        for part in (chip.neuron, chip.synapse)
        for name, value in part.model_dump(exclude_defaults=True).items()
        if name not in listed
    ]


def _chip_data(chip: Chip) -> dict[str, object]:
    return {
        "name": chip.name,
        "limits": {
            **{k: v for k, v in chip.limits.model_dump().items() if v is not None},
            "weight": [chip.synapse.weight.min, chip.synapse.weight.max],
            "delay": [chip.synapse.delay.min, chip.synapse.delay.max],
            "threshold": [chip.neuron.threshold.min, chip.neuron.threshold.max],
            "min_potential": chip.neuron.min_potential,
            "leak": list(chip.neuron.leak),
            "rules": _rules(chip),
        },
        "costs": {k: v.model_dump() for k, v in chip.costs.items()},
        "sources": [
            chip.source,
            *(
                f"{field}: {s.text}{'' if s.verified else ' (not verified)'}"
                for field, s in chip.sources.items()
            ),
        ],
    }


def tasks(name: Name = None, as_json: AsJson = False) -> None:
    """List the built-in tasks, or describe one."""
    from evosnn.cli.terminal.console import console
    from evosnn.tasks import (
        FOLDER_TASKS,
        FolderTask,
        TaskInfo,
        added_tasks,
        task_info,
        task_names,
    )
    from evosnn.tasks.control import SETTINGS

    added = [task for task in added_tasks() if name in (None, task[0])]
    others = [*FOLDER_TASKS, *SETTINGS, *(task[0] for task in added_tasks())]
    kept = {n: t for n, t in FOLDER_TASKS.items() if name in (None, n)}
    control = [s for n, s in SETTINGS.items() if name in (None, n)]
    listed = [name] if name else task_names()
    found = [task_info(n, others) for n in listed if n not in others]
    if as_json:
        data = [vars(info) for info in found] + [_control_data(s) for s in control]
        data += [{"name": n, **vars(task)} for n, task in kept.items()]
        data += [{"name": n, "description": text, "package": package} for n, text, package in added]
        print(json.dumps(data, indent=1))
        return
    samples: list[tuple[str, TaskInfo | FolderTask]] = [(info.name, info) for info in found] + list(
        kept.items()
    )
    for label, info in samples:
        console.print(
            f"{label:16} {info.description} ({info.n_samples} samples, {info.n_features} "
            f"features, {info.n_classes} classes)"
            + (f" From $EVOSNN_DATA/{info.file}." if isinstance(info, FolderTask) else "")
        )
    for setting in control:
        shown = setting.description
        if name:
            shown += (
                f" Inputs: {', '.join(setting.feature_names)} ({setting.encoder.kind}). Outputs: "
                f"{', '.join(action for action, _ in setting.actions)}. "
                f"{setting.timesteps} timesteps a step; score: {setting.environment.measure}."
            )
        console.print(f"{setting.name:16} {shown}")
    for label, text, package in added:
        console.print(f"{label:16} {text} (Package {package}.)")
    if not name:
        console.print("\nA task may also use your own data:")
        for table, meaning in _TABLES:
            console.print(f"  task = {{ {table} }}  ({meaning})", markup=False)


def _control_data(setting: Setting) -> dict[str, object]:
    environment = setting.environment
    return {
        "name": setting.name,
        "description": setting.description,
        "environment": environment.gymnasium,
        "observations": list(setting.feature_names),
        "actions": [action for action, _ in setting.actions],
        "encoder": setting.encoder.model_dump(),
        "timesteps": setting.timesteps,
        "steps": environment.steps,
        "score": environment.measure,
    }
