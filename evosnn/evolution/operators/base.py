"""The form of a mutation operator: a function that edits a network, and how it is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.random import Generator

    from evosnn.evolution._editable_network import EditableNetwork
    from evosnn.evolution._search_space import SearchSpace

__all__ = ["Edit", "Operator"]

Edit = Callable[["EditableNetwork", "SearchSpace", "Generator"], bool]
"""Edits a network in place and returns whether it found anything to change."""


@dataclass(frozen=True)
class Operator:
    """A mutation operator, one small random edit of a network.

    A package adds one by an entry point of the group ``evosnn.operators``; its name there is the
    name that a campaign file gives a rate to. Synapses and neurons that lie on no path from an
    input to an output are removed after all edits of a child, so an operator need not do so. A
    child that exceeds the chip's sizes is discarded; the values that an operator writes must come
    from the search space, whose ranges are the chip's.

    Attributes:
        edit: Edits an :class:`~evosnn.evolution.EditableNetwork` in place, within a
            :class:`~evosnn.evolution.SearchSpace`, with draws of a numpy Generator alone. Returns
            whether it changed anything; one that did not must leave the network equal.
        default_rate: Relative rate where a campaign file names none. Operators of packages have
            0: installing a package changes no campaign.
        values_only: Whether it changes weights, delays, thresholds and leaks alone, and never
            which neurons and synapses there are; such children need no search for dead parts.

    Example:
        An operator that inverts the sign of a random weight, in a file ``flip.py`` of a package
        ``my_package`` whose ``pyproject.toml`` has the entry point
        ``invert-weight = "my_package.flip:INVERT_WEIGHT"``::

            from evosnn.evolution import Operator

            def invert_weight(network, space, rng):
                ends = list(network.synapses)
                end = ends[rng.integers(len(ends))]
                weight, delay = network.synapses[end]
                if not space.weight.low <= -weight <= space.weight.high:
                    return False
                network.synapses[end] = (-weight, delay)
                return True

            INVERT_WEIGHT = Operator(invert_weight, values_only=True)

        A campaign file asks for it with ``variation = { rates = { invert-weight = 0.5 } }``.
    """

    edit: Edit
    default_rate: float = 0.0
    values_only: bool = False

    def __call__(self, network: EditableNetwork, space: SearchSpace, rng: Generator) -> bool:
        """Edit ``network`` in place; return whether it found anything to change."""
        return self.edit(network, space, rng)
