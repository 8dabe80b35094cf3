"""Analysis: comparing, choosing and reporting what campaigns found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from evosnn.analysis.compare import Arm, compare_campaigns, merged_front
    from evosnn.analysis.report import dominated_values, find_key, find_network, front_report
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
    "find_key",
    "find_network",
    "front_report",
    "front_sensitivity",
    "merged_front",
    "value_of",
    "within_limits",
]

__getattr__, _, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "compare": ["Arm", "compare_campaigns", "merged_front"],
        "report": ["dominated_values", "find_key", "find_network", "front_report"],
        "select": ["choose_network", "value_of", "within_limits"],
        "sensitivity": ["AS_EVOLVED", "Condition", "Sensitivity", "front_sensitivity"],
    },
)
