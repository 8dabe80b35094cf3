"""The data sets that every installation has: those that scikit-learn ships."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from evosnn.errors import SpecError, unknown_name
from evosnn.tasks.data.dataset import Dataset

__all__ = ["TaskInfo", "builtin_dataset", "task_info", "task_names"]


@dataclass(frozen=True)
class TaskInfo:
    """What there is to know of a built-in task before it is loaded.

    Attributes:
        name: What a campaign file calls it.
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


_TASKS = {
    info.name: info
    for info in (
        TaskInfo(
            "breast-cancer",
            "Malignant or benign, from 30 measures of cell nuclei (Wisconsin Diagnostic, UCI).",
            569,
            30,
            2,
        ),
        TaskInfo(
            "digits",
            "Handwritten digits as 8 x 8 images of 17 grey levels (UCI optical recognition).",
            1797,
            64,
            10,
        ),
        TaskInfo(
            "iris",
            "Three species of iris, from the length and width of sepal and petal (Fisher 1936).",
            150,
            4,
            3,
        ),
        TaskInfo(
            "wine",
            "Three cultivars of grape, from 13 chemical measures of the wine (UCI).",
            178,
            13,
            3,
        ),
    )
}


def task_names() -> tuple[str, ...]:
    """Names of the built-in tasks, sorted."""
    return tuple(sorted(_TASKS))


def task_info(name: str, others: Iterable[str] = ()) -> TaskInfo:
    """Describe a built-in task without loading it.

    Args:
        name: The task's name.
        others: Names that a mistyped one may have meant, beside these.

    Raises:
        SpecError: If there is no such task.
    """
    if name not in _TASKS:
        raise SpecError(unknown_name("task", name, sorted({*_TASKS, *others})))
    return _TASKS[name]


def builtin_dataset(name: str) -> Dataset:
    """Load a built-in data set; ``name`` is one of :func:`task_names`.

    Raises:
        SpecError: If there is no such task.
    """
    task_info(name)
    # Imported here: scikit-learn takes a second that `evosnn tasks` need not spend.
    from sklearn import datasets

    load = {
        "breast-cancer": datasets.load_breast_cancer,
        "digits": datasets.load_digits,
        "iris": datasets.load_iris,
        "wine": datasets.load_wine,
    }[name]
    bunch = load()
    return Dataset(
        name=name,
        feature_names=tuple(str(f) for f in bunch.feature_names),
        class_names=tuple(str(c) for c in bunch.target_names),
        x=np.asarray(bunch.data, dtype=np.float64),
        y=np.asarray(bunch.target, dtype=np.int64),
    )
