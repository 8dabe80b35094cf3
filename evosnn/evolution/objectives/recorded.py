"""Objectives of a network's structure, and of its record on nominal and varied chips."""

from __future__ import annotations

from evosnn.evolution.objectives.base import Objective
from evosnn.evolution.objectives.usual_size import HIDDEN_NEURONS, usual_size

__all__ = [
    "ACCURACY",
    "DELIVERIES",
    "HIDDEN",
    "NEURONS",
    "RESILIENCE",
    "RESILIENCE_P05",
    "RESILIENCE_WORST",
    "SCORE",
    "SPIKES",
    "SYNAPSES",
]

_SHARE = "share of samples"

ACCURACY = Objective(
    "accuracy",
    label="accuracy",
    unit=_SHARE,
    maximise=True,
    worst=0.0,
    value=lambda n, m: m.nominal,
    is_score=True,
)
SCORE = Objective(
    "score",
    label="score",
    unit="share of best return",
    maximise=True,
    worst=0.0,
    value=lambda n, m: m.nominal,
    is_score=True,
)
RESILIENCE = Objective(
    "resilience",
    label="accuracy on faulty chips, mean",
    unit=_SHARE,
    maximise=True,
    worst=0.0,
    value=lambda n, m: m.mean,
    is_score=True,
    needs_mechanisms=True,
)
RESILIENCE_P05 = Objective(
    "resilience-p05",
    label="accuracy on faulty chips, 5th percentile",
    unit=_SHARE,
    maximise=True,
    worst=0.0,
    value=lambda n, m: m.p05,
    is_score=True,
    needs_mechanisms=True,
)
RESILIENCE_WORST = Objective(
    "resilience-worst",
    label="accuracy on faulty chips, worst",
    unit=_SHARE,
    maximise=True,
    worst=0.0,
    value=lambda n, m: m.worst,
    is_score=True,
    needs_mechanisms=True,
)
SYNAPSES = Objective(
    "synapses",
    label="synapses",
    unit="count",
    maximise=False,
    worst=lambda n_inputs, n_outputs, timesteps: usual_size(n_inputs, n_outputs)[1],
    value=lambda n, m: n.n_synapses,
)
NEURONS = Objective(
    "neurons",
    label="neurons",
    unit="count",
    maximise=False,
    worst=lambda n_inputs, n_outputs, timesteps: usual_size(n_inputs, n_outputs)[0],
    value=lambda n, m: n.n_used,
)
HIDDEN = Objective(
    "hidden",
    label="hidden neurons",
    unit="count",
    maximise=False,
    worst=HIDDEN_NEURONS,
    value=lambda n, m: n.n_hidden,
)
SPIKES = Objective(
    "spikes",
    label="spikes",
    unit="per inference",
    maximise=False,
    worst=lambda n_inputs, n_outputs, timesteps: usual_size(n_inputs, n_outputs)[0] * timesteps,
    value=lambda n, m: m.spikes,
)
DELIVERIES = Objective(
    "deliveries",
    label="synaptic deliveries",
    unit="per inference",
    maximise=False,
    worst=lambda n_inputs, n_outputs, timesteps: usual_size(n_inputs, n_outputs)[1] * timesteps,
    value=lambda n, m: m.deliveries,
)
