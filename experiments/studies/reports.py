"""Writes reports of studies: figures are made anew, text written by hand below them stays."""

from pathlib import Path

from evosnn.files import write_text

BY_HAND = "<!-- Hand-written below; regenerating keeps it. -->"


def write_report(path: Path, text: str) -> None:
    """Write a report; text written by hand at the end of the earlier one is copied."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    _, mark, kept = before.partition(f"\n{BY_HAND}\n")
    write_text(path, f"{text.rstrip()}\n" + (f"\n{BY_HAND}\n{kept}" if mark else ""))
