"""Options ``--weights`` and ``--limit``, which select a network of a front."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evosnn.cli.terminal.measuring import open_campaign
from evosnn.errors import SpecError

__all__ = ["Limits", "Weights", "chosen", "pairs"]

Weights = Annotated[
    str | None,
    typer.Option("--weights", help="Select by weighted objectives, as in accuracy=1,synapses=0.2."),
]
Limits = Annotated[
    str | None,
    typer.Option("--limit", help="Select within limits, as in synapses=10,accuracy=0.9."),
]


def chosen(place: Path, wanted: str, weights: str | None, limits: str | None) -> str:
    """Return the id selected by weights and limits; ``wanted`` if there are none.

    Raises:
        SpecError: If they are invalid, or given together with an id or for a file.
    """
    if weights is None and limits is None:
        return wanted
    if wanted != "knee":
        raise SpecError(f"--id {wanted} names a network; --weights and --limit select one instead")
    if not place.is_dir():
        raise SpecError(f"'{place}' is a file; --weights and --limit take a campaign's folder")
    from evosnn.analysis import choose_network, front_report

    report = front_report(open_campaign(place))
    return choose_network(report, pairs(weights, "--weights"), pairs(limits, "--limit"))


def pairs(text: str | None, option: str) -> dict[str, float]:
    """Read ``name=number,name=number``.

    Raises:
        SpecError: If the text has another form.
    """
    found: dict[str, float] = {}
    for piece in text.split(",") if text else []:
        name, _, value = piece.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise SpecError(
                f"{option} takes name=number, as in synapses=10,accuracy=0.9; got '{piece}'"
            ) from None
    return found
