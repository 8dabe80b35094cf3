"""Progress of a campaign after each generation, and the reasons for which it stops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

__all__ = ["OnMeasured", "Progress", "StopReason", "ignore_progress"]

OnMeasured = Callable[[str, int, int], None]
"""Called with what networks are measured on (``"on test samples"``), how many are, of how many."""


def ignore_progress(what: str, done: int, total: int) -> None:
    """Do nothing: the :data:`OnMeasured` of a caller who wants no progress."""


class StopReason(Enum):
    """Why a campaign stopped; the value completes the sentence "stopped: ..."."""

    GENERATIONS = "the generations asked for are done"
    EVALUATIONS = "the evaluations asked for are done"
    TIME = "its time is up"
    TARGET = "the target is reached"
    STAGNATION = "the hypervolume no longer grew"
    INTERRUPTED = "it was interrupted; run it again to go on"


@dataclass(frozen=True)
class Progress:
    """State of a campaign after a generation.

    Attributes:
        generation: Number of the generation; 0 is the first population.
        evaluations: Measurements so far, each of all chip instances on all training samples; one
            on fewer instances counts as its share.
        seconds: Search time so far, over all runs of the campaign, without compiling kernels.
        rate: Measurements per second in this generation.
        hypervolume: Share of the objective box that the front dominates.
        best: Best value of each objective in the population.
        compact: Synapses of the smallest network within 0.02 of the best first objective.
        front_size: Number of networks on the front.
        shares: Seconds of the generation by phase: ``ask`` (breeding, and measuring meanwhile),
            ``measure`` (the rest of measuring), ``select``.
        credit: For each operator the number of children it made in this generation, and the
            number of them that survived.
    """

    generation: int
    evaluations: int
    seconds: float
    rate: float
    hypervolume: float
    best: dict[str, float]
    compact: int
    front_size: int
    shares: dict[str, float] = field(default_factory=dict)
    credit: dict[str, list[int]] = field(default_factory=dict)
