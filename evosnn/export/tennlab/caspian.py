"""The targets ``caspian`` and ``ucaspian``: TENNLab JSON for Caspian and its small FPGA version.

Rules and ranges are those of ORNL/Caspian (ad337ef): README.md, include/constants.hpp,
src/simulator.cpp and src/ucaspian.cpp. Caspian checks the threshold one timestep after an arrival
and fires above it. The network's delays are therefore one more than Caspian's, its inclusive
thresholds are one more than Caspian's, and all of Caspian's spikes come one timestep later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from evosnn.chips import Chip, caspian_parameters, check
from evosnn.errors import ExportError
from evosnn.export.common.export import Export, check_name
from evosnn.export.common.fidelity import fidelity_of_floor
from evosnn.export.common.golden_run import Golden, run_golden
from evosnn.export.common.plan import Plan, make_plan
from evosnn.export.common.target import Target, Verifier
from evosnn.export.tennlab.recognise import recognise_processor
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.simulation.reference import run_reference
from evosnn.tennlab import CASPIAN_LEAKS, NetworkFile, Property, dumps_caspian

__all__ = ["CASPIAN", "UCASPIAN", "to_caspian", "to_ucaspian"]

_LEAST_CHARGE = -32768  # constants.hpp: MIN_CHARGE
_NEURONS, _SYNAPSES = 256, 4096  # src/ucaspian.cpp: UsbCaspian::configure
_INPUT_IDS, _FAN_OUT = 128, 255  # src/ucaspian.cpp: 7 bits of an input packet, 8 of a count


def to_caspian(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    """Write a network as Caspian's simulator reads it.

    Args:
        network: The network.
        chip: The rules.
        name: Prefix of the file.
        charge: ``(least, largest)`` charge of an input; plus and minus the chip's spike value if
            not given. More networks are proven exact without negative charges.
        stimulus: The golden stimulus; 1,000 random timesteps if not given.

    Raises:
        ExportError: If the network does not fit Caspian; the message says what would fit.
    """
    check_name(name)
    plan = _plan(network, chip, charge)
    return _export(plan, chip, "caspian", network, _axons(network), name, stimulus)


def to_ucaspian(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    """Write a network as a configuration of uCaspian; see :func:`to_caspian`.

    uCaspian has no leak and one delay for each neuron, which all its synapses share; neurons
    get new ids if theirs do not fit its packets.

    Raises:
        ExportError: If the network does not fit uCaspian; the message says what would fit.
    """
    check_name(name)
    _require_room(network)
    plan = _plan(network, chip, charge)
    return _export(plan, chip, "ucaspian", _addressed(network), _common(network), name, stimulus)


def _plan(network: Network, chip: Chip, charge: tuple[float, float] | None) -> Plan:
    """Return the plan by RISP's rules, without the rules that Caspian itself has."""
    if _is_caspians(chip):
        found = check(chip, network)
        if found:
            raise ExportError(f"the network does not fit chip '{chip.name}': {found[0]}")
        bare = replace(network, leak=np.zeros(network.n_neurons))
        return make_plan(bare, _at_once(chip, leak_rule="share"), charge)
    return make_plan(network, _at_once(chip), charge)


def _is_caspians(chip: Chip) -> bool:
    return chip.neuron.leak_rule == "half-life"


def _at_once(chip: Chip, **changes: str) -> Chip:
    """Return the chip without its integration delay, which delays all spikes equally."""
    neuron = chip.neuron.model_copy(update={"integration_delay": False, **changes})
    return chip.model_copy(update={"neuron": neuron})


def _golden(plan: Plan, chip: Chip, network: Network, fed: Stimulus | None) -> Golden:
    golden = run_golden(plan, fed)
    if not _is_caspians(chip):
        return golden
    stimulus = Stimulus(golden.charge[:, :, None], golden.event[:, :, None])
    run = run_reference(network, stimulus, _at_once(chip))
    return replace(golden, spikes=run.spikes, potential=run.potential[-1])


def _export(
    plan: Plan,
    chip: Chip,
    target: str,
    written: Network,
    axon: list[int],
    name: str,
    fed: Stimulus | None,
) -> Export:
    micro = target == "ucaspian"
    parameters = caspian_parameters(micro=micro)
    network = replace(plan.network, leak=written.leak)
    _require_ranges(plan, network, parameters, "uCaspian" if micro else "Caspian")
    thresholds = [int(n.threshold) - 1 for n in plan.neurons]
    file = NetworkFile(written, "caspian", parameters)
    node = {
        "Threshold": _property("Threshold", parameters, "Threshold"),
        "Leak": _property("Leak", parameters, "Leak"),
        "Delay": _property("Delay", parameters, "Axon_Delay"),
    }
    edge = {
        "Weight": _property("Weight", parameters, "Weight"),
        "Delay": _property("Delay", parameters, "Synapse_Delay"),
    }
    fidelity = fidelity_of_floor(plan, "Caspian", _LEAST_CHARGE)
    notes = [
        f"The file is {fidelity.label}. {fidelity.reason}",
        "Caspian's spikes come in the same timesteps as EvoSNN's."
        if chip.neuron.integration_delay
        else "Spikes come one timestep later than in EvoSNN, all alike.",
        f"A charge of c is a Spike of value c / 255: a full one here, {plan.chip.spike_value:g}, "
        f"is {plan.chip.spike_value / 255:.6g}.",
    ]
    if (written.ids != plan.network.ids).any():
        notes.append("Neurons have new ids: uCaspian's are below 256, those of inputs below 128.")
    return Export(
        target=target,
        name=name,
        files={f"{name}.{target}.json": dumps_caspian(file, node, edge, thresholds, axon)},
        notes=tuple(notes),
        network=network,
        chip=_at_once(chip),
        golden_run=_golden(plan, chip, network, fed),
        facts={"exact": int(fidelity.label == "exact")},
    )


def _property(name: str, parameters: dict[str, Any], kind: str) -> Property:
    return Property(name, "I", parameters[f"Min_{kind}"], parameters[f"Max_{kind}"])


def _require_ranges(plan: Plan, network: Network, parameters: dict[str, Any], holder: str) -> None:
    if not plan.chip.integer:
        raise ExportError(
            f"{holder} computes in whole numbers, chip '{plan.chip.name}' does not; evolve on an "
            "integer chip, such as 'caspian'"
        )
    leaks = CASPIAN_LEAKS if parameters["Leak_Enable"] else {0.0: -1}
    shares = " or ".join(f"{share:g}" for share in leaks)
    low, high = parameters["Min_Threshold"] + 1, parameters["Max_Threshold"] + 1
    light, heavy = parameters["Min_Weight"], parameters["Max_Weight"]
    for neuron, leak in zip(plan.neurons, network.leak.tolist(), strict=True):
        if leak not in leaks:
            raise ExportError(
                f"neuron {neuron.id} leaks {leak:g} of its potential in a timestep; "
                f"{holder} takes {shares}: set neuron.leak in the chip's file to that"
            )
        if not low <= neuron.threshold <= high:
            raise ExportError(
                f"neuron {neuron.id} fires at {neuron.threshold:g}; {holder}'s can fire at {low} "
                f"to {high}: limit neuron.threshold in the chip's file to that"
            )
        for a in neuron.arrivals:
            if not light <= a.weight <= heavy:
                raise ExportError(
                    f"neuron {neuron.id} has a synapse of weight {a.weight:g}; {holder} takes "
                    f"{light} to {heavy}: limit synapse.weight in the chip's file to that"
                )


def _axons(network: Network) -> list[int]:
    """Return the shortest axonal delays that leave every synapse a delay of 0 to 15."""
    axon = [0] * network.n_neurons
    for i in np.unique(network.pre).tolist():
        delays = network.delay[network.pre == i]
        least, most = int(delays.min()), int(delays.max())
        axon[i] = max(most - 16, 0)
        if axon[i] > min(least - 1, 15):
            raise ExportError(
                f"the synapses of neuron {network.ids[i]} have delays of {least} to {most}; "
                "Caspian takes 1 to 16, or to 31 if they are within 15 of each other: limit the "
                "delay to 16"
            )
    return axon


def _common(network: Network) -> list[int]:
    """Return axonal delays for a chip without synaptic delays."""
    axon = [0] * network.n_neurons
    for i in np.unique(network.pre).tolist():
        delays = np.unique(network.delay[network.pre == i]).tolist()
        if len(delays) > 1 or delays[0] > 16:
            raise ExportError(
                f"the synapses of neuron {network.ids[i]} have delays of {delays[0]} to "
                f"{delays[-1]}; uCaspian's neurons have one delay for all their synapses, 1 to "
                "16: limit the delay to 1, or evolve for 'caspian'"
            )
        axon[i] = delays[0] - 1
    return axon


def _require_room(network: Network) -> None:
    fan_out = int(np.bincount(network.pre, minlength=1).max())
    for what, count, room, fix in (
        ("neurons", network.n_neurons, _NEURONS, "limit the neurons, or take fewer inputs"),
        ("synapses", network.n_synapses, _SYNAPSES, "limit the synapses"),
        ("inputs", network.inputs.size, _INPUT_IDS, "encode features in fewer inputs"),
        ("synapses from one neuron", fan_out, _FAN_OUT, "limit the fan-out"),
    ):
        if count > room:
            raise ExportError(f"the network has {count} {what}; uCaspian takes {room}: {fix}")


def _addressed(network: Network) -> Network:
    """Return the network with ids that fit uCaspian's packets."""
    ids = network.ids.tolist()
    if max(ids) < _NEURONS and all(ids[i] < _INPUT_IDS for i in network.inputs.tolist()):
        return network
    if all(i < _INPUT_IDS for i in network.inputs.tolist()):
        new = list(range(len(ids)))
    else:  # inputs with ids that are too high swap with non-inputs that have low ids
        inputs = set(network.inputs.tolist())
        late = [i for i in sorted(inputs) if i >= _INPUT_IDS]
        early = [i for i in range(_INPUT_IDS) if i not in inputs]
        new = list(range(len(ids)))
        for a, b in zip(late, early, strict=False):
            new[a], new[b] = new[b], new[a]
    return Network(
        np.array(new, dtype=np.uint32), network.threshold, network.leak, network.inputs,
        network.outputs, network.pre, network.post, network.weight, network.delay,
    )  # fmt: skip


def _verifiers() -> tuple[Verifier, ...]:
    from evosnn.export.tennlab.caspian_run import run_caspian

    return (Verifier("Caspian's rules", run_caspian),)


CASPIAN = Target(
    to_caspian,
    "TENNLab network JSON for Caspian",
    verifiers=_verifiers,
    recognise=recognise_processor("caspian"),
)
UCASPIAN = Target(
    to_ucaspian,
    "TENNLab network JSON for uCaspian",
    verifiers=_verifiers,
    recognise=recognise_processor("ucaspian"),
)
