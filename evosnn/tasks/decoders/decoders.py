"""Decoders: what the outputs of a network say, as a class."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Annotated, Literal, final

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from evosnn.errors import DataError
from evosnn.simulation import NEVER, Response
from evosnn.validation import Table, table_of_kind

if TYPE_CHECKING:
    from evosnn.simulation import Scorer

__all__ = ["DECODER_KINDS", "Decoder", "DecoderSpec", "FirstSpikeDecoder", "MostSpikesDecoder"]


class Decoder(Table, ABC):
    """Base of the decoders: one output a class, and the output that leads names the class.

    A tie for the lead, like silence, is *no answer* (-1) and counts as wrong. Were a tie to
    go to the first output, a network that always fires both would be right on every sample
    of the first class without having told them apart.
    """

    kind: str

    @abstractmethod
    def _race(self, response: Response) -> tuple[NDArray[np.int16], int, int]:
        """Return the outputs' values, 1 or -1 if the largest or smallest leads, and the bar.

        An output leads only if its value times that sign is above the bar.
        """

    @abstractmethod
    def scorer(self, labels: NDArray[np.integer], n_outputs: int) -> Scorer:
        """Return what the simulator counts right answers by, without a response.

        Args:
            labels: ``(n_samples,)``, class of each sample, from 0.
            n_outputs: Outputs of the networks.
        """

    def n_outputs(self, n_classes: int) -> int:
        """Return the number of network outputs that ``n_classes`` classes take."""
        return n_classes

    def decide(self, response: Response) -> NDArray[np.int16]:
        """Return the answer of every network on every chip instance to every sample.

        Returns:
            ``(n_networks, n_instances, n_samples)`` int16, index of a class, or -1 for no
            answer.
        """
        # Imported here: numba takes a moment that reading a campaign file need not spend.
        from evosnn.tasks.decoders.winner_kernels import name_winners

        return name_winners(*self._race(response))

    def correct(self, response: Response, labels: NDArray[np.integer]) -> NDArray[np.int32]:
        """Return how many samples are answered correctly.

        Args:
            response: What the outputs did.
            labels: ``(n_samples,)``, class of each sample, from 0.

        Returns:
            ``(n_networks, n_instances)`` int32.

        Raises:
            DataError: If there is not one label a sample.
        """
        from evosnn.tasks.decoders.winner_kernels import count_right

        values, sign, bar = self._race(response)
        if labels.shape != values.shape[3:]:
            raise DataError(
                f"labels has shape {labels.shape}; a response to {values.shape[3]} samples takes "
                f"{values.shape[3:]}"
            )
        return count_right(values, labels, sign, bar)


@final
class MostSpikesDecoder(Decoder):
    """The output with the most spikes wins; a tie or silence is no answer."""

    kind: Literal["most-spikes"] = "most-spikes"

    def _race(self, response: Response) -> tuple[NDArray[np.int16], int, int]:
        return response.counts, 1, 0

    def scorer(self, labels: NDArray[np.integer], n_outputs: int) -> Scorer:
        """Return the race that the most spikes win."""
        return _race_to(labels, n_outputs, first=False)


@final
class FirstSpikeDecoder(Decoder):
    """The output that spikes first wins; a tie or silence is no answer."""

    kind: Literal["first-spike"] = "first-spike"

    def _race(self, response: Response) -> tuple[NDArray[np.int16], int, int]:
        return response.first, -1, -NEVER

    def scorer(self, labels: NDArray[np.integer], n_outputs: int) -> Scorer:
        """Return the race that the first spike wins."""
        return _race_to(labels, n_outputs, first=True)


def _race_to(labels: NDArray[np.integer], n_outputs: int, first: bool) -> Scorer:
    # Imported here: numba takes a moment that reading a campaign file need not spend.
    from evosnn.simulation import Scorer

    return Scorer(np.asarray(labels, dtype=np.int64), n_outputs, first)


DECODER_KINDS = ("first-spike", "most-spikes")
"""The kinds of decoder, sorted."""

DecoderSpec = Annotated[
    FirstSpikeDecoder | MostSpikesDecoder,
    Field(discriminator="kind"),
    BeforeValidator(table_of_kind("decoder", DECODER_KINDS)),
]
"""A decoder, a table with its ``kind``, or the kind alone; for a field of a pydantic model."""
