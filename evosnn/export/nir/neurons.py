"""Converts the neurons of a NIR graph to thresholds, leaks and gains per timestep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.errors import NetworkError, number_text
from evosnn.export.nir.linear import numbers

__all__ = ["NEURONS", "Population", "population_of"]

NEURONS = ("CubaLIF", "IF", "LIF")
"""The NIR neuron types that can be read."""

_CLOSE = 1e-6  # of float32 parameters


@dataclass(frozen=True, eq=False)
class Population:
    """Neurons in discrete time: ``v = (1 - leak) * v + gain * input``.

    Potentials count from where they rest.

    Attributes:
        threshold: ``(n,)``, lowest potential at which the neuron fires.
        leak: ``(n,)``, share of the potential lost in a timestep.
        gain: ``(n,)``, increase of the potential by a unit of input.
    """

    threshold: NDArray[np.float64]
    leak: NDArray[np.float64]
    gain: NDArray[np.float64]


def population_of(
    name: str,
    node: Any,
    n: int,
    dt: float,
    chip: Chip | None = None,
    bias: tuple[NDArray[np.float64], str] | None = None,
) -> Population:
    """Read a population, integrated by Euler's rule with timestep ``dt``.

    A parameter of one value holds for all neurons. A constant input moves the potential at which
    a leaky neuron rests; neurons that rest at and return to one potential are those of a chip,
    with potentials counted from there.

    Args:
        name: Name of the population.
        node: Its node.
        n: Number of its neurons.
        dt: Timestep.
        chip: The chip that is to hold the neurons; one that delivers charge at once if not given.
        bias: ``(n,)`` what the neurons are fed in every timestep, and which node says so.

    Raises:
        NetworkError: If the chip cannot hold such neurons.
    """
    kind = node.kind

    def each(field: str, default: float | None = None) -> NDArray[np.float64]:
        if default is not None and getattr(node, field, None) is None:
            return np.full(n, default)
        found = numbers(name, node, field).ravel()
        if found.size not in (1, n):
            raise NetworkError(f"{kind} '{name}' has {found.size} values of {field}, {n} neurons")
        return np.broadcast_to(found, (n,))

    threshold, reset, gain = each("v_threshold"), each("v_reset", 0.0), each("r")
    rest = reset if kind == "IF" else each("v_leak")
    leak = np.zeros(n)
    if kind != "IF":
        tau = each("tau" if kind == "LIF" else "tau_mem")
        if (tau < dt * (1 - _CLOSE)).any():
            raise NetworkError(
                f"{kind} '{name}' has time constant {number_text(tau.min())}, shorter than the "
                f"timestep {number_text(dt)}"
            )
        leak = np.minimum(dt / tau, 1.0)
    entry = each("w_in", 1.0) if kind == "CubaLIF" else np.ones(n)
    rest = _resting(name, kind, rest, reset, gain * entry, bias, chip)
    if (threshold <= rest).any():
        worst = int(np.argmin(threshold - rest))
        above = f", and rests at {number_text(rest[worst])}" if rest[worst] else ""
        raise NetworkError(
            f"{kind} '{name}' has v_threshold {number_text(threshold[worst])}{above}; it would "
            "fire at rest, "
            "which EvoSNN's neurons do not"
        )
    gain = gain * dt if kind == "IF" else gain * leak
    if kind == "CubaLIF":
        gain = gain * entry * _current(name, each("tau_syn"), dt, chip)
    return Population(_lowest_that_fires(threshold - rest, chip), leak, gain)


def _resting(
    name: str,
    kind: str,
    rest: NDArray[np.float64],
    reset: NDArray[np.float64],
    gain: NDArray[np.float64],
    bias: tuple[NDArray[np.float64], str] | None,
    chip: Chip | None,
) -> NDArray[np.float64]:
    """Return where potentials rest, which must be where they return to after a spike."""
    holder = f"chip '{chip.name}'" if chip else "a chip"
    fed, giver = (bias[0], bias[1]) if bias else (np.zeros(rest.size), "")
    if kind == "IF":
        if reset.any():
            raise NetworkError(
                f"IF '{name}' has v_reset {number_text(reset[np.argmax(reset != 0)])}; neurons "
                f"of {holder} "
                "start at and return to one potential"
            )
        if fed.any():
            raise NetworkError(
                f"node '{giver}' has a bias, a current of "
                f"{number_text(fed[np.argmax(fed != 0)])} in every "
                f"timestep into IF '{name}'; {holder} feeds its neurons no current without a spike"
            )
        return rest
    found = np.asarray(rest + gain * fed)
    apart = np.abs(found - reset) > _CLOSE * np.maximum(np.abs(found), np.abs(reset))
    if not apart.any():
        return reset
    k = int(np.argmax(apart))
    why = f"node '{giver}' has a bias, by which" if fed[k] else "with"
    where = f"v_leak {number_text(rest[k])}" + (
        f" becomes {number_text(found[k])}" if fed[k] else ""
    )
    raise NetworkError(
        f"{kind} '{name}' has v_reset {number_text(reset[k])}, {why} {where}; neurons of "
        f"{holder} rest at and "
        "return to one potential"
    )


def _current(
    name: str, tau: NDArray[np.float64], dt: float, chip: Chip | None
) -> NDArray[np.float64]:
    """Return the share of a spike's charge that acts in its own timestep."""
    lost = dt / tau if tau.all() else np.full(tau.size, np.inf)
    own = 1.0
    if chip is not None and chip.synapse.current_leak is not None:
        own = chip.synapse.current_leak
    if (np.abs(lost - own) <= _CLOSE * own).all():
        return np.full(tau.size, own)
    worst = int(np.argmax(np.abs(lost - own)))
    holder = f"chip '{chip.name}'" if chip else "EvoSNN"
    does = (
        f"currents of chip '{chip.name}' lose {number_text(own)} in a timestep"
        if chip is not None and own != 1.0
        else f"synapses of {holder} deliver all their charge at once"
    )
    raise NetworkError(
        f"CubaLIF '{name}' has tau_syn {number_text(tau[worst])}, a current that outlasts the "
        f"timestep {number_text(dt)} "
        f"and loses {number_text(lost[worst])} of itself in it; {does}"
    )


def _lowest_that_fires(threshold: NDArray[np.float64], chip: Chip | None) -> NDArray[np.float64]:
    """NIR fires above the threshold; a chip's neuron at it, or above it, or at the next step."""
    if chip is None:
        return np.nextafter(threshold, np.inf)
    if not chip.neuron.threshold_inclusive:
        return np.floor(threshold) if chip.integer else threshold
    return np.floor(threshold) + 1 if chip.integer else np.nextafter(threshold, np.inf)
