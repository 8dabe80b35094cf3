"""What is left of a search when luck is taken out, and the figures that a person reads.

A search counts right answers on its own samples, so what it likes best is in part lucky. Its
whole population is therefore measured once more, on validation samples that it never saw and
on fresh chips, and the front is formed from both records together. Only then are the networks
of that front measured on the test samples, which decide nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evosnn.campaign._front import front_of, knee_of
from evosnn.campaign._world import World
from evosnn.evaluation import Measurement
from evosnn.evolution import Individual

__all__ = ["final_figures", "wilson"]


def wilson(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share of ``right`` in ``n``."""
    from scipy.stats import binomtest  # slow to load, and most commands need no interval

    interval = binomtest(right, n).proportion_ci(confidence_level=0.95, method="wilson")
    return float(interval.low), float(interval.high)


def final_figures(
    world: World, population: Sequence[Individual], trials: int
) -> dict[str, dict[str, Any]]:
    """Form the validated front of a population and measure it on held-out samples.

    Returns:
        By network key, smallest network first: ``knee``, ``accuracy`` and its ``interval``,
        and ``perturbed`` with ``mean``, ``p05``, ``worst`` and ``trials``.
    """
    validated = _validated(world, population, trials)
    front = front_of(validated)
    knee = knee_of(front)
    networks = [member.network for member in front]
    records = world.evaluator.measure(networks, "final", n_instances=trials, part="test")
    n = world.task.test.n_samples
    return {
        member.network.key: {
            "knee": member is knee,
            "accuracy": record.nominal,
            "interval": list(wilson(round(record.nominal * n), n)),
            "perturbed": {
                "mean": record.mean,
                "p05": record.p05,
                "worst": record.worst,
                "trials": int(record.perturbed.size),
            },
        }
        for member, record in zip(front, records, strict=True)
    }


def _validated(world: World, population: Sequence[Individual], trials: int) -> list[Individual]:
    """The population with its search and validation records joined, a sample counting as one."""
    networks = [member.network for member in population]
    records = world.evaluator.measure(networks, "validation", n_instances=trials, part="validation")
    searched, seen = world.n_search_samples, world.task.validation.n_samples
    share = seen / (searched + seen)
    return [
        world.individual(member.network, _joined(member.measurement, record, share))
        for member, record in zip(population, records, strict=True)
    ]


def _joined(search: Measurement, validation: Measurement, share: float) -> Measurement:
    return Measurement(
        nominal=(1 - share) * search.nominal + share * validation.nominal,
        perturbed=(1 - share) * search.mean + share * validation.perturbed,
        spikes=search.spikes,
        deliveries=search.deliveries,
    )
