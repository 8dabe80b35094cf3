"""The target ``superneuromat``: JSON that SuperNeuroMAT loads.

The simulator is that of Date et al., "SuperNeuro: A Fast and Scalable Simulator for Neuromorphic
Computing", ICONS 2023; the file format is snm 0.1, as version 3.5.0 writes it.

Its neurons leak a fixed amount towards their reset state, so that only the leaks 0 (amount 0) and 1
(amount infinity) can be written. They fire strictly above their threshold and have no lowest
potential. Its delays are chains of neurons; here all synapses of a source share one chain.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export.common.export import Export, check_name
from evosnn.export.common.fidelity import fidelity_of
from evosnn.export.common.golden_run import run_golden
from evosnn.export.common.plan import Plan, make_plan
from evosnn.export.common.target import Found, Target, Verifier, in_environment, json_in
from evosnn.network import Network
from evosnn.simulation import Stimulus

__all__ = ["SUPERNEUROMAT", "to_superneuromat"]


def to_superneuromat(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    """Write a network as SuperNeuroMAT reads it; its first neurons are the network's, in order.

    Args:
        network: The network.
        chip: The rules.
        name: Name of the file.
        charge: ``(least, largest)`` charge of an input; plus and minus the chip's spike value if
            not given. More networks are proven exact without negative charges.
        stimulus: The golden stimulus; 1,000 random timesteps if not given.

    Raises:
        ExportError: If a neuron leaks a part of its potential or fires on any arrival.
    """
    check_name(name)
    plan = make_plan(network, chip, charge)
    _require_rules(plan)
    fidelity = fidelity_of(plan, leaks_a_little=False)
    golden = run_golden(plan, stimulus)
    # SuperNeuroMAT has no input spikes without charge: run the stimulus again without them.
    golden = run_golden(plan, Stimulus(golden.charge[:, :, None]))
    data = _network_data(plan)
    relays = data["num_neurons"] - network.n_neurons
    document = {
        "$schema": "https://ornl.github.io/superneuromat/schema/0.1/snn.json",
        "version": "0.1",
        "networks": [
            {
                "meta": {
                    "array_representation": "json-native",
                    "from": {"module": "superneuromat", "version": "3.5.0"},
                    "format": "snm",
                    "format_version": "0.1",
                    "type": "SNN",
                },
                "data": data,
            }
        ],
    }
    return Export(
        target="superneuromat",
        name=name,
        files={f"{name}.snm.json": json.dumps(document, indent=1) + "\n"},
        notes=(
            f"The file is {fidelity.label}. {fidelity.reason}",
            f"Inputs are neurons {_listed(network.inputs)}, outputs {_listed(network.outputs)}; "
            f"{relays} more are relays, which stand for delays.",
        ),
        network=network,
        chip=chip,
        golden_run=golden,
        facts={"exact": int(fidelity.label == "exact")},
    )


def _require_rules(plan: Plan) -> None:
    for neuron in plan.neurons:
        if 0 < neuron.leak < 1:
            raise ExportError(
                f"neuron {neuron.id} leaks the share {neuron.leak:g}; SuperNeuroMAT's leak a fixed "
                "amount: evolve on a chip whose neurons leak all or nothing"
            )
        if neuron.threshold <= 0:
            raise ExportError(
                f"neuron {neuron.id} fires at potential {neuron.threshold:g}, which any arrival "
                "reaches; SuperNeuroMAT's would fire at rest: set neuron.threshold.min in the "
                "chip's file to 1"
            )


def _network_data(plan: Plan) -> dict[str, Any]:
    whole = plan.chip.integer
    thresholds = [n.threshold - 0.5 if whole else n.threshold * (1 - 1e-9) for n in plan.neurons]
    leaks = [np.inf if n.leak else 0.0 for n in plan.neurons]
    first_relay, synapses = [], []
    for i, neuron in enumerate(plan.neurons):
        first_relay.append(len(thresholds))
        for k in range(max(neuron.reach - 1, 0)):
            synapses.append((i if k == 0 else len(thresholds) - 1, len(thresholds), 1.0))
            thresholds.append(0.5)
            leaks.append(np.inf)
    for i, neuron in enumerate(plan.neurons):
        for a in neuron.arrivals:
            source = a.pre if a.delay == 1 else first_relay[a.pre] + a.delay - 2
            synapses.append((source, i, a.weight))
    n, m = len(thresholds), len(synapses)
    return {
        "num_neurons": n,
        "num_synapses": m,
        "neuron_thresholds": thresholds,
        "neuron_leaks": leaks,
        "neuron_states": [0.0] * n,
        "neuron_reset_states": [0.0] * n,
        "neuron_refractory_periods": [0] * n,
        "neuron_refractory_periods_state": [0] * n,
        "pre_synaptic_neuron_ids": [s[0] for s in synapses],
        "post_synaptic_neuron_ids": [s[1] for s in synapses],
        "synaptic_weights": [s[2] for s in synapses],
        "synaptic_delays": [1] * m,
        "enable_stdp": [0] * m,
        "stdp": False,
        "apos": [],
        "aneg": [],
        "stdp_positive_update": True,
        "stdp_negative_update": True,
        "allow_incorrect_stdp_sign": False,
        "allow_signed_leak": False,
        "default_dtype": "float64",
        "input_spikes": {},
        "spike_train": [],
        "manual_setup": False,
        "_backend": "auto",
        "_sparse": "auto",
    }


def _listed(indices: Any) -> str:
    return ", ".join(map(str, indices.tolist()))


def _verifiers() -> tuple[Verifier, ...]:
    from evosnn.export.simulators.run import run_superneuromat

    return (Verifier("SuperNeuroMAT", run_superneuromat, in_environment("superneuromat")),)


def _recognise(path: Path) -> Found | None:
    data = json_in(path)
    return Found("snn", (path,)) if data is not None and "networks" in data else None


SUPERNEUROMAT = Target(
    to_superneuromat, "SuperNeuroMAT's JSON", verifiers=_verifiers, recognise=_recognise
)
