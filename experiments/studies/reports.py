"""Reports of studies: what is made anew, and what a person has written below it."""

from pathlib import Path

from evosnn.files import write_text

BY_HAND = "<!-- By hand from here on; who makes this report again keeps it. -->"


def write_report(path: Path, text: str) -> None:
    """Write a report, and keep what was written by hand at the end of the one before."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    _, mark, kept = before.partition(f"\n{BY_HAND}\n")
    write_text(path, f"{text.rstrip()}\n" + (f"\n{BY_HAND}\n{kept}" if mark else ""))
