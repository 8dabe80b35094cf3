"""Export target ``c``: C99 with the chip's arithmetic and the task's encoder or control loop."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evosnn.export.c.write import to_c
from evosnn.export.common.target import Found, Target, Verifier, prefix_of

if TYPE_CHECKING:
    from evosnn.chips import Chip
    from evosnn.export.common.export import Export
    from evosnn.export.subject import Subject
    from evosnn.tasks import ClassificationTask
    from evosnn.tasks.control import ControlTask

__all__ = ["C"]

_COMPANIONS = ("_control_main", "_control", "_main", "_coder", "_classify")
_CHARGE = re.compile(r"_CHARGE_(?:MIN|MAX) \((?:INT64_C\()?([^)\s]+)")


def _verifiers() -> tuple[Verifier, ...]:
    from evosnn.export.c.run import run_c
    from evosnn.export.common.external_tools import require_tools

    return (Verifier("gcc", lambda export: run_c([export])[0], require_tools("gcc")),)


def _recognise(path: Path) -> Found | None:
    if path.suffix not in (".c", ".h"):
        return None
    name = prefix_of(path, _COMPANIONS)
    return Found(name, (path.parent / f"{name}.h", path.parent / f"{name}.c"))


def _charge_of(files: Mapping[str, bytes], name: str, chip: Chip) -> tuple[float, float] | None:
    ends = _CHARGE.findall(files[f"{name}.h"].decode("utf-8", "replace"))
    if len(ends) != 2 or not chip.integer:
        return None
    # The type may allow far larger charges than those of the task.
    full = abs(chip.spike_value)
    return max(float(ends[0]), -full), min(float(ends[1]), full)


def _with_task(export: Export, subject: Subject) -> Export:
    if subject.control is not None:
        return _with_controller(export, subject.control)
    return export if subject.task is None else _with_coder(export, subject.task)


def _with_coder(export: Export, task: ClassificationTask) -> Export:
    from evosnn.export.c.encoder import coder_files, why_no_coder

    name, reason = export.name, why_no_coder(task)
    if reason:
        return replace(export, notes=(*export.notes, f"{reason}; it is not written in C."))
    note = (
        f"{name}_coder.c turns features into charges and spikes into a class; "
        f"gcc -std=c99 {name}.c {name}_coder.c {name}_classify.c -lm builds a classifier."
    )
    files = {**export.files, **coder_files(task, export.network, export.chip, name)}
    return replace(export, files=files, notes=(*export.notes, note))


def _with_controller(export: Export, task: ControlTask) -> Export:
    from evosnn.export.c.control import control_files, has_control

    name = export.name
    if not has_control(task):
        note = (
            f"What '{task.name}' shows and takes is not written in C; the numbers are in README.md."
        )
        return replace(export, notes=(*export.notes, note))
    note = (
        f"{name}_control.c turns observations into charges and spikes into an action; gcc "
        f"-std=c99 {name}.c {name}_control.c {name}_control_main.c -lm builds a controller."
    )
    files = {**export.files, **control_files(task, export.network, export.chip, name)}
    return replace(export, files=files, notes=(*export.notes, note))


C = Target(
    to_c,
    "C99 source, header and example program",
    several=True,
    verifiers=_verifiers,
    recognise=_recognise,
    charge_of=_charge_of,
    with_task=_with_task,
)
