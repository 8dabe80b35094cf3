"""Scores under two faults at once, on a random sample of pairs with a stated precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from evosnn.assessment._single_faults import Fault, fault_instances, list_faults
from evosnn.errors import SpecError
from evosnn.evaluation import AnyTrial, derive_seed, wilson
from evosnn.hardware import Instances
from evosnn.network import Network

__all__ = ["FaultPairs", "sample_size", "try_pairs"]


def sample_size(population: int, error: float = 0.01, confidence: float = 0.99) -> int:
    """Return how many of a population to try, to know a share to within ``error``.

    For the least favourable share, one half, and without replacement (Leveugle et al.,
    "Statistical fault injection: quantified error and confidence", DATE 2009).

    Args:
        population: How many there are.
        error: Largest error of the share.
        confidence: Probability of an error no larger than that.

    Raises:
        SpecError: If the error or the confidence is not between 0 and 1.
    """
    for name, value in (("error", error), ("confidence", confidence)):
        if not 0 < value < 1:
            raise SpecError(f"{name} is {value:g}; it takes a number between 0 and 1")
    cut = float(stats.norm.ppf(0.5 + confidence / 2))
    n = population / (1 + error**2 * (population - 1) / (cut**2 * 0.25))
    return min(population, int(np.ceil(n)))


@dataclass(frozen=True, eq=False)
class FaultPairs:
    """How a network fares under a random sample of pairs of faults of different parts.

    Attributes:
        population: How many such pairs there are.
        pairs: The pairs tried.
        score: ``(n_pairs,)`` float64, share of samples answered correctly under each.
        nominal: Share of samples answered correctly on the sound chip.
    """

    population: int
    pairs: tuple[tuple[Fault, Fault], ...]
    score: NDArray[np.float64]
    nominal: float

    def critical(self, loss: float = 0.05) -> tuple[float, float, float]:
        """Return the share of pairs that cost more than ``loss``, and its 95 % interval.

        Returns:
            The share found, and the ends of Wilson's score interval for all pairs.
        """
        hit = int((self.score < self.nominal - loss).sum())
        return hit / len(self.pairs), *wilson(hit, len(self.pairs))


def try_pairs(
    network: Network,
    trial: AnyTrial,
    *,
    error: float = 0.01,
    confidence: float = 0.99,
    seed: int = 0,
) -> FaultPairs:
    """Try a random sample of pairs of single faults, each of a different synapse or neuron.

    Args:
        network: The network.
        trial: Task, chip and samples.
        error: Largest error of a share of all pairs; sets the size of the sample.
        confidence: Probability of an error no larger than that.
        seed: Where the sample is drawn from.

    Raises:
        NetworkError: If the network does not have the task's inputs and outputs.
        SpecError: If the error or the confidence is not between 0 and 1, or the network has
            fewer than two parts.
    """
    trial.check(network)
    faults = list_faults(network, trial.chip)
    parts = {site: k for k, site in enumerate(dict.fromkeys(f.site[:2] for f in faults))}
    part = np.array([parts[fault.site[:2]] for fault in faults])
    sizes = np.bincount(part)
    population = int((sizes.sum() ** 2 - (sizes**2).sum()) // 2)
    if not population:
        raise SpecError("the network has fewer than two parts; a pair of faults takes two")
    n = sample_size(population, error, confidence)
    pairs = _draw(part, n, np.random.default_rng(derive_seed(seed, "fault pairs")))
    score = trial.score(network, _both(fault_instances(network, trial.chip), pairs, network))
    return FaultPairs(
        population=population,
        pairs=tuple((faults[a], faults[b]) for a, b in pairs.tolist()),
        score=score,
        nominal=float(trial.score(network)[0]),
    )


def _draw(part: NDArray[np.int64], n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """``(n, 2)``, distinct pairs of indices of different parts, each set alike."""
    found = np.zeros((0, 2), np.int64)
    while len(found) < n:
        more = rng.integers(0, part.size, (2 * n, 2))
        more = np.sort(more[part[more[:, 0]] != part[more[:, 1]]], axis=1)
        both = np.concatenate([found, more])
        first = np.sort(np.unique(both, axis=0, return_index=True)[1])
        found = both[first]
    return found[:n]


def _both(single: Instances, pairs: NDArray[np.int64], network: Network) -> Instances:
    """Return a chip with both faults of each pair; different parts, so neither hides one."""
    a, b = pairs.T
    return Instances(
        weight=np.where(single.weight[a] != network.weight, single.weight[a], single.weight[b]),
        threshold=single.threshold[a],
        firing=single.firing[a] + single.firing[b],
    )
