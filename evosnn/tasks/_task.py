"""The task protocol: what campaigns, reports and exports use of any task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from evosnn.chips import Chip
    from evosnn.tasks.decoders.base import Decoder
    from evosnn.tasks.encoders.base import Encoder

__all__ = ["Task"]


class Task(Protocol):
    """What a network does: answer samples, or act in an environment.

    :class:`~evosnn.tasks.ClassificationTask` and :class:`~evosnn.tasks.control.ControlTask` are
    the two kinds. Scores within a search are shares, 0 to 1; :meth:`reported` turns one into the
    figure that people read.
    """

    @property
    def name(self) -> str:
        """The task's name in lists, tables and pictures."""

    @property
    def is_control(self) -> bool:
        """Whether networks act in an environment instead of answering samples."""

    @property
    def score_name(self) -> str:
        """Name of the score, ``"accuracy"`` or ``"score"``."""

    @property
    def unit(self) -> str:
        """What a network is tried on, ``"samples"`` or ``"episodes"``."""

    @property
    def measure(self) -> str:
        """Unit of a reported score, as in ``"share of samples"``."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that a user should read: what was detected in the data, or looks wrong."""

    @property
    def n_inputs(self) -> int:
        """Inputs of every network."""

    @property
    def n_outputs(self) -> int:
        """Outputs of every network."""

    @property
    def input_names(self) -> list[str]:
        """Name of each input."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """Name of each class or action."""

    @property
    def timesteps(self) -> int:
        """Length of the window in which a sample or an observation is shown."""

    @property
    def encoder(self) -> Encoder:
        """Turns features or observations into spikes."""

    @property
    def decoder(self) -> Decoder:
        """Turns output spikes into a class or an action."""

    @property
    def train(self) -> Any:
        """Samples or episodes of the search."""

    @property
    def validation(self) -> Any:
        """Samples or episodes that select among the networks found."""

    @property
    def test(self) -> Any:
        """Held-out samples or episodes, which decide nothing."""

    def reported(self, share: float, part: str = "test") -> float:
        """Return a score of 0 to 1 on a part (by its name) as the figure that people read."""

    def reported_span(self, part: str = "test") -> tuple[float, float] | None:
        """Return the reported figures of scores 0 and 1; ``None`` where they are the same."""

    def least_requirements(self) -> dict[str, float]:
        """Return the bounds that a useful network exceeds anyway, by objective."""

    def longest_delay(self, chip: Chip) -> int | None:
        """Return the longest useful delay; ``None`` for what the window allows."""

    def digest(self) -> str:
        """Return a hash of the samples or start states, by which a change is noticed."""
