"""The networks that every export must run exactly as the simulator does."""

import numpy as np

from evosnn.network import Network
from tests.networks import make_chip, random_network

RELAY = Network.create(
    threshold=[3, 3], inputs=[0], outputs=[1], synapses=[(0, 1, 3, 2), (1, 0, -1, 1)]
)
"""An input that an output answers two timesteps later; any constant changed, spikes change."""

_FLOORS = (-7, -3, 0, -20, None)
_LEAKS = ((0,), (1,), (0, 1), (0.5, 0.25), (0, 0.125, 0.5, 1))


def case(seed, *, integer=True, neurons=None, synapses=None):
    """A network and its chip: leaks, floors and thresholds of every kind by turns.

    Thresholds may be 0 or negative, synapses may be self-loops with delays to 15, and inputs
    may be outputs.
    """
    rng = np.random.default_rng(seed)
    chip = make_chip(
        integer=integer,
        top=int(rng.choice([1, 7, 15, 127])),
        floor=_FLOORS[seed % len(_FLOORS)],
        inclusive=seed % 3 != 0,
        leak=_LEAKS[seed // len(_FLOORS) % len(_LEAKS)],
    )
    n = neurons or int(rng.integers(4, 13))
    network = random_network(
        rng,
        chip,
        neurons=n,
        synapses=int(rng.integers(0, 3 * n)) if synapses is None else synapses,
        inputs=int(rng.integers(1, 4)),
        outputs=int(rng.integers(1, 4)),
        lowest_threshold=float(rng.choice([1.0, 0.0, -2.0])) if chip.synapse.weight.max > 1 else 0,
    )
    return network, chip


def layer_case(seed):
    """A network and its chip of the part that tools without a floor and rounding can run.

    Neurons leak all or nothing, thresholds are above 0; one chip in five has a floor.
    """
    rng = np.random.default_rng(seed)
    chip = make_chip(
        top=(7, 127, 1)[seed % 3],
        floor=-20 if seed % 5 == 0 else None,
        leak=((0,), (1,))[seed % 2],
        inclusive=seed % 3 != 0,
    )
    n = int(rng.integers(4, 13))
    network = random_network(
        rng, chip, neurons=n, synapses=int(rng.integers(0, 3 * n)), max_delay=1 + seed % 9
    )
    return network, chip
