"""Analysis: comparing, choosing and reporting what campaigns found."""

from evosnn.analysis.compare import Arm, compare_campaigns, merged_front
from evosnn.analysis.front_report import dominated_values, find_network, front_report
from evosnn.analysis.select import choose_network, value_of, within_limits
from evosnn.analysis.sensitivity import AS_EVOLVED, Condition, Sensitivity, front_sensitivity

__all__ = [
    "AS_EVOLVED",
    "Arm",
    "Condition",
    "Sensitivity",
    "choose_network",
    "compare_campaigns",
    "dominated_values",
    "find_network",
    "front_report",
    "front_sensitivity",
    "merged_front",
    "value_of",
    "within_limits",
]
