"""What experiments/studies/classification.py says of its splits: tables and a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import t

from evosnn.plots._style import BLUE, GREEN, INK, MAGENTA, MUTED, ORANGE, new_figure, styled
from experiments.studies.classification_rivals import RIVALS

__all__ = ["SHARES", "draw", "report"]

Split = dict[str, Any]

SHARES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Parameters as shares of the perceptron's, at which all are compared."""

_SHOWN = (0.01, 0.02, 0.05, 0.1)
_POINT = 0.01
_STYLES = {
    "evolved": (BLUE, "o", "-"),
    "mlp": (ORANGE, "v", "--"),
    "sparse logistic": (GREEN, "s", "-."),
    "tree": (MAGENTA, "^", ":"),
}
_LABELS = {"mlp": "smaller MLP"}
_HEADER = """# Evolved networks beside scikit-learn's classifiers

    python -m experiments.studies.classification {command}

Held-out accuracy, mean and standard deviation of {splits} splits (55 % training, 15 % validation,
30 % test). *Best*: the evolved network of the greatest promise (the sum of its *expected* accuracy
and of that on varying chips); *compact*: the smallest of expected accuracy within a point of it;
*small*: the best of at most 20 synapses. *Behind*: the MLP's accuracy (100 hidden neurons) less
that of *best*, mean over splits ± its standard error. *Synapses* and *parameters* are medians,
*share* is the median of the parameters as a share of the MLP's.

| task | splits | best | expected | synapses | parameters | share | logistic | MLP | parameters \
| behind | within a point | compact | synapses | small | synapses |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""
_COSTS = """
What an inference takes, medians of spikes and synaptic deliveries. RISP publishes no energy of an
event, and of the chips in the catalogue only Loihi 1 has one, 23.6 pJ a delivery (simulated before
silicon, a minimum; cited, not read at its source): *nJ* is what as many deliveries would take
there. *Products* are those of the dense MLP, each with an addition.

| task | best: spikes | deliveries | nJ | compact: spikes | deliveries | nJ | MLP: products |
|---|---|---|---|---|---|---|---|
"""
_EQUAL = """
At the same number of parameters, as a share of the MLP's: the evolved network of the greatest
promise of at most so many, beside an MLP with fewer hidden neurons, a logistic regression with few
weights (L1) and a decision tree of at most as many, each the best of its sizes in cross-validation.
*–*: some split has none so small. *As best*: as many parameters as *best*. The picture shows more
shares, 95 % intervals (Student's) and, dotted, where a hundredth is.

![Held-out accuracy against parameters, a panel a data set]({picture})

| task | of at most | {shares} | as best |
|---|---|{rule}---|
"""


def report(found: dict[str, list[Split]], command: str, picture: str) -> str:
    """The tables, as Markdown."""
    text = _HEADER.format(command=command, splits=max(len(splits) for splits in found.values()))
    text += "".join(_row(task, splits) for task, splits in found.items())
    text += _COSTS + "".join(_cost(task, splits) for task, splits in found.items())
    text += _EQUAL.format(
        picture=picture,
        shares=" | ".join(f"{100 * share:g} %" for share in _SHOWN),
        rule="---|" * len(_SHOWN),
    )
    return text + "".join(_equal(task, splits) for task, splits in found.items())


def _row(task: str, splits: list[Split]) -> str:
    behind = np.array([s["mlp"] - s["best"]["held-out"] for s in splits])
    error = f" ± {behind.std(ddof=1) / len(splits) ** 0.5:.3f}" if len(splits) > 1 else ""
    of_mlp = [s["best"]["parameters"] / s["mlp parameters"] for s in splits]
    cells = [
        task,
        str(len(splits)),
        _share([s["best"]["held-out"] for s in splits]),
        _share([s["best"]["expected"] for s in splits]),
        _middle([s["best"]["synapses"] for s in splits]),
        _middle([s["best"]["parameters"] for s in splits]),
        f"{100 * np.median(of_mlp):.1f} %",
        _share([s["logistic"] for s in splits]),
        _share([s["mlp"] for s in splits]),
        _middle([s["mlp parameters"] for s in splits]),
        f"{behind.mean():+.3f}{error}",
        "yes" if behind.mean() <= _POINT else "no",
    ]
    for name in ("compact", "small"):
        those = [s[name] for s in splits if name in s]
        cells += [_share([one["held-out"] for one in those])] if those else ["–"]
        cells += [_middle([one["synapses"] for one in those])] if those else ["–"]
    return f"| {' | '.join(cells)} |\n"


def _cost(task: str, splits: list[Split]) -> str:
    cells = [task]
    for name in ("best", "compact"):
        cells += [_middle([s[name][key] for s in splits]) for key in ("spikes", "deliveries")]
        cells.append(f"{np.median([s[name]['loihi'] for s in splits]) / 1000:,.1f}")
    cells.append(_middle([s["mlp products"] for s in splits]))
    return f"| {' | '.join(cells)} |\n"


def _equal(task: str, splits: list[Split]) -> str:
    text = ""
    for name in _STYLES:
        at = _scores(name)
        cells = [_mean([at(s, SHARES.index(share)) for s in splits]) for share in _SHOWN]
        if name == "evolved":
            cells.append(_mean([s["best"]["held-out"] for s in splits]))
        else:
            cells.append(_mean([s["rivals"][name][-1] for s in splits]))
        first = task if name == "evolved" else ""
        text += f"| {first} | {_LABELS.get(name, name)} | {' | '.join(cells)} |\n"
    return text


def _scores(name: str) -> Callable[[Split, int], float | None]:
    """What a split says of a kind of classifier at a share."""
    if name in RIVALS:
        return lambda split, k: split["rivals"][name][k]
    return lambda split, k: _evolved(split, SHARES[k] * split["mlp parameters"])


def _evolved(split: Split, budget: float) -> float | None:
    """Held-out accuracy of the most promising network within a budget."""
    fitting = [item for item in split["front"] if item[0] <= round(budget)]
    return float(max(fitting, key=lambda item: item[1])[2]) if fitting else None


def _share(values: Sequence[float]) -> str:
    spread = f" ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else ""
    return f"{np.mean(values):.3f}{spread}"


def _middle(values: Sequence[float]) -> str:
    return f"{np.median(values):,.0f}"


def _mean(values: Sequence[float | None]) -> str:
    have = [value for value in values if value is not None]
    return f"{np.mean(have):.3f}" if len(have) == len(values) else "–"


@styled
def draw(found: dict[str, list[Split]]) -> Figure:
    """Held-out accuracy against parameters, a panel a task, with 95 % intervals of the means."""
    rows = -(-len(found) // 3)
    figure = new_figure(8.4, 0.9 + 2.2 * rows, layout="constrained")
    axes = figure.subplots(rows, min(3, len(found)), squeeze=False)
    for ax, (task, splits) in zip(axes.flat, found.items(), strict=False):
        _draw_task(ax, splits)
        ax.set_title(task)
    for ax in axes.flat[len(found) :]:
        ax.set_visible(False)
    for ax in axes[-1]:
        ax.set_xlabel("parameters")
    for ax in axes[:, 0]:
        ax.set_ylabel("held-out accuracy")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=6)
    return figure


def _draw_task(ax: Axes, splits: list[Split]) -> None:
    size = float(np.median([s["mlp parameters"] for s in splits]))
    tops, lows = [], []
    for name, (colour, marker, line) in _STYLES.items():
        at = _scores(name)
        columns = [[at(s, k) for s in splits] for k in range(len(SHARES))]
        known = [k for k, column in enumerate(columns) if None not in column]
        if not known:
            continue
        middle, reach = np.transpose([_interval(columns[k]) for k in known])
        where = size * np.array(SHARES)[known]
        ax.plot(
            where,
            middle,
            color=colour,
            marker=marker,
            ls=line,
            ms=3.5,
            lw=1.2,
            label=_LABELS.get(name, name),
        )
        if name == "evolved":
            ax.fill_between(where, middle - reach, middle + reach, color=colour, alpha=0.15, lw=0)
        tops.append(middle.max())
        lows.append(np.median(middle))
    for name, key, marker in (("MLP, 100 hidden", "mlp", "D"), ("logistic", "logistic", "X")):
        middle, reach = _interval([s[key] for s in splits])
        at_size = np.median([s[f"{key} parameters"] for s in splits])
        ax.errorbar(
            [at_size], [middle], [reach], color=INK, marker=marker, ms=4.5, ls="", capsize=2,
            lw=1, label=name,
        )  # fmt: skip
        tops.append(middle + reach)
        lows.append(middle - reach)
    ax.axvline(0.01 * size, color=MUTED, lw=0.8, ls=(0, (1, 2)))
    ax.set_xscale("log")
    ax.set_ylim(min(lows) - 0.04, min(max(tops) + 0.015, 1.005))


def _interval(values: Sequence[float | None]) -> tuple[float, float]:
    """Mean, and how far its 95 % interval (Student's) reaches to either side."""
    own = np.array(values, dtype=np.float64)
    if own.size < 2:
        return float(own.mean()), 0.0
    reach = t.ppf(0.975, own.size - 1) * own.std(ddof=1) / own.size**0.5
    return float(own.mean()), float(reach)
