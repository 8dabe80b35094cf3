"""What is left of a search when luck is taken out, and the figures that a person reads.

A search counts right answers on its own samples, so what it likes best is in part lucky. Its
whole population is therefore measured once more, on validation samples that it never saw and
on fresh chips, and the front is formed from both records together. Only then are the networks
of that front measured on the test samples, which decide nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evosnn.campaign._front import front_of, knee_of
from evosnn.campaign._world import World
from evosnn.evaluation import Measurement, wilson
from evosnn.evolution import Individual
from evosnn.network import Network
from evosnn.simulation import simulate
from evosnn.tasks import ClassificationTask, Part
from evosnn.tasks.control import ControlTask, drive

__all__ = ["final_figures"]


def final_figures(
    world: World, population: Sequence[Individual], trials: int
) -> dict[str, dict[str, Any]]:
    """Form the validated front of a population and measure it on held-out samples.

    Returns:
        By network key, smallest network first: ``knee``, ``accuracy`` and its ``interval``,
        and ``perturbed`` with ``mean``, ``p05``, ``worst`` and ``trials``. A control task has
        ``score``, the mean return, in place of ``accuracy``, and all of these are returns.
        Where the test part is a balanced choice, ``classes`` has the ``precision``, ``recall``
        and ``f1`` of each class on all that it was chosen from, and how many ``samples``.
    """
    validated = _validated(world, population, trials)
    front = front_of(validated)
    knee = knee_of(front)
    networks = [member.network for member in front]
    records = world.evaluator.measure(networks, "final", n_instances=trials, part="test")
    if isinstance(world.task, ControlTask):
        heads = _returns(world, world.task, networks)
    else:
        n = world.task.test.n_independent
        heads = [
            {"accuracy": r.nominal, "interval": list(wilson(round(r.nominal * n), n))}
            for r in records
        ]
        if world.task.whole is not None and networks:
            classes = _by_class(world, world.task, world.task.whole, networks)
            heads = [{**head, "classes": own} for head, own in zip(heads, classes, strict=True)]
    return {
        member.network.key: {
            "knee": member is knee,
            **head,
            "perturbed": {
                "mean": _as_reported(world, record.mean),
                "p05": _as_reported(world, record.p05),
                "worst": _as_reported(world, record.worst),
                "trials": int(record.perturbed.size),
            },
        }
        for member, head, record in zip(front, heads, records, strict=True)
    }


def _by_class(
    world: World, task: ClassificationTask, part: Part, networks: Sequence[Network]
) -> list[dict[str, dict[str, float]]]:
    """Precision, recall and F1 of each class on a part, for each network as drawn."""
    found = []
    for network in networks:
        answers = task.decoder.decide(simulate([network], part.stimulus, world.chip))[0, 0]
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


def _as_reported(world: World, share: float) -> float:
    """A score as people read it: an accuracy, or a mean return."""
    if isinstance(world.task, ControlTask):
        return world.task.of_share(share, world.task.test)
    return share


def _returns(world: World, task: ControlTask, networks: Sequence[Network]) -> list[dict[str, Any]]:
    """Mean return of each network from the held-out starts, with its bootstrap interval."""
    from scipy.stats import bootstrap

    found = []
    for rows in drive(task, networks, task.test, world.chip).returns if networks else []:
        returns = rows[0]
        interval = [float(returns[0])] * 2
        if np.ptp(returns) > 0:
            drawn = bootstrap(
                (returns,), np.mean, method="percentile", rng=np.random.default_rng(0)
            ).confidence_interval
            interval = [float(drawn.low), float(drawn.high)]
        found.append({"score": float(returns.mean()), "interval": interval})
    return found


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
