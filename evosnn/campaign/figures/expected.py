"""Optimism-corrected scores: estimates of what unseen samples will give.

A search prefers networks that fit its own samples too well, so its records promise too much;
Efron calls the difference their optimism ("Estimating the error rate of a prediction rule",
J. Am. Stat. Assoc. 78, 1983). It is measured where nothing was chosen yet: on validation samples
that the search never saw, over its whole last population. One network's validation record is
short and its luck great, so it is not believed by itself: a straight line through all of them
says what a search record is worth, and the network's own validation samples count beside it as
many as they are. So are worst faults and certified errors, which no record tells of: they are
measured on validation samples beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evosnn.campaign._problem import Problem
from evosnn.campaign._progress import OnMeasured
from evosnn.evaluation import Measurement, PartName
from evosnn.evolution import Individual, Objective, bind_objectives
from evosnn.network import Network

__all__ = [
    "expected_population",
    "expected_scores",
    "expected_values",
    "measure_some_at_a_time",
]

_LEAST_SLOPE = 0.5  # on held-out samples it is 0.4 to 1.1: results/studies/overfitting.md
_AT_A_TIME = 10  # networks


def measure_some_at_a_time(
    problem: Problem,
    networks: Sequence[Network],
    purpose: str,
    trials: int,
    part: PartName,
    on_measured: OnMeasured,
) -> list[Measurement]:
    """Measure networks on ``trials`` chips, all on the same, and tell how many are done."""
    found: list[Measurement] = []
    what = f"on {part} {_unit(problem)}"
    if problem.evaluator.mechanisms:
        what += f", {trials} fresh chips each"
    on_measured(what, 0, len(networks))
    for start in range(0, len(networks), _AT_A_TIME):
        some = networks[start : start + _AT_A_TIME]
        found += problem.evaluator.measure(some, purpose, n_instances=trials, part=part)
        on_measured(what, len(found), len(networks))
    return found


def _unit(problem: Problem) -> str:
    return problem.task.unit


def probed_values(
    problem: Problem,
    objective: Objective,
    members: Sequence[tuple[Network, Measurement]],
    part: PartName,
    on_measured: OnMeasured,
) -> list[float]:
    """Return an objective's value of each network, and tell how many are tried.

    Args:
        problem: The campaign's.
        objective: The objective, which tries each network anew.
        members: The networks with their records.
        part: What it tries them on.
        on_measured: Told for which objective and on which samples.
    """
    found: list[float] = []
    seen = "search" if part == "train" else part
    what = f"for {objective.name} on {seen} {_unit(problem)}"
    on_measured(what, 0, len(members))
    for network, record in members:
        found.append(objective.value(network, record))
        on_measured(what, len(found), len(members))
    return found


def expected_scores(
    search: NDArray[np.float64], validation: NDArray[np.float64], share: float
) -> NDArray[np.float64]:
    """Return the expected scores of networks on unseen samples.

    The line is that of least squares. Its slope is kept within a half and 1: few validation samples
    may tell of less by chance, which would make the worst network as good as the best, and a
    better record is worth no more than what it is better by.

    Args:
        search: ``(n_networks,)``, scores on the samples of the search, 0 to 1.
        validation: ``(n_networks,)``, scores on validation samples.
        share: Validation samples as a share of both.

    Returns:
        ``(n_networks,)``, scores, 0 to 1. Their mean is that of ``validation``.
    """
    beyond = search - search.mean()
    spread = float(beyond @ beyond)
    slope = min(max(float(beyond @ validation) / spread, _LEAST_SLOPE), 1.0) if spread else 1.0
    line = validation.mean() + slope * beyond
    return np.asarray(np.clip((1 - share) * line + share * validation, 0.0, 1.0))


def expected_population(
    problem: Problem, population: Sequence[Individual], trials: int, on_measured: OnMeasured
) -> list[Individual]:
    """Return the population with the records expected on unseen samples.

    All networks are measured on validation samples, on ``trials`` fresh chips. The spread among
    chips is that of the validation samples.
    """
    networks = [member.network for member in population]
    seen = measure_some_at_a_time(
        problem, networks, "validation", trials, "validation", on_measured
    )
    n = problem.task.validation.n_samples
    share = n / (problem.n_search_samples + n)
    before = [member.measurement for member in population]
    judging = _on_unseen(problem, population, share, on_measured)
    nominal, mean = (
        expected_scores(np.array(searched), np.array(validated), share).tolist()
        for searched, validated in (
            ([r.nominal for r in before], [r.nominal for r in seen]),
            ([r.mean for r in before], [r.mean for r in seen]),
        )
    )
    return [
        judging.individual(
            member.network,
            Measurement(
                nominal=nominal[k],
                perturbed=np.maximum(seen[k].perturbed + (mean[k] - seen[k].mean), 0.0),
                spikes=member.measurement.spikes,
                deliveries=member.measurement.deliveries,
            ),
        )
        for k, member in enumerate(population)
    ]


def _on_unseen(
    problem: Problem, population: Sequence[Individual], share: float, on_measured: OnMeasured
) -> Problem:
    """The problem with what is expected of worst faults and certified errors in place of them."""
    known: dict[str, Objective] = {}

    def expected(objective: Objective) -> Objective:
        if not (objective.is_score and objective.probe):
            return objective
        if objective.name not in known:
            threads = problem.evaluator.threads
            (unseen,) = bind_objectives(
                [objective], problem.task, problem.chip, threads, "validation"
            )
            members = [(m.network, m.measurement) for m in population]
            searched = [objective.value(*member) for member in members]
            validated = probed_values(problem, unseen, members, "validation", on_measured)
            values = expected_scores(np.array(searched), np.array(validated), share).tolist()
            by_key = {m.network.key: v for m, v in zip(population, values, strict=True)}
            known[objective.name] = replace(objective, value=lambda n, _: by_key[n.key])
        return known[objective.name]

    return replace(
        problem,
        objectives=tuple(expected(o) for o in problem.objectives),
        requirements=tuple(
            replace(r, objective=expected(r.objective)) for r in problem.requirements
        ),
    )


def expected_values(problem: Problem, member: Individual) -> dict[str, float]:
    """Return a member's expected scores by the name of an objective.

    They are ``accuracy`` or ``score``; with mechanisms ``resilience``; and those of the campaign's
    objectives that are scores. All are shares, as the search's own are.
    """
    record = member.measurement
    named = {problem.task.score_name: record.nominal}
    if record.perturbed.size:
        named["resilience"] = record.mean
    own = zip(problem.objectives, member.values, strict=True)
    # What moves the mean up may move a percentile beyond 1.
    return named | {o.name: min(v, 1.0) for o, v in own if o.is_score}
