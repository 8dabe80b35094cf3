"""Compares campaigns on one task: fronts, attainment, hypervolumes, and a test over seeds.

Campaigns whose specs differ in nothing but the seed, the fold and the repeat of the split are one
*arm*. Arms are compared by the hypervolume of their held-out figures; the scores measured during
the search are not used. The folds of one seed and repeat count as one in the test, by their mean:
they share most of their training samples, and counting each would make chance look like a
difference (Dietterich, Neural Computation 10(7):1895, 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import moocore
import numpy as np
from numpy.typing import NDArray

from evosnn.analysis.report import front_report
from evosnn.campaign import (
    Campaign,
    CampaignSpec,
    OnMeasured,
    ignore_progress,
    score_name,
    task_name,
)
from evosnn.errors import SpecError

__all__ = ["Arm", "compare_campaigns", "merged_front"]

_FIGURES = ("synapses", "score", "perturbed")


@dataclass(frozen=True, eq=False)
class Arm:
    """Campaigns that differ in their seed, fold and repeat alone.

    Attributes:
        name: The settings that differ from the other arms.
        folders: Its campaigns.
        networks: For each campaign the ids of its front's networks.
        evaluations: Networks that each campaign measured.
        fronts: For each campaign ``(n_networks, 3)``: synapses, held-out score, held-out mean
            on faulty chips.
        knees: ``(n_campaigns,)``, which row of each front is the knee.
        volumes: ``(n_campaigns,)``, held-out hypervolume of each, 0 to 1.
        p: Probability of so large a difference from the first arm by chance, two-sided; none
            for the first arm, or if an arm has fewer than three campaigns (folds are one).
    """

    name: str
    folders: tuple[str, ...]
    networks: tuple[tuple[str, ...], ...]
    evaluations: tuple[int, ...]
    fronts: tuple[NDArray[np.float64], ...]
    knees: tuple[int, ...]
    volumes: NDArray[np.float64]
    p: float | None

    def as_data(self) -> dict[str, Any]:
        """Return the arm as plain data, the form that ``evosnn compare --json`` prints."""
        return {
            "name": self.name,
            "campaigns": list(self.folders),
            "evaluations": list(self.evaluations),
            "hypervolume": self.volumes.tolist(),
            "median": float(np.median(self.volumes)),
            "knee": dict(zip(_FIGURES, self.mean_knee.tolist(), strict=True)),
            "p": self.p,
            "fronts": [
                [
                    {"id": key, **dict(zip(_FIGURES, row, strict=True))}
                    for key, row in zip(keys, front.tolist(), strict=True)
                ]
                for keys, front in zip(self.networks, self.fronts, strict=True)
            ],
        }

    @property
    def mean_knee(self) -> NDArray[np.float64]:
        """``(3,)``, mean over the campaigns of their knees' synapses, score and score on chips.

        Over the folds of a cross-validation this is its estimate of what the search gives.
        """
        rows = [front[k] for front, k in zip(self.fronts, self.knees, strict=True)]
        return np.asarray(np.mean(rows, axis=0))


def compare_campaigns(
    folders: Sequence[Path], on_measured: OnMeasured = ignore_progress
) -> list[Arm]:
    """Compare campaigns; arms stand in the order of their first folder.

    Where both arms have campaigns of the same three or more seeds (and repeats of the split), the
    test is Wilcoxon's signed-rank test over these; else it is the Mann-Whitney U test.

    Args:
        folders: The campaigns' folders.
        on_measured: Called with the progress of final figures that must be measured first.

    Raises:
        SpecError: If there are fewer than two, one is given twice, or they are about different
            tasks.
        StoreError: If one cannot be read, or has no front.
    """
    if len(folders) < 2:
        raise SpecError(f"compare takes at least two campaigns' folders; got {len(folders)}")
    whole = [folder.resolve() for folder in folders]
    twice = next((f for f, p in zip(folders, whole, strict=True) if whole.count(p) > 1), None)
    if twice:
        raise SpecError(f"'{twice}' is given twice; a campaign counts once")
    campaigns = [Campaign.load(folder, on_measured=on_measured) for folder in folders]
    first = campaigns[0].spec
    for folder, campaign in zip(folders, campaigns, strict=True):
        if campaign.spec.task != first.task or score_name(campaign.spec) != score_name(first):
            raise SpecError(
                f"'{folder}' is about {task_name(campaign.spec)}, '{folders[0]}' about "
                f"{task_name(first)}; compare takes campaigns on one task"
            )
    reports = [_report(campaign) for campaign in campaigns]
    rows = [_front(report, score_name(first)) for report in reports]
    most = max(float(front[:, 0].max()) for front in rows)
    low = min(float(front[:, 1:].min()) for front in rows) if score_name(first) == "score" else 0.0
    high = max(float(front[:, 1:].max()) for front in rows) if score_name(first) == "score" else 1.0
    volumes = [_volume(front, most, low, high) for front in rows]
    names = _arm_names([campaign.spec for campaign in campaigns], folders)
    members: dict[str, list[int]] = {}
    for k, name in enumerate(names):
        members.setdefault(name, []).append(k)
    draws = [
        (campaign.spec.seed, campaign.spec.split.repeat, campaign.spec.split.fold)
        for campaign in campaigns
    ]
    base: dict[tuple[int, int], float] | None = None
    arms = []
    for name, places in members.items():
        places.sort(key=lambda k: draws[k])
        own = _by_draw({k: draws[k] for k in places}, volumes)
        p = None if base is None else _p_value(base, own)
        base = base or own
        arms.append(
            Arm(
                name,
                tuple(str(folders[k]) for k in places),
                tuple(tuple(n["id"] for n in reports[k]["networks"]) for k in places),
                tuple(campaigns[k].store.statistics()[-1]["evaluations"] for k in places),
                tuple(rows[k] for k in places),
                tuple(_knee(reports[k]) for k in places),
                np.array([volumes[k] for k in places]),
                p,
            )
        )
    return arms


def merged_front(arms: Sequence[Arm]) -> list[dict[str, Any]]:
    """Return the networks of these campaigns that no other dominates, by held-out figures.

    Of several with equal figures the first stands for all.

    It shows the best results so far. Figures used to choose a network are no longer held out.

    Returns:
        Smallest first: ``arm``, ``campaign``, ``id``, ``synapses``, ``score``, ``perturbed``.
    """
    members = [
        (tuple(row), arm.name, folder, key)
        for arm in arms
        for folder, keys, front in zip(arm.folders, arm.networks, arm.fronts, strict=True)
        for key, row in zip(keys, front.tolist(), strict=True)
    ]
    costs = np.array([(row[0], -row[1], -row[2]) for row, *_ in members])
    kept = moocore.is_nondominated(costs, keep_weakly=False)
    return [
        {"arm": name, "campaign": folder, "id": key, **dict(zip(_FIGURES, row, strict=True))}
        for (row, name, folder, key), on_front in sorted(zip(members, kept, strict=True))
        if on_front
    ]


def _report(campaign: Campaign) -> dict[str, Any]:
    report = front_report(campaign)
    if not report["networks"]:
        raise SpecError(f"the campaign in '{campaign.store.folder}' has no front yet")
    return report


def _knee(report: dict[str, Any]) -> int:
    return next(k for k, item in enumerate(report["networks"]) if item["knee"])


def _by_draw(
    draws: dict[int, tuple[int, int, int]], volumes: Sequence[float]
) -> dict[tuple[int, int], float]:
    """Mean volume over the folds of each seed and repeat."""
    found: dict[tuple[int, int], list[float]] = {}
    for k, (seed, repeat, _) in draws.items():
        found.setdefault((seed, repeat), []).append(volumes[k])
    return {draw: float(np.mean(some)) for draw, some in sorted(found.items())}


def _front(report: dict[str, Any], score: str) -> NDArray[np.float64]:
    return np.array(
        [
            (item["synapses"], item["test"][score], item["test"]["perturbed"]["mean"])
            for item in report["networks"]
        ]
    )


def _volume(front: NDArray[np.float64], most: float, low: float, high: float) -> float:
    """Share of the box of synapses, score and score on faulty chips that a front dominates."""
    span = high - low or 1.0
    costs = np.column_stack(
        [front[:, 0] / (most + 1), (high - front[:, 1]) / span, (high - front[:, 2]) / span]
    )
    inside = costs[(costs < 1).all(axis=1)]
    return float(moocore.hypervolume(inside, ref=np.ones(3))) if len(inside) else 0.0


def _p_value(
    first: dict[tuple[int, int], float], other: dict[tuple[int, int], float]
) -> float | None:
    from scipy.stats import mannwhitneyu, wilcoxon

    if min(len(first), len(other)) < 3:
        return None
    a, b = list(first.values()), list(other.values())
    if list(first) == list(other):
        return 1.0 if a == b else float(wilcoxon(a, b).pvalue)
    return float(mannwhitneyu(a, b).pvalue)


def _arm_names(specs: Sequence[CampaignSpec], folders: Sequence[Path]) -> list[str]:
    """The same name for specs that differ in draws alone: what they have of their own."""
    drawn: Any = {"seed": True, "trials": True, "split": {"fold", "repeat"}}
    data = [spec.model_dump(mode="json", exclude=drawn) for spec in specs]
    varying = [key for key in data[0] if any(d[key] != data[0][key] for d in data)]
    if not varying:
        return ["all"] * len(specs)
    return [", ".join(_difference(key, d[key], data) for key in varying) for d in data]


def _difference(key: str, value: Any, data: Sequence[dict[str, Any]]) -> str:
    """A value in a few words; of a table, only what varies within it."""
    if not isinstance(value, dict):
        return f"{key} {_plain(value)}"
    inner = [
        k for k in value
        if any(not isinstance(d[key], dict) or d[key].get(k) != value[k] for d in data)
    ]  # fmt: skip
    return f"{key} " + " ".join(
        _plain(value[k]) if k == "kind" else f"{k} {_plain(value[k])}" for k in inner
    )


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "+".join(_plain(v.get("kind", v) if isinstance(v, dict) else v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
