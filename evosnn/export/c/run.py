"""Compiles and runs exported C, compares its spikes with the simulator's, measures its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from evosnn.export.common.agreement import Agreement
from evosnn.export.common.export import Export, render
from evosnn.export.common.external_tools import run_tool, tool_version

__all__ = ["CSize", "c_size", "run_c"]

WARNINGS = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wconversion", "-Werror")
"""Options under which every export compiles without warnings."""


@dataclass(frozen=True)
class CSize:
    """Size of the C code on this machine, compiled for size, in bytes.

    Attributes:
        code: Instructions and constant tables (``.text`` and ``.rodata``).
        state: The state structure, which is all the RAM of a network.
        compiler: The compiler and its version.
    """

    code: int
    state: int
    compiler: str


def c_size(export: Export) -> CSize:
    """Compile a C export with ``gcc -Os`` and measure it.

    Raises:
        ExportError: If gcc or size is not installed, or the compiler fails.
    """
    name = export.name
    with TemporaryDirectory() as folder:
        export.write(folder)
        probe = f'#include "{name}.h"\nconst char probe[sizeof({name}_state)] = {{0}};\n'
        (Path(folder) / "probe.c").write_text(probe, encoding="ascii")
        run_tool(["gcc", *WARNINGS, "-Os", "-c", f"{name}.c", "probe.c"], folder)
        printed = run_tool(["size", f"{name}.o", "probe.o"], folder).splitlines()
    code, state = (int(line.split()[0]) for line in printed[1:3])
    return CSize(code, state, tool_version("gcc"))


def run_c(exports: Sequence[Export]) -> list[Agreement]:
    """Compile C exports with gcc, run their golden stimuli and compare every neuron.

    All exports form one program, so their names must differ and their golden runs must have the
    same length.

    Raises:
        ExportError: If gcc is not installed or the compiler fails.
    """
    with TemporaryDirectory() as folder:
        for export in exports:
            export.write(folder)
        checks = [render("check_one.c.in", _formats(export)) for export in exports]
        text = render(
            "check.c.in",
            {
                "includes": "\n".join(f'#include "{e.name}.h"' for e in exports),
                "checks": "\n".join(checks),
                "calls": "\n".join(f"    (void)check_{e.name}(timesteps);" for e in exports),
            },
        )
        (Path(folder) / "check.c").write_text(text, encoding="utf-8")
        sources = [f"{e.name}.c" for e in exports]
        run_tool(["gcc", *WARNINGS, "-O1", *sources, "check.c", "-o", "check"], folder)
        timesteps = exports[0].golden.timesteps
        stimuli = [str(timesteps), *(_stimulus(e) for e in exports)]
        printed = run_tool([f"{folder}/check"], folder, text="\n".join(stimuli))
    lines = printed.splitlines()
    size = timesteps + 1
    return [_compare(export, lines[k * size : (k + 1) * size]) for k, export in enumerate(exports)]


def _formats(export: Export) -> dict[str, str]:
    integer = bool(export.facts["whole"])
    return {
        "name": export.name,
        "NAME": export.name.upper(),
        "wide": "long long" if integer else "double",
        "scan": "%lld" if integer else "%la",
        "print": "%lld" if integer else "%a",
    }


def _stimulus(export: Export) -> str:
    golden = export.golden
    events = golden.event.reshape(-1).astype(int).tolist()
    charges = golden.charge.reshape(-1).tolist()
    shown = [str(int(c)) if export.facts["whole"] else float(c).hex() for c in charges]
    return "\n".join(f"{e} {c}" for e, c in zip(events, shown, strict=True))


def _compare(export: Export, lines: list[str]) -> Agreement:
    golden = export.golden
    n = export.network.n_neurons
    rows = np.array([list(bytes.fromhex(line)) for line in lines[:-1]])
    read = int if export.facts["whole"] else float.fromhex
    potential: NDArray[np.float64] = np.array([read(word) for word in lines[-1].split()], float)
    potential /= export.facts["steps"]
    outputs = golden.spikes[:, export.network.outputs]
    return Agreement(
        target="c",
        tool="gcc",
        timesteps=golden.timesteps,
        compared=int(golden.spikes.sum()),
        different=int((rows[:, :n] != golden.spikes).sum() + (rows[:, n:] != outputs).sum()),
        potentials_different=int((potential != golden.potential).sum()),
    )
