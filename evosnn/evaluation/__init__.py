"""Evaluation: measures networks on a task and many chip instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

from evosnn.evaluation._interval import mean_interval, wilson
from evosnn.evaluation._measurement import Measurement, pool
from evosnn.evaluation._seed import PartName, derive_seed

if TYPE_CHECKING:
    from evosnn.evaluation._control_trial import AnyTrial, ControlTrial, trial_for
    from evosnn.evaluation._evaluator import Evaluator
    from evosnn.evaluation._trial import Trial, check_ports, in_parts, share

__all__ = [
    "AnyTrial",
    "ControlTrial",
    "Evaluator",
    "Measurement",
    "PartName",
    "Trial",
    "check_ports",
    "derive_seed",
    "in_parts",
    "mean_interval",
    "pool",
    "share",
    "trial_for",
    "wilson",
]

__getattr__, _, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "_control_trial": ["AnyTrial", "ControlTrial", "trial_for"],
        "_evaluator": ["Evaluator"],
        "_trial": ["Trial", "check_ports", "in_parts", "share"],
    },
)
