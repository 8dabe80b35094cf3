"""What samples that nobody saw can be expected to give: records without the search's optimism.

A search prefers networks that fit its own samples too well, so its records promise too much;
Efron calls the difference their optimism ("Estimating the error rate of a prediction rule",
J. Am. Stat. Assoc. 78, 1983). It is measured where nothing was chosen yet: on validation samples
that the search never saw, over its whole last population. One network's validation record is
short and its luck great, so it is not believed by itself: a straight line through all of them
says what a search record is worth, and the network's own validation samples count beside it as
many as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evosnn.campaign._world import World
from evosnn.evaluation import Measurement
from evosnn.evolution import Individual
from evosnn.tasks.control import ControlTask

__all__ = ["expected_population", "expected_scores", "expected_values"]

_LEAST_SLOPE = 0.5  # on held-out samples it is 0.4 to 1.1: results/overfitting.md


def expected_scores(
    search: NDArray[np.float64], validation: NDArray[np.float64], share: float
) -> NDArray[np.float64]:
    """Return what networks can be expected to score on samples that nobody saw.

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
    world: World, population: Sequence[Individual], trials: int
) -> list[Individual]:
    """Return the population with records as samples that nobody saw are expected to give them.

    All networks are measured on validation samples, on ``trials`` fresh chips. The spread among
    chips is that of the validation samples.
    """
    networks = [member.network for member in population]
    seen = world.evaluator.measure(networks, "validation", n_instances=trials, part="validation")
    n = world.task.validation.n_samples
    share = n / (world.n_search_samples + n)
    before = [member.measurement for member in population]
    nominal, mean = (
        expected_scores(np.array(searched), np.array(validated), share).tolist()
        for searched, validated in (
            ([r.nominal for r in before], [r.nominal for r in seen]),
            ([r.mean for r in before], [r.mean for r in seen]),
        )
    )
    return [
        world.individual(
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


def expected_values(world: World, member: Individual) -> dict[str, float]:
    """Return a member's expected scores by the name of an objective.

    They are ``accuracy`` or ``score``; with mechanisms ``resilience``; and those of the campaign's
    objectives that are made of the same records. All are shares, as the search's own are.
    """
    record = member.measurement
    named = {"score" if isinstance(world.task, ControlTask) else "accuracy": record.nominal}
    if record.perturbed.size:
        named["resilience"] = record.mean
    own = zip(world.objectives, member.values, strict=True)
    # What moves the mean up may move a percentile beyond 1.
    return named | {o.name: min(v, 1.0) for o, v in own if o.maximise and o.probe is None}
