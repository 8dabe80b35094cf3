"""The command ``evosnn verify``: runs exported files and compares spikes with the network's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evosnn.cli.terminal.measuring import on_terminal
from evosnn.cli.terminal.output import say
from evosnn.errors import ExportError

__all__ = ["verify"]


def verify(
    place: Annotated[
        Path,
        typer.Argument(help="A campaign's folder, or a network file: RISP's, Caspian's or NIR."),
    ],
    against: Annotated[
        Path, typer.Option("--against", help="File or folder that 'evosnn export' wrote.")
    ],
    wanted: Annotated[str, typer.Option("--id", help="Network: an id or 'knee'.")] = "knee",
    chip: Annotated[
        str | None, typer.Option("--chip", help="Chip of a network file that names none.")
    ] = None,
) -> None:
    """Run exported files from disk, and compare their spikes with the simulator's.

    Each export is read back or run in the installed tools. The exit status is 1 if a spike differs,
    unless the export's notes say that it is approximate and a fresh export differs equally.
    """
    from evosnn.export import read_subject, verify_against

    subject = read_subject(place, wanted, chip, figures=False, on_measured=on_terminal())
    agreements = verify_against(subject, against)
    for agreement in agreements:
        say(agreement)
    ran = [a for a in agreements if not (a.skipped or a.failed)]
    failed = [a.tool for a in agreements if a.failed]
    if not ran and not failed:
        raise ExportError(
            f"nothing of '{against}' could be run; the lines above say what to install"
        )
    wrong = sum(a.wrong for a in ran)
    if wrong:
        raise ExportError(
            f"{wrong} of {len(ran)} runs of '{against}' differ from network {subject.network.key}"
        )
    if failed:
        raise ExportError(f"{', '.join(failed)} failed; the lines above say why")
