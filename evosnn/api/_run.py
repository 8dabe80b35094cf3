"""Runs campaigns from Python, and opens those that exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from evosnn.api._campaign import Campaign
from evosnn.campaign import (
    CampaignSpec,
    OnMeasured,
    Progress,
    ignore_progress,
    parse_spec,
    read_spec,
)
from evosnn.errors import SpecError

__all__ = ["open_campaign", "run"]


def run(
    spec: str | Path | Mapping[str, Any] | CampaignSpec,
    out: str | Path | None = None,
    *,
    threads: int | None = None,
    on_generation: Callable[[Progress], None] | None = None,
    stop_asked: Callable[[], bool] | None = None,
    on_measured: OnMeasured | None = None,
) -> Campaign:
    """Run a campaign to its end, or continue one, and return it.

    May be called from a script, a notebook or any thread. Calling it again with the same ``out``
    continues an interrupted campaign to the result of an undisturbed one.

    Args:
        spec: Path of a campaign file (TOML), its content as a dict, or a parsed spec. Paths in a
            dict start from the working directory.
        out: Folder of the campaign. If not given, ``runs/NAME`` for a file ``NAME.toml``; a dict
            or a parsed spec needs one.
        threads: Processor cores to use; all if not given.
        on_generation: Called with the :class:`~evosnn.campaign.Progress` after each generation.
        stop_asked: Called after each generation; the search ends when it returns true.
        on_measured: Called while final figures are measured: on what, how many networks are done,
            and of how many.

    Returns:
        The finished campaign; ``campaign.front`` holds its networks.

    Raises:
        SpecError: If the spec is wrong, or ``out`` is missing.
        DataError: If the data cannot be used.
        StoreError: If the folder holds another campaign, or another process runs it.

    Example:
        >>> import evosnn
        >>> campaign = evosnn.run(
        ...     {"task": "iris", "chip": "risp-127", "stop": {"generations": 20}},
        ...     out="runs/iris",
        ... )  # doctest: +SKIP
        >>> campaign.front.knee.score()  # doctest: +SKIP
        0.956
    """
    parsed, folder = _parse(spec, None if out is None else Path(out))
    campaign = Campaign.start(parsed, folder, threads)
    campaign.run(
        on_generation or (lambda progress: None),
        stop_asked or (lambda: False),
        on_measured or ignore_progress,
    )
    return campaign


def open_campaign(folder: str | Path, *, threads: int | None = None) -> Campaign:
    """Open an existing campaign to read it.

    Args:
        folder: The campaign's folder.
        threads: Processor cores for what must be measured; all if not given.

    Raises:
        StoreError: If the folder holds no campaign, or it cannot be read.
    """
    return Campaign.load(folder, threads)


def _parse(
    spec: str | Path | Mapping[str, Any] | CampaignSpec, out: Path | None
) -> tuple[CampaignSpec, Path]:
    if isinstance(spec, str | Path):
        path = Path(spec)
        return read_spec(path), out or Path("runs") / path.stem
    if out is None:
        raise SpecError("out is missing; a campaign from a dict takes the folder to write to")
    if isinstance(spec, CampaignSpec):
        return spec, out
    return parse_spec(dict(spec), Path(), "campaign"), out
