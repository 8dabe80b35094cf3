"""Assesses one network: noise levels, single faults, certified tolerance, costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evosnn.assessment._certified import Certificate, certify
from evosnn.assessment._costs import Costs, measure_costs
from evosnn.assessment._crossbar_error import CrossbarErrors, measure_crossbar
from evosnn.assessment._levels import SWEEPS, Level, Sweep, try_levels, try_own
from evosnn.assessment._single_faults import SingleFaults, try_faults
from evosnn.chips import Violation, find_violations
from evosnn.evaluation import AnyTrial, ControlTrial, mean_interval, wilson
from evosnn.hardware import Mechanism
from evosnn.network import Network

__all__ = ["EPSILONS", "Assessment", "assess"]

EPSILONS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Relative weight errors at which certified shares are reported."""


@dataclass(frozen=True, eq=False)
class Assessment:
    """All that is known of how a network fares.

    Attributes:
        network: The network.
        trial: Task, chip and samples (or episodes).
        nominal: Accuracy (in closed loop the mean return) on the nominal chip.
        levels: Scores at each level of each mechanism, then under the campaign's own.
        single_faults: Scores under each single fault.
        certificate: Errors that each sample certainly survives.
        costs: Costs of an inference.
        violations: What of the network does not fit the chip, and what would make it fit.
        wires: What the chip's crossbar makes of the weights, if it has one.
    """

    network: Network
    trial: AnyTrial
    nominal: float
    levels: list[Level]
    single_faults: SingleFaults
    certificate: Certificate
    costs: Costs
    violations: list[Violation]
    wires: CrossbarErrors | None = None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of :attr:`nominal`: Wilson's over samples; over returns, of their mean."""
        if isinstance(self.trial, ControlTrial):
            return mean_interval(self.certificate.outcomes, self.trial.span)
        n = self.trial.samples.n_independent
        return wilson(round(self.nominal * n), n)

    def as_data(self, critical: int = 10) -> dict[str, Any]:
        """Return the assessment as plain data, the form that ``evosnn assess --json`` prints.

        Args:
            critical: How many of the most harmful single faults are listed.
        """
        network, faults, costs = self.network, self.single_faults, self.costs
        worst = [
            {"fault": fault.kind, "site": list(fault.site), "score": score, "lost": lost}
            for _, (fault, score, lost) in zip(range(critical), faults.ranked(), strict=False)
        ]
        return {
            "network": {
                "id": network.key,
                "task": self.trial.task.name,
                "chip": self.trial.chip.name,
                "samples": self.trial.samples.n_samples,
                "measured_in": self.trial.unit,
                "neurons": network.n_used,
                "hidden": network.n_hidden,
                "synapses": network.n_synapses,
            },
            "nominal": {self.trial.measure: self.nominal, "interval": list(self.interval)},
            "levels": [
                {
                    "mechanism": level.mechanism,
                    "level": level.level,
                    "mean": level.mean,
                    "band": list(level.band),
                    "p05": level.p05,
                    "worst": level.worst,
                    "trials": int(level.scores.size),
                }
                for level in self.levels
            ],
            "single_faults": {
                "count": len(faults.faults),
                "worst": faults.worst,
                "mean": faults.mean,
                "critical": worst,
            },
            "certified": {
                "epsilon": list(EPSILONS),
                "share": self.certificate.share(EPSILONS).tolist(),
                "decision_share": self.certificate.decision_share(EPSILONS).tolist(),
                self.trial.measure: self.certificate.score(EPSILONS).tolist(),
            },
            "costs": {
                "synaptic_operations": costs.synaptic_operations,
                "effective_synaptic_operations": costs.effective_synaptic_operations,
                "spikes": costs.spikes,
                "neuron_updates": costs.neuron_updates,
                "energy_pj": costs.energy_pj,
                "energy_is": "estimate" if costs.energy_pj is not None else None,
                "energy_sources": costs.sources,
                "latency_timesteps": costs.latency_timesteps,
                "memory_access_bytes": costs.memory_access_bytes,
                "footprint_bytes": costs.footprint_bytes,
                "area_cells": costs.area_cells,
                "connection_sparsity": costs.connection_sparsity,
                "activation_sparsity": costs.activation_sparsity,
            },
            "crossbar": self.wires.as_data() if self.wires else None,
            "violations": [violation.sentence for violation in self.violations],
            "repairs": [v.repair for v in self.violations if v.repair],
        }


def assess(
    network: Network,
    trial: AnyTrial,
    *,
    trials: int = 200,
    seed: int = 0,
    sweeps: Sequence[Sweep] = SWEEPS,
    mechanisms: Sequence[Mechanism] = (),
) -> Assessment:
    """Assess a network.

    Args:
        network: The network.
        trial: Task, chip and samples (or episodes).
        trials: Chips at each level of each mechanism.
        seed: Where all chips are drawn from.
        sweeps: The mechanisms and their levels.
        mechanisms: What the network was evolved under, tried as it is.

    Raises:
        NetworkError: If the network does not have the task's inputs and outputs.
        SpecError: If the sweeps do not have equally many levels.
    """
    faults = try_faults(network, trial)
    return Assessment(
        network=network,
        trial=trial,
        nominal=faults.nominal,
        levels=[
            *try_levels(network, trial, trials=trials, seed=seed, sweeps=sweeps),
            *try_own(network, trial, mechanisms, trials=trials, seed=seed),
        ],
        single_faults=faults,
        certificate=certify(network, trial),
        costs=measure_costs(network, trial),
        violations=find_violations(trial.chip, network),
        wires=measure_crossbar(network, trial.chip),
    )
