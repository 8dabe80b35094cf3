"""Plots the assessment of one network on varying and faulty chips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from evosnn.assessment import OWN
from evosnn.plots._style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    VERMILLION,
    heading,
    new_figure,
    plain,
    styled,
)

if TYPE_CHECKING:
    from evosnn.assessment import Assessment, Level

__all__ = ["resilience"]

_COLUMNS = 4
_FAULTS = {  # colour and words of each kind of single fault
    "dead-synapse": (BLUE, "synapse dead"),
    "stuck-high-synapse": ("#56B4E9", "synapse stuck high"),
    "stuck-low-synapse": ("#A6D4EE", "synapse stuck low"),
    "bit-flip": (MUTED, "weight bit flipped"),
    "dead-neuron": (ORANGE, "neuron dead"),
    "stuck-neuron": (VERMILLION, "neuron stuck firing"),
}


@styled
def resilience(found: Assessment, title: str = "", against: Assessment | None = None) -> Figure:
    """Draw an assessment: sweeps, own mechanisms, single faults, certified shares and costs.

    Args:
        found: The assessment.
        title: A heading; none if empty.
        against: The assessment of another network on the same chips, drawn beside it.
    """
    named = dict.fromkeys(level.mechanism for level in found.levels)
    sweeps = [name for name in named if not name.startswith(OWN)]
    own = len(named) - len(sweeps)
    rows, more = -(-len(sweeps) // _COLUMNS), 0.6 + 0.25 * own if own else 0.0  # inches
    figure = new_figure(11.0, 2.1 * rows + 3.6 + more, layout="constrained")
    grid = figure.add_gridspec(rows + 1, _COLUMNS, height_ratios=[1.0] * rows + [1.35 + more / 2.1])
    low, high = _limits(found, against)
    for k, name in enumerate(sweeps):
        ax = figure.add_subplot(grid[divmod(k, _COLUMNS)])
        _draw_sweep(ax, name, found, against)
        ax.set_ylim(low, high)
        if k % _COLUMNS == 0:
            ax.set_ylabel(_score(found))
    _draw_key(figure, found, against is not None)
    heights = [more, 2.8] if own else [2.8]
    left = grid[rows, :2].subgridspec(len(heights), 1, height_ratios=heights)
    if own:
        ax = figure.add_subplot(left[0])
        _draw_own(ax, found, against)
        ax.set_xlim(low, high)
    _draw_faults(figure.add_subplot(left[-1]), found)
    _draw_certified(figure.add_subplot(grid[rows, 2]), found, against)
    _draw_costs(figure.add_subplot(grid[rows, 3]), found)
    heading(figure, title)
    return figure


def _trials(found: Assessment) -> int:
    return int(found.levels[0].scores.size) if found.levels else 0


def _score(found: Assessment) -> str:
    """What is measured, with its unit if that is not a share."""
    trial = found.trial
    return trial.measure if trial.measure == "accuracy" else trial.unit


def _limits(found: Assessment, against: Assessment | None) -> tuple[float, float]:
    """Ends of the axis of scores: from below the worst chip and band to the best there can be."""
    both = [*found.levels, *(against.levels if against else ())]
    least, most = found.trial.span
    tenth = (most - least) / 10
    worst = min([min(level.worst, level.band[0]) for level in both], default=least)
    low = max(least, least + tenth * np.floor((worst - least) / tenth))
    return float(low - 0.3 * tenth), float(most + 0.2 * tenth)


def _draw_sweep(ax: Axes, name: str, found: Assessment, against: Assessment | None) -> None:
    levels = [level for level in found.levels if level.mechanism == name]
    together = name == "all"
    x = [level.level if together else 100 * level.level for level in levels]
    ax.axhline(found.nominal, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), gid="nominal")
    ax.axhspan(*found.interval, color=MUTED, alpha=0.1, linewidth=0, gid="interval")
    if against is not None:
        other = [level for level in against.levels if level.mechanism == name]
        _draw_mean(ax, x, other, ORANGE, f"against {name}")
    _draw_mean(ax, x, levels, BLUE, f"mean {name}")
    ax.plot(x, [level.p05 for level in levels], color=BLUE, linewidth=0.9, linestyle=":", gid="p05")
    ax.plot(x, [level.worst for level in levels], "v", color=VERMILLION, markersize=3, gid="worst")
    ax.set_title(plain("all together" if together else name.replace("-", " ")), loc="left")
    ax.set_xlabel("rank of each level" if together else "level (%)", fontsize=7.5)
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=together))


def _draw_mean(ax: Axes, x: list[float], levels: list[Level], colour: str, gid: str) -> None:
    low, high = np.array([level.band for level in levels]).T
    ax.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0, gid="band")
    means = [level.mean for level in levels]
    ax.plot(x, means, color=colour, linewidth=1.4, marker="o", markersize=3, gid=gid)


def _draw_own(ax: Axes, found: Assessment, against: Assessment | None) -> None:
    """A campaign's own mechanisms, which have one level each, one above the other."""
    own = [level for level in found.levels if level.mechanism.startswith(OWN)]
    ax.axvline(found.nominal, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    for y, level in enumerate(reversed(own)):
        for other in against.levels if against else ():
            if other.mechanism == level.mechanism:
                _draw_one(ax, y + 0.25, other, ORANGE, f"against {level.mechanism}")
        _draw_one(ax, y, level, BLUE, f"mean {level.mechanism}")
        ax.vlines(level.p05, y - 0.3, y + 0.3, color=BLUE, linewidth=0.9, linestyle=":")
        ax.plot(level.worst, y, "v", color=VERMILLION, markersize=3, gid="own worst")
    names = [level.mechanism.removeprefix(OWN).strip().replace("-", " ") for level in own]
    ax.set_yticks(range(len(own)), [plain(name) for name in reversed(names)])
    ax.set_ylim(-0.6, len(own) - 0.4)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.set_title(f"the campaign's own mechanisms, as it has them: {_score(found)}", loc="left")


def _draw_one(ax: Axes, y: float, level: Level, colour: str, gid: str) -> None:
    ax.plot(level.band, [y, y], color=colour, alpha=0.3, linewidth=6, solid_capstyle="butt")
    ax.plot([level.mean], [y], "o", color=colour, markersize=3, gid=gid)


def _draw_key(figure: Figure, found: Assessment, compared: bool) -> None:
    of = "samples" if found.trial.measure == "accuracy" else "episodes"
    key = [
        (Line2D([], [], color=BLUE, marker="o", markersize=3), f"mean of {_trials(found)} chips"),
        (Patch(color=BLUE, alpha=0.2), "95 % band of the mean"),
        (Line2D([], [], color=BLUE, linewidth=0.9, linestyle=":"), "5th percentile"),
        (Line2D([], [], color=VERMILLION, marker="v", linestyle="", markersize=3), "worst chip"),
        (Line2D([], [], color=MUTED, linewidth=0.8, linestyle=(0, (4, 3))), "nominal chip"),
        (Patch(color=MUTED, alpha=0.1), f"its 95 % interval over {of}"),
    ]
    if compared:
        other = Line2D([], [], color=ORANGE, marker="o", markersize=3)
        key.append((other, "the other network's mean"))
    marks, names = zip(*key, strict=True)
    figure.legend(marks, names, loc="outside lower center", ncols=len(key), fontsize=7.5)


def _draw_faults(ax: Axes, found: Assessment) -> None:
    """A histogram of accuracies for each kind of fault, one above the other."""
    kinds = found.single_faults.by_kind()
    least, most = found.trial.span
    low = min(found.single_faults.worst, found.nominal - 0.05 * (most - least))
    edges = np.linspace(low, max(most, found.nominal), 41)
    for row, (kind, scores) in enumerate(reversed(kinds.items())):
        height = np.histogram(scores, edges)[0] / scores.size
        ax.bar(
            edges[:-1],
            0.9 * height / height.max(),
            np.diff(edges),
            bottom=row,
            align="edge",
            color=_FAULTS[kind][0],
            gid=kind,
        )
    labels = [f"{_FAULTS[kind][1]} ({scores.size})" for kind, scores in kinds.items()]
    ax.set_yticks([row + 0.3 for row in range(len(kinds))], labels[::-1])
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.axvline(found.nominal, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    ax.set_xlabel(f"{_score(found)} under the fault (bars: share of the kind)")
    count, worst = len(found.single_faults.faults), found.single_faults.worst
    text = f"{worst:.3f}" if most - least <= 1 else f"{worst:.1f}"
    ax.set_title(f"every single fault: {count}; worst {text}", loc="left")


def _draw_certified(ax: Axes, found: Assessment, against: Assessment | None) -> None:
    epsilon = np.geomspace(1e-3, 1.0, 200)
    certificate = found.certificate
    in_loop = found.trial.measure != "accuracy"
    ax.plot(100 * epsilon, certificate.share(epsilon), color=BLUE, gid="spikes", label="all spikes")
    ax.plot(
        100 * epsilon,
        certificate.decision_share(epsilon),
        color=GREEN,
        gid="decisions",
        label="all actions" if in_loop else "the answer",
    )
    if against is not None:
        other = against.certificate.decision_share(epsilon)
        ax.plot(100 * epsilon, other, color=ORANGE, gid="against", label="the other's")
    ax.set_xscale("log")
    ax.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    ax.set_ylim(-0.02, 1.02)
    ax.set_xlabel("error of every weight, at most (%)")
    ax.set_ylabel("share of episodes" if in_loop else "share of samples")
    ax.set_title("certain to stay, whatever the errors", loc="left")
    ax.legend(loc="best")


def _draw_costs(ax: Axes, found: Assessment) -> None:
    costs = found.costs
    energy = "none published" if costs.energy_pj is None else f"{costs.energy_pj:.3g} pJ, estimate"
    lines = {
        "synaptic operations": f"{costs.synaptic_operations:.4g}",
        "spikes": f"{costs.spikes:.4g}",
        "latency": f"{costs.latency_timesteps:.3g} timesteps",
        "energy": energy,
        "memory access": f"{costs.memory_access_bytes:.4g} bytes",
        "footprint": f"{costs.footprint_bytes:.4g} bytes",
        "connection sparsity": f"{costs.connection_sparsity:.3f}",
        "activation sparsity": f"{costs.activation_sparsity:.3f}",
        "breaks chip's rules": f"{len(found.violations)} times" if found.violations else "none",
    }
    ax.axis("off")
    what = "an inference" if found.trial.measure == "accuracy" else "an action"
    ax.set_title(f"{what}, and the chip's limits", loc="left")
    for k, (label, value) in enumerate(lines.items()):
        y = 0.93 - 0.105 * k
        ax.text(0.0, y, label, color=MUTED, va="top", transform=ax.transAxes, fontsize=7.5)
        ax.text(
            0.52, y, plain(value), color=INK, va="top", transform=ax.transAxes, fontsize=7.5,
            gid="cost",
        )  # fmt: skip
