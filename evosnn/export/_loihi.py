"""Integer tables for Loihi 1: compartments, synapses and inputs as its tools take them.

Loihi's rules, as brian2-loihi 0.5.2 reproduces them spike for spike: in a timestep the voltage
``v`` loses ``ceil(|v| * decay_v / 4096)`` of its size, the current of that timestep is added (it
decays at once), and a compartment spikes if ``v`` exceeds 64 times its threshold's mantissa, and
starts from 0. A synapse delivers ``mantissa * 2**(6 + exponent)``, its delay counted from 0.
Excitatory and inhibitory synapses are listed apart, so that mantissas have 8 bits of size, and
no weight loses its last bit as in a group of mixed sign.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export._fidelity import fidelity_of_floor
from evosnn.export._files import Export, check_name
from evosnn.export._golden import run_golden
from evosnn.export._plan import Plan, make_plan
from evosnn.network import Network
from evosnn.simulation import Stimulus

__all__ = ["to_loihi"]

_COMPARTMENTS = 1024  # of a core; nengo-loihi, block.py
_MANTISSA = 255  # 8 bits of a weight whose group has one sign; brian2-loihi, loihi_synapses.py
_EXPONENT = 7  # largest; brian2-loihi, loihi_synapses.py
_THRESHOLD = 2**17 - 1  # 17 bits of a threshold's mantissa; nengo-loihi, discretize.py
_DELAY = 63  # brian2-loihi and lava-dl: 0 to 62, where 0 arrives in the next timestep
_DECAYS = {0.0: 0, 1.0: 4096}
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
        ExportError: If Loihi cannot hold the network (the message says what would fit), or the
            stimulus has other charges than full spikes.
    """
    del charge
    check_name(name)
    full = float(chip.spike_value)
    plan = make_plan(network, chip, (min(full, 0.0), max(full, 0.0)))
    _require_rules(plan)
    stimulus = stimulus or _random_spikes(plan)
    if not np.isin(stimulus.charge, (0.0, full)).all():
        raise ExportError(
            f"Loihi's inputs are spikes of one charge, {full:g} here; the stimulus has others: "
            "take an encoder that makes spikes"
        )
    fidelity = fidelity_of_floor(plan, "Loihi", _LEAST)
    return Export(
        target="loihi",
        name=name,
        files={f"{name}.loihi.json": json.dumps(_tables(plan), indent=1) + "\n"},
        notes=(
            f"The tables are {fidelity.label}. {fidelity.reason}",
            f"An input's spike delivers {full:g}, whatever charge an encoder gives it.",
        ),
        network=network,
        chip=chip,
        golden=run_golden(plan, stimulus),
        facts={"exact": int(fidelity.label == "exact")},
    )


def _random_spikes(plan: Plan, timesteps: int = 1000) -> Stimulus:
    """Full spikes at random in 3 of 10 timesteps."""
    shape = (timesteps, plan.network.inputs.size, 1)
    event = np.random.default_rng(0).random(shape) < 0.3
    return Stimulus(np.where(event, float(plan.chip.spike_value), 0.0), event)


def _tables(plan: Plan) -> dict[str, Any]:
    network = plan.network
    synapses: dict[str, list[dict[str, int]]] = {"excitatory": [], "inhibitory": []}
    for post, neuron in enumerate(plan.neurons):
        for a in neuron.arrivals:
            mantissa, exponent = _weight(a.weight, neuron.id)
            synapses["inhibitory" if a.weight < 0 else "excitatory"].append(
                {"pre": a.pre, "post": post, "mantissa": mantissa, "exponent": exponent,
                 "delay": a.delay - 1}
            )  # fmt: skip
    mantissa, exponent = _weight(float(plan.chip.spike_value), None)
    return {
        "format": "loihi-1 integer tables",
        "version": 1,
        "network": network.key,
        "rules": list(_RULES),
        "compartments": [
            {
                "neuron": neuron.id,
                "threshold_mantissa": int(neuron.threshold) - 1,
                "decay_v": _DECAYS[neuron.leak],
                "decay_u": 4096,
                "refractory": 1,
            }
            for neuron in plan.neurons
        ],
        "synapses": synapses,
        "inputs": [
            {"compartment": i, "mantissa": mantissa, "exponent": exponent}
            for i in network.inputs.tolist()
        ],
        "outputs": network.outputs.tolist(),
    }


def _weight(weight: float, neuron: int | None) -> tuple[int, int]:
    """Mantissa and exponent, the smallest there is."""
    whole = int(weight)
    for exponent in range(_EXPONENT + 1):
        step = 2**exponent
        if whole % step == 0 and abs(whole) // step <= _MANTISSA:
            return whole // step, exponent
    what = "an input's spike" if neuron is None else f"a synapse of neuron {neuron}"
    raise ExportError(
        f"{what} delivers {whole}, which is no number of 8 bits times a power of two up to "
        f"{2**_EXPONENT}; limit weights to {_MANTISSA}"
    )


def _require_rules(plan: Plan) -> None:
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
    for neuron in plan.neurons:
        if neuron.leak not in _DECAYS:
            raise ExportError(
                f"neuron {neuron.id} leaks {neuron.leak:g}; Loihi rounds what is left in steps of "
                "1/64 of a weight, the chip in whole ones: evolve with leaks of 0 and 1"
            )
        if not 1 <= neuron.threshold <= _THRESHOLD + 1:
            raise ExportError(
                f"neuron {neuron.id} fires at {neuron.threshold:g}; Loihi's can fire at 1 to "
                f"{_THRESHOLD + 1}: limit neuron.threshold in the chip's file to that"
            )
        for a in neuron.arrivals:
            if a.delay > _DELAY:
                raise ExportError(
                    f"neuron {neuron.id} has a synapse of delay {a.delay}; Loihi takes 1 to "
                    f"{_DELAY}: limit the delay to that"
                )
