"""Starting networks of a classification: sparse logistic regressions, rounded to a chip's weights.

An output neuron that adds up the spikes of its inputs is a linear classifier of their counts.
Logistic regressions of falling sparsity (L1 penalty; Tibshirani, J. R. Statist. Soc. B 58(1),
1996) are fitted to the counts and their weights rounded, which gives a family of networks from a
handful of synapses to a full layer. A few more keep all inputs at small weights (L2 penalty): with
many inputs and few samples they generalise better. Evolution makes the networks smaller, and adds
what a linear classifier lacks: time and hidden neurons.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from evosnn.evolution._editable_network import EditableNetwork, put_together, trim
from evosnn.evolution._search_space import SearchSpace
from evosnn.network import Network

__all__ = ["linear_networks"]

# scikit-learn's C, on counts scaled to 0..1, and the share of L1 in the penalty
_PENALTIES = (
    *((c, 1.0) for c in (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)),
    *((c, 0.0) for c in (0.1, 1.0, 10.0)),
)
_SPIKES = (6.0, 15.0)  # spikes that the right output should fire on a median sample
_MOST_SAMPLES = 2000  # more cost time and hardly change the fit


def linear_networks(
    counts: NDArray[np.float64], labels: NDArray[np.int64], n_outputs: int, space: SearchSpace
) -> list[Network]:
    """Return networks without hidden neurons whose outputs are logistic regressions.

    Args:
        counts: ``(n_inputs, n_samples)``, spikes that each input receives.
        labels: ``(n_samples,)``, the right output for each sample.
        n_outputs: Number of outputs.
        space: Values and sizes that the chip holds; networks that exceed it are left out.

    Returns:
        Different networks; none if no input spikes or a class has no sample.
    """
    n_inputs = len(counts)
    step = max(1, -(-labels.size // _MOST_SAMPLES))
    x, y = counts.T[::step], labels[::step]
    if not counts.any() or np.unique(y).size < n_outputs:
        return []
    found: dict[str, Network] = {}
    for strength, sparse in _PENALTIES:
        slopes = _fit(x / x.max(), y, strength, sparse)
        if not slopes.any():
            continue
        drive = (x @ slopes.T)[np.arange(y.size), y]
        typical = float(np.median(drive[drive > 0])) if (drive > 0).any() else 0.0
        if typical == 0:
            continue
        for spikes in _SPIKES:
            weight = slopes * (spikes * space.threshold.high / typical)
            weight = np.clip(weight, space.weight.low, space.weight.high)
            draft = _draft(np.rint(weight) if space.weight.whole else weight, n_inputs, space)
            if draft.synapses and space.holds(draft):
                network = put_together(draft)
                found[network.key] = network
    return list(found.values())


def _fit(
    x: NDArray[np.float64], y: NDArray[np.int64], strength: float, sparse: float
) -> NDArray[np.float64]:
    """Return ``(n_classes, n_inputs)`` slopes of one classifier for each class against the rest."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    slopes = []
    for label in range(int(y.max()) + 1):
        model = LogisticRegression(
            C=strength, l1_ratio=sparse, solver="liblinear", fit_intercept=False, random_state=0,
            class_weight="balanced", max_iter=200,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(x, y == label)
        slopes.append(model.coef_[0])
    return np.array(slopes)


def _draft(weight: NDArray[np.float64], n_inputs: int, space: SearchSpace) -> EditableNetwork:
    inputs = tuple(range(n_inputs))
    outputs = tuple(range(n_inputs, n_inputs + len(weight)))
    relay, full = (space.threshold.low, space.leaks[0]), (space.threshold.high, space.leaks[0])
    draft = EditableNetwork(
        {**dict.fromkeys(inputs, relay), **dict.fromkeys(outputs, full)},
        {
            (int(i), outputs[k]): (float(weight[k, i]), int(space.delay.low))
            for k, i in zip(*np.nonzero(weight), strict=True)
        },
        inputs,
        outputs,
    )
    trim(draft)
    return draft
