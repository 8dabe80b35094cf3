"""The export target: writes a network's files, verifies them in other tools, recognises them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from evosnn.errors import EvosnnError, ExportError

if TYPE_CHECKING:
    from evosnn.chips import Chip
    from evosnn.export.common.agreement import Agreement
    from evosnn.export.common.export import Export
    from evosnn.export.subject import Subject
    from evosnn.network import Network
    from evosnn.simulation import Stimulus

__all__ = [
    "Found",
    "Target",
    "Verifier",
    "Writer",
    "in_environment",
    "json_in",
    "prefix_of",
    "with_suffix",
]

_LONGEST = 500  # characters of a tool's message


class Writer(Protocol):
    """Function that writes a network for a target; see :attr:`Target.write`."""

    def __call__(
        self,
        network: Network,
        chip: Chip,
        *,
        name: str = ...,
        charge: tuple[float, float] | None = ...,
        stimulus: Stimulus | None = ...,
    ) -> Export:
        """Return the export; see :attr:`Target.write`."""


@dataclass(frozen=True)
class Verifier:
    """A tool that runs the files of an export and compares them with the simulator.

    Attributes:
        tool: The tool's name, as in ``"gcc"``.
        run: Runs an export and returns how far it agrees.
        require: Raises an :class:`~evosnn.errors.ExportError` whose sentence says what to install
            if the tool is missing.
    """

    tool: str
    run: Callable[[Export], Agreement]
    require: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Found:
    """An export on disk.

    Attributes:
        name: Prefix of its files.
        paths: The files to read back.
        key: Id of the network that it was written from; ``None`` to search the files' text for
            ``network ID``.
    """

    name: str
    paths: tuple[Path, ...]
    key: str | None = None


def _no_verifier() -> tuple[Verifier, ...]:
    return ()


def _unrecognised(path: Path) -> Found | None:
    del path
    return None


def _unsaid(files: Mapping[str, bytes], name: str, chip: Chip) -> tuple[float, float] | None:
    del files, name, chip
    return None


def _unchanged(export: Export, subject: Subject) -> Export:
    del subject
    return export


@dataclass(frozen=True)
class Target:
    """One kind of export; a package adds one by an entry point of the group ``evosnn.targets``.

    Only ``write`` and ``summary`` are required. The command's help, deployment folders and ``evosnn
    verify`` depend on this object alone.

    Attributes:
        write: Writes a network: called with the network, the chip whose rules it follows, and by
            keyword ``name`` (prefix of the files), ``charge`` (least and largest charge of an
            input) and ``stimulus`` (the input of the verification). Returns an
            :class:`~evosnn.export.Export`, or raises an :class:`~evosnn.errors.ExportError` if the
            target cannot hold the network.
        summary: A short description for lists.
        several: Whether it writes several files, which go into their own folder.
        verifiers: Function that returns the tools for its verification.
        recognise: Function that returns the export to which a file belongs; ``None`` if it belongs
            to another target.
        charge_of: Function that returns the least and largest charge for which files on disk were
            written, from their content by name, their prefix and the chip; ``None`` if the files do
            not contain it.
        with_task: Function that adds parts of the subject's task to an export: an encoder, a note.

    Example:
        A target that lists a network's weights::

            from evosnn.export import Export, Target, make_plan, run_golden

            def write(network, chip, *, name="snn", charge=None, stimulus=None):
                text = " ".join(f"{weight:g}" for weight in network.weight)
                golden = run_golden(make_plan(network, chip, charge), stimulus)
                return Export("weights", name, {f"{name}.txt": text}, (), network, chip, golden)

            WEIGHTS = Target(write, "list of weights")
    """

    write: Writer
    summary: str
    several: bool = False
    verifiers: Callable[[], tuple[Verifier, ...]] = _no_verifier
    recognise: Callable[[Path], Found | None] = _unrecognised
    charge_of: Callable[[Mapping[str, bytes], str, Chip], tuple[float, float] | None] = _unsaid
    with_task: Callable[[Export, Subject], Export] = _unchanged

    def verify(self, export: Export) -> list[Agreement]:
        """Run an export in every tool that is installed and compare it with the simulator.

        Returns:
            One for each tool; those of tools that are missing, or fail to run, say so.

        Raises:
            EvosnnError: If a file is not that of the network, as EvoSNN's own readers find.
        """
        from evosnn.export.common.agreement import Agreement

        try:
            verifiers = self.verifiers()
        except ImportError as error:
            return [Agreement(export.target, "every tool", failed=_reason(error))]
        if not verifiers:
            return [Agreement(export.target, "no tool", skipped="this target names none")]
        return [_run(verifier, export) for verifier in verifiers]


def _run(verifier: Verifier, export: Export) -> Agreement:
    """Run one tool; whatever a broken one raises ends its own verification and no other."""
    from evosnn.export.common.agreement import Agreement
    from evosnn.export.common.external_tools import ToolError

    try:
        verifier.require()
    except ExportError as error:
        return Agreement(export.target, verifier.tool, skipped=str(error))
    except Exception as error:
        return Agreement(export.target, verifier.tool, failed=_reason(error))
    try:
        found = verifier.run(export)
    except Exception as error:
        if isinstance(error, EvosnnError) and not isinstance(error, ToolError):
            raise  # what our own readers say of the files
        return Agreement(export.target, verifier.tool, failed=_reason(error))
    announced = export.approximate and not (found.exact or found.skipped or found.failed)
    return replace(found, announced=announced)


def _reason(error: Exception) -> str:
    """Return an error as one line: ours as it reads, others with their kind."""
    said = " ".join(str(error).split())[:_LONGEST]
    return said if isinstance(error, EvosnnError) else f"{type(error).__name__}: {said}"


def with_suffix(suffix: str) -> Callable[[Path], Found | None]:
    """Return the ``recognise`` function of a single-file target whose names end in ``suffix``."""

    def recognise(path: Path) -> Found | None:
        return Found("snn", (path,)) if path.name.endswith(suffix) else None

    return recognise


def prefix_of(path: Path, companions: tuple[str, ...]) -> str:
    """Return the prefix of an export from one of its files.

    Args:
        path: The file.
        companions: Suffixes of the companion files' names after the prefix, longest first.
    """
    for end in companions:
        if path.stem.endswith(end):
            return path.stem.removesuffix(end)
    return path.stem


def in_environment(*modules: str) -> Callable[[], None]:
    """Return a ``require`` function for Python modules, here or in the other environment."""

    def require() -> None:
        from evosnn.export.simulators.run import require_modules

        require_modules(*modules)()

    return require


def json_in(path: Path) -> dict[str, Any] | None:
    """Return the object in a JSON file; ``None`` if the name does not end in ``.json``.

    Raises:
        ExportError: If the file cannot be read as JSON.
    """
    if path.suffix != ".json":
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise ExportError(f"'{path}' cannot be read as JSON") from None
    return data if isinstance(data, dict) else None
