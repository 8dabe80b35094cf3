"""Assessment: how one network fares on faulty and varying chips, in depth.

::

    trial = Trial(task, chip, part="test")
    found = assess(network, trial, trials=200)
    found.single_faults.worst, found.certificate.share([0.01, 0.05]), found.costs.energy_pj
"""

from evosnn.assessment._area import AREA_TERMS, area_terms, estimate_area, require_circuit
from evosnn.assessment._assess import EPSILONS, Assessment, assess
from evosnn.assessment._certified import (
    Certificate,
    breaking_weights,
    certified_spikes,
    certify,
)
from evosnn.assessment._compare import Difference, compare_levels
from evosnn.assessment._costs import (
    Costs,
    energy_of,
    footprint_bytes,
    measure_costs,
    measure_latency,
    memory_access_bytes,
)
from evosnn.assessment._crossbar_error import CrossbarErrors, measure_crossbar
from evosnn.assessment._fault_pairs import FaultPairs, sample_size, try_pairs
from evosnn.assessment._levels import (
    ALL,
    OWN,
    SWEEPS,
    Level,
    Sweep,
    try_levels,
    try_own,
)
from evosnn.assessment._single_faults import (
    FAULT_KINDS,
    Fault,
    SingleFaults,
    fault_instances,
    list_faults,
    try_faults,
)

__all__ = [
    "ALL",
    "AREA_TERMS",
    "EPSILONS",
    "FAULT_KINDS",
    "OWN",
    "SWEEPS",
    "Assessment",
    "Certificate",
    "Costs",
    "CrossbarErrors",
    "Difference",
    "Fault",
    "FaultPairs",
    "Level",
    "SingleFaults",
    "Sweep",
    "area_terms",
    "assess",
    "breaking_weights",
    "certified_spikes",
    "certify",
    "compare_levels",
    "energy_of",
    "estimate_area",
    "fault_instances",
    "footprint_bytes",
    "list_faults",
    "measure_costs",
    "measure_crossbar",
    "measure_latency",
    "memory_access_bytes",
    "require_circuit",
    "sample_size",
    "try_faults",
    "try_levels",
    "try_own",
    "try_pairs",
]
