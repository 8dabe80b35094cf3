"""Random networks, stimuli and chips for tests, from an explicit generator."""

from contextlib import contextmanager

import numpy as np
import pytest

from evosnn.chips import Chip, NeuronModel, Range, SynapseModel
from evosnn.hardware import Instances, nominal_instances
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.simulation.event_driven import budget as event_driven
from evosnn.simulation.llvm import neuron_step as vectors


@contextmanager
def events(chosen):
    """Whether networks run event-driven: always where they can, or never."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_driven, "_ROW", 1e-12 if chosen else np.inf)
        yield


@contextmanager
def blocks(narrow):
    """Whether the lanes of the vector kernel lie in narrow blocks, or in wide ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors, "_FEW", 10**9 if narrow else 0)
        yield


def make_chip(*, integer=True, top=7, floor=-7, inclusive=True, max_delay=15, leak=(0, 1)):
    return Chip(
        name="test",
        description="a chip of the tests",
        source="the tests",
        arithmetic="integer" if integer else "float",
        spike_value=top,
        neuron=NeuronModel(
            threshold=Range(min=-top, max=top),
            threshold_inclusive=inclusive,
            min_potential=floor,
            leak=leak,
        ),
        synapse=SynapseModel(weight=Range(min=-top, max=top), delay=Range(min=1, max=max_delay)),
    )


def random_network(
    rng, chip, *, neurons=8, synapses=20, inputs=3, outputs=2, lowest_threshold=1.0, max_delay=None
):
    """Recurrent, self-loops allowed, inputs may be outputs, ids neither dense nor ordered."""
    ids = rng.choice(1000, neurons, replace=False)
    longest = max_delay or int(chip.synapse.delay.max)
    pairs = rng.choice(neurons * neurons, min(synapses, neurons * neurons), replace=False)
    weights = rng.uniform(chip.synapse.weight.min, chip.synapse.weight.max, pairs.size)
    thresholds = rng.uniform(lowest_threshold, chip.neuron.threshold.max, neurons)
    if chip.integer:
        weights, thresholds = np.rint(weights), np.rint(thresholds)
    return Network.create(
        ids=ids,
        threshold=thresholds,
        leak=rng.choice(chip.neuron.leak, neurons),
        inputs=rng.choice(ids, inputs, replace=False).tolist(),
        outputs=rng.choice(ids, outputs, replace=False).tolist(),
        synapses=[
            (ids[p // neurons], ids[p % neurons], w, int(rng.integers(1, longest + 1)))
            for p, w in zip(pairs, weights, strict=True)
        ],
    )


def random_stimulus(rng, chip, *, timesteps=20, inputs=3, samples=5, rate=0.3, spikes=False):
    """Charges of any size, or spikes of the chip's spike value."""
    shape = (timesteps, inputs, samples)
    arrives = rng.random(shape) < rate
    top = chip.spike_value
    charge = np.full(shape, top) if spikes else rng.uniform(-top / 2, top, shape)
    if chip.integer:
        charge = np.rint(charge)
    return Stimulus(np.where(arrives, charge, 0.0), arrives)


def random_instances(rng, networks, n_instances, *, sigma=0.1, faults=0.05):
    """Chips whose weights and thresholds vary, with dead and stuck neurons."""
    drawn = nominal_instances(networks, n_instances)
    return Instances(
        weight=drawn.weight * (1 + sigma * rng.standard_normal(drawn.weight.shape)),
        threshold=drawn.threshold * (1 + sigma * rng.standard_normal(drawn.threshold.shape)),
        firing=rng.choice(
            np.array([0, -1, 1], np.int8), drawn.firing.shape, p=[1 - 2 * faults, faults, faults]
        ),
    )
