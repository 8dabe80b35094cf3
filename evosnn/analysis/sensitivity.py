"""Measures a front on chips with other faults than those it was evolved under.

Every network of a front is tried on fresh chips of each mechanism and level of an assessment's
sweeps, on held-out samples, beside fresh chips of the campaign's own mechanisms. If the
*order* of the networks changes, the front was fitted to its fault model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from evosnn.analysis.report import front_report
from evosnn.campaign import Campaign
from evosnn.errors import SpecError
from evosnn.evaluation import Evaluator, mean_interval

if TYPE_CHECKING:
    from evosnn.assessment import Sweep

__all__ = ["AS_EVOLVED", "Condition", "Sensitivity", "front_sensitivity"]

AS_EVOLVED = "as evolved"
"""Name of the condition with the campaign's own mechanisms."""

_RANKS = (1, 2, 3)  # of the five levels of a sweep


@dataclass(frozen=True, eq=False)
class Condition:
    """A front on the chips of one mechanism and level.

    Attributes:
        mechanism: Name of the sweep, or :data:`AS_EVOLVED`.
        level: The level; none for the campaign's own mechanisms.
        unit: What a level is.
        scores: ``(n_networks, trials)`` float64, held-out score on each chip, 0 to 1.
        tau: Kendall's rank correlation of the networks' mean scores with those as evolved; none
            if fewer than three networks are on the front or all of one side are equal.
        knee: Index of the network nearest to the ideal of few synapses and a high mean score,
            each scaled to the front's range.
    """

    mechanism: str
    level: float | None
    unit: str
    scores: NDArray[np.float64]
    tau: float | None
    knee: int

    @property
    def means(self) -> NDArray[np.float64]:
        """``(n_networks,)``, mean score."""
        return np.asarray(self.scores.mean(axis=1))


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """A front under several conditions.

    Attributes:
        ids: Ids of the front's networks, smallest first.
        synapses: ``(n_networks,)`` int64.
        conditions: The first has the campaign's own mechanisms.
    """

    ids: tuple[str, ...]
    synapses: NDArray[np.int64]
    conditions: tuple[Condition, ...]

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data, the form that ``evosnn sensitivity --json`` prints."""
        return {
            "networks": [
                {"id": key, "synapses": n}
                for key, n in zip(self.ids, self.synapses.tolist(), strict=True)
            ],
            "conditions": [
                {
                    "mechanism": c.mechanism,
                    "level": c.level,
                    "unit": c.unit,
                    "tau": c.tau,
                    "knee": self.ids[c.knee],
                    "trials": int(c.scores.shape[1]),
                    "mean": c.means.tolist(),
                    "band": [list(mean_interval(row, (0.0, 1.0))) for row in c.scores],
                    "p05": np.quantile(c.scores, 0.05, axis=1).tolist(),
                }
                for c in self.conditions
            ],
        }


def front_sensitivity(
    campaign: Campaign,
    *,
    trials: int = 200,
    seed: int = 0,
    sweeps: Sequence[Sweep] | None = None,
    on_condition: Callable[[int, int], None] = lambda done, total: None,
) -> Sensitivity:
    """Try a campaign's front on held-out samples and fresh chips of other faults.

    All networks and all levels share the seed of their chips.

    Args:
        campaign: The campaign.
        trials: Chips of each condition.
        seed: Where they are drawn from.
        sweeps: The mechanisms and their levels, of which the second to the fourth are tried;
            an assessment's if not given.
        on_condition: Called after each condition with the number done and the total.

    Raises:
        SpecError: If the campaign has no mechanisms, or no front yet.
    """
    from evosnn.assessment import SWEEPS  # slow to load

    if not campaign.spec.mechanisms:
        raise SpecError(
            f"the campaign in '{campaign.store.folder}' has no mechanisms; its front assumes no "
            "faults, and 'evosnn assess' tries its networks on faulty chips"
        )
    listed = front_report(campaign)["networks"]
    if not listed:
        raise SpecError(f"the campaign in '{campaign.store.folder}' has no front yet")
    networks = [campaign.store.network(item["id"]) for item in listed]
    synapses = np.array([network.n_synapses for network in networks])
    problem = campaign.problem
    plan = [(AS_EVOLVED, None, "", list(campaign.spec.mechanisms))] + [
        (sweep.name, sweep.levels[rank], sweep.unit, [sweep.make(sweep.levels[rank])])
        for sweep in (SWEEPS if sweeps is None else sweeps)
        for rank in _RANKS
    ]
    found: list[Condition] = []
    for mechanism, level, unit, mechanisms in plan:
        chips = Evaluator(problem.task, problem.chip, mechanisms, seed, problem.evaluator.threads)
        records = chips.measure(networks, "sensitivity", n_instances=trials, part="test")
        scores = np.array([record.perturbed for record in records])
        own = found[0].means if found else scores.mean(axis=1)
        tau = _tau(own, scores.mean(axis=1))
        knee = _knee(synapses, scores.mean(axis=1))
        found.append(Condition(mechanism, level, unit, scores, tau, knee))
        on_condition(len(found), len(plan))
    return Sensitivity(tuple(item["id"] for item in listed), synapses, tuple(found))


def _tau(own: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    from scipy.stats import kendalltau  # slow to load

    if own.size < 3 or not np.ptp(own) or not np.ptp(other):
        return None
    return float(kendalltau(own, other).statistic)


def _knee(synapses: NDArray[np.int64], score: NDArray[np.float64]) -> int:
    """The network nearest to the ideal; of equals the smallest."""
    costs = np.column_stack([synapses, -score])
    low, high = costs.min(axis=0), costs.max(axis=0)
    scaled = (costs - low) / np.where(high > low, high - low, 1.0)
    return int(np.argmin(np.round((scaled**2).sum(axis=1), 12)))
