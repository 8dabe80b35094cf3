"""sPyNNaker as its documents and C sources state it, for scripts that cannot be run on a board.

Numbers are s16.15; a spike sent in a timestep acts ``delay`` timesteps later; ``IF_curr_delta``
is ``v = alpha - e * (alpha - v)`` with ``alpha = input * tau_m / cm`` and
``e = exp(-1 / tau_m)``, ``IFTruncDelta`` adds its input and is held at its reset; both fire at
their threshold or above; weights have as many of 16 bits below the point as the largest sum
that was announced leaves.
"""

import math
from collections import defaultdict
from types import ModuleType, SimpleNamespace

import numpy as np

_ONE = 2**15


def fake_spynnaker():
    """Return modules ``pyNN`` and ``pyNN.spiNNaker``, to be put in ``sys.modules``."""
    pynn, sim = ModuleType("pyNN"), ModuleType("pyNN.spiNNaker")
    populations, projections = [], []

    class Population:
        def __init__(self, size, cells, initial_values=None, additional_parameters=None):
            self.size, self.cells = size, cells
            most = (additional_parameters or {}).get("max_expected_summed_weight", [1, 1])
            self.fraction = [15 - math.floor(math.log2(max(m, 0.5)) + 1) for m in most]
            self.start = (initial_values or {}).get("v")
            self.spikes = []
            populations.append(self)

        def record(self, what):
            assert what == "spikes"

        def spinnaker_get_data(self, what):
            assert what == "spikes"
            return np.array(self.spikes, dtype=float).reshape(-1, 2)

    def projection(pre, post, rows, synapse, receptor_type):
        assert synapse == "static"
        kind = ("excitatory", "inhibitory").index(receptor_type)
        for _, _, weight, delay in rows:
            assert weight > 0
            assert 1 <= delay <= 256
        projections.append((pre, post, rows, kind))

    def run(timesteps):
        arriving = defaultdict(int)  # by population, receptor, neuron and timestep; s16.15
        potential = {p: [0] * p.size for p in populations}
        for t in range(int(timesteps)):
            for p in populations:
                fired = [k for k in range(p.size) if _fires(p, k, t, potential[p], arriving)]
                p.spikes += [(k, t) for k in fired]
                for pre, post, rows, kind in projections:
                    for a, b, weight, delay in rows if pre is p else ():
                        if a in fired:
                            bits = round(weight * 2.0 ** post.fraction[kind])
                            assert bits < 2**16
                            whole = int(bits * _ONE / 2.0 ** post.fraction[kind])
                            arriving[post, kind, b, t + int(delay)] += whole

    sim.setup = lambda timestep, min_delay: None
    sim.end = lambda: None
    sim.Population, sim.Projection, sim.run = Population, projection, run
    sim.StaticSynapse = lambda: "static"
    sim.FromListConnector = lambda rows, column_names: rows
    sim.SpikeSourceArray = lambda spike_times: SimpleNamespace(kind="source", times=spike_times)
    sim.IF_curr_delta = lambda **given: SimpleNamespace(kind="leaky", **given)
    sim.extra_models = SimpleNamespace(
        IFTruncDelta=lambda **given: SimpleNamespace(kind="kept", **given)
    )
    pynn.spiNNaker = sim
    return {"pyNN": pynn, "pyNN.spiNNaker": sim}


def _fires(p, k, t, potential, arriving):
    cells = p.cells
    if cells.kind == "source":
        return t in cells.times[k]
    assert cells.tau_refrac == cells.v_reset == p.start == 0
    current = arriving[p, 0, k, t] - arriving[p, 1, k, t]
    alpha = current * round(cells.tau_m * _ONE) // round(cells.cm * _ONE)
    if cells.kind == "kept":
        v = max(potential[k] + alpha, 0)
    else:
        left = int(math.exp(-1 / cells.tau_m) * _ONE)
        v = alpha - left * (alpha - potential[k]) // _ONE
    fires = v >= round(cells.v_thresh[k] * _ONE)
    potential[k] = 0 if fires else v
    return fires
