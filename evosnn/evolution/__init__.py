"""Evolution: objectives, variation operators, search engines.

Engines, operators and objectives are parts that packages can add; those that breed networks load
on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

from evosnn.evolution._population import Candidate, Individual
from evosnn.evolution.engines.base import Engine, EngineSpec
from evosnn.evolution.engines.registry import ENGINES, engine_table
from evosnn.evolution.objectives.base import Objective
from evosnn.evolution.objectives.registry import (
    OBJECTIVES,
    Requirement,
    bind_objectives,
    individual,
    objectives_by_name,
)
from evosnn.evolution.operators.base import Operator
from evosnn.evolution.operators.registry import DEFAULT_RATES, OPERATORS

if TYPE_CHECKING:
    from evosnn.evolution._breed import Breeder
    from evosnn.evolution._editable_network import (
        EditableNetwork,
        put_together,
        take_apart,
        trim,
    )
    from evosnn.evolution._operator_credit import credit_of
    from evosnn.evolution._search_space import SearchSpace, search_space
    from evosnn.evolution._variation import Variation
    from evosnn.evolution.objectives.usual_size import usual_size
    from evosnn.evolution.operators.class_evidence import class_evidence
    from evosnn.evolution.operators.error_gradients import error_gradients
    from evosnn.evolution.operators.linear_starts import linear_networks
    from evosnn.evolution.operators.margin_score import margin_scorer

__all__ = [
    "DEFAULT_RATES",
    "ENGINES",
    "OBJECTIVES",
    "OPERATORS",
    "Breeder",
    "Candidate",
    "EditableNetwork",
    "Engine",
    "EngineSpec",
    "Individual",
    "Objective",
    "Operator",
    "Requirement",
    "SearchSpace",
    "Variation",
    "bind_objectives",
    "class_evidence",
    "credit_of",
    "engine_table",
    "error_gradients",
    "individual",
    "linear_networks",
    "margin_scorer",
    "objectives_by_name",
    "put_together",
    "search_space",
    "take_apart",
    "trim",
    "usual_size",
]

__getattr__, _, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "_breed": ["Breeder"],
        "_editable_network": ["EditableNetwork", "put_together", "take_apart", "trim"],
        "_operator_credit": ["credit_of"],
        "_search_space": ["SearchSpace", "search_space"],
        "_variation": ["Variation"],
        "objectives.usual_size": ["usual_size"],
        "operators.class_evidence": ["class_evidence"],
        "operators.error_gradients": ["error_gradients"],
        "operators.linear_starts": ["linear_networks"],
        "operators.margin_score": ["margin_scorer"],
    },
)
