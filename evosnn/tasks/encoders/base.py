"""What every encoder does: turn features into the charge that a network is fed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from evosnn.errors import DataError, SpecError
from evosnn.simulation import Stimulus
from evosnn.validation import Table

__all__ = ["SLACK", "Encoder", "burst", "nearest", "spread"]

SLACK = 1e-9
"""Tolerance, in spikes, of counts that are rounded up or down: 0.6 of 5 spikes is 3 of them,
not the 4 that rounding 3.0000000000000004 up would give."""


class Encoder(Table, ABC):
    """Base of the encoders; final classes say how many inputs they use and drive them.

    Inputs are in feature order; an encoder with ``m`` inputs a feature feeds feature ``i``
    to inputs ``m * i`` to ``m * i + m - 1``.
    """

    kind: str
    sequential: ClassVar[bool] = False
    """Whether it follows a value from one instant to the next, and takes no single one."""

    @abstractmethod
    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs that ``n_features`` features take."""

    @abstractmethod
    def _needs(self) -> tuple[int, str]:
        """Return the shortest window, in timesteps, and what needs it, as in "8 spikes"."""

    @abstractmethod
    def _drive(
        self, x: NDArray[np.float64], timesteps: int, rng: Generator
    ) -> NDArray[np.float64] | NDArray[np.bool_]:
        """Return the input of each timestep, in full spikes.

        Args:
            x: ``(n_features, n_samples)``, 0 to 1.
            timesteps: Length of the window, long enough.
            rng: Source of randomness, if the encoder has any.

        Returns:
            ``(timesteps, n_inputs, n_samples)``.
        """

    def check_window(self, timesteps: int) -> None:
        """Check that a window holds all that the encoder sends.

        Raises:
            SpecError: If ``timesteps`` is too few.
        """
        needed, what = self._needs()
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
            rng: Source of randomness; only ``poisson`` draws from it.

        Returns:
            A stimulus of shape ``(timesteps, n_inputs(n_features), n_samples)``.

        Raises:
            SpecError: If the window is too short.
            DataError: If ``x`` is not an array of such shape and range.
        """
        self.check_window(timesteps)
        self._check_features(x)
        spikes = self._drive(np.ascontiguousarray(x.T), timesteps, rng)
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
        """Encode samples that have several instants, one instant after the other.

        Args:
            x: ``(n_samples, length, n_features)``, 0 to 1.
            timesteps: Length of the window, a multiple of ``length``: every instant has
                ``timesteps / length`` timesteps, in which it is encoded like a sample.
            spike_value: As for :meth:`encode`.
            integer: As for :meth:`encode`.
            rng: Source of randomness.

        Returns:
            A stimulus of shape ``(timesteps, n_inputs(n_features), n_samples)``.

        Raises:
            SpecError: If the window is no multiple of the length, or too short.
            DataError: If ``x`` is not an array of such shape and range.
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
        spikes = self._follow(x, timesteps // length, rng)
        return _charged(spikes, spike_value, integer)

    def _follow(
        self, x: NDArray[np.float64], each: int, rng: Generator
    ) -> NDArray[np.float64] | NDArray[np.bool_]:
        """Return the input of each timestep, in full spikes; every instant has ``each``.

        Args:
            x: ``(n_samples, length, n_features)``, 0 to 1.
            each: Timesteps of an instant.
            rng: Source of randomness, if the encoder has any.

        Returns:
            ``(each * length, n_inputs, n_samples)``.
        """
        n_samples, length, n_features = x.shape
        shown = x.transpose(2, 1, 0).reshape(n_features, length * n_samples)
        drive = self._drive(np.ascontiguousarray(shown), each, rng)
        apart = drive.reshape(each, drive.shape[1], length, n_samples)
        return apart.transpose(2, 0, 1, 3).reshape(each * length, -1, n_samples)

    def _check_features(self, x: NDArray[np.float64]) -> None:
        if self.sequential:
            raise SpecError(
                f"encoder '{self.kind}' follows a value in time; samples of one instant take "
                "another, such as 'argyle'"
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
    """Round to the nearest whole number, halves to even, whichever way a last bit fell."""
    return np.rint(np.round(value, 9))


def spread(count: NDArray[np.int64], timesteps: int) -> NDArray[np.bool_]:
    """Return regular spike trains: spike ``j`` of ``k`` at timestep ``floor(j * T / k)``.

    Args:
        count: ``(n_inputs, n_samples)``, spikes, 0 to ``timesteps``.
        timesteps: Length ``T`` of the window.

    Returns:
        ``(timesteps, n_inputs, n_samples)``, where a spike is.
    """
    t = np.arange(timesteps)[:, None, None]
    # floor(j * T / k) = t holds for some j where a multiple of T lies in [t * k, t * k + k).
    return np.asarray((-t * count) % timesteps < count)


def burst(count: NDArray[np.int64], interval: int, timesteps: int) -> NDArray[np.bool_]:
    """Return spike trains with one spike every ``interval`` timesteps from 0 on.

    Args:
        count: ``(n_inputs, n_samples)``, spikes that fit the window.
        interval: Timesteps from one spike to the next.
        timesteps: Length of the window.

    Returns:
        ``(timesteps, n_inputs, n_samples)``, where a spike is.
    """
    t = np.arange(timesteps)[:, None, None]
    return np.asarray((t % interval == 0) & (t // interval < count))
