"""The networks whose Loihi tables brian2-loihi has run."""

import numpy as np

from evosnn.chips import Range, load_chip
from tests.networks import make_chip, random_network


def loihi_case(seed):
    """A network and its chip: weights of up to 8 bits and beyond, delays to 63, both leaks."""
    rng = np.random.default_rng(seed)
    if seed % 2:
        chip = load_chip("loihi-1")
        changes = {
            "threshold": Range(min=0, max=90), "leak": (0.0, 1.0), "resolution": None,
            "min_potential": None,
        }  # fmt: skip
        neuron = chip.neuron.model_copy(update=changes)
        chip = chip.model_copy(update={"neuron": neuron})
    else:
        chip = make_chip(top=255, floor=None, leak=(0, 1), inclusive=seed % 4 == 0, max_delay=63)
    network = random_network(rng, chip, neurons=7, synapses=22, max_delay=(3, 63)[seed % 3 == 0])
    if seed % 4 == 0:  # weights that need an exponent
        chip = make_chip(top=4080, floor=None, leak=(0, 1), max_delay=63)
        network = type(network).create(
            threshold=network.threshold * 8, leak=network.leak, ids=network.ids,
            inputs=network.ids[network.inputs].tolist(),
            outputs=network.ids[network.outputs].tolist(),
            synapses=[
                (network.ids[a], network.ids[b], w * 16, d)
                for a, b, w, d in zip(
                    network.pre, network.post, network.weight, network.delay, strict=True
                )
            ],
        )  # fmt: skip
    return network, chip
