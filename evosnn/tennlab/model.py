"""The data model of a TENNLab network file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from evosnn.network import Network

__all__ = ["CASPIAN_LEAKS", "NetworkFile", "Property"]

CASPIAN_LEAKS = {0.0: -1, **{1.0 - 2.0 ** (-1 / 2**k): k for k in range(5)}}
"""Caspian's leak codes, by the share of the potential that a neuron loses in a timestep.

A code ``k`` of 0 or more is a half-life of ``2**k`` timesteps; -1 is no leak.
"""


@dataclass(frozen=True)
class Property:
    """A property that a file declares for all its neurons or all its synapses.

    Attributes:
        name: ``Threshold``, ``Leak``, ``Weight`` or ``Delay``.
        kind: ``"B"`` (0 or 1), ``"D"`` (real) or ``"I"`` (whole).
        min: Smallest value.
        max: Largest value.
    """

    name: str
    kind: str
    min: float
    max: float


@dataclass(frozen=True, eq=False)
class NetworkFile:
    """A network and the other contents of its file.

    Attributes:
        network: The network, with weights looked up in the file's weight table if it has one.
        processor: The processor's name, as in ``"risp"``; empty if the file names none.
        parameters: The processor's parameters (``proc_params``).
        names: Names of neurons, by id.
        notes: Other metadata of the file (``Associated_Data.other``).
    """

    network: Network
    processor: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
