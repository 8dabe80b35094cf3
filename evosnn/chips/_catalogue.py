"""Loads chips by name from the catalogue, or from a user's TOML file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evosnn.chips._model import Chip
from evosnn.errors import SpecError, unknown_name
from evosnn.toml_file import parse_toml, read_toml
from evosnn.validation import first_problem

__all__ = ["chip_names", "chip_text", "load_chip"]


@cache
def chip_names() -> tuple[str, ...]:
    """Return the sorted names of the chips in the catalogue."""
    folder = files("evosnn.chips") / "catalogue"
    return tuple(
        sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if ".toml" in f.name)
    )


def load_chip(name: str, base: Path | None = None) -> Chip:
    """Return the chip called ``name``, or the one described by the TOML file ``name``.

    Args:
        name: A name from :func:`chip_names`, or a path that ends in ``.toml``.
        base: Folder that a relative path starts from; the working directory if not given.

    Raises:
        SpecError: If the chip does not exist, or its file is not a valid chip description.
    """
    if name.endswith(".toml"):
        what = f"chip file '{name}'"
        return _chip_of(read_toml((base or Path()) / name, what), what)
    if name not in chip_names():
        raise SpecError(unknown_name("chip", name, chip_names()))
    return _shipped(name)


@cache
def _shipped(name: str) -> Chip:
    return parse_chip(chip_text(name), f"chip '{name}'")


def chip_text(name: str) -> str:
    """Return the TOML text of a chip in the catalogue.

    Raises:
        SpecError: If there is no such chip.
    """
    if name not in chip_names():
        raise SpecError(unknown_name("chip", name, chip_names()))
    return (files("evosnn.chips") / "catalogue" / f"{name}.toml").read_text(encoding="utf-8")


def parse_chip(text: str, what: str) -> Chip:
    """Read a chip from TOML text; error messages refer to the text as ``what``.

    Raises:
        SpecError: If the text is not valid TOML or not a valid chip description.
    """
    return _chip_of(parse_toml(text, what), what)


def _chip_of(data: dict[str, Any], what: str) -> Chip:
    try:
        return Chip.model_validate(data)
    except ValidationError as error:
        raise SpecError(f"{what}: {first_problem(error, Chip)}") from None
