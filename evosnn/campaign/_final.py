"""The figures that a person reads: held-out samples, fresh chips, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scipy.stats import binomtest

from evosnn.campaign._front import front_of
from evosnn.campaign._world import World
from evosnn.evolution import Individual

__all__ = ["final_figures", "wilson"]


def wilson(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share of ``right`` in ``n``."""
    interval = binomtest(right, n).proportion_ci(confidence_level=0.95, method="wilson")
    return float(interval.low), float(interval.high)


def final_figures(
    world: World, population: Sequence[Individual], trials: int
) -> dict[str, dict[str, Any]]:
    """Measure the front of a population on held-out samples and fresh chips.

    Returns:
        By network key: ``accuracy`` and its ``interval``, and ``perturbed`` with ``mean``,
        ``p05``, ``worst`` and ``trials``.
    """
    front = front_of(population)
    networks = [member.network for member in front]
    records = world.evaluator.measure(networks, "final", n_instances=trials, part="test")
    n = world.task.test.n_samples
    return {
        network.key: {
            "accuracy": record.nominal,
            "interval": list(wilson(round(record.nominal * n), n)),
            "perturbed": {
                "mean": record.mean,
                "p05": record.p05,
                "worst": record.worst,
                "trials": int(record.perturbed.size),
            },
        }
        for network, record in zip(networks, records, strict=True)
    }
