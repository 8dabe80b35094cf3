"""Networks of chips whose arithmetic is their own: every rule with every other, by turns."""

import numpy as np

from evosnn.chips import Chip, NeuronModel, Range, SynapseModel, load_chip
from tests.networks import random_network

_LEAKS = {
    "share": (0, 0.5, 0.125, 3 / 4096, 1),
    "shift": (0, 0.5, 0.125, 2.0**-9, 1),
    "subtract": (0, 0.25, 0.5, 1),
    "half-life": (0, *(1 - 2 ** (-1 / h) for h in (1, 2, 8, 16)), 1),
}


def own_case(seed, *, integer=True):
    """A network and its chip, whose rules are drawn."""
    rng = np.random.default_rng(seed)

    def one_of(*values):
        return values[int(rng.integers(len(values)))]

    rule = one_of(*(_LEAKS if integer else ("share", "subtract")))
    top = 60
    ceiling = one_of(None, 90)
    refractory = one_of(0, 0, 1, 5)
    reset = one_of("zero", "subtract") if integer or ceiling else "zero"
    several = reset == "subtract" and not refractory
    current = one_of(None, 0.25, 0.5) if rule in ("share", "shift") else None
    neuron = NeuronModel(
        threshold=Range(min=-5, max=top),
        threshold_inclusive=True if reset == "subtract" and not integer else one_of(True, False),
        min_potential=one_of(-70, -20, None, 0),
        max_potential=ceiling,
        leak=_LEAKS[rule],
        leak_rule=rule,
        leak_unit=one_of(4.0, 16.0),
        leak_first=rule != "half-life" and one_of(True, False),
        resolution=one_of(1.0, 2.0**-6) if integer else None,
        fires_on=one_of("arrival", "potential"),
        reset=reset,
        refractory=refractory,
        max_spikes=one_of(1, 3, 31) if several else 1,
        max_output_spikes=one_of(None, 1, 2) if several else None,
        integration_delay=one_of(True, False, False),
    )
    synapse = SynapseModel(
        weight=Range(min=-top, max=top),
        delay=Range(min=1, max=15),
        current_leak=current,
        current_leak_first=one_of(True, False),
        min_current=one_of(None, -40) if current else None,
        max_current=one_of(None, 100) if current else None,
    )
    chip = Chip(
        name="drawn", description="a chip of the tests", source="the tests", spike_value=top,
        arithmetic="integer" if integer else "float", neuron=neuron, synapse=synapse,
    )  # fmt: skip
    return _network(rng, chip), chip


def catalogue_case(name, seed):
    """A network of a chip of the catalogue, with thresholds that its weights reach."""
    chip = load_chip(name)
    reached = min(chip.neuron.threshold.max, 3 * chip.synapse.weight.max)
    low = chip.model_copy(
        update={
            "neuron": chip.neuron.model_copy(
                update={"threshold": Range(min=chip.neuron.threshold.min, max=reached)}
            )
        }
    )
    return _network(np.random.default_rng(seed), low), chip


def _network(rng, chip):
    n = int(rng.integers(4, 13))
    return random_network(
        rng, chip, neurons=n, synapses=3 * n, lowest_threshold=max(chip.neuron.threshold.min, -2),
        max_delay=min(15, int(chip.synapse.delay.max)),
    )  # fmt: skip
