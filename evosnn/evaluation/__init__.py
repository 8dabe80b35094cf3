"""Evaluation: a network on a task on many chips becomes a measurement."""

from evosnn.evaluation._evaluator import Evaluator, PartName, derive_seed
from evosnn.evaluation._interval import mean_interval, wilson
from evosnn.evaluation._measurement import Measurement, pool

__all__ = ["Evaluator", "Measurement", "PartName", "derive_seed", "mean_interval", "pool", "wilson"]
