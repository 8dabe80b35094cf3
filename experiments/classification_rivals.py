"""scikit-learn's classifiers of at most so many parameters, the rivals of a small network.

What counts as a parameter is what a chip would store. A synapse has a weight and a delay, a neuron
a threshold. An inner node of a decision tree has a feature and a threshold, a leaf a class. A
multilayer perceptron is dense and has its weights and biases. A logistic regression with an L1
penalty keeps few weights, each with the number of its feature, and a bias for each class.
"""

from __future__ import annotations

import warnings
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

RIVALS = ("mlp", "sparse logistic", "tree")
_PENALTIES = np.geomspace(0.003, 10, 13)  # scikit-learn's C
_MOST_HIDDEN = 100


def rivals(
    x: NDArray[np.float64],
    y: NDArray[np.int64],
    test: tuple[NDArray[np.float64], NDArray[np.int64]],
    budgets: list[int],
) -> dict[str, list[float | None]]:
    """Return what each rival scores on test samples at each budget, none if it has none so small.

    The perceptron is fitted by L-BFGS with an L2 penalty of 0.1, which on splits that are not
    reported did better at these sizes than scikit-learn's defaults. It has as many hidden neurons
    as fit, at most 100. Of the regressions that fit it is the best in threefold cross-validation.

    Args:
        x: ``(n_samples, n_features)``, samples to fit to.
        y: ``(n_samples,)``, their classes.
        test: Samples to score on, and their classes.
        budgets: Parameters, each.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that ends before it converges is as good as it is
        sparse = _sparse(x, y, test)
        return {
            "mlp": [_perceptron(x, y, test, budget) for budget in budgets],
            "sparse logistic": [_best(sparse, budget) for budget in budgets],
            "tree": [_tree(x, y, test, budget) for budget in budgets],
        }


def _perceptron(x: Any, y: Any, test: Any, budget: int) -> float | None:
    n_classes = int(y.max()) + 1
    outputs = 1 if n_classes == 2 else n_classes
    hidden = min((budget - outputs) // (x.shape[1] + 1 + outputs), _MOST_HIDDEN)
    if hidden < 1:
        return None
    model = make_pipeline(
        StandardScaler(),
        MLPClassifier((hidden,), solver="lbfgs", alpha=0.1, max_iter=1000, random_state=0),
    )
    return float(model.fit(x, y).score(*test))


def _sparse(x: Any, y: Any, test: Any) -> list[tuple[int, float, float]]:
    """Parameters, cross-validated and test accuracy of regressions of falling sparsity."""
    found = []
    for strength in _PENALTIES:
        each = LogisticRegression(C=strength, l1_ratio=1.0, solver="liblinear", random_state=0)
        model = make_pipeline(StandardScaler(), OneVsRestClassifier(each))
        validated = float(cross_val_score(model, x, y, cv=3).mean())
        fitted = model.fit(x, y)[-1].estimators_
        weights = sum(np.count_nonzero(one.coef_) for one in fitted)
        found.append((2 * weights + len(fitted), validated, float(model.score(*test))))
    return found


def _best(sparse: list[tuple[int, float, float]], budget: int) -> float | None:
    fitting = [(validated, tested) for size, validated, tested in sparse if size <= budget]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _tree(x: Any, y: Any, test: Any, budget: int) -> float | None:
    leaves = (budget + 2) // 3
    if leaves < 2:
        return None
    tree = DecisionTreeClassifier(max_leaf_nodes=leaves, random_state=0)
    return float(tree.fit(x, y).score(*test))
