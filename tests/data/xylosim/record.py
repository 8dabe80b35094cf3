"""Records what XyloSim 0.1.3 (SynSense, from PyPI) makes of random networks.

    python -m venv xylo && xylo/bin/pip install xylosim==0.1.3 numpy
    xylo/bin/python tests/data/xylosim/record.py > tests/data/xylosim/spikes.json

Each input channel of Xylo feeds one neuron of its own through a synapse of weight 127, which is
how EvoSNN lays a network out; outputs lead nowhere. Some networks are so strongly connected that
neurons fire many times in a timestep and currents saturate.
"""

import json

import numpy as np
from xylosim.v2 import XyloLayer, XyloSynapse

TIMESTEPS, CHANNELS, OUTPUTS = 60, 3, 2
CURRENT_DASH = 2


def record(seed):
    rng = np.random.default_rng(seed)
    hidden = int(rng.integers(6, 14))
    n = hidden + OUTPUTS
    dash = rng.integers(1, 9, n)
    strong = seed % 3 == 0
    threshold = rng.integers(1, 40 if strong else 600, n)
    pairs = rng.choice(hidden * n, int(rng.integers(n, 4 * n)), replace=False)
    synapses = []
    for pair in np.sort(pairs).tolist():
        low = 60 if strong and rng.random() < 0.7 else -128
        synapses.append((pair // n, pair % n, int(rng.integers(low, 128))))
    fed = rng.integers(1, 16, (TIMESTEPS, CHANNELS)) * (rng.random((TIMESTEPS, CHANNELS)) < 0.3)
    into = [[XyloSynapse(k, 0, 127)] for k in range(CHANNELS)]
    within = [[] for _ in range(hidden)]
    out = [[] for _ in range(hidden)]
    for pre, post, weight in synapses:
        if post < hidden:
            within[pre].append(XyloSynapse(post, 0, weight))
        else:
            out[pre].append(XyloSynapse(post - hidden, 0, weight))
    layer = XyloLayer(
        synapses_in=into, synapses_rec=within, synapses_out=out,
        aliases=[[] for _ in range(hidden)],
        threshold=threshold[:hidden].tolist(), threshold_out=threshold[hidden:].tolist(),
        has_bias=False, bias=[0] * hidden, bias_out=[0] * OUTPUTS,
        weight_shift_inp=0, weight_shift_rec=0, weight_shift_out=0,
        dash_mem=dash[:hidden].tolist(), dash_mem_out=dash[hidden:].tolist(),
        dash_syns=[[CURRENT_DASH]] * hidden, dash_syns_out=[[CURRENT_DASH]] * OUTPUTS,
        name="case",
    )  # fmt: skip
    seen = layer.evolve(fed.tolist())
    spikes = np.hstack([layer.rec_recurrent_spikes, seen])
    potential = np.vstack([layer.rec_v_mem, layer.rec_v_mem_out])
    current = np.vstack([layer.rec_i_syn, layer.rec_i_syn_out])
    return {
        "threshold": threshold.tolist(),
        "dash": dash.tolist(),
        "inputs": list(range(CHANNELS)),
        "outputs": list(range(hidden, n)),
        "synapses": synapses,
        "input_spikes": fed.tolist(),
        "spikes": spikes.astype(int).tolist(),
        "last_potential": potential[:, -1].astype(int).tolist(),
        "largest_current": int(np.abs(current.astype(int)).max()),
    }


if __name__ == "__main__":
    print(json.dumps([record(seed) for seed in range(12)], separators=(",", ":")))
