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
        target: Name of the target in :data:`~evosnn.export.TARGETS`.
        tool: Name of the tool, as in ``"gcc"``, ``"iverilog"`` or ``"netlist"``.
        timesteps: Length of the run, in timesteps.
        compared: Number of the simulator's spikes; for a host wrapper, bytes of its answer.
        different: Number of spikes that only one of the two has.
        potentials_different: Number of neurons whose final potentials differ; ``None`` if the tool
            does not report them.
        skipped: Sentence on why the tool was not run; empty if it was.
        announced: Whether the difference is expected: the export's notes say that it is
            approximate, and in a fresh export the same spikes differ.
        where: Digest of the neurons and timesteps whose spikes differ; empty if the tool only
            counts them.
    """

    target: str
    tool: str
    timesteps: int = 0
    compared: int = 0
    different: int = 0
    potentials_different: int | None = None
    skipped: str = ""
    announced: bool = False
    where: str = ""

    @property
    def exact(self) -> bool:
        """Whether the tool ran and nothing differed."""
        return not (self.skipped or self.different or self.potentials_different)

    @property
    def wrong(self) -> bool:
        """Whether there is a difference that the export does not announce."""
        return not (self.exact or self.skipped or self.announced)

    @property
    def _unit(self) -> str:
        return "answers" if "(" in self.tool else "spikes"

    def __str__(self) -> str:
        if self.skipped:
            return f"{self.target} in {self.tool}: not run; {self.skipped}"
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
