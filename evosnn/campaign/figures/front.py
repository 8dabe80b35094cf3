"""The Pareto front of a population: its members, hypervolume and knee."""

from __future__ import annotations

from collections.abc import Sequence

import moocore
import numpy as np
from numpy.typing import NDArray

from evosnn.evolution import Individual, Objective

__all__ = ["front_of", "hypervolume", "knee_of", "reference_point"]


def front_of(individuals: Sequence[Individual]) -> list[Individual]:
    """Return the non-dominated individuals, smallest network first.

    Of several with equal objective values the one of fewest synapses stands for all. Those
    that fall short of a requirement are on it only if all do.
    """
    least = min((member.shortfall for member in individuals), default=0.0)
    sound = [member for member in individuals if member.shortfall <= least]
    ordered = sorted(sound, key=lambda m: (m.network.n_synapses, m.cost, m.network.key))
    if not ordered:
        return []
    costs = np.array([member.cost for member in ordered])
    kept = moocore.is_nondominated(costs, keep_weakly=False)
    return [member for member, on_front in zip(ordered, kept, strict=True) if on_front]


def reference_point(
    objectives: Sequence[Objective], n_inputs: int, n_outputs: int, timesteps: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ideal and the reference cost of each objective.

    The hypervolume is measured between them. They depend on the task alone, so volumes of
    different campaigns on a task can be compared: a size beyond a full layer of synapses from
    every input to every output (or 32) adds nothing.
    """
    ideal = [o.cost(1.0) if o.maximise else 0.0 for o in objectives]
    size = n_inputs, n_outputs, timesteps
    reference = [0.0 if o.maximise else o.worst_value(*size) for o in objectives]
    return np.array(ideal), np.array(reference)


def hypervolume(
    front: Sequence[Individual], ideal: NDArray[np.float64], reference: NDArray[np.float64]
) -> float:
    """Return the share of the box from ideal to reference that a front dominates."""
    if not front:
        return 0.0
    costs = np.array([member.cost for member in front])
    scaled = (costs - ideal) / (reference - ideal)
    inside = scaled[(scaled < 1).all(axis=1)]
    if not len(inside):
        return 0.0
    return float(moocore.hypervolume(inside, ref=np.ones(len(ideal))))


def knee_of(front: Sequence[Individual]) -> Individual | None:
    """Return the individual nearest to the ideal, each objective scaled to the front's range."""
    if not front:
        return None
    costs = np.array([member.cost for member in front])
    low, high = costs.min(axis=0), costs.max(axis=0)
    scaled = (costs - low) / np.where(high > low, high - low, 1.0)
    return front[int(np.argmin((scaled**2).sum(axis=1)))]
