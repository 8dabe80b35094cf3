"""Members of a population: candidates before, individuals after their evaluation."""

from __future__ import annotations

from typing import NamedTuple

from evosnn.evaluation import Measurement
from evosnn.network import Network

__all__ = ["Candidate", "Individual"]


class Candidate(NamedTuple):
    """A network that has not been measured yet.

    Attributes:
        network: The network.
        parents: Keys of its parents; none of a random or given network.
        operators: Names of the operators that made it, in order.
    """

    network: Network
    parents: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()


class Individual(NamedTuple):
    """A network with its measurements and objective values.

    Attributes:
        network: The network.
        measurement: The pooled record of all its measurements so far.
        values: Value of each objective, in the campaign's order.
        cost: The same with the sign of those to maximise inverted, so that less is better.
        shortfall: Sum of its relative distances from the campaign's requirements; 0 if it meets
            all of them.
    """

    network: Network
    measurement: Measurement
    values: tuple[float, ...]
    cost: tuple[float, ...]
    shortfall: float = 0.0
