"""Labelled samples as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import DataError

__all__ = ["Dataset"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples, each of which belongs to one class.

    Attributes:
        name: What a person calls it.
        feature_names: ``n_features`` names.
        class_names: ``n_classes`` names; class ``k`` is ``class_names[k]``.
        x: ``(n_samples, n_features)`` float64, in the data's own units. NaN where a value is
            missing; :class:`~evosnn.tasks.Scaling` fills it.
        y: ``(n_samples,)`` int64, class of each sample, 0 to ``n_classes - 1``.

    Raises:
        DataError: If the shapes do not agree, a class is unknown, or a value is infinite.
    """

    name: str
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    x: NDArray[np.float64]
    y: NDArray[np.int64]

    def __post_init__(self) -> None:
        shape = (self.n_samples, len(self.feature_names))
        if self.x.shape != shape:
            raise DataError(
                f"data set '{self.name}': x has shape {self.x.shape}; {self.n_samples} labels and "
                f"{shape[1]} feature names take {shape}"
            )
        if self.n_classes < 2:
            raise DataError(
                f"data set '{self.name}' has {self.n_classes} classes; a task takes at least 2"
            )
        if self.n_samples == 0:
            raise DataError(f"data set '{self.name}' has no samples")
        if self.y.min() < 0 or self.y.max() >= self.n_classes:
            raise DataError(
                f"data set '{self.name}': a label is outside 0..{self.n_classes - 1}, "
                f"the indices of its {self.n_classes} classes"
            )
        if np.isinf(self.x).any():
            raise DataError(f"data set '{self.name}' holds an infinite value; give a finite one")

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return int(self.y.size)

    @property
    def n_features(self) -> int:
        """Number of features."""
        return len(self.feature_names)

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.class_names)
