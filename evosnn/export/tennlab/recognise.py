"""Recognises which processor a TENNLab network file was exported for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from evosnn.export.common.target import Found, json_in

__all__ = ["recognise_processor"]


def recognise_processor(target: str) -> Callable[[Path], Found | None]:
    """Return the ``recognise`` function of one target's TENNLab files.

    Args:
        target: ``"risp"``, ``"caspian"`` or ``"ucaspian"``.
    """

    def recognise(path: Path) -> Found | None:
        data = json_in(path)
        if data is None or "Edges" not in data or _target_of(data) != target:
            return None
        return Found("snn", (path,))

    return recognise


def _target_of(data: dict[str, Any]) -> str:
    """Return the target of the processor that a file names; ``"risp"`` if it names none."""
    try:
        associated = data["Associated_Data"]
        if associated["other"]["proc_name"] != "caspian":
            return "risp"
        backend = associated["proc_params"].get("Backend", "")
    except (KeyError, TypeError, AttributeError):
        return "risp"
    return "ucaspian" if str(backend).startswith("uCaspian") else "caspian"
