"""Final figures of a front: held-out samples, fresh chips, intervals.

A search counts right answers on its own samples, so what it likes best is in part lucky. The
front is therefore formed by what samples that nobody saw are expected to give. Only then are the
networks of that front measured on the test samples, which decide nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evosnn.campaign._problem import Problem
from evosnn.campaign._progress import OnMeasured
from evosnn.campaign.figures.expected import expected_values, measure_some_at_a_time
from evosnn.campaign.figures.front import front_of, knee_of
from evosnn.evaluation import mean_interval, wilson
from evosnn.evolution import Individual
from evosnn.network import Network
from evosnn.simulation import simulate
from evosnn.tasks import ClassificationTask, Part
from evosnn.tasks.control import ControlTask, run_episodes

__all__ = ["final_figures"]


def final_figures(
    problem: Problem, population: Sequence[Individual], trials: int, on_measured: OnMeasured
) -> dict[str, dict[str, Any]]:
    """Form the front of a population and measure it on held-out samples.

    Args:
        problem: The campaign's.
        population: Networks with their expected records.
        trials: Fresh chips.
        on_measured: Told how many networks of the front are measured.

    Returns:
        By network key, smallest network first: ``knee``, ``expected``, ``accuracy`` and its
        ``interval``, and ``perturbed`` with ``mean``, ``p05``, ``worst`` and ``trials``. A control
        task has ``score``, the mean return, in place of ``accuracy``, and all of these are
        returns. ``expected`` has shares by objective, and the ``interval`` of its accuracy or
        score that the number of validation samples or episodes gives. Where the test part is a
        balanced choice, ``classes`` has the ``precision``, ``recall`` and ``f1`` of each class on
        all that it was chosen from, and how many ``samples``.
    """
    front = front_of(population)
    knee = knee_of(front)
    networks = [member.network for member in front]
    records = measure_some_at_a_time(problem, networks, "final", trials, "test", on_measured)
    if isinstance(problem.task, ControlTask):
        heads = _returns(problem, problem.task, networks, "test")
    else:
        n = problem.task.test.n_independent
        heads = [
            {"accuracy": r.nominal, "interval": list(wilson(round(r.nominal * n), n))}
            for r in records
        ]
        if problem.task.whole is not None and networks:
            classes = _by_class(problem, problem.task, problem.task.whole, networks)
            heads = [{**head, "classes": own} for head, own in zip(heads, classes, strict=True)]
    return {
        member.network.key: {
            "knee": member is knee,
            "expected": {**expected_values(problem, member), "interval": interval},
            **head,
            "perturbed": {
                "mean": _as_reported(problem, record.mean),
                "p05": _as_reported(problem, record.p05),
                "worst": _as_reported(problem, record.worst),
                "trials": int(record.perturbed.size),
            },
        }
        for member, interval, head, record in zip(
            front, _intervals(problem, front), heads, records, strict=True
        )
    }


def _intervals(problem: Problem, front: Sequence[Individual]) -> list[list[float]]:
    """How far each expected accuracy or score may be off: it is known from few samples."""
    if not isinstance(problem.task, ControlTask):
        n = problem.task.validation.n_independent
        return [list(wilson(member.measurement.nominal * n, n)) for member in front]
    share, part = problem.task.share, problem.task.validation
    ran = _returns(problem, problem.task, [member.network for member in front], "validation")
    found = []
    for member, seen in zip(front, ran, strict=True):
        off = share(np.array(seen["interval"]), part) - share(seen["score"], part)
        found.append(np.clip(member.measurement.nominal + off, 0.0, 1.0).tolist())
    return found


def _by_class(
    problem: Problem, task: ClassificationTask, part: Part, networks: Sequence[Network]
) -> list[dict[str, dict[str, float]]]:
    """Precision, recall and F1 of each class on a part, for each network on the nominal chip."""
    found = []
    for network in networks:
        answers = task.decoder.decide(simulate([network], part.stimulus, problem.chip))[0, 0]
        own = {}
        for k, name in enumerate(task.class_names):
            said, true = answers == k, part.labels == k
            right = int((said & true).sum())
            own[name] = {
                "precision": right / max(int(said.sum()), 1),
                "recall": right / max(int(true.sum()), 1),
                "f1": 2 * right / max(int(said.sum() + true.sum()), 1),
                "samples": int(true.sum()),
            }
        found.append(own)
    return found


def _as_reported(problem: Problem, share: float) -> float:
    """A score as people read it: an accuracy, or a mean return."""
    return problem.task.reported(share)


def _returns(
    problem: Problem, task: ControlTask, networks: Sequence[Network], part: str
) -> list[dict[str, Any]]:
    """Mean return of each network from the starts of a part, with its 95 % interval."""
    if not networks:
        return []
    starts = getattr(task, part)
    span = task.of_share(0.0, starts), task.of_share(1.0, starts)
    returns = run_episodes(task, networks, starts, problem.chip).returns[:, 0]
    return [
        {"score": float(own.mean()), "interval": list(mean_interval(own, span))} for own in returns
    ]
