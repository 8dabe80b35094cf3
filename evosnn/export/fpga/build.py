"""Builds the bitstream of an iCE40 from a Verilog export with yosys, nextpnr and IceStorm."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evosnn.errors import ExportError
from evosnn.export.common.export import Export
from evosnn.export.common.external_tools import run_tool
from evosnn.export.verilog.host_wrappers import HOSTS

__all__ = ["DEVICES", "Device", "build_bitstream", "build_netlist"]


@dataclass(frozen=True)
class Device:
    """An FPGA in a package.

    Attributes:
        options: nextpnr's options for it.
        logic_cells: Logic cells, each a look-up table of 4 inputs, a carry and a flip-flop.
        brams: Block RAMs of 4 kbit.
        pins: Pins that a design can use.
        aim_mhz: Target clock of place and route in MHz, above any reachable one.
    """

    options: tuple[str, ...]
    logic_cells: int
    brams: int
    pins: int
    aim_mhz: int


DEVICES = {
    "ice40-hx1k": Device(("--hx1k", "--package", "tq144"), 1280, 16, 95, 150),
    "ice40-hx8k": Device(("--hx8k", "--package", "ct256"), 7680, 32, 206, 150),
    "ice40-up5k": Device(("--up5k", "--package", "sg48"), 5280, 30, 39, 60),
}
"""The FPGAs that :func:`synthesize` supports, by name."""


def build_bitstream(
    export: Export, top: str, device: str, seed: int, folder: str, *, keep: str = ""
) -> dict[str, int]:
    """Make ``design.bin`` and ``report.json`` of an export whose files lie in a folder.

    Args:
        export: The Verilog export.
        top: ``"core"``, ``"uart"`` or ``"spi"``.
        device: A name in ``DEVICES``.
        seed: Seed of placement.
        folder: Where the files are.
        keep: File to write the placed design to, as JSON; not written if empty.

    Returns:
        How many cells of each kind there are.

    Raises:
        ExportError: If a tool is missing, or the design does not fit.
    """
    cells = build_netlist(export, top, folder)
    _require_room(cells, device)
    _place(device, seed, folder, ("--write", keep) if keep else ())
    run_tool(["icepack", "design.asc", "design.bin"], folder)
    return cells


def build_netlist(export: Export, top: str, folder: str) -> dict[str, int]:
    """Synthesise to ``design.json``.

    Args:
        export: The Verilog export.
        top: ``"core"``, ``"uart"`` or ``"spi"``.
        folder: Where its files are.

    Returns:
        How many cells of each kind there are.

    Raises:
        ExportError: If Yosys is missing.
    """
    name = export.name
    sources, module = [f"{name}.v"], name
    if top in HOSTS:
        sources, module = [*sources, f"{name}_{top}.v"], f"{name}_{top}"
    script = (
        f"read_verilog {' '.join(sources)}\n"
        f"synth_ice40 -top {module} -json design.json\n"
        "tee -q -o cells.json stat -json\n"
    )
    (Path(folder) / "synth.ys").write_text(script, encoding="ascii")
    run_tool(["yosys", "-q", "-s", "synth.ys"], folder)
    stat: dict[str, Any] = json.loads((Path(folder) / "cells.json").read_text(encoding="utf-8"))
    kinds: dict[str, int] = stat["design"]["num_cells_by_type"]
    return {
        "luts": kinds.get("SB_LUT4", 0),
        "flip_flops": sum(n for kind, n in kinds.items() if kind.startswith("SB_DFF")),
        "carries": kinds.get("SB_CARRY", 0),
        "brams": kinds.get("SB_RAM40_4K", 0),
    }


def _place(device: str, seed: int, folder: str, more: Sequence[str]) -> None:
    """Place and route ``design.json`` to ``design.asc`` and ``report.json``."""
    part = DEVICES[device]
    try:
        run_tool(
            ["nextpnr-ice40", *part.options, "--json", "design.json", "--asc", "design.asc",
             "--report", "report.json", "--seed", str(seed), "--freq", str(part.aim_mhz),
             "--timing-allow-fail", "--quiet", *more],
            folder,
        )  # fmt: skip
    except ExportError as error:
        if "legal placement" in str(error) or "expand region" in str(error):
            raise ExportError(
                f"the design's cells and carry chains do not fit on {device}, which "
                f"has {part.logic_cells} logic cells; take a larger device"
            ) from None
        raise


def _require_room(cells: dict[str, int], device: str) -> None:
    if not cells["flip_flops"]:
        raise ExportError("none of the network's outputs can ever fire; no circuit is left of it")
    part = DEVICES[device]
    for what, needed, room in (
        ("look-up tables", cells["luts"], part.logic_cells),
        ("flip-flops", cells["flip_flops"], part.logic_cells),
        ("block RAMs", cells["brams"], part.brams),
    ):
        if needed > room:
            raise ExportError(
                f"the design takes {needed} {what}, {device} has {room}; take a larger device, "
                "or core='streamed' if it is unrolled"
            )
