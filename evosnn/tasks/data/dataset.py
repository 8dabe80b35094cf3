"""A data set: samples, their classes, and how they may be split, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import DataError

__all__ = ["Dataset"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled samples.

    Attributes:
        name: Name for a person.
        feature_names: ``n_features`` names.
        class_names: ``n_classes`` names; class ``k`` is ``class_names[k]``.
        x: ``(n_samples, length * n_features)`` float64, in the data's own units, all features
            of the first instant before those of the second. NaN where a value is missing;
            :class:`~evosnn.tasks.Scaling` replaces it by the training mean.
        y: ``(n_samples,)`` int64, class of each sample, 0 to ``n_classes - 1``.
        length: Number of instants of a sample, in order; 1 for samples without time.
        held_out: Indices of the samples of a standard test set, which are the test part in every
            split; ``None`` if a split draws the test part.
        span: ``(n_samples, 2)`` int64, for windows of one series: the first instant of each
            window and the one after its last. The split is then by time, and no instant is in
            two parts. ``None`` for independent samples.
        notes: Sentences that a user should read: what was detected, left out or looks wrong.

    Raises:
        DataError: If the shapes do not agree, a class is unknown, or a value is infinite.
    """

    name: str
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    x: NDArray[np.float64]
    y: NDArray[np.int64]
    length: int = 1
    held_out: NDArray[np.int64] | None = None
    span: NDArray[np.int64] | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        shape = (self.n_samples, self.length * self.n_features)
        if self.x.shape != shape:
            instants = f" at {self.length} instants" if self.length != 1 else ""
            raise DataError(
                f"data set '{self.name}': x has shape {self.x.shape}; {self.n_samples} labels and "
                f"{self.n_features} feature names{instants} take {shape}"
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
        self._check_order()

    def _check_order(self) -> None:
        """Check ``held_out`` and ``span``."""
        held, span = self.held_out, self.span
        if held is not None and (
            held.ndim != 1 or not held.size or held.min() < 0 or held.max() >= self.n_samples
        ):
            raise DataError(
                f"data set '{self.name}': held_out takes indices of samples, "
                f"0..{self.n_samples - 1}, at least one"
            )
        if span is not None and (
            span.shape != (self.n_samples, 2) or (span[:, 0] >= span[:, 1]).any()
        ):
            raise DataError(
                f"data set '{self.name}': span has shape {span.shape}; it takes a first instant "
                f"and a later end for each sample, {(self.n_samples, 2)}"
            )
        if held is not None and span is not None:
            raise DataError(f"data set '{self.name}' has held_out and span; it takes one of them")

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
