"""The target ``verilog``: a synthesisable core, its test bench, and wrappers for UART and SPI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from evosnn.export.common.target import Found, Target, Verifier, prefix_of
from evosnn.export.verilog.write import to_verilog

if TYPE_CHECKING:
    from evosnn.chips import Chip

__all__ = ["VERILOG"]

_COMPANIONS = ("_uart_tb", "_uart", "_spi_tb", "_spi", "_tb")
_PORT = re.compile(r"input i: signed bits \[(\d+)\*i")


def _verifiers() -> tuple[Verifier, ...]:
    from evosnn.export.common.external_tools import require_tools
    from evosnn.export.fpga.bitstream import run_bitstream
    from evosnn.export.fpga.netlist import run_netlist
    from evosnn.export.verilog.run import run_host, run_iverilog, run_verilator

    icarus = require_tools("iverilog", "vvp")
    return (
        Verifier("iverilog", lambda export: run_iverilog([export])[0], icarus),
        Verifier("iverilog (uart)", lambda export: run_host([export], "uart")[0], icarus),
        Verifier("iverilog (spi)", lambda export: run_host([export], "spi")[0], icarus),
        Verifier(
            "verilator", lambda export: run_verilator([export])[0], require_tools("verilator")
        ),
        Verifier(
            "netlist",
            lambda export: run_netlist([export])[0],
            require_tools("yosys", "iverilog", "vvp"),
        ),
        Verifier(
            "bitstream",
            lambda export: run_bitstream([export])[0],
            require_tools(
                "yosys", "nextpnr-ice40", "icepack", "iceunpack", "icebox_vlog", "iverilog"
            ),
        ),
    )


def _recognise(path: Path) -> Found | None:
    if path.suffix != ".v":
        return None
    name = prefix_of(path, _COMPANIONS)
    return Found(name, (path.parent / f"{name}.v",))


def _charge_of(files: Mapping[str, bytes], name: str, chip: Chip) -> tuple[float, float] | None:
    del chip
    width = _PORT.search(files[f"{name}.v"].decode("utf-8", "replace"))
    if width is None or not 0 < int(width[1]) <= 64:
        return None
    return -(2.0 ** (int(width[1]) - 1)), 2.0 ** (int(width[1]) - 1) - 1


VERILOG = Target(
    to_verilog,
    "synthesisable Verilog with test benches",
    several=True,
    verifiers=_verifiers,
    recognise=_recognise,
    charge_of=_charge_of,
)
