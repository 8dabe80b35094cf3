"""Count the files of evosnn that exporting one RISP file enters.

    python experiments/checks/trace_export.py [--list]

A file is entered when a function, method or class body defined in it is called while the command
runs; importing a module alone does not count. Counted for a network file and for a campaign's
folder (a short campaign that is run first), with and without verification by reading back.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import evosnn
from evosnn.cli import main as program

ROOT = Path(evosnn.__file__).parent
CAMPAIGN = """
task = "iris"
chip = "risp-127"
population = 20
instances = 4
trials = 8
stop = { generations = 3 }
"""


def entered(*words: str) -> set[Path]:
    """Run a command in this process and return the files that it enters."""
    files: set[str] = set()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        del argument
        if event == "call" and frame.f_code.co_name != "<module>":
            files.add(frame.f_code.co_filename)

    run(note, *words)
    return {Path(name) for name in files if Path(name).is_relative_to(ROOT)}


def run(profile: Callable[..., Any] | None, *words: str) -> None:
    arguments, sys.argv = sys.argv, ["evosnn", *words]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            sys.setprofile(profile)
            program()
    except SystemExit as end:
        if end.code:
            raise
    finally:
        sys.setprofile(None)
        sys.argv = arguments


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--list", action="store_true", help="also list the files")
    options = parser.parse_args()
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "iris.toml").write_text(CAMPAIGN)
        run(None, "run", str(folder / "iris.toml"), "--out", str(folder / "run"), "--quiet")
        file = str(folder / "knee.json")
        for source in (str(folder / "run"), file):
            for check in ("--no-verify", "--verify"):
                export = ("export", source, "--to", "risp", "-o", file, check)
                run(None, *export)  # loads what is imported on first use
                found = entered(*export)
                folders = {path.parent for path in found}
                what = "network file" if source == file else "campaign"
                print(f"{what}, {check}: {len(found)} files in {len(folders)} folders")
                if options.list:
                    print("".join(f"  {p.relative_to(ROOT)}\n" for p in sorted(found)), end="")


if __name__ == "__main__":
    main()
