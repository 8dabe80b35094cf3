"""Converts the neurons of a NIR graph to thresholds, leaks and gains per timestep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import NetworkError

__all__ = ["NEURONS", "Population", "population_of"]

NEURONS = ("CubaLIF", "IF", "LIF")
"""The NIR neuron types that can be read."""


@dataclass(frozen=True, eq=False)
class Population:
    """Neurons in discrete time: ``v = (1 - leak) * v + gain * input``.

    Attributes:
        threshold: ``(n,)``, lowest potential at which the neuron fires.
        leak: ``(n,)``, share of the potential lost in a timestep.
        gain: ``(n,)``, increase of the potential by a unit of input.
    """

    threshold: NDArray[np.float64]
    leak: NDArray[np.float64]
    gain: NDArray[np.float64]


def population_of(name: str, node: Any, dt: float) -> Population:
    """Read a population, integrated by Euler's rule with timestep ``dt``.

    Raises:
        NetworkError: If its rules are not EvoSNN's.
    """
    kind = type(node).__name__
    for field in ("v_leak", "v_reset"):
        value = getattr(node, field, None)
        if value is not None and np.any(np.asarray(value) != 0):
            raise NetworkError(
                f"{kind} '{name}' has {field} {np.ravel(value)[0]:g}; EvoSNN's neurons rest at and "
                "return to 0"
            )
    threshold = np.ravel(np.asarray(node.v_threshold, np.float64))
    if (threshold <= 0).any():
        raise NetworkError(
            f"{kind} '{name}' has v_threshold {threshold.min():g}; it would fire at rest, which "
            "EvoSNN's neurons do not"
        )
    leak = np.zeros_like(threshold)
    gain = np.broadcast_to(np.asarray(node.r, np.float64), threshold.shape).reshape(-1)
    if kind == "IF":
        gain = gain * dt
    else:
        tau = np.ravel(np.asarray(node.tau if kind == "LIF" else node.tau_mem, np.float64))
        if (tau < dt * (1 - 1e-6)).any():
            raise NetworkError(
                f"{kind} '{name}' has time constant {tau.min():g}, shorter than the timestep {dt:g}"
            )
        leak = np.minimum(dt / tau, 1.0)
        gain = gain * leak
    if kind == "CubaLIF":
        gain = gain * _instantaneous(name, node, dt)
    # NIR fires above the threshold, a network's neuron at it.
    return Population(np.nextafter(threshold, np.inf), leak, gain)


def _instantaneous(name: str, node: Any, dt: float) -> NDArray[np.float64]:
    tau = np.ravel(np.asarray(node.tau_syn, np.float64))
    if (np.abs(tau - dt) > 1e-6 * dt).any():
        raise NetworkError(
            f"CubaLIF '{name}' has tau_syn {tau.max():g}, a current that outlasts the timestep "
            f"{dt:g}; EvoSNN's synapses deliver all their charge at once"
        )
    return np.ravel(np.asarray(node.w_in, np.float64))
