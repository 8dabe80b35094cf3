"""Finds a Python environment that holds the simulators and readers for verification.

Those packages are large, and their versions of NumPy and PyTorch conflict with each other and with
EvoSNN's. They may therefore be installed in a separate environment, whose Python the environment
variable ``EVOSNN_TOOLS_PYTHON`` names::

    python3 -m venv tools && tools/bin/pip install brian2 nest-simulator pynn 'numpy<2'
    EVOSNN_TOOLS_PYTHON=tools/bin/python evosnn verify runs/iris --against deploy
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec

from evosnn.errors import ExportError

__all__ = ["VARIABLE", "find_python"]

VARIABLE = "EVOSNN_TOOLS_PYTHON"
"""The environment variable that names the other environment's Python."""

_LOOK = "import sys; from importlib.util import find_spec as f; print(all(map(f, sys.argv[1:])))"


def find_python(*modules: str) -> str | None:
    """Return the path of a Python that has all of these modules.

    The running Python is tried first, then the one that ``EVOSNN_TOOLS_PYTHON`` names.

    Args:
        modules: Names of top-level modules, as in ``"norse", "nir"``.

    Returns:
        The path, or ``None`` if neither has all modules.

    Raises:
        ExportError: If ``EVOSNN_TOOLS_PYTHON`` is not the path of a Python.
    """
    if all(find_spec(module) is not None for module in modules):
        return sys.executable
    other = os.environ.get(VARIABLE)
    if not other:
        return None
    # Absolute, because tools run in other folders; not resolved, as the link leads out of a venv.
    path = os.path.abspath(other)
    command = [path, "-c", _LOOK, *modules]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        raise ExportError(f"{VARIABLE} is '{other}'; it takes the path of a Python") from None
    return path if found.strip() == "True" else None
