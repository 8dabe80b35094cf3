"""Synthesis for iCE40 FPGAs: how large a Verilog export is, and how fast."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from evosnn.chips import Chip
from evosnn.errors import ExportError, SpecError, unknown_name
from evosnn.export._files import Export
from evosnn.export._tools import require_tool, run_tool, tool_version
from evosnn.export._verilog_hosts import HOSTS

__all__ = [
    "DEVICES",
    "Device",
    "SynthesisReport",
    "build_bitstream",
    "require_synthesis",
    "synthesize",
]

_TOOLS = ("yosys", "nextpnr-ice40", "icepack")


@dataclass(frozen=True)
class Device:
    """An FPGA in a package.

    Attributes:
        options: What nextpnr calls it.
        logic_cells: A look-up table of 4 inputs, a carry and a flip-flop each.
        brams: Block RAMs of 4 kbit.
        pins: Pins that a design can use.
        aim_mhz: Clock that place and route is asked for, beyond what it can reach.
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
"""The FPGAs that :func:`synthesize` knows, by name."""


@dataclass(frozen=True)
class SynthesisReport:
    """What the tools made of a design. No figure of power: these tools have none.

    Attributes:
        device: The FPGA.
        top: What was synthesised: ``"core"``, or the core in a wrapper, ``"uart"`` or ``"spi"``.
        luts: Look-up tables.
        flip_flops: Flip-flops.
        carries: Carry cells.
        brams: Block RAMs.
        logic_cells: Logic cells after packing: the design's area.
        fmax_mhz: Largest clock after routing, in the tool's worst-case corner.
        clocks_per_timestep: Clocks that the core takes for a timestep.
        timesteps: Timesteps of an inference.
        tools: The tools' versions.
        bitstream: What configures the FPGA.
    """

    device: str
    top: str
    luts: int
    flip_flops: int
    carries: int
    brams: int
    logic_cells: int
    fmax_mhz: float
    clocks_per_timestep: int
    timesteps: int
    tools: tuple[str, ...]
    bitstream: bytes = field(default=b"", repr=False)

    @property
    def inferences_per_second(self) -> float:
        """Inferences of ``timesteps`` timesteps a second that the core does at its clock."""
        return self.fmax_mhz * 1e6 / (self.timesteps * self.clocks_per_timestep)

    def as_data(self) -> dict[str, Any]:
        """Return the report as plain data, the form that ``--json`` prints."""
        data = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "bitstream"}
        return {
            **data,
            "tools": list(self.tools),
            "inferences_per_second": self.inferences_per_second,
        }


def require_synthesis(chip: Chip, device: str) -> None:
    """Refuse what no network of a chip could be synthesised with.

    Raises:
        SpecError: If there is no such device.
        ExportError: If the chip computes with real numbers, or a tool is not installed.
    """
    if device not in DEVICES:
        raise SpecError(unknown_name("device", device, DEVICES))
    if not chip.integer:
        raise ExportError(
            f"chip '{chip.name}' computes with real numbers; only networks of an integer chip "
            "become circuits"
        )
    for tool in _TOOLS:
        require_tool(tool)


def synthesize(
    export: Export,
    device: str = "ice40-hx8k",
    *,
    timesteps: int = 1,
    top: Literal["auto", "core", "uart", "spi"] = "auto",
    seed: int = 1,
) -> SynthesisReport:
    """Synthesise, place and route a Verilog export.

    Args:
        export: What :func:`~evosnn.export.to_verilog` gave.
        device: A name in ``DEVICES``.
        timesteps: Timesteps of an inference.
        top: The core alone, or behind UART or SPI; ``"auto"`` is the core, if the
            package has pins for all its ports, else behind UART.
        seed: Seed of placement; the same seed gives the same result.

    Raises:
        ExportError: If the device is unknown, a tool is missing, the design does not fit, or
            no output can ever fire, so that nothing is left of it.
    """
    if export.target != "verilog":
        raise ExportError(f"a {export.target} export cannot be synthesised; give a verilog one")
    if device not in DEVICES:
        raise ExportError(unknown_name("device", device, DEVICES))
    if timesteps < 1:
        raise ExportError(f"timesteps is {timesteps}; an inference takes at least 1")
    for tool in _TOOLS:
        require_tool(tool)
    chosen = _top(export, top, device)
    with TemporaryDirectory() as folder:
        export.write(folder)
        cells = build_bitstream(export, chosen, device, seed, folder)
        report = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
        bitstream = (Path(folder) / "design.bin").read_bytes()
    return SynthesisReport(
        device=device,
        top=chosen,
        **cells,
        logic_cells=int(report["utilization"]["ICESTORM_LC"]["used"]),
        fmax_mhz=min(float(clock["achieved"]) for clock in report["fmax"].values()),
        clocks_per_timestep=export.facts["clocks_per_timestep"],
        timesteps=timesteps,
        tools=tuple(tool_version(tool) for tool in ("yosys", "nextpnr-ice40")),
        bitstream=bitstream,
    )


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
        keep: File to write the placed design to, as JSON; none if empty.

    Returns:
        How many cells of each kind there are.

    Raises:
        ExportError: If a tool is missing, or the design does not fit.
    """
    cells = _yosys(export, top, folder)
    _require_room(cells, device)
    _place(device, seed, folder, ("--write", keep) if keep else ())
    run_tool(["icepack", "design.asc", "design.bin"], folder)
    return cells


def _top(export: Export, top: str, device: str) -> str:
    pins, room = export.facts["pins"], DEVICES[device].pins
    if top == "auto":
        return "core" if pins <= room else "uart"
    if top not in ("core", *HOSTS):
        raise ExportError(f"top is '{top}'; it takes auto, core, uart or spi")
    if top == "core" and pins > room:
        raise ExportError(
            f"the core has {pins} pins, {device} {room}; synthesise it with top='uart' or 'spi'"
        )
    return top


def _yosys(export: Export, top: str, folder: str) -> dict[str, int]:
    """Synthesise to ``design.json`` and return how many cells of each kind there are."""
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
                f"the design's cells and their carry chains find no place on {device}, which "
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
