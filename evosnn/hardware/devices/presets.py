"""Presets of memory devices from the literature, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from evosnn.hardware.devices.models import (
    AbstractDevice,
    DriftingDevice,
    Floats,
    PulsedDevice,
    RelaxingDevice,
    TimedDevice,
)

__all__ = ["DEVICES", "device_from_polynomial", "device_from_table", "generic_device"]

_DAY = 86_400.0


def _poly(coefficients: Sequence[float], scale: float = 1.0) -> Callable[[Floats], Floats]:
    """Return a polynomial of conductance over ``scale``, lowest power first, at least 0."""

    def sigma(g: Floats) -> Floats:
        value = np.polynomial.polynomial.polyval(g / scale, tuple(coefficients))
        return np.maximum(value, 0.0)

    return sigma


def _saturating(a: float, b: float) -> Callable[[Floats], Floats]:
    return lambda g: a * (1.0 - np.exp(-g / b))


def _log(x: Floats, slope: float, offset: float, low: float, high: float) -> Floats:
    return np.clip(slope * np.log(x) + offset, low, high)


def _branch(
    edge: float, below: Callable[[Floats], Floats], above: tuple[float, ...]
) -> Callable[[Floats], Floats]:
    """Return a fit in two parts: a logarithm below a relative conductance, a polynomial above."""
    return lambda x: np.where(x < edge, below(x), np.polynomial.polynomial.polyval(x, above))


_PCM_IBM = DriftingDevice(
    name="pcm-ibm",
    g_min=0.0,
    g_max=25.0,
    source="aihwkit PCMLikeNoiseModel, after Nandakumar et al., ICECS 2019",
    sigma=(0.26348, 1.9650, -1.1731),
    nu_mean=partial(_log, slope=-0.0155, offset=0.0244, low=0.049, high=0.1),
    nu_std=partial(_log, slope=-0.0125, offset=-0.0059, low=0.008, high=0.045),
    q=lambda x: np.minimum(0.0088 / np.maximum(x**0.65, 1e-3), 0.2),
    t0=20.0,
    t_read=250e-9,
)

_HERMES_NU = _branch(
    0.0945,
    partial(_log, slope=-0.0387, offset=-0.0182, low=0.072, high=0.13),
    (0.0736, -0.0126, -0.0436),
)
_HERMES_SOURCE = "aihwkit HermesNoiseModel, after Le Gallo et al., Nature Electronics 2023"

_PCM_HERMES = DriftingDevice(
    name="pcm-hermes",
    g_min=0.0,
    g_max=20.7,
    source=f"{_HERMES_SOURCE}; two devices a conductance",
    sigma=(0.16603222, 4.71806468, -8.48101252, 4.68961419),
    nu_mean=_HERMES_NU,
    nu_std=_branch(
        0.3055,
        partial(_log, slope=-0.0117, offset=-0.0057, low=0.0091, high=0.04),
        (0.0073, 0.0093, -0.0118),
    ),
    q=_branch(
        0.16,
        partial(_log, slope=-0.0117, offset=-0.0069, low=0.015, high=0.04),
        (0.0123, 0.0211, -0.0280, 0.0069),
    ),
    t0=300.0,
    t_read=512e-9,
)

_PCM_HERMES_1 = DriftingDevice(
    name="pcm-hermes-1",
    g_min=0.0,
    g_max=10.35,
    source=f"{_HERMES_SOURCE}; one device a conductance",
    sigma=(0.15781817, 2.32443916, -2.16310839, 0.68841818),
    nu_mean=_HERMES_NU,
    nu_std=_branch(
        0.3039,
        partial(_log, slope=-0.0120, offset=-0.0023, low=0.0124, high=0.04),
        (0.0104, 0.0116, -0.0165),
    ),
    q=_branch(
        0.1591,
        partial(_log, slope=-0.0078, offset=0.0038, low=0.0179, high=0.04),
        (0.0088, 0.0768, -0.1352, 0.0664),
    ),
    t0=200.0,
    t_read=512e-9,
)

_PCM_JOSHI = TimedDevice(
    name="pcm-joshi",
    g_min=0.25,
    g_max=25.0,
    source="CrossSim PCMJoshi, after Joshi et al., Nature Communications 2020; on/off ratio 100",
    sigma={0.0: _poly((0.28638599, 0.07585724, -0.00178767))},
)

_RERAM_WAN = TimedDevice(
    name="reram-wan",
    g_min=0.0,
    g_max=40.0,
    source="aihwkit ReRamWan2022NoiseModel, after Wan et al., Nature 2022",
    sigma={
        1.0: _poly((0.348, 16.030, -43.853, 45.393, -16.815), 40.0),
        _DAY: _poly((0.701, 22.086, -50.773, 47.095, -16.458), 40.0),
        2 * _DAY: _poly((0.782, 20.274, -43.507, 37.062, -11.934), 40.0),
    },
)

_RERAM_MILO = TimedDevice(
    name="reram-milo",
    g_min=50.0,
    g_max=225.0,
    source="CrossSim RRAMMilo, after Milo et al., IRPS 2021",
    sigma={0.0: _poly((4.782321, -0.009107))},
)

_RERAM_CMO = RelaxingDevice(
    name="reram-cmo",
    g_min=9.0,
    g_max=88.2,
    source="aihwkit ReRamCMONoiseModel, CMO/HfOx devices of IBM Zurich, programmed to within 2 %",
    sigma=(0.0112185391, 0.01129027418),
    shift=-0.08900206,
    spread=(0.41183342, 0.04201137),
    k=0.0277316483,
    t_read=1e-6,
)

# Change of the mean in nA, lowest power of the current first, by the day: CrossSim SONOS.py.
_SONOS_DRIFT = {
    1: (
        6.83650e-01, 6.51250e-03, -4.03163e-04, 3.37944e-06, -1.87435e-08, 5.88902e-11,
        -1.07685e-13, 1.17751e-16, -7.60016e-20, 2.67255e-23, -3.94954e-27,
    ),
    2: (
        6.60925e-01, 8.60627e-03, -1.72936e-04, 7.44096e-07, -5.94866e-09, 2.36734e-11,
        -4.83740e-14, 5.56072e-17, -3.65397e-20, 1.28405e-23, -1.87450e-27,
    ),
    3: (
        1.15821e00, 1.96116e-02, -4.70807e-04, 3.67510e-06, -2.08786e-08, 6.59752e-11,
        -1.19499e-13, 1.28435e-16, -8.11574e-20, 2.78802e-23, -4.02057e-27,
    ),
    4: (
        8.72216e-01, 1.70926e-02, -2.23370e-04, 1.57526e-06, -1.32779e-08, 5.08256e-11,
        -1.01251e-13, 1.14633e-16, -7.46124e-20, 2.60559e-23, -3.78724e-27,
    ),
    5: (
        1.15294e00, 1.03149e-02, -6.05199e-05, 1.76086e-08, -6.46690e-09, 3.39044e-11,
        -7.53872e-14, 8.98185e-17, -6.00346e-20, 2.12615e-23, -3.11099e-27,
    ),
}  # fmt: skip

_SONOS = TimedDevice(
    name="sonos",
    g_min=1.5e-4,
    g_max=1500.0,
    source=(
        "CrossSim SONOS, after Agrawal et al., IEDM 2022; nA, on/off 1e7; used up to 1500 nA, "
        "above which its fit of the mean drift runs away"
    ),
    drift={
        day * _DAY: np.polynomial.Polynomial(c) for day, c in _SONOS_DRIFT.items()
    },
    sigma={
        day * _DAY: _saturating(a, b)
        for day, (a, b) in enumerate(
            (
                (19.89, 176.3), (25.59, 186.9), (28.73, 193.6), (31.04, 198.9), (33.76, 204.8),
                (34.58, 207.3),
            )
        )
    },
    read_sigma=_saturating(12.58, 215.4),
)  # fmt: skip

_PCM_PULSED = PulsedDevice(
    name="pcm-pulsed",
    g_min=0.1,
    g_max=9.0,
    source=(
        "srnn-pcm (xbar.py), after Nandakumar et al., Journal of Applied Physics 124, 2018; "
        "targets up to 9 uS, which it takes for saturation"
    ),
    g_reset=0.1,
    g_top=12.0,
    memory=2.6,
    mean=(-0.084, 0.880, 1.40),
    std=(0.091, 0.260, 2.15),
    needed=(0.0, 0.81, -0.15, 0.027),
    nu=0.04,
    t0=38.6,
    noise=(0.03, 0.13),
)

_IDEAL = TimedDevice(
    name="ideal", g_min=0.0, g_max=1.0, source="no error", sigma={0.0: np.zeros_like}
)

DEVICES: dict[str, AbstractDevice] = {
    device.name: device
    for device in (
        _PCM_IBM, _PCM_HERMES, _PCM_HERMES_1, _PCM_JOSHI, _RERAM_WAN, _RERAM_MILO, _RERAM_CMO,
        _SONOS, _PCM_PULSED, _IDEAL,
    )
}  # fmt: skip
"""Devices by name."""


def generic_device(sigma: float) -> AbstractDevice:
    """Return a device whose error is the share ``sigma`` of its range at every conductance."""
    return TimedDevice(
        name="generic",
        g_min=0.0,
        g_max=1.0,
        source="a given error",
        sigma={0.0: lambda g: np.full_like(g, sigma)},
    )


def device_from_polynomial(coefficients: Sequence[float]) -> AbstractDevice:
    """Return a device whose error is a polynomial of its conductance.

    Args:
        coefficients: Coefficients of the programming error's standard deviation, lowest power
            first; error and conductance are shares of the device's range.
    """
    return TimedDevice(
        name="polynomial",
        g_min=0.0,
        g_max=1.0,
        source="given coefficients",
        sigma={0.0: _poly(coefficients)},
    )


def device_from_table(points: Sequence[tuple[float, float]]) -> AbstractDevice:
    """Return a device from measured points.

    Args:
        points: Pairs of a conductance and its programming error's standard deviation, in the same
            unit, by rising conductance, interpolated linearly. The first and last conductance are
            the device's range.
    """
    g, sigma = (np.array(column, dtype=np.float64) for column in zip(*points, strict=True))
    return TimedDevice(
        name="table",
        g_min=float(g[0]),
        g_max=float(g[-1]),
        source="given points",
        sigma={0.0: lambda x: np.interp(x, g, sigma)},
    )
