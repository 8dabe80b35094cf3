"""The target ``loihi``: integer tables of compartments, synapses and inputs for Loihi 1.

Loihi's rules, as brian2-loihi 0.5.2 reproduces them spike for spike: in a timestep the magnitude of
the voltage ``v`` decreases by ``ceil(|v| * decay_v / 4096)``, and the current of that timestep is
added (it decays at once). A compartment spikes if ``v`` exceeds 64 times its threshold's mantissa,
and ``v`` is then reset to 0. A synapse delivers ``mantissa * 2**(6 + exponent)``, its delay counted
from 0.
Excitatory and inhibitory synapses form separate groups, so that mantissas have 8 bits besides the
sign; a group of mixed sign would lose the last one.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from evosnn.chips import Chip, check
from evosnn.errors import ExportError
from evosnn.export.common.export import Export, check_name
from evosnn.export.common.fidelity import fidelity_of_floor
from evosnn.export.common.golden_run import Golden, run_golden
from evosnn.export.common.plan import Plan, make_plan
from evosnn.export.common.target import Found, Target, Verifier, json_in
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.simulation.reference import run_reference

__all__ = ["LOIHI", "to_loihi"]

_COMPARTMENTS = 1024  # per core; nengo-loihi, block.py
_MANTISSA = 255  # 8 bits of a weight whose group has one sign; brian2-loihi, loihi_synapses.py
_EXPONENT = 7  # largest; brian2-loihi, loihi_synapses.py
_THRESHOLD = 2**17 - 1  # 17 bits of a threshold's mantissa; nengo-loihi, discretize.py
_DELAY = 63  # brian2-loihi and lava-dl: 0 to 62, where 0 arrives in the next timestep
_ALL_OR_NOTHING = (0.0, 1.0)  # leaks whose rounding is the same in steps of a weight and of 1/64
_LEAST = -(2**17)  # in weights: 24 bits of voltage, of which a weight of 1 is 64

_RULES = (
    "v := v - sign(v) * ceil(|v| * decay_v / 4096); v := v + sum of mantissa * 2^(6 + exponent) "
    "over what arrives; a compartment spikes if v > 64 * threshold_mantissa, then v := 0",
    "a spike in timestep t arrives in timestep t + 1 + delay; an input's spike arrives in its own "
    "timestep, through the weight that 'inputs' gives it",
    "currents decay at once (decay_u 4096), refractory periods are 1 timestep",
    "groups are of one sign: 'excitatory' mantissas are 0 to 255, 'inhibitory' ones -255 to 0",
)


def to_loihi(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    """Write a network as integer tables for one core of Loihi 1.

    Args:
        network: The network.
        chip: The rules.
        name: Prefix of the file.
        charge: Ignored: an input's spike delivers the chip's spike value.
        stimulus: The golden stimulus, full spikes only; 1,000 random timesteps if not given.

    Raises:
        ExportError: If the network does not fit Loihi (the message says what would fit), or the
            stimulus has charges other than full spikes.
    """
    del charge
    check_name(name)
    full = float(chip.spike_value)
    plan = _plan(network, chip, (min(full, 0.0), max(full, 0.0)))
    _require_rules(plan, network, _steps(chip))
    stimulus = stimulus or _random_spikes(plan)
    if not np.isin(stimulus.charge, (0.0, full)).all():
        raise ExportError(
            f"Loihi's inputs are spikes of one charge, {full:g} here; the stimulus has others: "
            "take an encoder that makes spikes"
        )
    fidelity = fidelity_of_floor(plan, "Loihi", _LEAST)
    tables = _tables(plan, network, _steps(chip))
    return Export(
        target="loihi",
        name=name,
        files={f"{name}.loihi.json": json.dumps(tables, indent=1) + "\n"},
        notes=(
            f"The tables are {fidelity.label}. {fidelity.reason}",
            f"An input's spike delivers {full:g}, whatever charge an encoder gives it.",
        ),
        network=network,
        chip=chip,
        golden_run=_golden(plan, network, chip, stimulus),
        facts={"exact": int(fidelity.label == "exact")},
    )


def _steps(chip: Chip) -> int:
    """Return the Loihi weight for a weight of 1, which gives the chip's resolution."""
    return round(1 / (64 * chip.resolution)) if _decays_alike(chip) else 1


def _decays_alike(chip: Chip) -> bool:
    """Return whether the chip's decay is Loihi 1's, in steps of 1/64 of a weight or finer."""
    neuron = chip.neuron
    if not chip.integer or neuron.leak_rule != "share" or not neuron.resolution:
        return False
    return (1 / (64 * neuron.resolution)).is_integer() and 0.0 in neuron.leak


def _plan(network: Network, chip: Chip, charge: tuple[float, float]) -> Plan:
    """Return the plan by RISP's rules, without decays that are Loihi's own."""
    if not _decays_alike(chip):
        return make_plan(network, chip, charge)
    found = check(chip, network)
    if found:
        raise ExportError(f"the network does not fit chip '{chip.name}': {found[0]}")
    neuron = chip.neuron.model_copy(update={"resolution": None, "fires_on": "arrival"})
    bare = replace(network, leak=np.zeros(network.n_neurons))
    return make_plan(bare, chip.model_copy(update={"neuron": neuron}), charge)


def _golden(plan: Plan, network: Network, chip: Chip, fed: Stimulus) -> Golden:
    golden = run_golden(plan, fed)
    if not _decays_alike(chip):
        return golden
    run = run_reference(network, Stimulus(golden.charge[:, :, None]), chip)
    return replace(golden, spikes=run.spikes, potential=run.potential[-1])


def _random_spikes(plan: Plan, timesteps: int = 1000) -> Stimulus:
    """Return a stimulus of full spikes, at random in 3 of 10 timesteps."""
    shape = (timesteps, plan.network.inputs.size, 1)
    event = np.random.default_rng(0).random(shape) < 0.3
    return Stimulus(np.where(event, float(plan.chip.spike_value), 0.0), event)


def _tables(plan: Plan, network: Network, steps: int) -> dict[str, Any]:
    synapses: dict[str, list[dict[str, int]]] = {"excitatory": [], "inhibitory": []}
    for post, neuron in enumerate(plan.neurons):
        for a in neuron.arrivals:
            mantissa, exponent = _weight(a.weight * steps, neuron.id)
            synapses["inhibitory" if a.weight < 0 else "excitatory"].append(
                {"pre": a.pre, "post": post, "mantissa": mantissa, "exponent": exponent,
                 "delay": a.delay - 1}
            )  # fmt: skip
    mantissa, exponent = _weight(float(plan.chip.spike_value) * steps, None)
    return {
        "format": "loihi-1 integer tables",
        "version": 1,
        "network": network.key,
        "rules": list(_RULES),
        "compartments": [
            {
                "neuron": neuron.id,
                "threshold_mantissa": steps * (int(neuron.threshold) - 1),
                "decay_v": round(4096 * leak),
                "decay_u": 4096,
                "refractory": 1,
            }
            for neuron, leak in zip(plan.neurons, network.leak.tolist(), strict=True)
        ],
        "synapses": synapses,
        "inputs": [
            {"compartment": i, "mantissa": mantissa, "exponent": exponent}
            for i in network.inputs.tolist()
        ],
        "outputs": network.outputs.tolist(),
    }


def _weight(weight: float, neuron: int | None) -> tuple[int, int]:
    """Return the mantissa and the smallest possible exponent."""
    whole = int(weight)
    for exponent in range(_EXPONENT + 1):
        step = 2**exponent
        if whole % step == 0 and abs(whole) // step <= _MANTISSA:
            return whole // step, exponent
    what = "an input's spike" if neuron is None else f"a synapse of neuron {neuron}"
    raise ExportError(
        f"{what} delivers {whole}, which is not an 8-bit number times a power of two up to "
        f"{2**_EXPONENT}; limit weights to {_MANTISSA}"
    )


def _require_rules(plan: Plan, network: Network, steps: int) -> None:
    chip = plan.chip
    if not chip.integer:
        raise ExportError(
            f"Loihi computes in whole numbers, chip '{chip.name}' does not; evolve on an integer "
            "chip, such as 'loihi-1'"
        )
    if len(plan.neurons) > _COMPARTMENTS:
        raise ExportError(
            f"the network has {len(plan.neurons)} neurons; a core of Loihi has {_COMPARTMENTS} "
            "compartments: limit the neurons"
        )
    whole = steps == 1  # the chip computes in whole weights
    for neuron, leak in zip(plan.neurons, network.leak.tolist(), strict=True):
        if whole and leak not in _ALL_OR_NOTHING:
            raise ExportError(
                f"neuron {neuron.id} leaks {leak:g}; Loihi rounds what is left in steps of "
                "1/64 of a weight, the chip in whole ones: evolve with leaks of 0 and 1, or for "
                "'loihi-1'"
            )
        most = _THRESHOLD // steps + 1
        if not 1 <= neuron.threshold <= most:
            raise ExportError(
                f"neuron {neuron.id} fires at {neuron.threshold:g}; Loihi's can fire at 1 to "
                f"{most}: limit neuron.threshold in the chip's file to that"
            )
        for a in neuron.arrivals:
            if a.delay > _DELAY:
                raise ExportError(
                    f"neuron {neuron.id} has a synapse of delay {a.delay}; Loihi takes 1 to "
                    f"{_DELAY}: limit the delay to that"
                )


def _verifiers() -> tuple[Verifier, ...]:
    from evosnn.export.loihi.run import run_loihi

    return (Verifier("the tables", run_loihi),)


def _recognise(path: Path) -> Found | None:
    data = json_in(path)
    return Found("snn", (path,)) if data is not None and "compartments" in data else None


LOIHI = Target(to_loihi, "integer tables for Loihi 1", verifiers=_verifiers, recognise=_recognise)
