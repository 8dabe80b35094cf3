"""Evolution: variation operators, search engines, objectives."""

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

__all__ = [
    "DEFAULT_RATES",
    "OBJECTIVES",
    "OPERATORS",
    "Breeder",
    "Candidate",
    "Engine",
    "Individual",
    "Objective",
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
