"""scikit-learn's classifiers of at most so many parameters, the rivals of a small network.

What counts as a parameter is what a chip would store. A synapse has a weight and a delay, a neuron
a threshold. An inner node of a decision tree has a feature and a threshold, a leaf a class. A
multilayer perceptron is dense and has its weights and biases. A logistic regression with an L1
penalty keeps few weights, each with the number of its feature, and a bias for each class.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

__all__ = ["RIVALS", "rivals"]

_HIDDEN = (1, 2, 3, 4, 6, 8, 16)
_STRENGTHS = np.geomspace(0.003, 10, 11)  # scikit-learn's C: less is sparser
_LEAVES = (2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128)

Samples = tuple[NDArray[np.float64], NDArray[np.int64]]


def rivals(fit: Samples, test: Samples, budgets: list[int]) -> dict[str, list[float | None]]:
    """Return what each rival scores on test samples at each budget, none if it has none so small.

    Of a kind it is the one that does best in threefold cross-validation on the samples to fit to,
    of all that have at most so many parameters.

    Args:
        fit: Features ``(n_samples, n_features)`` and classes ``(n_samples,)`` to fit to.
        test: The same, to score on.
        budgets: Parameters, each.
    """
    found: dict[str, list[float | None]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that ends before it converges is as good as it is
        for name, models in RIVALS.items():
            judged = [
                (size(model.fit(*fit)), cross_val_score(model, *fit, cv=3).mean(), model)
                for model, size in models()
            ]
            found[name] = [_best(judged, budget, test) for budget in budgets]
    return found


def _best(judged: list[tuple[int, float, Any]], budget: int, test: Samples) -> float | None:
    fitting = [(validated, -size, model) for size, validated, model in judged if size <= budget]
    return float(max(fitting, key=lambda own: own[:2])[2].score(*test)) if fitting else None


_Models = Iterator[tuple[Any, Callable[[Any], int]]]


def _perceptrons() -> _Models:
    """L-BFGS and a large penalty: better at these sizes than scikit-learn's usual settings."""
    for hidden in _HIDDEN:
        model = MLPClassifier((hidden,), solver="lbfgs", alpha=1.0, max_iter=300, random_state=0)
        yield make_pipeline(StandardScaler(), model), _in_layers


def _in_layers(model: Any) -> int:
    return int(sum(w.size for w in (*model[-1].coefs_, *model[-1].intercepts_)))


def _regressions() -> _Models:
    for strength in _STRENGTHS:
        each = LogisticRegression(C=strength, l1_ratio=1.0, solver="liblinear", random_state=0)
        yield make_pipeline(StandardScaler(), OneVsRestClassifier(each)), _kept


def _kept(model: Any) -> int:
    fitted = model[-1].estimators_
    return int(2 * sum(np.count_nonzero(one.coef_) for one in fitted) + len(fitted))


def _trees() -> _Models:
    for leaves in _LEAVES:
        yield DecisionTreeClassifier(max_leaf_nodes=leaves, random_state=0), _in_nodes


def _in_nodes(model: Any) -> int:
    return 3 * int(model.get_n_leaves()) - 2


RIVALS = {"mlp": _perceptrons, "sparse logistic": _regressions, "tree": _trees}
"""The kinds of rival."""
