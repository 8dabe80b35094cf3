"""Record spikes of brian2-loihi 0.5.2 (MIT) for some networks of the chip ``loihi-1``.

    python -m venv b2 && b2/bin/pip install "numpy<2" brian2==2.7.1 brian2-loihi==0.5.2
    b2/bin/python tests/data/brian2loihi/record.py

A weight of 1 is a mixed-sign weight of 2, a threshold of 1 a threshold mantissa of 2, a delay
of 1 Loihi's 0; inputs reach their neuron through a weight of 254.
"""

import json
from pathlib import Path

import numpy as np

TIMESTEPS, CASES = 40, 12


def draw(rng):
    n = 7
    pairs = rng.choice(n * n, 22, replace=False).tolist()
    return {
        "threshold": rng.integers(1, 300, n).tolist(),
        "leak": rng.choice([0, 0, 0, 1], n).tolist(),
        "inputs": [0, 1, 2],
        "synapses": [
            [p // n, p % n, int(rng.integers(-128, 128)), int(rng.choice([1, 1, 2, 5, 9, 63]))]
            for p in pairs
        ],
        "input_spikes": [
            np.flatnonzero(rng.random(TIMESTEPS - 1) < 0.5).tolist() for _ in range(3)
        ],
    }


def run(case):
    """Return the timesteps of every neuron's spikes."""
    import brian2_loihi as bl

    mixed = bl.synapse_sign_mode.MIXED
    net = bl.LoihiNetwork()
    groups = []
    for threshold, leak in zip(case["threshold"], case["leak"]):  # noqa: B905
        group = bl.LoihiNeuronGroup(
            1, refractory=1, threshold_v_mant=2 * threshold, decay_v=4096 * leak, decay_I=4096
        )
        groups.append(group)
        net.add(group)
    for neuron, times in zip(case["inputs"], case["input_spikes"]):  # noqa: B905
        source = bl.LoihiSpikeGeneratorGroup(1, [0] * len(times), times)
        synapse = bl.LoihiSynapses(source, groups[neuron], delay=0, sign_mode=mixed)
        synapse.connect()
        synapse.w = [254]
        net.add(source, synapse)
    for pre, post, weight, delay in case["synapses"]:
        synapse = bl.LoihiSynapses(groups[pre], groups[post], delay=delay - 1, sign_mode=mixed)
        synapse.connect()
        synapse.w = [2 * weight]
        net.add(synapse)
    monitors = [bl.LoihiSpikeMonitor(group) for group in groups]
    net.add(*monitors)
    net.run(TIMESTEPS)
    return [np.array(monitor.t).astype(int).tolist() for monitor in monitors]


def main():
    from brian2 import prefs

    prefs.codegen.target = "numpy"
    rng = np.random.default_rng(11)
    cases = []
    for _ in range(CASES):
        case = draw(rng)
        cases.append(case | {"timesteps": TIMESTEPS, "spikes": run(case)})
    Path(__file__).with_name("spikes.json").write_text(json.dumps(cases))


if __name__ == "__main__":
    main()
