"""Training, validation and test parts, stratified by class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from evosnn.errors import DataError
from evosnn.tasks._dataset import Dataset

__all__ = ["Split", "SplitSpec", "split"]

_Fraction = Annotated[float, Field(gt=0, lt=1)]


class SplitSpec(BaseModel):
    """The share of the samples that goes into each part.

    Attributes:
        train: Share that the search sees.
        validation: Share that chooses among what the search found.
        test: Share that is reported and decides nothing.
        folds: Instead of the test share: how many folds the samples are dealt to, each of
            which is the test part of one campaign of a cross-validation. Campaigns of one seed
            have the same folds; the rest is divided as training and validation share say.
        fold: Which fold is the test part, from 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    train: _Fraction = 0.55
    validation: _Fraction = 0.15
    test: _Fraction = 0.3
    folds: Annotated[int, Field(ge=2)] | None = None
    fold: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = self.train + self.validation + self.test
        if abs(total - 1) > 1e-9:
            raise ValueError(f"train + validation + test is {total:g}; the parts add up to 1")
        if self.fold > (self.folds or 1):
            raise ValueError(f"fold is {self.fold}; split.folds takes at least as many folds")
        return self


@dataclass(frozen=True, eq=False)
class Split:
    """Which samples are in which part; a sample is in exactly one.

    Attributes:
        train: ``(n_train,)`` int64, indices of samples, in random order.
        validation: ``(n_validation,)`` int64, likewise.
        test: ``(n_test,)`` int64, likewise.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def split(data: Dataset, spec: SplitSpec, rng: Generator) -> Split:
    """Divide the samples of each class among the parts, as ``spec`` says.

    Each part gets the share of a class rounded down or up (largest remainders), and at least
    one sample of it. The order within a part is random, so that its first samples are a fair
    sample of it.

    Args:
        data: The samples.
        spec: The shares.
        rng: Source of the draw; the same state gives the same split.

    Raises:
        DataError: If a class has fewer samples than there are parts.
    """
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
    train, validation, test = (rng.permutation(np.concatenate(part)) for part in parts)
    return Split(train, validation, test)


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
    # 50 * 0.3 must count as 15, whichever way its last bit fell.
    sizes = [int(e + 1e-9) for e in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: sizes[i] - exact[i])
    for i in by_remainder[: n - sum(sizes)]:
        sizes[i] += 1
    while 0 in sizes:
        sizes[sizes.index(max(sizes))] -= 1
        sizes[sizes.index(0)] += 1
    return sizes
