"""Synthesises a Verilog export for iCE40 FPGAs: logic cells, clock, inferences per second."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from evosnn.chips import Chip
from evosnn.errors import ExportError, SpecError, unknown_name
from evosnn.export.common.export import Export
from evosnn.export.common.external_tools import require_tool, tool_version
from evosnn.export.fpga.build import DEVICES, build_bitstream
from evosnn.export.verilog.host_wrappers import HOSTS

__all__ = ["SynthesisReport", "require_synthesis", "synthesize"]

_TOOLS = ("yosys", "nextpnr-ice40", "icepack")


@dataclass(frozen=True)
class SynthesisReport:
    """The result of a synthesis. It has no power figure, because the tools give none.

    Attributes:
        device: The FPGA.
        top: Synthesised module: ``"core"``, or a wrapper around it, ``"uart"`` or ``"spi"``.
        luts: Look-up tables.
        flip_flops: Flip-flops.
        carries: Carry cells.
        brams: Block RAMs.
        logic_cells: Logic cells after packing: the design's area.
        fmax_mhz: Highest clock frequency after routing in the worst-case corner, in MHz.
        clocks_per_timestep: Clock cycles of the core for a timestep.
        timesteps: Timesteps of an inference.
        tools: The tools' versions.
        bitstream: Content of the file that configures the FPGA.
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
        """Inferences of ``timesteps`` timesteps per second at the highest clock frequency."""
        return self.fmax_mhz * 1e6 / (self.timesteps * self.clocks_per_timestep)

    def as_data(self) -> dict[str, Any]:
        """Return the report as plain data, as ``--json`` prints it."""
        data = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "bitstream"}
        return {
            **data,
            "tools": list(self.tools),
            "inferences_per_second": self.inferences_per_second,
        }


def require_synthesis(chip: Chip, device: str) -> None:
    """Raise an error if no network of a chip can be synthesised for a device.

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
        export: Result of :func:`~evosnn.export.to_verilog`.
        device: A name in ``DEVICES``.
        timesteps: Timesteps of an inference.
        top: ``"core"``, or the core behind ``"uart"`` or ``"spi"``; ``"auto"`` is the core if the
            package has pins for all its ports, otherwise ``"uart"``.
        seed: Seed of placement; the same seed gives the same result.

    Raises:
        ExportError: If the device is unknown, a tool is missing, the design does not fit, or no
            output can ever fire, which leaves an empty circuit.
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
