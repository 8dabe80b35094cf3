"""Golden vectors: samples with their input charges and output spikes, as JSON data."""

from __future__ import annotations

from typing import Any

import numpy as np

from evosnn.export.common.golden_run import Golden, run_golden
from evosnn.export.common.plan import make_plan
from evosnn.export.subject import Subject
from evosnn.simulation import Stimulus, simulate

__all__ = ["golden_vectors"]

_FORM = {
    "charges": "[timestep, input, charge] of each spike that is fed",
    "spikes": "[timestep, output] of each spike that the network answers with",
}


def golden_vectors(
    subject: Subject, *, samples: int = 5, timesteps: int = 100, seed: int = 0
) -> dict[str, Any]:
    """Run a network on its first held-out samples and on random spikes.

    Args:
        subject: The network; without a task there is only the random run.
        samples: Number of held-out samples.
        timesteps: Length of the random run.
        seed: Seed of the random run.

    Returns:
        ``form``, the format of charges and spikes; ``samples``, each with its features, class,
        answer (-1 for none), charges and spikes; and ``random``, the random run.
    """
    plan = make_plan(subject.network, subject.chip, subject.charge, own=True)
    random = run_golden(plan, timesteps=timesteps, seed=seed)
    return {
        "form": _FORM,
        "samples": _samples(subject, samples),
        "random": {"timesteps": timesteps, **_run(subject, random)},
    }


def _samples(subject: Subject, count: int) -> list[dict[str, Any]]:
    task = subject.task
    if task is None:
        return []
    part = task.test
    answers = task.decoder.decide(simulate([subject.network], part.stimulus, subject.chip))[0, 0]
    plan = make_plan(subject.network, subject.chip, subject.charge, own=True)
    found = []
    for k in range(min(count, part.n_samples)):
        shown = Stimulus(np.ascontiguousarray(part.stimulus.charge[:, :, k : k + 1]))
        features = None if subject.features is None else _plain(subject.features[k])
        found.append(
            {
                "features": features,
                "class": int(part.labels[k]),
                "answer": int(answers[k]),
                **_run(subject, run_golden(plan, shown)),
            }
        )
    return found


def _plain(features: Any) -> list[float | None]:
    """Return a sample's features, with ``None`` for a missing value (NaN), which JSON lacks."""
    return [None if value != value else float(value) for value in features.tolist()]


def _run(subject: Subject, golden: Golden) -> dict[str, Any]:
    whole = subject.chip.integer
    outputs = golden.spikes[:, subject.network.outputs]
    times = outputs[outputs > 0].astype(int)
    return {
        "charges": [
            [int(t), int(i), int(golden.charge[t, i]) if whole else float(golden.charge[t, i])]
            for t, i in np.argwhere(golden.event)
        ],
        "spikes": np.repeat(np.argwhere(outputs), times, axis=0).tolist(),
    }
