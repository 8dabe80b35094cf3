"""The data model of a TENNLab network file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from evosnn.network import Network

__all__ = ["CASPIAN_LEAKS", "NetworkFile", "Property"]

CASPIAN_LEAKS = {0.0: -1, **{1.0 - 2.0 ** (-1 / 2**k): k for k in range(5)}}
"""Caspian's leak, by the share of the potential that a neuron loses in a timestep.

``k`` is a half-life of ``2**k`` timesteps.
"""


@dataclass(frozen=True)
class Property:
    """One value that every neuron or synapse of a file carries.

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
    """A network and what its file says of it.

    Attributes:
        network: The network; a file's weight table is already looked up.
        processor: The processor's name, as in ``"risp"``; empty if the file names none.
        parameters: The processor's parameters (``proc_params``).
        names: Names that the file gives to neurons, by id.
        notes: Whatever else the file carries about itself (``Associated_Data.other``).
    """

    network: Network
    processor: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
