"""The programming-noise mechanism: weights as pairs of memory devices with errors."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal, Self, final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from evosnn.errors import SpecError
from evosnn.hardware._instances import Instances
from evosnn.hardware._mechanism import AbstractMechanism, Parts
from evosnn.hardware._random import normals
from evosnn.hardware.devices.models import AbstractDevice, Floats
from evosnn.hardware.devices.presets import (
    DEVICES,
    device_from_polynomial,
    device_from_table,
    generic_device,
)

__all__ = ["ProgrammingNoise"]

_NonNegative = Annotated[float, Field(ge=0)]
_CELL = 1024  # layers of draws reserved for each cell


@final
class ProgrammingNoise(AbstractMechanism):
    """Each weight is the difference of two memory devices, programmed, aged and read.

    The chip's largest weight magnitude maps to the device's conductance range. A positive weight is
    programmed into the first device of its pair, a negative one into the second; the other device
    is at its lowest conductance, with its own error. With ``pair = "offset"`` one device holds the
    weight plus an offset of half its range, which is subtracted without error. Crossings without a
    synapse have no devices.

    ``levels`` limits a device to that many conductances. With several cells, each cell is a digit
    to the base ``levels``, most significant first (with two levels: binary-weighted cells).

    Each chip is programmed once and ages for ``time``. With ``read_noise``, 1/f noise is drawn once
    for each chip, because slow noise is constant during an inference.

    Attributes:
        device: A device from the literature (``evosnn.hardware.DEVICES``), ``"generic"`` (the
            same error everywhere, ``sigma``), ``"polynomial"`` (``coefficients``) or ``"table"``
            (measured ``points``).
        sigma: Error of a generic device, as a share of its range.
        coefficients: Coefficients of the error as a polynomial of the conductance, lowest power
            first; both are shares of the device's range.
        points: Measured ``(conductance, standard deviation)`` pairs, by rising conductance.
        time: Seconds since programming, during which the devices drift and relax.
        compensation: Whether the weights of each network on a chip are scaled to the mean magnitude
            that they had right after programming.
        read_noise: Whether reading adds noise.
        pair: ``"differential"``, two devices for each weight, or ``"offset"``, one device with an
            offset.
        levels: Number of equally spaced conductances of a device; unlimited if not given.
        cells: Number of devices for each conductance, as digits to the base ``levels``.
    """

    kind: Literal["programming-noise"] = "programming-noise"
    device: Literal[
        "pcm-ibm", "pcm-hermes", "pcm-hermes-1", "pcm-joshi", "reram-wan", "reram-milo",
        "reram-cmo", "sonos", "pcm-pulsed", "ideal", "generic", "polynomial", "table",
    ]  # fmt: skip
    sigma: Annotated[float, Field(gt=0, le=1)] | None = None
    coefficients: tuple[float, ...] = ()
    points: tuple[tuple[_NonNegative, _NonNegative], ...] = ()
    time: _NonNegative = 0.0
    compensation: bool = False
    read_noise: bool = False
    pair: Literal["differential", "offset"] = "differential"
    levels: Annotated[int, Field(ge=2, le=4096)] | None = None
    cells: Annotated[int, Field(ge=1, le=8)] = 1

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if (self.device == "generic") != (self.sigma is not None):
            raise ValueError("sigma belongs to device 'generic', which takes it")
        if (self.device == "polynomial") != bool(self.coefficients):
            raise ValueError("coefficients belong to device 'polynomial', which takes them")
        if self.coefficients:
            error = np.polynomial.polynomial.polyval(np.linspace(0, 1, 1001), self.coefficients)
            if not error.min() >= 0:
                raise ValueError("coefficients give an error below 0 within the device's range")
        if (self.device == "table") != bool(self.points):
            raise ValueError("points belong to device 'table', which takes them")
        if self.cells > 1 and self.levels is None:
            raise ValueError("cells are digits; say how many levels each has")
        conductances = [g for g, _ in self.points]
        if self.points and (len(self.points) < 2 or conductances != sorted(set(conductances))):
            raise ValueError("points are at least two, by rising conductance")
        try:  # refuses a time or read noise that is not published
            one, device = np.ones(1), self.model
            writing = np.ones((device.pulses, 1)) if device.pulses > 1 else one
            device.age(one, writing, one, self.time)
            if self.read_noise:
                device.read(one, one, one, self.time)
        except SpecError as error:
            raise ValueError(str(error)) from None
        return self

    @classmethod
    def from_table(cls, g: ArrayLike, sigma: ArrayLike, **options: Any) -> ProgrammingNoise:
        """Return the noise of measured devices.

        Args:
            g: ``(n,)``, rising conductances; the first and last are the device's range.
            sigma: ``(n,)``, standard deviation of each one's programming error, in the same unit.
            options: Other fields.
        """
        points = zip(np.ravel(g).tolist(), np.ravel(sigma).tolist(), strict=True)
        return cls(device="table", points=tuple(points), **options)

    @property
    def model(self) -> AbstractDevice:
        """The device."""
        if self.sigma is not None:
            return generic_device(self.sigma)
        if self.coefficients:
            return device_from_polynomial(self.coefficients)
        return device_from_table(self.points) if self.points else DEVICES[self.device]

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with the weights that the devices hold."""
        share = instances.weight / parts.full_scale
        if self.pair == "offset":
            fresh, now = (2 * x - 1 for x in self._held((share + 1) / 2, parts, key, 0))
        else:
            plus, minus = (self._held(sign * share, parts, key, k) for k, sign in ((0, 1), (1, -1)))
            fresh, now = (a - b for a, b in zip(plus, minus, strict=True))
        if self.compensation:
            now = now * _recovered(fresh, now, parts.synapse_start)
        return replace(instances, weight=now * parts.full_scale)

    def _held(
        self, share: Floats, parts: Parts, key: NDArray[np.uint32], k: int
    ) -> tuple[Floats, Floats]:
        """Return the shares that one side of the pairs holds, after programming and when read."""
        device, wanted = self.model, np.clip(share, 0.0, 1.0)
        span = device.g_max - device.g_min
        if self.levels is None:
            cells = [self._device(device, device.g_min + wanted * span, parts, key, k)]
        else:
            cells = [
                self._device(device, device.g_min + digit * span, parts, key, k + _CELL * c)
                for c, digit in enumerate(_digits(wanted, self.levels, self.cells))
            ]
        base = self.levels or 1
        place = np.array([float(base) ** (self.cells - 1 - c) for c in range(self.cells)])
        place /= place.sum()
        fresh, now = (
            sum((p * (g - device.g_min) for p, g in zip(place, some, strict=True)), np.zeros(()))
            / span
            for some in zip(*cells, strict=True)
        )
        return fresh, now

    def _device(
        self, device: AbstractDevice, target: Floats, parts: Parts, key: NDArray[np.uint32], k: int
    ) -> tuple[Floats, Floats]:
        """Return the devices' conductances right after programming and when read."""

        def z(step: int) -> Floats:
            return normals(key, len(target), parts.pre, parts.post, layer=2 * step + k)

        writing = z(0)
        if device.pulses > 1:
            writing = np.stack([writing, *(z(3 + i) for i in range(device.pulses - 1))])
        fresh = device.program(target, writing)
        now = device.age(target, writing, z(1), self.time)
        if self.read_noise:
            now = device.read(fresh, now, z(2), self.time)
        return fresh, now


def _digits(share: Floats, levels: int, cells: int) -> list[Floats]:
    """Return the digits of the nearest number with ``cells`` digits, as shares of the highest."""
    number = np.rint(share * (levels**cells - 1)).astype(np.int64)
    found = []
    for c in range(cells - 1, -1, -1):
        digit, number = np.divmod(number, levels**c)
        found.append(digit / (levels - 1))
    return found


def _recovered(fresh: Floats, now: Floats, start: NDArray[np.int64]) -> Floats:
    """``(n_instances, all synapses)``, the factor that restores each network's mean magnitude."""
    factor = np.ones_like(now)
    for first, last in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        if first == last:
            continue
        before = np.abs(fresh[:, first:last]).mean(axis=1, keepdims=True)
        after = np.abs(now[:, first:last]).mean(axis=1, keepdims=True)
        factor[:, first:last] = np.where(after > 0, before / np.where(after > 0, after, 1), 1)
    return factor
