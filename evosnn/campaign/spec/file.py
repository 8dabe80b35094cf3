"""Reads and checks campaign files, and sets single values by dotted keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evosnn.campaign.spec.model import RENAMED_KEYS, CampaignSpec
from evosnn.campaign.spec.unused_keys import find_unused_key
from evosnn.chips import load_chip
from evosnn.errors import SpecError
from evosnn.renamed_keys import current_key, rename_keys
from evosnn.tasks import DataSpec
from evosnn.tasks.control import GymnasiumSpec
from evosnn.toml_file import check_tables, read_toml
from evosnn.validation import first_problem

__all__ = ["change_spec", "parse_spec", "read_spec"]


def read_spec(path: str | Path, overrides: dict[str, Any] | None = None) -> CampaignSpec:
    """Read a campaign file; relative paths in it start from its folder.

    Args:
        path: The TOML file.
        overrides: Values that replace the file's, by dotted key (``"stop.generations"``).

    Raises:
        SpecError: If the file cannot be read or is no campaign, in one sentence.
    """
    path = Path(path)
    what = f"campaign file '{path}'"
    data = read_toml(path, what)
    if overrides:
        try:
            data = rename_keys(data, RENAMED_KEYS)
        except ValueError as error:
            raise SpecError(f"{what}: {error}") from None
        _override(data, overrides)
    return parse_spec(data, path.parent, what)


def parse_spec(
    data: dict[str, Any], base: str | Path, what: str, *, begun: bool = False
) -> CampaignSpec:
    """Check a campaign's data.

    Args:
        data: The nested tables of a campaign file.
        base: Folder that relative paths in it start from.
        what: Name of the data in an error, as in ``"campaign file 'iris.toml'"``.
        begun: Whether the campaign has begun and only has to be readable: its chip file may have
            moved, and an earlier version may have accepted keys that this one refuses.

    Raises:
        SpecError: If it is no campaign, in one sentence.
    """
    check_tables(data, what)
    try:
        spec = CampaignSpec.model_validate(data, context={"begun": begun})
    except ValidationError as error:
        raise SpecError(f"{what}: {first_problem(error, CampaignSpec)}") from None
    spec = _with_absolute_paths(spec, Path(base))
    if not begun:
        sentence = find_unused_key(spec)
        if sentence:
            raise SpecError(f"{what}: {sentence}")
        load_chip(spec.chip)
    return spec


def _with_absolute_paths(spec: CampaignSpec, base: Path) -> CampaignSpec:
    """Return the spec with absolute paths."""
    changes: dict[str, Any] = {}
    if isinstance(spec.task, DataSpec | GymnasiumSpec):
        changes["task"] = spec.task.within(base)
    if spec.chip.endswith(".toml"):
        changes["chip"] = str((base / spec.chip).resolve())
    if spec.start:
        changes["start"] = tuple(str((base / name).resolve()) for name in spec.start)
    return spec.model_copy(update=changes)


def change_spec(
    spec: CampaignSpec, overrides: dict[str, Any], *, begun: bool = False
) -> CampaignSpec:
    """Return a spec with values replaced, by dotted key (``"stop.generations"``).

    Args:
        spec: The spec.
        overrides: New values.
        begun: Whether the campaign has begun, as in :func:`parse_spec`.

    Raises:
        SpecError: If a value is wrong, in one sentence.
    """
    data = spec.model_dump(mode="json")
    _override(data, overrides)
    return parse_spec(data, Path(), "the campaign's spec", begun=begun)


def _override(data: dict[str, Any], overrides: dict[str, Any]) -> None:
    """Set values in a campaign's data by dotted key."""
    for name, value in overrides.items():
        key = current_key(name, RENAMED_KEYS)
        table = data
        *tables, last = key.split(".")
        for part in tables:
            table = table.setdefault(part, {})
            if not isinstance(table, dict):
                raise SpecError(f"'{part}' takes a table, got {table!r}")
        table[last] = value
