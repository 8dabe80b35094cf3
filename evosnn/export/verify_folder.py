"""Verifies exported files on disk against the network that they were written from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from evosnn.errors import ExportError
from evosnn.export.common.agreement import Agreement
from evosnn.export.common.export import Export
from evosnn.export.common.target import Found
from evosnn.export.registry import TARGETS, export_network
from evosnn.export.subject import Subject

__all__ = ["verify_against"]

_KEY = re.compile(r"\bnetwork ([0-9a-f]{16})\b")


@dataclass(frozen=True)
class _Written:
    """An export on disk: its target, its prefix, its files, and its network's id if known."""

    target: str
    name: str
    files: dict[str, bytes]
    key: str


def verify_against(subject: Subject, path: str | Path) -> list[Agreement]:
    """Run the files of an export as they are on disk, and compare them with the simulator.

    Args:
        subject: The network that the files should implement.
        path: A file of an export, or a folder to search for exports.

    Returns:
        One agreement for each export and tool; it says so if the tool is not installed. For an
        approximate export, differences that a fresh export shows as well are marked as announced.

    Raises:
        ExportError: If there is no export, it was written from another network, or a tool rejects
            it.
    """
    place = Path(path)
    if not place.exists():
        raise ExportError(f"'{place}' does not exist")
    found = list(_exports_in(place))
    if not found:
        raise ExportError(f"'{place}' contains no export of 'evosnn export'")
    return [a for written in found for a in _verified(written, subject)]


def _verified(written: _Written, subject: Subject) -> list[Agreement]:
    fresh, restored = _restored(written, subject)
    verify = TARGETS[written.target].verify
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
    """Yield every export once, whichever of its files is found first."""
    paths = sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
    done: set[tuple[str, tuple[Path, ...]]] = set()
    for path in paths:
        for target in TARGETS:
            found = TARGETS[target].recognise(path)
            if found is not None:
                if (target, found.paths) not in done:
                    done.add((target, found.paths))
                    yield _read(target, found)
                break


def _read(target: str, found: Found) -> _Written:
    files = {}
    key = found.key or ""
    for path in found.paths:
        try:
            files[path.name] = path.read_bytes()
        except OSError as error:
            raise ExportError(f"'{path}' cannot be read: {error.strerror}") from None
        named = _KEY.search(files[path.name].decode("utf-8", "replace"))
        if named and found.key is None:
            key = named[1]
    return _Written(target, found.name, files, key)


def _restored(written: _Written, subject: Subject) -> tuple[Export, Export]:
    """Return a fresh export of the network, and the same export with the files on disk."""
    network, chip, target = subject.network, subject.chip, TARGETS[written.target]
    if written.key not in ("", network.key):
        raise ExportError(
            f"the {written.target} files were written from network {written.key}, not from "
            f"{network.key}"
        )
    charge = target.charge_of(written.files, written.name, chip) or subject.charge
    fresh = export_network(written.target, network, chip, name=written.name, charge=charge)
    if target.several:
        return fresh, replace(fresh, files={**fresh.files, **written.files})
    (content,) = written.files.values()
    return fresh, replace(fresh, files=dict.fromkeys(fresh.files, content))
