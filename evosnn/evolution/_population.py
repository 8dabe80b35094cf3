"""Who is in a population, and what is known of each."""

from __future__ import annotations

from typing import NamedTuple

from evosnn.evaluation import Measurement
from evosnn.network import Network

__all__ = ["Candidate", "Individual"]


class Candidate(NamedTuple):
    """A network that has not been measured yet.

    Attributes:
        network: The network.
        parents: Keys of the networks it was made from.
        operators: Names of the operators that made it, in order.
    """

    network: Network
    parents: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()


class Individual(NamedTuple):
    """A network and its record.

    Attributes:
        network: The network.
        measurement: All that was measured of it so far.
        values: The objectives' values, in the campaign's order, in their own direction.
        cost: The same, turned so that less is better.
        shortfall: How far it is from what the campaign requires; 0 if it meets all.
    """

    network: Network
    measurement: Measurement
    values: tuple[float, ...]
    cost: tuple[float, ...]
    shortfall: float = 0.0
