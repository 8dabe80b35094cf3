"""Most-spikes and first-spike decoders: one output for each class, and the leading one wins."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Literal, final

import numpy as np
from numpy.typing import NDArray

from evosnn.simulation import NEVER, Response
from evosnn.tasks.decoders.base import Decoder

__all__ = ["FirstSpikeDecoder", "MostSpikesDecoder"]


class _LeaderDecoder(Decoder):
    """Base class: the class of the single output whose value leads."""

    @abstractmethod
    def _values(self, response: Response) -> tuple[NDArray[np.int16], int, int]:
        """Return the outputs' values, a sign and a bar.

        The output with the largest ``sign * value`` leads, if that is above the bar.
        """

    def decide(self, response: Response) -> NDArray[np.int16]:
        """Return the leading output's class, ``(n_networks, n_instances, n_samples)``, or -1."""
        from evosnn.tasks.decoders.winner_kernels import name_winners  # loads numba

        return name_winners(*self._values(response))

    def correct(self, response: Response, labels: NDArray[np.integer]) -> NDArray[np.int32]:
        """Return the number of correct answers, ``(n_networks, n_instances)``."""
        from evosnn.tasks.decoders.winner_kernels import count_right  # loads numba

        self._check_labels(response, labels)
        values, sign, bar = self._values(response)
        return count_right(values, labels, sign, bar)


@final
class MostSpikesDecoder(_LeaderDecoder):
    """The output with the most spikes wins: argmax of counts; a tie or silence is no answer."""

    compares: ClassVar[Literal["counts"]] = "counts"

    kind: Literal["most-spikes"] = "most-spikes"

    def _values(self, response: Response) -> tuple[NDArray[np.int16], int, int]:
        return response.counts, 1, 0

    def describe(self) -> str:
        """Return a sentence from which a reader could decode output spikes by hand."""
        return "The output with the most spikes wins; a tie or silence is no answer."


@final
class FirstSpikeDecoder(_LeaderDecoder):
    """The output that spikes first wins: argmin of times; a tie or silence is no answer."""

    compares: ClassVar[Literal["first"]] = "first"
    answers_early: ClassVar[bool] = True

    kind: Literal["first-spike"] = "first-spike"

    def _values(self, response: Response) -> tuple[NDArray[np.int16], int, int]:
        return response.first, -1, -NEVER

    def describe(self) -> str:
        """Return a sentence from which a reader could decode output spikes by hand."""
        return "The output that spikes first wins; a tie or silence is no answer."
