"""Models of memory devices: programming error, read noise and drift of a conductance.

Conductances are in the unit of the device (microsiemens, or nanoamperes at its read voltage).
The figures are published measurements; each device names their source.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import final

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import SpecError

__all__ = [
    "AbstractDevice",
    "DriftingDevice",
    "Floats",
    "PulsedDevice",
    "RelaxingDevice",
    "TimedDevice",
]

Floats = NDArray[np.float64]
_LEAST = 1e-7  # lower bound of a relative conductance before its logarithm is taken


@dataclass(frozen=True, kw_only=True)
class AbstractDevice(ABC):
    """Base of the devices.

    Attributes:
        name: Name of the preset.
        g_min: Lowest conductance that is programmed.
        g_max: Highest conductance that is programmed.
        source: Publication of the figures.
    """

    name: str
    g_min: float
    g_max: float
    source: str

    @property
    def pulses(self) -> int:
        """Number of draws for programming; more than 1 for programming by single pulses."""
        return 1

    @abstractmethod
    def program(self, target: Floats, z: Floats) -> Floats:
        """Return conductances right after programming.

        Args:
            target: ``(...)``, target conductances.
            z: Standard normal numbers of the same shape, with a first axis of ``pulses`` if
                that is more than 1.
        """

    @abstractmethod
    def age(self, target: Floats, z: Floats, z_age: Floats, time: float) -> Floats:
        """Return conductances some time after programming.

        Args:
            target: ``(...)``, target conductances.
            z: Standard normal numbers that they were programmed with.
            z_age: Fresh standard normal numbers.
            time: Seconds since programming.

        Raises:
            SpecError: If no measurement is published for that time.
        """

    def read(self, programmed: Floats, aged: Floats, z: Floats, time: float) -> Floats:
        """Return the conductances that one reading measures.

        Args:
            programmed: Conductances right after programming.
            aged: Conductances now.
            z: Fresh standard normal numbers.
            time: Seconds since programming.

        Raises:
            SpecError: If no read noise is published.
        """
        del programmed, aged, z, time
        raise SpecError(f"device '{self.name}' has no published read noise; leave read_noise out")


def _positive(g: Floats) -> Floats:
    return np.maximum(g, 0.0)


@final
@dataclass(frozen=True, kw_only=True)
class DriftingDevice(AbstractDevice):
    """A phase-change device: its conductance drifts by a power law of time and has 1/f noise.

    With x the conductance over ``g_max`` and z standard normal:

    - programmed: ``g = max(0, target + sigma(x) z)``;
    - aged: ``g (t / t0) ** -nu``, with ``nu = |mean(x) + std(x) z|`` (x of the target) and
      ``t = time + t0``;
    - read: ``g (1 + q(x) sqrt(ln((t + t_read) / (2 t_read))) z)``, at least 0 (x as
      programmed).

    Attributes:
        sigma: Polynomial of the programming error in x, lowest power first.
        nu_mean: Mean of the drift exponent, a function of x.
        nu_std: Standard deviation of the drift exponent, a function of x.
        q: Strength of the 1/f noise, a function of x.
        t0: First reading after programming, in seconds.
        t_read: Duration of a reading, in seconds.
    """

    sigma: tuple[float, ...]
    nu_mean: Callable[[Floats], Floats]
    nu_std: Callable[[Floats], Floats]
    q: Callable[[Floats], Floats]
    t0: float
    t_read: float

    def program(self, target: Floats, z: Floats) -> Floats:
        """Return conductances right after programming."""
        x = target / self.g_max
        return _positive(target + np.polynomial.polynomial.polyval(x, self.sigma) * z)

    def age(self, target: Floats, z: Floats, z_age: Floats, time: float) -> Floats:
        """Return conductances some time after programming."""
        x = np.maximum(target / self.g_max, _LEAST)
        nu = np.abs(self.nu_mean(x) + self.nu_std(x) * z_age)
        return np.asarray(self.program(target, z) * ((time + self.t0) / self.t0) ** -nu)

    def read(self, programmed: Floats, aged: Floats, z: Floats, time: float) -> Floats:
        """Return the conductances that one reading measures."""
        t = time + self.t0
        x = np.maximum(programmed / self.g_max, _LEAST)
        growth = math.sqrt(math.log((t + self.t_read) / (2 * self.t_read)))
        return _positive(aged * (1.0 + self.q(x) * growth * z))


@final
@dataclass(frozen=True, kw_only=True)
class TimedDevice(AbstractDevice):
    """A device whose programming error is published for some times only.

    Every time uses the same normal number, so the sign and rank of a device's error persist.

    Attributes:
        sigma: Standard deviation as a function of the mean conductance, by seconds since
            programming; the first entry applies right after programming.
        drift: Change of the mean as a function of the target, by seconds since programming; 0 where
            absent.
        read_sigma: Standard deviation of a reading as a function of the conductance, if
            published.
    """

    sigma: Mapping[float, Callable[[Floats], Floats]]
    drift: Mapping[float, Callable[[Floats], Floats]] = field(default_factory=dict)
    read_sigma: Callable[[Floats], Floats] | None = field(default=None)

    def program(self, target: Floats, z: Floats) -> Floats:
        """Return conductances right after programming."""
        first = next(iter(self.sigma.values()))
        return _positive(target + first(target) * z)

    def age(self, target: Floats, z: Floats, z_age: Floats, time: float) -> Floats:
        """Return conductances at one of the published times."""
        del z_age
        if time == 0:
            return self.program(target, z)
        if time not in self.sigma:
            known = ", ".join(f"{t:g}" for t in self.sigma)
            raise SpecError(
                f"device '{self.name}' is published {known} s after programming, not at {time:g} s"
            )
        mean = target + self.drift[time](target) if time in self.drift else target
        return _positive(mean + self.sigma[time](_positive(mean)) * z)

    def read(self, programmed: Floats, aged: Floats, z: Floats, time: float) -> Floats:
        """Return the conductances that one reading measures."""
        if self.read_sigma is None:
            return super().read(programmed, aged, z, time)
        return _positive(aged + self.read_sigma(aged) * z)


@final
@dataclass(frozen=True, kw_only=True)
class RelaxingDevice(AbstractDevice):
    """A filamentary device: its relaxation does not depend on the conductance.

    - programmed: ``target + (sigma[0] + sigma[1] target) z``;
    - aged, from 1 s: ``g + shift ln t + (spread[0] + spread[1] ln t) z``, within its range;
    - read: ``g + k log10(g) sqrt(ln((t + t_read) / (2 t_read))) z``, within its range.

    Attributes:
        sigma: Offset and slope of the programming error.
        shift: Mean relaxation per natural logarithm of the seconds.
        spread: Offset and slope of the relaxation's standard deviation.
        k: Strength of the read noise.
        t_read: Duration of a reading, in seconds.
    """

    sigma: tuple[float, float]
    shift: float
    spread: tuple[float, float]
    k: float
    t_read: float

    def program(self, target: Floats, z: Floats) -> Floats:
        """Return conductances right after programming."""
        return _positive(target + (self.sigma[0] + self.sigma[1] * target) * z)

    def age(self, target: Floats, z: Floats, z_age: Floats, time: float) -> Floats:
        """Return conductances some time after programming."""
        programmed = self.program(target, z)
        if time == 0:
            return programmed
        if time < 1:
            raise SpecError(f"device '{self.name}' is published from 1 s on, not at {time:g} s")
        span = math.log(time)
        aged = programmed + self.shift * span + (self.spread[0] + self.spread[1] * span) * z_age
        return np.clip(aged, self.g_min, self.g_max)

    def read(self, programmed: Floats, aged: Floats, z: Floats, time: float) -> Floats:
        """Return the conductances that one reading measures."""
        growth = math.sqrt(math.log((max(time, 1.0) + self.t_read) / (2 * self.t_read)))
        noisy = aged + self.k * np.log10(np.maximum(aged, 1.0)) * growth * z
        return np.clip(noisy, self.g_min, self.g_max)


@final
@dataclass(frozen=True, kw_only=True)
class PulsedDevice(AbstractDevice):
    """A phase-change device programmed by equal pulses, each with a random effect.

    A device is reset to ``g_reset (1 + 0.1 z)`` and then receives the whole number of pulses that
    ``needed`` gives for its target. The memory ``p`` of earlier pulses is 1 after the reset and is
    multiplied by ``exp(-1 / memory)`` at each pulse; z is drawn independently for every pulse:

    - pulse: ``g + mean[0] g + mean[1] + mean[2] p + (std[0] g + std[1] + std[2] p) z``, within
      ``g_reset..g_top``;
    - aged: ``g ((time + t0) / t0) ** -nu``;
    - read: ``g + (noise[0] g + noise[1]) z``, within ``g_reset..g_top``.

    Attributes:
        g_reset: Conductance after a reset.
        g_top: Highest conductance of a device.
        memory: Number of pulses in which the memory decays to 1/e.
        mean: Mean change by a pulse: coefficient of g, offset, coefficient of the memory.
        std: The same coefficients of its standard deviation.
        needed: Polynomial of the conductance that gives the number of pulses, lowest power
            first.
        nu: Drift exponent.
        t0: First reading after programming, in seconds.
        noise: Standard deviation of a reading: coefficient of g, offset.
    """

    g_reset: float
    g_top: float
    memory: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    needed: tuple[float, ...]
    nu: float
    t0: float
    noise: tuple[float, float]

    @property
    def pulses(self) -> int:
        """Number of draws for the highest target, including the reset."""
        return 1 + int(self.pulses_to(np.array(self.g_max)))

    def pulses_to(self, target: Floats) -> Floats:
        """Return the number of pulses from the reset state to each target."""
        away = np.polynomial.polynomial.polyval(np.maximum(target, self.g_reset), self.needed)
        start = np.polynomial.polynomial.polyval(self.g_reset, self.needed)
        return np.asarray(np.floor(away - start))

    def program(self, target: Floats, z: Floats) -> Floats:
        """Return conductances right after programming."""
        wanted = self.pulses_to(target)
        g = np.clip(self.g_reset * (1.0 + 0.1 * z[0]), 0.0, self.g_top)
        for pulse in range(1, len(z)):
            p = math.exp(-pulse / self.memory)
            mean = self.mean[0] * g + self.mean[1] + self.mean[2] * p
            std = self.std[0] * g + self.std[1] + self.std[2] * p
            moved = np.clip(g + mean + std * z[pulse], self.g_reset, self.g_top)
            g = np.where(pulse <= wanted, moved, g)
        return np.asarray(g)

    def age(self, target: Floats, z: Floats, z_age: Floats, time: float) -> Floats:
        """Return conductances some time after programming."""
        del z_age
        return np.asarray(self.program(target, z) * ((time + self.t0) / self.t0) ** -self.nu)

    def read(self, programmed: Floats, aged: Floats, z: Floats, time: float) -> Floats:
        """Return the conductances that one reading measures."""
        del programmed, time
        noisy = aged + (self.noise[0] * aged + self.noise[1]) * z
        return np.clip(noisy, self.g_reset, self.g_top)
