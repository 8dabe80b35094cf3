"""What experiments/cartpole/study.py reports of a network: figures, and pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from evosnn import plots
from evosnn.chips import Chip
from evosnn.evolution.objectives.dead_synapses import without_each_synapse
from evosnn.hardware import WeightVariation, draw_instances
from evosnn.network import Network
from evosnn.plots._style import BLUE, GREEN, INK, MUTED, ORANGE, new_figure, styled
from evosnn.tasks.control import ControlTask, Episodes, run_episodes

__all__ = ["CHIPS", "LEVELS", "Figures", "draw_levels", "draw_network", "held_out", "measure"]

STEPS, LONG = 1500, 15_000
CHIPS = 50
LEVELS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
_STYLES = {
    "evolved (a)": (BLUE, "o", "-"),
    "evolved (b)": (GREEN, "s", "-"),
    "published a": (ORANGE, "v", "--"),
    "published b": (INK, "^", ":"),
}


@dataclass(frozen=True, eq=False)
class Figures:
    """Mean steps survived from the held-out starts.

    Attributes:
        clean: On the chip as drawn.
        long: The same, of at most 15,000.
        dead: ``(n_synapses,)``, without each synapse.
        varied: ``(levels, chips)``, on chips of each level of weight variation.
    """

    clean: float
    long: float
    dead: NDArray[np.float64]
    varied: NDArray[np.float64]

    def row(self) -> str:
        """The figures as cells of the table."""
        varied = self.varied[LEVELS.index(0.1)].mean()
        return (
            f"{_exact(self.clean)} | {self.long:.0f} | {varied:.0f} | {self.dead.mean():.0f} | "
            f"{self.dead.min():.0f}"
        )


def _exact(steps: float) -> str:
    """Steps, with a decimal where some run fell."""
    return f"{steps:.0f}" if steps == STEPS else f"{np.floor(steps * 10) / 10:.1f}"


def held_out(task: ControlTask, n: int = 100) -> Episodes:
    """The starts of the report; no search and no choice has seen them."""
    rng = np.random.default_rng(np.random.SeedSequence(12345, spawn_key=(2,)))
    return Episodes(task.setting.environment.draw_starts(n, rng), STEPS)


def measure(task: ControlTask, network: Network, chip: Chip) -> Figures:
    """Measure a network from the held-out starts."""
    starts = held_out(task)
    clean = float(run_episodes(task, [network], starts, chip).returns.mean())
    varied = [np.full(CHIPS, clean)]
    for level in LEVELS[1:]:
        chips = draw_instances(
            [network], chip, [WeightVariation(sigma=level)], CHIPS, np.random.SeedSequence(99)
        )
        varied.append(run_episodes(task, [network], starts, chip, chips).returns[0].mean(axis=1))
    dead = run_episodes(task, [network], starts, chip, without_each_synapse(network)).returns[0]
    long = run_episodes(task, [network], replace(starts, steps=LONG), chip).returns
    return Figures(clean, float(long.mean()), dead.mean(axis=1), np.array(varied))


@styled
def draw_levels(found: dict[str, dict[str, Figures]]) -> Figure:
    """Steps survived against weight variation, a panel a setting."""
    figure = new_figure(8.0, 5.4, layout="constrained")
    axes = figure.subplots(2, 2, sharex=True, sharey=True, squeeze=False)
    for ax, (setting, rows) in zip(axes.flat, found.items(), strict=False):
        for label, figures in rows.items():
            _draw_level(ax, label, figures)
        ax.set(title=setting, ylim=(0, STEPS * 1.04))
        ax.axhline(1400, color=MUTED, lw=0.8, ls=(0, (1, 2)))
    for ax in axes[-1]:
        ax.set_xlabel("weight variation, standard deviation (% of the weight)")
    for ax in axes[:, 0]:
        ax.set_ylabel("steps survived, of 1,500")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4)
    return figure


def _draw_level(ax: Axes, label: str, figures: Figures) -> None:
    colour, marker, line = _STYLES[label]
    levels = 100 * np.array(LEVELS)
    low, high = np.quantile(figures.varied, (0.1, 0.9), axis=1)
    ax.fill_between(levels, low, high, color=colour, alpha=0.15, lw=0)
    mean = figures.varied.mean(axis=1)
    ax.plot(levels, mean, color=colour, marker=marker, ls=line, ms=4, label=label)


def draw_network(task: ControlTask, network: Network, title: str) -> Figure:
    """Draw a network with the names of what it sees and does."""
    return plots.network(network, title, task.input_names, list(task.class_names))
