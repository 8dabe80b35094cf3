"""The mutation operators by name, with those of installed packages."""

from __future__ import annotations

from evosnn.evolution.operators.base import Operator
from evosnn.registry import Registry

__all__ = ["DEFAULT_RATES", "OPERATORS"]

_MUTATION = "evosnn.evolution.operators.mutation"
_REDUNDANCY = "evosnn.evolution.operators.redundancy"
_BUILTIN = {
    "add-neuron": f"{_MUTATION}:ADD_NEURON",
    "remove-neuron": f"{_MUTATION}:REMOVE_NEURON",
    "split-synapse": f"{_MUTATION}:SPLIT_SYNAPSE",
    "add-synapse": f"{_MUTATION}:ADD_SYNAPSE",
    "remove-synapse": f"{_MUTATION}:REMOVE_SYNAPSE",
    "change-weight": f"{_MUTATION}:CHANGE_WEIGHT",
    "change-delay": f"{_MUTATION}:CHANGE_DELAY",
    "change-threshold": f"{_MUTATION}:CHANGE_THRESHOLD",
    "change-leak": f"{_MUTATION}:CHANGE_LEAK",
    "double-synapse": f"{_REDUNDANCY}:DOUBLE_SYNAPSE",
    "copy-neuron": f"{_REDUNDANCY}:COPY_NEURON",
    "join-neurons": f"{_REDUNDANCY}:JOIN_NEURONS",
}


def _problem(name: str, part: object) -> str | None:
    if not isinstance(part, Operator):
        return "is no evosnn.evolution.Operator"
    if part.default_rate:
        return (
            f"has default_rate {part.default_rate:g}; it takes 0, so that installing a package "
            "changes no campaign"
        )
    return None


OPERATORS: Registry[Operator] = Registry("operator", _BUILTIN, _problem)
"""The mutation operators by name.

Their order decides which one a random number chooses: the built-in ones come first, in an order
that stays, so that a campaign with the same rates breeds the same networks.
"""

DEFAULT_RATES: dict[str, float] = {name: OPERATORS[name].default_rate for name in _BUILTIN}
"""How often each built-in operator is chosen, relative to the others; operators of packages 0.

Two in three change a value, about as in EONS (see :mod:`evosnn.evolution.engines.eons`); the
ablation study among the results says what each contributes.
"""
