"""Exports that lie on a disk, run again and compared with the network that they are to be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evosnn.errors import ExportError
from evosnn.export.common.agreement import Agreement
from evosnn.export.common.export import Export
from evosnn.export.registry import export_network
from evosnn.export.subject import Subject
from evosnn.export.verify import verify

__all__ = ["verify_against"]

_KEY = re.compile(r"\bnetwork ([0-9a-f]{16})\b")
_C_CHARGE = re.compile(r"_CHARGE_(?:MIN|MAX) \((?:INT64_C\()?([^)\s]+)")
_PORT = re.compile(r"input i: signed bits \[(\d+)\*i")
_SUFFIXES = {".nir": "nir", ".graphml": "graphml"}


@dataclass(frozen=True)
class _Written:
    """One export on a disk: what it is, its prefix, its files, and its network if it says so."""

    target: str
    name: str
    files: dict[str, bytes]
    key: str


def verify_against(subject: Subject, path: str | Path) -> list[Agreement]:
    """Run what an export wrote, as it lies on the disk now, and compare it with the simulator.

    Args:
        subject: The network that the files are to be.
        path: A file of an export, or a folder in which exports are looked for.

    Returns:
        One for each export and tool; those of tools that are not installed say so. Where the
        export is approximate, what it would differ by if it were written anew is announced.

    Raises:
        ExportError: If there is no export, it was written from another network, or a tool
            refuses it.
    """
    place = Path(path)
    if not place.exists():
        raise ExportError(f"'{place}' does not exist")
    found = list(_exports_in(place))
    if not found:
        raise ExportError(f"'{place}' holds nothing that 'evosnn export' writes")
    return [a for written in found for a in _verified(written, subject)]


def _verified(written: _Written, subject: Subject) -> list[Agreement]:
    fresh, restored = _restored(written, subject)
    found = verify(restored)
    if not any(agreement.announced for agreement in found):
        return found
    return [
        replace(now, announced=now.announced and _differences(now) == _differences(then))
        for now, then in zip(found, verify(fresh), strict=True)
    ]


def _differences(agreement: Agreement) -> tuple[int, str, int | None]:
    return agreement.different, agreement.where, agreement.potentials_different


def _exports_in(place: Path) -> Iterator[_Written]:
    paths = sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
    done: set[tuple[Path, str]] = set()
    for path in paths:
        target = _target(path)
        if target in ("c", "verilog"):
            name = _prefix(path, target)
            if (path.parent / name, target) not in done:
                done.add((path.parent / name, target))
                ends = ("h", "c") if target == "c" else ("v",)
                yield _read(target, name, [path.parent / f"{name}.{end}" for end in ends])
        elif target:
            yield _read(target, "snn", [path])


def _target(path: Path) -> str:
    """The target whose file this is; empty if it is none."""
    if path.suffix in (".c", ".h"):
        return "c"
    if path.suffix == ".v":
        return "verilog"
    for target in ("brian2", "pynn", "spinnaker"):
        if path.name.endswith(f"_{target}.py"):
            return target
    if path.suffix == ".json":
        return _json_target(path)
    return _SUFFIXES.get(path.suffix, "")


def _json_target(path: Path) -> str:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise ExportError(f"'{path}' is no JSON that can be read") from None
    if isinstance(data, dict) and "Edges" in data:
        return _tennlab_target(data)
    if isinstance(data, dict) and "compartments" in data:
        return "loihi"
    return "superneuromat" if isinstance(data, dict) and "networks" in data else ""


def _tennlab_target(data: dict[str, Any]) -> str:
    """Whose file a TENNLab network file is: that of the processor that it names."""
    try:
        said = data["Associated_Data"]
        if said["other"]["proc_name"] != "caspian":
            return "risp"
        backend = said["proc_params"].get("Backend", "")
    except (KeyError, TypeError, AttributeError):
        return "risp"
    return "ucaspian" if str(backend).startswith("uCaspian") else "caspian"


def _prefix(path: Path, target: str) -> str:
    ends = (
        ("_control_main", "_control", "_main", "_coder", "_classify")
        if target == "c"
        else ("_uart_tb", "_uart", "_spi_tb", "_spi", "_tb")
    )
    for end in ends:
        if path.stem.endswith(end):
            return path.stem.removesuffix(end)
    return path.stem


def _read(target: str, name: str, paths: Iterable[Path]) -> _Written:
    files = {}
    key = ""
    for path in paths:
        try:
            files[path.name] = path.read_bytes()
        except OSError as error:
            raise ExportError(f"'{path}' cannot be read: {error.strerror}") from None
        said = _KEY.search(files[path.name].decode("utf-8", "replace"))
        if said and target != "nir":  # which is binary, and says it in its metadata
            key = said[1]
    return _Written(target, name, files, key)


def _restored(written: _Written, subject: Subject) -> tuple[Export, Export]:
    """The export as it would be written today, and with the files that lie on the disk."""
    network, chip = subject.network, subject.chip
    if written.key not in ("", network.key):
        raise ExportError(
            f"the {written.target} files were written from network {written.key}, not from "
            f"{network.key}"
        )
    charge = _charge(written, subject)
    fresh = export_network(written.target, network, chip, name=written.name, charge=charge)
    if written.target in ("c", "verilog"):
        return fresh, replace(fresh, files={**fresh.files, **written.files})
    (content,) = written.files.values()
    return fresh, replace(fresh, files=dict.fromkeys(fresh.files, content))


def _charge(written: _Written, subject: Subject) -> tuple[float, float] | None:
    """What the files were made to be fed, as far as they say it."""
    full = abs(subject.chip.spike_value)
    if written.target == "c":
        ends = _C_CHARGE.findall(written.files[f"{written.name}.h"].decode("utf-8", "replace"))
        if len(ends) == 2 and subject.chip.integer:
            # What the type leaves room for may be far more than the network was made for.
            return max(float(ends[0]), -full), min(float(ends[1]), full)
    if written.target == "verilog":
        width = _PORT.search(written.files[f"{written.name}.v"].decode("utf-8", "replace"))
        if width and 0 < int(width[1]) <= 64:
            return -(2.0 ** (int(width[1]) - 1)), 2.0 ** (int(width[1]) - 1) - 1
    return subject.charge
