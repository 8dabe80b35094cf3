"""A scikit-learn classifier that evolves a spiking network for a chip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from evosnn.api._bound_network import BoundNetwork
from evosnn.api._campaign import Campaign
from evosnn.api._run import run
from evosnn.tasks import save_arrays

__all__ = ["EvolvedClassifier"]

_LEAST = 3  # samples of a class: one each for training, validation and test


class EvolvedClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Evolves a small spiking network for a chip, and answers as that network does.

    ``fit`` runs a campaign: it searches the Pareto front of accuracy, synapses and resilience on a
    part of the samples, estimates what unseen samples will score from another part, and measures
    the front on the rest.

    Args:
        chip: Name of a chip, or path of a chip's TOML file.
        choose: Which network of the front answers: ``"accuracy"``, the one of best expected
            accuracy, ``"knee"``, or a dict of limits such as ``{"synapses": 20}``, within which
            it is the most accurate.
        generations: Generations of the search.
        population: Networks in a generation.
        timesteps: Length of the window in which a sample is shown and answered.
        spec: Further keys of a campaign file, such as ``{"mechanisms": [...], "encoder": "rate"}``.
        validation_fraction: Share of the samples that estimates scores on unseen samples.
        test_fraction: Share of the samples that only the front's held-out figures use.
        out: Folder in which to keep the campaign; a temporary one if not given.
        n_jobs: Processor cores to use; all if not given.
        random_state: Seed of the search, of the split and of the chips.

    Attributes:
        classes_: ``(n_classes,)``, the labels seen in ``fit``.
        n_features_in_: Number of features seen in ``fit``.
        front_: List of the front's networks, smallest first.
        network_: The chosen network, a :class:`BoundNetwork`.
        n_iter_: Generations that the search took.

    Example:
        >>> from evosnn import EvolvedClassifier
        >>> from sklearn.datasets import load_iris
        >>> x, y = load_iris(return_X_y=True)
        >>> model = EvolvedClassifier(chip="risp-127", generations=30, random_state=1)
        >>> model.fit(x, y).score(x, y) > 0.9  # doctest: +SKIP
        True
    """

    def __init__(
        self,
        chip: str = "risp-127",
        *,
        choose: str | Mapping[str, float] = "accuracy",
        generations: int = 60,
        population: int = 60,
        timesteps: int = 32,
        spec: Mapping[str, Any] | None = None,
        validation_fraction: float = 0.25,
        test_fraction: float = 0.1,
        out: str | Path | None = None,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.chip = chip
        self.choose = choose
        self.generations = generations
        self.population = population
        self.timesteps = timesteps
        self.spec = spec
        self.validation_fraction = validation_fraction
        self.test_fraction = test_fraction
        self.out = out
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Evolve networks for labelled samples.

        Args:
            X: ``(n_samples, n_features)`` finite numbers.
            y: ``(n_samples,)`` labels, at least three samples of each.

        Raises:
            ValueError: If the samples or labels cannot be used.
        """
        x, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self.classes_, index = np.unique(labels, return_inverse=True)
        if self.classes_.size < 2:
            raise ValueError("y has one class; a classifier needs samples of at least two classes")
        x, index = _with_repeats(x, index)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        if self.out is not None:
            campaign = self._run(x, index, seed, Path(self.out))
            self._take(campaign)
        else:
            with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                campaign = self._run(x, index, seed, Path(folder))
                self._take(campaign)
                campaign.store.close()
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the label of each sample.

        Where the outputs tie or stay silent, it is the first of the leading classes; the front's
        figures count such samples as wrong.

        Args:
            X: ``(n_samples, n_features)``.
        """
        leading = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[leading])

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return each class's share of the output spikes, ``(n_samples, n_classes)``."""
        check_is_fitted(self)
        x = validate_data(self, X, dtype=np.float64, reset=False)
        return self.network_.predict_proba(x)

    def _run(
        self, x: NDArray[np.float64], index: NDArray[np.int64], seed: int, folder: Path
    ) -> Campaign:
        folder.mkdir(parents=True, exist_ok=True)
        data = folder / "data.npz"
        features = getattr(self, "feature_names_in_", None)
        save_arrays(data, x, index, features, [str(label) for label in self.classes_])
        shares = {"validation": self.validation_fraction, "test": self.test_fraction}
        spec = {
            "task": {"arrays": str(data.resolve())},
            "chip": self.chip,
            "seed": seed,
            "timesteps": self.timesteps,
            "population": self.population,
            "split": {"train": 1 - sum(shares.values()), **shares},
            "stop": {"generations": self.generations},
            **(self.spec or {}),
        }
        return run(spec, folder / "campaign", threads=self.n_jobs)

    def _take(self, campaign: Campaign) -> None:
        """Keep the front's networks without the samples that they were evolved on."""
        front = campaign.front
        self.front_ = [_without_samples(network) for network in front]
        if self.choose == "knee":
            chosen = front.knee
        elif self.choose == "accuracy":
            chosen = front.select(weights={"accuracy": 1.0})
        elif isinstance(self.choose, Mapping):
            chosen = front.select(weights={"accuracy": 1.0}, limits=self.choose)
        else:
            raise ValueError(
                f"choose is {self.choose!r}; it takes 'accuracy', 'knee' or a dict of limits"
            )
        self.network_ = next(n for n in self.front_ if n.id == chosen.id)
        self.n_iter_ = max(campaign.store.last_generation(), 1)


def _without_samples(bound: BoundNetwork) -> BoundNetwork:
    """Return a network whose task keeps only what encodes and decodes samples."""
    task = bound._samples_task("EvolvedClassifier")
    empty = replace(
        task.test,
        stimulus=replace(task.test.stimulus, charge=task.test.stimulus.charge[:, :, :0].copy()),
        labels=task.test.labels[:0].copy(),
        features=task.test.features[:0].copy(),
        n_independent=0,
    )
    return replace(bound, task=replace(task, train=empty, validation=empty, test=empty, whole=None))


def _with_repeats(
    x: NDArray[np.float64], index: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Repeat samples of a class that has fewer than one for each part."""
    counts = np.bincount(index)
    rows = [np.arange(index.size)]
    for k in np.flatnonzero(counts < _LEAST):
        members = np.flatnonzero(index == k)
        rows.append(np.resize(members, _LEAST - members.size))
    chosen = np.concatenate(rows)
    return x[chosen], index[chosen]
