"""Finds and runs external programs, and names the package of a missing one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from evosnn.errors import ExportError

__all__ = ["ToolError", "find_tool", "require_tool", "require_tools", "run_tool", "tool_version"]

_FROM = {
    "gcc": "a C compiler (apt-get install gcc)",
    "size": "GNU binutils (apt-get install binutils)",
    "iverilog": "Icarus Verilog (apt-get install iverilog)",
    "vvp": "Icarus Verilog (apt-get install iverilog)",
    "verilator": "Verilator (apt-get install verilator)",
    "yosys": "Yosys (pip install 'evosnn[fpga]', or apt-get install yosys)",
    "nextpnr-ice40": "nextpnr (pip install 'evosnn[fpga]', or apt-get install nextpnr-ice40)",
    "iceunpack": "IceStorm (apt-get install fpga-icestorm)",
    "icebox_vlog": "IceStorm (apt-get install fpga-icestorm)",
    "icepack": "IceStorm (pip install 'evosnn[fpga]', or apt-get install fpga-icestorm)",
}
_TIME_LIMIT = 3600.0


class ToolError(ExportError):
    """A program or library that is installed failed."""


def find_tool(name: str) -> str | None:
    """Return the path of a program, native or from YoWASP; ``None`` if it is not installed."""
    scripts = str(Path(sys.executable).parent)  # also without activation
    return (
        shutil.which(name)
        or shutil.which(f"yowasp-{name}")
        or shutil.which(f"yowasp-{name}", path=scripts)
    )


def require_tool(name: str) -> str:
    """Return the path of a program.

    Raises:
        ExportError: If it is not installed; the message says what to install.
    """
    path = find_tool(name)
    if path is None:
        raise ExportError(f"'{name}' is not installed; it comes with {_FROM.get(name, name)}")
    return path


def run_tool(
    command: Sequence[str], folder: str | Path, *, text: str = "", time_limit: float = _TIME_LIMIT
) -> str:
    """Run a program in a folder and return what it printed.

    Args:
        command: The program, found by :func:`require_tool`, and its arguments. Paths are
            relative to ``folder``: a program in a sandbox sees no others.
        folder: Working directory of the program.
        text: Its standard input.
        time_limit: Seconds after which it is stopped.

    Raises:
        ExportError: If the program is not installed.
        ToolError: If it fails or takes too long.
    """
    name = command[0]
    try:
        done = subprocess.run(
            [name if "/" in name else require_tool(name), *command[1:]],
            cwd=folder,
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",  # a compiler quotes what it cannot read
            timeout=time_limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ToolError(f"{name} did not end within {time_limit:g} seconds") from None
    except OSError as error:
        raise ToolError(f"{name} cannot be run: {error.strerror}") from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        telling = next((line for line in said if "error" in line.lower()), (said or [""])[-1])
        raise ToolError(f"{name} failed (status {done.returncode}): {telling.strip()}")
    return done.stdout


def tool_version(name: str) -> str:
    """Return a program's name and version, as in ``"yosys 0.70"``."""
    option = "-V" if name in ("iverilog", "yosys") else "--version"
    path = require_tool(name)
    try:
        done = subprocess.run(
            [path, option], capture_output=True, encoding="utf-8", errors="replace", timeout=60,
            check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return name
    found = re.search(r"\d+\.\d+[\w.+-]*", done.stdout + done.stderr)
    return f"{name} {found[0]}" if found else name


def require_tools(*names: str) -> Callable[[], None]:
    """Return a function that raises an :class:`ExportError` if a program is not installed."""

    def require() -> None:
        for name in names:
            require_tool(name)

    return require
