"""The interface of an encoder: features to the charges that are fed to a network's inputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from evosnn.errors import DataError, SpecError
from evosnn.simulation import Stimulus
from evosnn.validation import Table

__all__ = ["SLACK", "Encoder", "EncoderC", "burst", "nearest", "spread"]

SLACK = 1e-9
"""Tolerance, in spikes, of spike counts that are rounded up or down.

0.6 of 5 spikes are 3 spikes; in floating point the product is 3.0000000000000004, which would be
rounded up to 4.
"""


@dataclass(frozen=True)
class EncoderC:
    """An encoder as C99.

    Attributes:
        source: Two static functions::

                static void encode_feature(double x, NAME_amount *amount)
                static NAME_charge charge_of(NAME_amount amount, uint32_t timestep)

            The first writes the amounts of a feature's ``PER_FEATURE`` inputs, ``x`` in 0..1; the
            second returns the charge of an input in a timestep. ``PER_FEATURE``, ``TIMESTEPS`` and
            ``FULL_SPIKE`` are macros, ``nearest`` is the C counterpart of :func:`nearest`, and
            ``${name}`` stands for the prefix ``NAME``.
        amount: What an amount is: a number of spikes, the timestep of a spike, or a charge.
    """

    source: str
    amount: Literal["spikes", "timestep", "charge"] = "spikes"


class Encoder(Table, ABC):
    """Base class of the encoders: a frozen table of options, and the input spikes of a feature.

    A subclass declares its ``kind`` (the name in a campaign file), its options as pydantic fields,
    :meth:`n_inputs`, :meth:`shortest_window`, :meth:`drive`, and the class attributes below where
    they differ. :meth:`describe` and :meth:`c_code` serve exports. Inputs are in feature order: an
    encoder with ``m`` inputs for each feature feeds feature ``i`` to inputs ``m * i`` to
    ``m * i + m - 1``. :func:`evosnn.testing.check_encoder` checks all of it.

    Example::

        class ThresholdEncoder(Encoder):
            kind: Literal["threshold"] = "threshold"
            level: float = Field(default=0.5, ge=0, le=1)

            def n_inputs(self, n_features):
                return n_features

            def shortest_window(self):
                return 1, "a spike"

            def drive(self, x, timesteps, rng):
                return np.broadcast_to(x >= self.level, (timesteps, *x.shape))

    Attributes:
        kind: Name of the encoder; the same as the name of its entry point.
    """

    kind: str
    sequential: ClassVar[bool] = False
    """Whether it encodes changes from one instant to the next, and takes no single instant."""
    draws: ClassVar[bool] = False
    """Whether spikes are drawn at random."""
    closed_loop: ClassVar[bool] = False
    """Whether control tasks can use it; it must neither be sequential nor draw. A graded action is
    the largest when the spikes of an output exceed those of its partner by an option
    ``max_spikes``, or by one for each timestep of the window."""

    @abstractmethod
    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs that ``n_features`` features take."""

    @abstractmethod
    def shortest_window(self) -> tuple[int, str]:
        """Return the shortest window in timesteps, and what needs it, as in ``"8 spikes"``.

        The window is that of a sample, or of one instant of a sample that has several.
        """

    @abstractmethod
    def drive(
        self, x: NDArray[np.float64], timesteps: int, rng: Generator
    ) -> NDArray[np.float64] | NDArray[np.bool_]:
        """Return the input of each timestep, in full spikes.

        Args:
            x: ``(n_features, n_samples)``, 0 to 1; not to be written to.
            timesteps: Length of the window, at least that of :meth:`shortest_window`.
            rng: The only source of randomness; an encoder that does not draw leaves it alone.

        Returns:
            ``(timesteps, n_inputs(n_features), n_samples)``, bool, or float64 for shares of a
            full spike.
        """

    def drive_sequence(
        self, x: NDArray[np.float64], each: int, rng: Generator
    ) -> NDArray[np.float64] | NDArray[np.bool_]:
        """Return the input of each timestep for samples that have several instants.

        By default every instant is encoded like a sample, in a window of ``each`` timesteps.

        Args:
            x: ``(n_samples, length, n_features)``, 0 to 1; not to be written to.
            each: Timesteps of an instant.
            rng: As for :meth:`drive`.

        Returns:
            ``(each * length, n_inputs(n_features), n_samples)``, as :meth:`drive`.
        """
        n_samples, length, n_features = x.shape
        shown = x.transpose(2, 1, 0).reshape(n_features, length * n_samples)
        drive = self.drive(np.ascontiguousarray(shown), each, rng)
        apart = drive.reshape(each, drive.shape[1], length, n_samples)
        return apart.transpose(2, 0, 1, 3).reshape(each * length, -1, n_samples)

    def describe(self, timesteps: int) -> str:
        """Return sentences from which a reader could encode a feature ``x`` in 0..1 by hand.

        Args:
            timesteps: Length of the window of a sample or instant.
        """
        del timesteps
        return f"Encoder '{self.kind}'."

    def c_code(self, timesteps: int, spike_value: float, integer: bool) -> EncoderC | None:
        """Return the encoder as C99; ``None`` if there is no such code.

        Args:
            timesteps: Length of the window.
            spike_value: Charge of a full spike, in weight units.
            integer: Whether the chip takes whole charges only.
        """
        del timesteps, spike_value, integer
        return None

    @property
    def largest_drive(self) -> float:
        """The largest input of a timestep, in full spikes."""
        return 1.0

    def check_window(self, timesteps: int) -> None:
        """Check that a window is long enough for the encoder.

        Args:
            timesteps: Length of the window.

        Raises:
            SpecError: If it is shorter than :meth:`shortest_window`.
        """
        needed, what = self.shortest_window()
        if timesteps < needed:
            window = "1 timestep" if needed == 1 else f"{needed} timesteps"
            raise SpecError(
                f"encoder '{self.kind}': {what} needs {window}; timesteps is {timesteps}"
            )

    def encode(
        self,
        x: NDArray[np.float64],
        *,
        timesteps: int,
        spike_value: float,
        integer: bool,
        rng: Generator,
    ) -> Stimulus:
        """Encode samples.

        Args:
            x: ``(n_samples, n_features)``, 0 to 1.
            timesteps: Length of the window.
            spike_value: Charge of a full spike, in weight units.
            integer: Whether the chip takes whole charges only; they are then rounded to the
                nearest whole number, halves to even.
            rng: Source of randomness, for encoders that draw.

        Returns:
            A stimulus of shape ``(timesteps, n_inputs(n_features), n_samples)``.

        Raises:
            SpecError: If the window is too short, or the encoder is sequential.
            DataError: If ``x`` has another shape, or a value outside 0..1.
        """
        self.check_window(timesteps)
        self._check_features(x)
        spikes = self.drive(np.ascontiguousarray(x.T), timesteps, rng)
        return _charged(spikes, spike_value, integer)

    def encode_sequence(
        self,
        x: NDArray[np.float64],
        *,
        timesteps: int,
        spike_value: float,
        integer: bool,
        rng: Generator,
    ) -> Stimulus:
        """Encode samples that have several instants, one after the other.

        Args:
            x: ``(n_samples, length, n_features)``, 0 to 1.
            timesteps: Length of the window, a multiple of ``length``; every instant has
                ``timesteps / length`` timesteps.
            spike_value: As for :meth:`encode`.
            integer: As for :meth:`encode`.
            rng: Source of randomness.

        Returns:
            A stimulus of shape ``(timesteps, n_inputs(n_features), n_samples)``.

        Raises:
            SpecError: If the window is too short or not a multiple of ``length``.
            DataError: If ``x`` has another shape, or a value outside 0..1.
        """
        if x.ndim != 3:
            raise DataError(
                f"encoder '{self.kind}': x has shape {x.shape}; it takes (n_samples, length, "
                "n_features)"
            )
        length = x.shape[1]
        if timesteps % length:
            raise SpecError(
                f"timesteps is {timesteps}; samples of {length} instants take a multiple of "
                f"{length}"
            )
        self.check_window(timesteps // length)
        self._check_range(x)
        spikes = self.drive_sequence(x, timesteps // length, rng)
        return _charged(spikes, spike_value, integer)

    def _check_features(self, x: NDArray[np.float64]) -> None:
        if self.sequential:
            raise SpecError(
                f"encoder '{self.kind}' encodes changes in time; samples of one instant take "
                "another encoder, such as 'argyle'"
            )
        if x.ndim != 2:
            raise DataError(
                f"encoder '{self.kind}': x has shape {x.shape}; it takes (n_samples, n_features)"
            )
        self._check_range(x)

    def _check_range(self, x: NDArray[np.float64]) -> None:
        within = (x >= 0) & (x <= 1)
        if not within.all():
            raise DataError(
                f"encoder '{self.kind}': x holds {x[~within][0]:g}; it takes 0..1, as Scaling gives"
            )


def _charged(
    spikes: NDArray[np.float64] | NDArray[np.bool_], spike_value: float, integer: bool
) -> Stimulus:
    charge = spikes.astype(np.float64) * spike_value
    return Stimulus(np.ascontiguousarray(nearest(charge) if integer else charge))


def nearest(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to the nearest whole number, halves to even.

    Values are first rounded to 9 decimals, so that a rounding error in the last bit does not decide
    which way a half is rounded.
    """
    return np.rint(np.round(value, 9))


def spread(count: NDArray[np.int64], timesteps: int) -> NDArray[np.bool_]:
    """Return regular spike trains: spike ``j`` of ``k`` at timestep ``floor(j * T / k)``.

    Args:
        count: ``(n_inputs, n_samples)``, spikes, 0 to ``timesteps``.
        timesteps: Length ``T`` of the window.

    Returns:
        ``(timesteps, n_inputs, n_samples)`` bool, true where there is a spike.
    """
    t = np.arange(timesteps)[:, None, None]
    # floor(j * T / k) = t for some j exactly if a multiple of T lies in [t * k, t * k + k).
    return np.asarray((-t * count) % timesteps < count)


def burst(count: NDArray[np.int64], interval: int, timesteps: int) -> NDArray[np.bool_]:
    """Return spike trains with one spike every ``interval`` timesteps from 0 on.

    Args:
        count: ``(n_inputs, n_samples)``, spikes that fit the window.
        interval: Timesteps from one spike to the next.
        timesteps: Length of the window.

    Returns:
        ``(timesteps, n_inputs, n_samples)`` bool, true where there is a spike.
    """
    t = np.arange(timesteps)[:, None, None]
    return np.asarray((t % interval == 0) & (t // interval < count))
