"""Runs exported Verilog in Icarus Verilog and Verilator, and compares spikes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from tempfile import TemporaryDirectory

from evosnn.export.common.agreement import Agreement
from evosnn.export.common.export import Export
from evosnn.export.common.external_tools import ToolError, run_tool

__all__ = ["read_verdicts", "run_host", "run_iverilog", "run_verilator"]

_SAID = re.compile(
    r"^(?:PASS|FAIL) (\w+): (\d+) timesteps, (\d+) (?:spikes|answers), (\d+) different"
    r"(?:, (\d+) potentials different)?",
    re.MULTILINE,
)
_LINT_OFF = ("-Wno-DECLFILENAME", "-Wno-MULTITOP")  # several benches run at once


def run_host(exports: Sequence[Export], host: str) -> list[Agreement]:
    """Run the test benches of wrappers for hosts in Icarus Verilog.

    Each byte of an answer is one comparison.

    Args:
        exports: Verilog exports.
        host: ``"uart"`` or ``"spi"``.

    Raises:
        ExportError: If it is not installed, or takes one of the files for wrong.
    """
    with TemporaryDirectory() as folder:
        for export in exports:
            export.write(folder)
        names = [f"{e.name}{part}" for e in exports for part in (f"_{host}_tb", f"_{host}", "")]
        said = _icarus(names, [f"{e.name}_{host}_tb" for e in exports], folder)
    return read_verdicts(exports, said.replace(f"_{host}:", ":"), f"iverilog ({host})")


def run_iverilog(exports: Sequence[Export]) -> list[Agreement]:
    """Run the test benches of Verilog exports in Icarus Verilog, all in one simulation.

    Raises:
        ExportError: If it is not installed, or takes one of the files for wrong.
    """
    with TemporaryDirectory() as folder:
        for export in exports:
            export.write(folder)
        names = [f"{e.name}{part}" for e in exports for part in ("_tb", "")]
        said = _icarus(names, [f"{e.name}_tb" for e in exports], folder)
    return read_verdicts(exports, said, "iverilog")


def _icarus(names: Sequence[str], tops: Sequence[str], folder: str) -> str:
    """Run several test benches in one simulation and return what they printed."""
    options = ["-g2001", "-Wall", "-Wno-timescale", "-DNO_FINISH"]
    chosen = [word for top in tops for word in ("-s", top)]
    run_tool(["iverilog", *options, *chosen, "-o", "tb", *(f"{n}.v" for n in names)], folder)
    return run_tool(["vvp", "-n", "tb"], folder)


def run_verilator(exports: Sequence[Export]) -> list[Agreement]:
    """Run the test benches of Verilog exports in Verilator, all in one program.

    Raises:
        ExportError: If it is not installed, or takes one of the files for wrong.
    """
    with TemporaryDirectory() as folder:
        for export in exports:
            export.write(folder)
        sources = [f"{e.name}{part}.v" for e in exports for part in ("_tb", "")]
        # Unoptimised: such a bench is compiled for longer than it runs.
        make = "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0"
        options = ["--binary", "--timing", "-Wall", *_LINT_OFF, "-O0", "-DNO_FINISH"]
        built = ["--Mdir", "build", "--prefix", "Vtb", "-MAKEFLAGS", make]
        run_tool(["verilator", *options, *built, *sources], folder)
        said = run_tool([f"{folder}/build/Vtb"], folder)
    return read_verdicts(exports, said, "verilator")


def read_verdicts(exports: Sequence[Export], said: str, tool: str) -> list[Agreement]:
    """Read what the test benches printed.

    Raises:
        ToolError: If a bench did not come to its end.
    """
    found: Mapping[str, tuple[str, ...]] = {m[0]: m for m in _SAID.findall(said)}
    verdicts = []
    for export in exports:
        if export.name not in found:
            raise ToolError(f"the test bench of '{export.name}' did not end in {tool}")
        _, timesteps, spikes, different, potentials = found[export.name]
        verdicts.append(
            Agreement(
                target="verilog",
                tool=tool,
                timesteps=int(timesteps),
                compared=int(spikes),
                different=int(different),
                potentials_different=int(potentials) if potentials else None,
            )
        )
    return verdicts
