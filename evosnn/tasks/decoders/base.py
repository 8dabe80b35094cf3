"""The interface of a decoder: output spikes to a class."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import DataError
from evosnn.simulation import Response
from evosnn.validation import Table

if TYPE_CHECKING:
    from evosnn.simulation import Scorer

__all__ = ["Decoder"]


class Decoder(Table, ABC):
    """Base class of the decoders: a frozen table of options, and the answer of the outputs.

    A subclass declares its ``kind`` (the name in a campaign file), its options as pydantic fields,
    :meth:`decide`, and the class attributes below where they differ. Answer -1, *no answer*, to a
    tie and to silence: were a tie to go to the first output, a network whose outputs all spike
    alike would be right on every sample of the first class.
    :func:`evosnn.testing.check_decoder` checks all of it.

    Example::

        class MarginDecoder(Decoder):
            kind: Literal["margin"] = "margin"
            margin: int = Field(default=2, ge=1)

            def decide(self, response):
                ranked = np.sort(response.counts, axis=1)
                lead = ranked[:, -1] - ranked[:, -2]
                winner = response.counts.argmax(axis=1)
                return np.where(lead >= self.margin, winner, -1).astype(np.int16)

    Attributes:
        kind: Name of the decoder; the same as the name of its entry point.
    """

    kind: str
    compares: ClassVar[Literal["counts", "first"] | None] = None
    """What decides alone, with one output for each class, a tie or silence being no answer:
    the largest spike ``"counts"``, or the earliest ``"first"`` spike. ``None`` for other rules:
    they score stored responses, which is slower, and have no certified tolerance, no C code, and
    no control tasks."""
    answers_early: ClassVar[bool] = False
    """Whether the answer can be known before the window ends, so that latency differs."""

    @abstractmethod
    def decide(self, response: Response) -> NDArray[np.int16]:
        """Return the answer of every network on every chip instance to every sample.

        Args:
            response: ``counts`` and ``first`` of the outputs, each ``(n_networks, n_outputs,
                n_instances, n_samples)`` int16: spikes, and timestep of the first spike
                (``NEVER`` without one). Not to be written to.

        Returns:
            ``(n_networks, n_instances, n_samples)`` int16, index of a class, or -1 for no
            answer.
        """

    def n_outputs(self, n_classes: int) -> int:
        """Return the number of network outputs for ``n_classes`` classes; one each by default."""
        return n_classes

    def describe(self) -> str:
        """Return a sentence from which a reader could decode output spikes by hand."""
        return f"Decoder '{self.kind}'."

    def scorer(self, labels: NDArray[np.integer], n_outputs: int) -> Scorer | None:
        """Return an object with which the simulator counts correct answers by itself.

        Args:
            labels: ``(n_samples,)``, class of each sample, from 0.
            n_outputs: Outputs of the networks.

        Returns:
            ``None`` if :attr:`compares` is; :meth:`correct` then counts.
        """
        if self.compares is None:
            return None
        from evosnn.simulation import Scorer  # loads numba

        return Scorer(np.asarray(labels, dtype=np.int64), n_outputs, self.compares == "first")

    def correct(self, response: Response, labels: NDArray[np.integer]) -> NDArray[np.int32]:
        """Return the number of samples that are answered correctly.

        Args:
            response: As for :meth:`decide`.
            labels: ``(n_samples,)``, class of each sample, from 0.

        Returns:
            ``(n_networks, n_instances)`` int32.

        Raises:
            DataError: If there is not one label for each sample.
        """
        self._check_labels(response, labels)
        right: NDArray[np.int32] = (self.decide(response) == labels).sum(axis=-1, dtype=np.int32)
        return right

    @staticmethod
    def _check_labels(response: Response, labels: NDArray[np.integer]) -> None:
        n_samples = response.counts.shape[3]
        if labels.shape != (n_samples,):
            raise DataError(
                f"labels has shape {labels.shape}; a response to {n_samples} samples takes "
                f"{(n_samples,)}"
            )
