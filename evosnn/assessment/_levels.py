"""Scores against the level of each mechanism, alone and all together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import SpecError
from evosnn.evaluation import AnyTrial, derive_seed, mean_interval
from evosnn.hardware import (
    BitFlips,
    DeadNeurons,
    DeadSynapses,
    Instances,
    Mechanism,
    StuckNeurons,
    SupplyShift,
    ThresholdVariation,
    WeightVariation,
    draw_instances,
    join_instances,
)
from evosnn.network import Network

__all__ = ["ALL", "OWN", "SWEEPS", "Level", "Sweep", "try_levels", "try_own"]

ALL = "all"
"""Name of the sweep in which every mechanism acts, each at its own level of that rank."""

OWN = "campaign's"
"""What the names of a campaign's own mechanisms, and of all of them together, begin with."""


@dataclass(frozen=True)
class Sweep:
    """A mechanism at rising levels.

    Attributes:
        name: What a person calls it.
        levels: The levels, ascending.
        unit: What a level is.
        make: Makes the mechanism of a level.
    """

    name: str
    levels: tuple[float, ...]
    unit: str
    make: Callable[[float], Mechanism]


SWEEPS = (
    Sweep(
        "weight-variation",
        (0.02, 0.05, 0.1, 0.2, 0.3),
        "standard deviation, share of each weight",
        lambda x: WeightVariation(sigma=x),
    ),
    Sweep(
        "threshold-variation",
        (0.02, 0.05, 0.1, 0.2, 0.3),
        "standard deviation, share of each threshold",
        lambda x: ThresholdVariation(sigma=x),
    ),
    Sweep(
        "supply-shift",
        (0.01, 0.02, 0.05, 0.1, 0.15),
        "standard deviation, share of all weights of a chip",
        lambda x: SupplyShift(sigma=x),
    ),
    Sweep(
        "dead-synapses",
        (0.005, 0.01, 0.02, 0.05, 0.1),
        "share of synapses",
        lambda x: DeadSynapses(rate=x),
    ),
    Sweep(
        "bit-flips",
        (0.0005, 0.001, 0.002, 0.005, 0.01),
        "share of the bits of weights",
        lambda x: BitFlips(rate=x),
    ),
    Sweep(
        "dead-neurons",
        (0.005, 0.01, 0.02, 0.05, 0.1),
        "share of neurons",
        lambda x: DeadNeurons(rate=x),
    ),
    Sweep(
        "stuck-neurons",
        (0.005, 0.01, 0.02, 0.05, 0.1),
        "share of neurons",
        lambda x: StuckNeurons(rate=x),
    ),
)
"""The sweeps that an assessment makes if not told otherwise."""


@dataclass(frozen=True, eq=False)
class Level:
    """Scores of a network on the chips of one mechanism and level.

    Attributes:
        mechanism: Name of the sweep, or of a campaign's mechanism (:data:`OWN`).
        level: The level; for all mechanisms together its rank, from 1; 1 for a campaign's, which
            is as the campaign has it.
        scores: ``(trials,)`` float64, share of samples answered correctly on each chip; in closed
            loop the mean return.
        span: The lowest and the highest score there can be.
    """

    mechanism: str
    level: float
    scores: NDArray[np.float64]
    span: tuple[float, float]

    @property
    def mean(self) -> float:
        """Mean score."""
        return float(self.scores.mean())

    @property
    def p05(self) -> float:
        """5th percentile of the score."""
        return float(np.quantile(self.scores, 0.05))

    @property
    def worst(self) -> float:
        """Lowest score."""
        return float(self.scores.min())

    @property
    def band(self) -> tuple[float, float]:
        """95 % confidence band of the mean over chips: :func:`~evosnn.evaluation.mean_interval`."""
        return mean_interval(self.scores, self.span)


def try_levels(
    network: Network,
    trial: AnyTrial,
    *,
    trials: int = 200,
    seed: int = 0,
    sweeps: Sequence[Sweep] = SWEEPS,
) -> list[Level]:
    """Try a network on chips of every level of every sweep, then of all sweeps together.

    All levels of a sweep share their chips' draws, as do all networks tried with one seed: a
    dead synapse is dead at every higher rate, and two networks can be compared chip by chip.

    Args:
        network: The network.
        trial: Task, chip and samples (or episodes).
        trials: Chips at each level.
        seed: Where all chips are drawn from.
        sweeps: The mechanisms and their levels.

    Raises:
        NetworkError: If the network does not have the task's inputs and outputs.
        SpecError: If the sweeps do not have equally many levels.
    """
    trial.check(network)
    if len({len(sweep.levels) for sweep in sweeps}) > 1:
        raise SpecError("all sweeps take the same number of levels, to be combined rank by rank")
    drawn = derive_seed(seed, "assess levels")
    plan: list[tuple[str, float, list[Mechanism]]] = [
        (sweep.name, level, [sweep.make(level)]) for sweep in sweeps for level in sweep.levels
    ]
    if len(sweeps) > 1:
        plan += [
            (ALL, float(rank + 1), [sweep.make(sweep.levels[rank]) for sweep in sweeps])
            for rank in range(len(sweeps[0].levels))
        ]
    chips = [
        draw_instances([network], trial.chip, mechanisms, trials, drawn)
        for _, _, mechanisms in plan
    ]
    scores = _scores_by_kind(network, trial, chips)
    return [
        Level(name, level, row, trial.span)
        for (name, level, _), row in zip(plan, scores, strict=True)
    ]


def try_own(
    network: Network,
    trial: AnyTrial,
    mechanisms: Sequence[Mechanism],
    *,
    trials: int = 200,
    seed: int = 0,
) -> list[Level]:
    """Try a network on chips of each of a campaign's mechanisms, then of all of them together.

    Args:
        network: The network.
        trial: Task, chip and samples (or episodes).
        mechanisms: The campaign's mechanisms, as it has them.
        trials: Chips of each.
        seed: Where all chips are drawn from.

    Raises:
        NetworkError: If the network does not have the task's inputs and outputs.
    """
    trial.check(network)
    plan: list[tuple[str, list[Mechanism]]] = []
    for k, mechanism in enumerate(mechanisms):
        before = sum(other.kind == mechanism.kind for other in mechanisms[:k])
        again = f" {before + 1}" if before else ""
        plan.append((f"{OWN} {mechanism.kind}{again}", [mechanism]))
    if len(mechanisms) > 1:
        plan.append((f"{OWN} together", list(mechanisms)))
    drawn = derive_seed(seed, "assess levels")
    return [
        Level(
            name,
            1.0,
            trial.score(network, draw_instances([network], trial.chip, some, trials, drawn)),
            trial.span,
        )
        for name, some in plan
    ]


def _scores_by_kind(
    network: Network, trial: AnyTrial, chips: Sequence[Instances]
) -> list[NDArray[np.float64]]:
    """Score sets of chips, those with whole numbers apart: they need no fractions."""
    found: list[NDArray[np.float64]] = [np.zeros(0)] * len(chips)
    whole = [bool((some.weight == np.rint(some.weight)).all()) for some in chips]
    for kind in (True, False):
        which = [k for k, is_whole in enumerate(whole) if is_whole == kind]
        if not which:
            continue
        scores = trial.score(network, join_instances([network], [chips[k] for k in which]))
        ends = np.cumsum([chips[k].n_instances for k in which])[:-1]
        for k, row in zip(which, np.split(scores, ends), strict=True):
            found[k] = row
    return found
