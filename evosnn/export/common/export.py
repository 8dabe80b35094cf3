"""An export as data: its files, notes and golden run; templates; writing to a disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from evosnn.errors import ExportError
from evosnn.files import write_bytes

if TYPE_CHECKING:
    from evosnn.chips import Chip
    from evosnn.export.common.golden_run import Golden
    from evosnn.network import Network

__all__ = ["Export", "check_name", "render", "write_files"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LONGEST = 63  # characters that every compiler of C tells apart


@dataclass(frozen=True, eq=False)
class Export:
    """A network written for one target.

    Attributes:
        target: Name of the target in :data:`~evosnn.export.TARGETS`.
        name: Prefix of the files and of the identifiers in them.
        files: Content of each file by name: text, or bytes of a binary file.
        notes: Remarks for the user of the files, one sentence each.
        network: The network that was written.
        chip: The rules that it was written by.
        golden_run: Stimulus and spikes for verification, or a function that returns them, which
            :attr:`golden` calls once.
        facts: Figures of the export by name, such as ``clocks_per_timestep``; ``exact`` is 0 if the
            export is approximate.
    """

    target: str
    name: str
    files: Mapping[str, str | bytes]
    notes: tuple[str, ...]
    network: Network
    chip: Chip
    golden_run: Golden | Callable[[], Golden]
    facts: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def golden(self) -> Golden:
        """Stimulus and spikes for verification."""
        return self.golden_run() if callable(self.golden_run) else self.golden_run

    @property
    def approximate(self) -> bool:
        """Whether the notes say that spikes may differ from the simulator's."""
        return not self.facts.get("exact", 1)

    def write(self, folder: str | Path) -> list[Path]:
        """Write the files into a folder, and create the folder if it does not exist.

        Raises:
            ExportError: If a file cannot be written.
        """
        return write_files(self.files, folder)

    def text(self, name: str) -> str:
        """Return the text of a file.

        Raises:
            ExportError: If the file was read from disk and is not UTF-8 text.
        """
        content = self.files[name]
        try:
            return content if isinstance(content, str) else content.decode("utf-8")
        except UnicodeDecodeError:
            raise ExportError(f"'{name}' of the {self.target} export is not UTF-8 text") from None


def write_files(files: Mapping[str, str | bytes], folder: str | Path) -> list[Path]:
    """Write files by their path within a folder, and create the folder if it does not exist.

    Raises:
        ExportError: If a file cannot be written.
    """
    paths = [Path(folder) / name for name in files]
    for parent in dict.fromkeys([Path(folder), *(path.parent for path in paths)]):
        try:
            parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError(f"'{parent}' cannot be created: {error.strerror}") from None
    for path, content in zip(paths, files.values(), strict=True):
        write_bytes(path, content.encode("utf-8") if isinstance(content, str) else content)
    return paths


def check_name(name: str) -> None:
    """Refuse a name that cannot prefix files and identifiers of C, Verilog and Python.

    Raises:
        ExportError: If the name is no identifier or a long one, or has a meaning of its own: a
            word of C, C++, Verilog, SystemVerilog, VHDL or Python, a name or header of C's
            library, a port of the modules that are written, or a device of Windows.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or name.lower() in _reserved():
        shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}..."
        raise ExportError(
            f"'{shown}' cannot name C or Verilog code; a name takes letters, digits and '_', "
            f"starts with a letter, has at most {_LONGEST} characters and is not a keyword"
        )


@cache
def _reserved() -> frozenset[str]:
    """Names with a meaning of their own, in lower case; lines after ``#`` say whose."""
    lines = _read("keywords.txt").splitlines()
    return frozenset(word for line in lines if line[0] != "#" for word in line.split())


def render(template: str, values: Mapping[str, object]) -> str:
    """Fill in the template file of this name; empty parts leave no blank lines."""
    return re.sub(r"\n{3,}", "\n\n", _template(template).substitute(values))


@cache
def _template(name: str) -> Template:
    return Template(_read(name))


def _read(name: str) -> str:
    return (files("evosnn.export") / "templates" / name).read_text(encoding="utf-8")
