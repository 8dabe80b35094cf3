"""The contract of an export target: named files, the same ones for the same network."""

from __future__ import annotations

from evosnn.chips import Chip, load_chip
from evosnn.export import Export, Target
from evosnn.testing._common import example_network, require

__all__ = ["check_target"]


def check_target(target: Target, chip: Chip | None = None) -> None:
    """Check that an export target keeps its contract.

    ``write`` returns an :class:`~evosnn.export.Export` of the network that it was given, whose
    files are not empty, have plain names that begin with the prefix asked for, and are the same
    when written again; notes are sentences; and a target that is not ``several`` is one file.

    Args:
        target: The target.
        chip: A chip whose networks it can hold; RISP-127 if not given.

    Raises:
        AssertionError: With one sentence, at the first breach.
    """
    chip = chip or load_chip("risp-127")
    network = example_network(chip, 3)
    require(target.summary, "the target has no summary")
    first, again = (target.write(network, chip, name="abc") for _ in range(2))
    require(
        isinstance(first, Export),
        f"the target: write returns {type(first).__name__}; it takes an Export",
    )
    require(
        (first.network.key, first.name) == (network.key, "abc"),
        "the target: the Export has another network or name than write was given",
    )
    require(first.files, "the target writes no file")
    require(
        target.several or len(first.files) == 1,
        f"the target writes {len(first.files)} files; say several = True",
    )
    for name, content in first.files.items():
        require("/" not in name and "\\" not in name, f"the target: '{name}' is no plain file name")
        require(content, f"the target: file '{name}' is empty")
    require(
        any(name.startswith("abc") for name in first.files),
        "the target: no file begins with the prefix that write was given",
    )
    require(first.files == again.files, "the target: the same network gives other files")
    for note in first.notes:
        require(note.endswith("."), f"the target: note {note!r} is no sentence")
