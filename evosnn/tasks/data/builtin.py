"""The data sets that scikit-learn ships, and so every installation has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from evosnn.errors import SpecError, unknown_name
from evosnn.tasks.data.dataset import Dataset

__all__ = ["BREAST_CANCER", "DIGITS", "IRIS", "WINE", "TaskInfo", "task_info", "task_names"]


@dataclass(frozen=True)
class TaskInfo:
    """A data set of scikit-learn, described without loading it.

    Attributes:
        name: Its name in a campaign file.
        description: One line for a person.
        n_samples: Number of samples.
        n_features: Number of features.
        n_classes: Number of classes.
    """

    name: str
    description: str
    n_samples: int
    n_features: int
    n_classes: int

    def load(self, rng: Generator) -> Dataset:
        """Return the data set; nothing is drawn."""
        del rng
        from sklearn import datasets  # takes a second to import

        load = getattr(datasets, f"load_{self.name.replace('-', '_')}")
        bunch = load()
        return Dataset(
            name=self.name,
            feature_names=tuple(str(f) for f in bunch.feature_names),
            class_names=tuple(str(c) for c in bunch.target_names),
            x=np.asarray(bunch.data, dtype=np.float64),
            y=np.asarray(bunch.target, dtype=np.int64),
        )


BREAST_CANCER = TaskInfo(
    "breast-cancer",
    "Malignant or benign, from 30 measures of cell nuclei (Wisconsin Diagnostic, UCI).",
    569,
    30,
    2,
)
DIGITS = TaskInfo(
    "digits",
    "Handwritten digits as 8 x 8 images of 17 grey levels (UCI optical recognition).",
    1797,
    64,
    10,
)
IRIS = TaskInfo(
    "iris",
    "Three species of iris, from the length and width of sepal and petal (Fisher 1936).",
    150,
    4,
    3,
)
WINE = TaskInfo(
    "wine", "Three cultivars of grape, from 13 chemical measures of the wine (UCI).", 178, 13, 3
)

_TASKS = {info.name: info for info in (BREAST_CANCER, DIGITS, IRIS, WINE)}


def task_names() -> tuple[str, ...]:
    """Return the names of the data sets that scikit-learn ships, sorted."""
    return tuple(sorted(_TASKS))


def task_info(name: str, others: Iterable[str] = ()) -> TaskInfo:
    """Return the description of a data set that scikit-learn ships.

    Args:
        name: The task's name.
        others: Other names that a misspelt one may be near to.

    Raises:
        SpecError: If there is no such task.
    """
    if name not in _TASKS:
        raise SpecError(unknown_name("task", name, sorted({*_TASKS, *others})))
    return _TASKS[name]
