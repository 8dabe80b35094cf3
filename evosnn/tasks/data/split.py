"""Splits samples into training, validation and test parts: by class, by time, or as given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field, model_validator

from evosnn.errors import DataError
from evosnn.tasks.data.dataset import Dataset
from evosnn.validation import Table

__all__ = ["Split", "SplitSpec", "split"]

_Fraction = Annotated[float, Field(gt=0, lt=1)]


class SplitSpec(Table):
    """Shares of the training, validation and test parts.

    Attributes:
        train: Share of samples that the search sees.
        validation: Share by which networks are selected after the search.
        test: Share that is reported and decides nothing.
        folds: Number of folds of a cross-validation, which replaces the test share: one fold is
            the test part, the others are divided by the training and validation shares. Campaigns
            of the same seed have the same folds.
        fold: Number of the fold that is the test part, from 1.
        repeat: Number of the split, from 1; each is another random draw.
        balance: Whether each part is reduced to as many samples of each class as it has of its
            rarest, so that accuracy is the mean over classes of the share of correct answers.
    """

    train: _Fraction = 0.55
    validation: _Fraction = 0.15
    test: _Fraction = 0.3
    folds: Annotated[int, Field(ge=2)] | None = None
    fold: Annotated[int, Field(ge=1)] = 1
    repeat: Annotated[int, Field(ge=1)] = 1
    balance: bool = False

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = self.train + self.validation + self.test
        if abs(total - 1) > 1e-9:
            raise ValueError(f"train + validation + test is {total:g}; the parts add up to 1")
        if self.fold > 1 and self.folds is None:
            raise ValueError(
                f"fold is {self.fold}; it takes folds too, as in {{ folds = 5, fold = 2 }}"
            )
        if self.fold > (self.folds or 1):
            raise ValueError(
                f"fold is {self.fold}; of {self.folds} folds it is one of 1..{self.folds}"
            )
        return self


@dataclass(frozen=True, eq=False)
class Split:
    """Indices of the samples of each part; no sample is in two parts.

    Attributes:
        train: ``(n_train,)`` int64, indices of samples, in random order.
        validation: ``(n_validation,)`` int64, likewise.
        test: ``(n_test,)`` int64, likewise.
        whole: All samples of the test part; ``test`` is a subset if classes are balanced.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    whole: NDArray[np.int64]


def split(data: Dataset, spec: SplitSpec, rng: Generator) -> Split:
    """Divide the samples among the parts by the shares of ``spec``.

    Each part gets the share of a class rounded down or up (largest remainders), and at least
    one sample of it. The order within a part is random, so that its first samples represent it.

    Windows of a series are divided by time instead: the series is cut into a training, a
    validation and a test stretch, in that order, as long as the shares say, and a window that
    lies on a cut is in no part. With folds, the test part is one stretch of the series, and
    the stretches before and after it are divided. Samples that are held out are the test
    part, and the shares divide the others.

    Args:
        data: The samples.
        spec: The shares.
        rng: Source of the draw; the same state gives the same split.

    Raises:
        DataError: If a class has fewer samples than there are parts, a stretch of time has no
            sample of a class, or the data leaves nothing to draw what ``spec`` asks for.
    """
    if data.span is not None or data.held_out is not None:
        fixed = "by time" if data.span is not None else "given with the data"
        if data.held_out is not None and spec.folds is not None:
            raise DataError(f"data set '{data.name}': its test part is {fixed}; it takes no folds")
        if data.span is not None and spec.repeat > 1:
            raise DataError(
                f"data set '{data.name}' is split {fixed}, in one way; split.repeat takes 1"
            )
    if data.span is not None:
        parts = _by_time(data, data.span, spec)
    elif data.held_out is not None:
        parts = _around(data, data.held_out, spec, rng)
    else:
        parts = _by_class(data, spec, rng)
    whole = parts[2]
    if spec.balance:
        parts = [_balanced(part, data.y, rng) for part in parts]
    train, validation, test = (rng.permutation(part) for part in parts)
    return Split(train, validation, test, whole)


def _by_class(data: Dataset, spec: SplitSpec, rng: Generator) -> list[NDArray[np.int64]]:
    shares = (spec.train, spec.validation, spec.test)
    parts: tuple[list[NDArray[np.int64]], ...] = ([], [], [])
    for k, name in enumerate(data.class_names):
        members = np.flatnonzero(data.y == k)
        if members.size < (len(parts) if spec.folds is None else len(parts) + 1):
            raise DataError(
                f"data set '{data.name}', class '{name}' ({k + 1} of {data.n_classes}) has "
                f"{members.size} samples; train, validation and test take at least one each"
            )
        drawn = rng.permutation(members)
        ends = np.cumsum(_sizes(members.size, shares))[:-1]
        chosen = np.split(drawn, ends) if spec.folds is None else _dealt(drawn, spec, k)
        for part, some in zip(parts, chosen, strict=True):
            part.append(some)
    return [np.concatenate(part) for part in parts]


def _around(
    data: Dataset, held: NDArray[np.int64], spec: SplitSpec, rng: Generator
) -> list[NDArray[np.int64]]:
    """Divide the samples that are not held out between training and validation."""
    share = spec.train / (spec.train + spec.validation)
    train, validation = [], []
    free = np.setdiff1d(np.arange(data.n_samples), held)
    for k, name in enumerate(data.class_names):
        members = rng.permutation(free[data.y[free] == k])
        if members.size < 2:
            raise DataError(
                f"data set '{data.name}', class '{name}' has {members.size} samples that are not "
                "held out; train and validation take at least one each"
            )
        n = _sizes(members.size, (share, 1 - share))[0]
        train.append(members[:n])
        validation.append(members[n:])
    return [np.concatenate(train), np.concatenate(validation), np.unique(held)]


def _by_time(data: Dataset, span: NDArray[np.int64], spec: SplitSpec) -> list[NDArray[np.int64]]:
    """Return the samples that lie within each part's stretches of the series."""
    found = []
    for part, stretches in zip(
        ("train", "validation", "test"), _stretches(int(span[:, 0].min()), int(span[:, 1].max()),
                                                    spec), strict=True
    ):  # fmt: skip
        inside = np.zeros(data.n_samples, np.bool_)
        for start, end in stretches:
            inside |= (span[:, 0] >= start) & (span[:, 1] <= end)
        samples = np.flatnonzero(inside)
        present = set(data.y[samples].tolist())
        for k, name in enumerate(data.class_names):
            if k not in present:
                where = " and ".join(f"{start}..{end - 1}" for start, end in stretches)
                raise DataError(
                    f"data set '{data.name}': part {part}, instants {where}, has no sample of "
                    f"class '{name}'; change the shares of split so that each part has one"
                )
        found.append(samples)
    return found


def _stretches(first: int, end: int, spec: SplitSpec) -> list[list[tuple[int, int]]]:
    """Return the ``(first, end)`` instants of the training, validation and test stretches."""
    n = end - first
    if spec.folds is None:
        a, b = (first + round(n * share) for share in (spec.train, spec.train + spec.validation))
        return [[(first, a)], [(a, b)], [(b, end)]]
    low, high = (first + round(n * f / spec.folds) for f in (spec.fold - 1, spec.fold))
    share = spec.train / (spec.train + spec.validation)
    cut = first + round((n - (high - low)) * share)
    if cut <= low:  # the rest, joined over the test stretch, is cut before it
        parts = [[(first, cut)], [(cut, low), (high, end)], [(low, high)]]
    else:
        cut += high - low
        parts = [[(first, low), (high, cut)], [(cut, end)], [(low, high)]]
    return [[(a, b) for a, b in part if a < b] for part in parts]


def _balanced(part: NDArray[np.int64], y: NDArray[np.int64], rng: Generator) -> NDArray[np.int64]:
    """Keep as many samples of each class, drawn at random, as the rarest has."""
    classes, counts = np.unique(y[part], return_counts=True)
    return np.concatenate([rng.permutation(part[y[part] == k])[: counts.min()] for k in classes])


def _dealt(drawn: NDArray[np.int64], spec: SplitSpec, first: int) -> list[NDArray[np.int64]]:
    """Deal a class to folds, beginning with another fold for each class, and divide the rest."""
    folds = spec.folds or 1
    fold = (np.arange(drawn.size) + first) % folds
    test, rest = drawn[fold == spec.fold - 1], drawn[fold != spec.fold - 1]
    share = spec.train / (spec.train + spec.validation)
    n_train = _sizes(rest.size, (share, 1 - share))[0]
    return [rest[:n_train], rest[n_train:], test]


def _sizes(n: int, shares: tuple[float, ...]) -> list[int]:
    """Divide ``n`` things by largest remainders, at least one to each."""
    exact = [n * share for share in shares]
    # 50 * 0.3 must count as 15, in spite of rounding errors.
    sizes = [int(e + 1e-9) for e in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: sizes[i] - exact[i])
    for i in by_remainder[: n - sum(sizes)]:
        sizes[i] += 1
    while 0 in sizes:
        sizes[sizes.index(max(sizes))] -= 1
        sizes[sizes.index(0)] += 1
    return sizes
