"""Evolution: variation operators, search engines, objectives.

Engines load on first use: each has a library of its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from evosnn.evolution._breed import Breeder, Variation
from evosnn.evolution._credit import credit_of
from evosnn.evolution._engine import Engine
from evosnn.evolution._errors import blames_on
from evosnn.evolution._evidence import class_evidence
from evosnn.evolution._judge import judge_on
from evosnn.evolution._linear import linear_networks
from evosnn.evolution._mutation import DEFAULT_RATES, OPERATORS
from evosnn.evolution._objectives import (
    OBJECTIVES,
    Objective,
    Requirement,
    bind_objectives,
    individual,
    objectives_by_name,
)
from evosnn.evolution._population import Candidate, Individual
from evosnn.evolution._probes import usual_size
from evosnn.evolution._space import Space, space_of

if TYPE_CHECKING:
    from evosnn.evolution._eons import EONS_VARIATION, Eons, EonsSettings
    from evosnn.evolution._islands import Islands
    from evosnn.evolution._pymoo_engine import PymooEngine
    from evosnn.evolution._random_search import RandomSearch

__all__ = [
    "DEFAULT_RATES",
    "EONS_VARIATION",
    "OBJECTIVES",
    "OPERATORS",
    "Breeder",
    "Candidate",
    "Engine",
    "Eons",
    "EonsSettings",
    "Individual",
    "Islands",
    "Objective",
    "PymooEngine",
    "RandomSearch",
    "Requirement",
    "Space",
    "Variation",
    "bind_objectives",
    "blames_on",
    "class_evidence",
    "credit_of",
    "individual",
    "judge_on",
    "linear_networks",
    "objectives_by_name",
    "space_of",
    "usual_size",
]

_LAZY = {
    "EONS_VARIATION": "_eons",
    "Eons": "_eons",
    "EonsSettings": "_eons",
    "Islands": "_islands",
    "PymooEngine": "_pymoo_engine",
    "RandomSearch": "_random_search",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
