"""The result of a verification: how many spikes of a tool and of the simulator differ."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Agreement", "compare_spikes"]


@dataclass(frozen=True)
class Agreement:
    """The comparison of one export in one tool with the simulator, over one run.

    Attributes:
        target: What was exported: a name of :data:`~evosnn.export.TARGETS`.
        tool: What ran it, as in ``"gcc"``, ``"iverilog"`` or ``"netlist"``.
        timesteps: Length of the run.
        compared: Spikes that the simulator gave; of a wrapper for hosts, bytes that it answers.
        different: Spikes that one of the two gave and the other did not.
        potentials_different: Neurons whose last potentials differ; none where the tool does
            not show them.
        skipped: Why the tool was not run, in a sentence; empty if it was.
        failed: Why the tool gave no answer although it is there: it is broken, or refuses the
            files; empty if it answered.
        announced: Whether the difference is one that the export speaks of: its notes say that it
            is approximate, and written anew the same spikes of the same neurons differ.
        where: A digest of the neurons and timesteps whose spikes differ; empty where the tool
            only counts them.
    """

    target: str
    tool: str
    timesteps: int = 0
    compared: int = 0
    different: int = 0
    potentials_different: int | None = None
    skipped: str = ""
    failed: str = ""
    announced: bool = False
    where: str = ""

    @property
    def exact(self) -> bool:
        """Whether the tool ran and nothing differed."""
        return not (self.skipped or self.failed or self.different or self.potentials_different)

    @property
    def wrong(self) -> bool:
        """Whether something differs that the export does not speak of."""
        return not (self.exact or self.skipped or self.failed or self.announced)

    @property
    def _unit(self) -> str:
        return "answers" if "(" in self.tool else "spikes"

    def __str__(self) -> str:
        if self.skipped:
            return f"{self.target} in {self.tool}: not run; {self.skipped}"
        if self.failed:
            return f"{self.target} in {self.tool}: not verified; {self.failed}"
        return (
            f"{self.target} in {self.tool}: {self.compared} {self._unit} compared over "
            f"{self.timesteps} timesteps, {self.different} different"
            + (", as announced: the export is approximate" if self.announced else "")
        )


def compare_spikes(
    target: str, tool: str, found: NDArray[Any], expected: NDArray[Any]
) -> Agreement:
    """Compare a tool's spikes with the expected ones.

    Args:
        target: Name of the target.
        tool: Name of the tool.
        found: ``(timesteps, n_neurons)``, the tool's spikes.
        expected: ``(timesteps, n_neurons)``, the spikes of the golden run.
    """
    differs = found != expected
    places = np.argwhere(differs).astype("<i8")
    return Agreement(
        target=target,
        tool=tool,
        timesteps=len(expected),
        compared=int(expected.sum()),
        different=int(differs.sum()),
        where=hashlib.blake2b(places.tobytes(), digest_size=16).hexdigest(),
    )
