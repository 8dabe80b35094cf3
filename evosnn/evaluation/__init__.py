"""Evaluation: networks on a task on many chips become measurements."""

from evosnn.evaluation._control_trial import AnyTrial, ControlTrial, trial_for
from evosnn.evaluation._evaluator import Evaluator, PartName, derive_seed
from evosnn.evaluation._interval import mean_interval, wilson
from evosnn.evaluation._measurement import Measurement, pool
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
