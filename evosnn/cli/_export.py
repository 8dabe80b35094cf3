"""``evosnn export``: a network for a real target."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evosnn.errors import SpecError, unknown_name

__all__ = ["export"]

_TARGETS = ("risp",)


def export(
    place: Annotated[Path, typer.Argument(help="A campaign's folder.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write.")],
    target: Annotated[str, typer.Option("--to", help=f"One of {', '.join(_TARGETS)}.")] = "risp",
    wanted: Annotated[str, typer.Option("--id", help="Network: an id or 'knee'.")] = "knee",
) -> None:
    """Write a network for a target.

    risp: TENNLab network JSON with the processor's parameters, for RISP and its tools; EvoSNN
    reads it back ('evosnn show FILE', or start = ["FILE"] in a campaign file).
    """
    from evosnn.campaign import Campaign, find_network
    from evosnn.export import to_risp
    from evosnn.files import write_text

    if target not in _TARGETS:
        raise SpecError(unknown_name("target", target, _TARGETS))
    campaign = Campaign.load(place)
    member = find_network(campaign, wanted)
    write_text(output, to_risp(member.network, campaign.world.chip))
    print(output)
