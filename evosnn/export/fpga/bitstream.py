"""Verifies a bitstream of an iCE40: unpacks and simulates the configured FPGA.

IceStorm unpacks the configuration, and its ``icebox_vlog`` derives the look-up tables, flip-flops
and wires from those bits alone and writes them as Verilog. Only the pads' names come from place and
route. The simulation therefore checks synthesis, placement, routing and packing together, but
neither timing nor the FPGA itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evosnn.errors import ExportError
from evosnn.export.common.agreement import Agreement
from evosnn.export.common.export import Export
from evosnn.export.common.external_tools import ToolError, run_tool
from evosnn.export.fpga.build import DEVICES, build_bitstream
from evosnn.export.fpga.netlist import CLOCKS, cell_models
from evosnn.export.verilog.run import read_verdicts

__all__ = ["run_bitstream"]

_PAD = re.compile(r"X(\d+)/Y(\d+)/io(\d)")


def run_bitstream(
    exports: Sequence[Export], *, device: str = "ice40-hx8k", clocks: int = CLOCKS
) -> list[Agreement]:
    """Build bitstreams of the cores, unpack them and run their test benches, ports only.

    A core that the device cannot hold is skipped.

    Args:
        exports: Verilog exports.
        device: A name in ``DEVICES``.
        clocks: Clock cycles after which a run stops.

    Raises:
        ExportError: If a bitstream cannot be unpacked or simulated.
    """
    found = []
    for export in exports:
        with TemporaryDirectory() as folder:
            found.append(_run(export, device, clocks, folder))
    return found


def _run(export: Export, device: str, clocks: int, folder: str) -> Agreement:
    pins, room = export.facts["pins"], DEVICES[device].pins
    if pins > room:
        return Agreement(
            "verilog", "bitstream", skipped=f"the core has {pins} pins, {device} has {room}"
        )
    export.write(folder)
    try:
        build_bitstream(export, "core", device, 1, folder, keep="placed.json")
    except ExportError as error:
        return Agreement("verilog", "bitstream", skipped=str(error))
    run_tool(["iceunpack", "design.bin", "unpacked.asc"], folder)
    plain = run_tool(["icebox_vlog", "-s", "-n", "fpga", "unpacked.asc"], folder)
    placed = json.loads((Path(folder) / "placed.json").read_text(encoding="utf-8"))
    wrapper = _wrapper(export, _pads(placed), plain)
    (Path(folder) / "fpga.v").write_text(plain + wrapper, encoding="utf-8")
    (Path(folder) / "cells.v").write_text(cell_models(), encoding="utf-8")
    name = export.name
    run_tool(
        ["iverilog", "-g2012", "-DNO_FINISH", "-DPORTS_ONLY", f"-DLIMIT={clocks}",
         "-DNO_ICE40_DEFAULT_ASSIGNMENTS", "-s", f"{name}_tb", "-o", "tb", f"{name}_tb.v",
         "fpga.v", "cells.v"],
        folder,
    )  # fmt: skip
    (a,) = read_verdicts([export], run_tool(["vvp", "-n", "tb"], folder), "bitstream")
    return Agreement("verilog", "bitstream", a.timesteps, a.compared, a.different)


def _pads(placed: dict[str, Any]) -> dict[str, str]:
    """Return icebox_vlog's pad name for each port bit, from nextpnr's placed design."""
    (top,) = placed["modules"].values()
    pads = {}
    for name, cell in top["cells"].items():
        where = _PAD.fullmatch(cell["attributes"].get("NEXTPNR_BEL", ""))
        if name.endswith("$sb_io") and where:
            pads[name.removesuffix("$sb_io")] = "io_{}_{}_{}".format(*where.groups())
    return pads


def _wrapper(export: Export, pads: dict[str, str], plain: str) -> str:
    """Return a module with the core's name and ports around the unpacked design."""
    network = export.network
    width = (export.facts["pins"] - network.outputs.size - 4) // network.inputs.size - 1
    buses = {
        "clk": 1, "rst": 1, "step": 1, "event_in": network.inputs.size,
        "charge": network.inputs.size * width, "spike": network.outputs.size, "done": 1,
    }  # fmt: skip
    ports, joined = [], []
    there = set(re.findall(r"\bio_\d+_\d+_\d\b", plain.split(");", 1)[0]))
    for bus, bits in buses.items():
        kind = "output" if bus in ("spike", "done") else "input"
        ports.append(f"{kind} wire [{bits - 1}:0] {bus}")
        for k in range(bits):
            pad = pads.get(bus if bits == 1 else f"{bus}[{k}]", "")
            if pad in there:
                joined.append(f".{pad}({bus}[{k}])")
            elif kind == "output":  # a constant, which leaves nothing to unpack
                raise ToolError(f"bit {k} of '{bus}' is not in the bitstream of '{export.name}'")
    return (
        f"\nmodule {export.name}({', '.join(ports)});\n"
        f"    fpga inner({', '.join(joined)});\nendmodule\n"
    )
