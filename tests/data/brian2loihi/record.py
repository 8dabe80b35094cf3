"""Record spikes of brian2-loihi 0.5.2 (MIT) for some networks of the chip ``loihi-1``.

    python -m venv b2 && b2/bin/pip install "numpy<2" brian2==2.7.1 brian2-loihi==0.5.2
    b2/bin/python tests/data/brian2loihi/record.py

A weight of 1 is a mixed-sign weight of 2, a threshold of 1 a threshold mantissa of 2, a delay
of 1 Loihi's 0; inputs reach their neuron through a weight of 254. ``spikes.json`` has currents
that decay at once and voltages that decay at once or never; ``decays.json`` any decay, current
decays and refractory periods, and the voltages.
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


def draw_decays(rng):
    case = draw(rng)
    case["decay_v"] = rng.choice([0, 4096, 32, 128, 700, 1365, 3000], 7).tolist()
    case["decay_I"] = int(rng.choice([4096, 4096, 2048, 512, 100]))
    case["refractory"] = int(rng.choice([1, 1, 2, 5]))
    if case["decay_I"] < 4096:
        case["threshold"] = rng.integers(100, 1500, 7).tolist()
    del case["leak"]
    return case


def run(case):
    """Return the timesteps of every neuron's spikes, and their voltages over 128."""
    import brian2_loihi as bl

    mixed = bl.synapse_sign_mode.MIXED
    net = bl.LoihiNetwork()
    groups = []
    decays = case.get("decay_v") or [4096 * leak for leak in case["leak"]]
    for threshold, decay in zip(case["threshold"], decays):  # noqa: B905
        group = bl.LoihiNeuronGroup(
            1,
            refractory=case.get("refractory", 1),
            threshold_v_mant=2 * threshold,
            decay_v=decay,
            decay_I=case.get("decay_I", 4096),
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
    voltages = [bl.LoihiStateMonitor(group, "v") for group in groups]
    net.add(*monitors, *voltages)
    net.run(TIMESTEPS)
    spikes = [np.array(monitor.t).astype(int).tolist() for monitor in monitors]
    return spikes, [(np.array(v.v)[0] / 128).tolist() for v in voltages]


def main():
    from brian2 import prefs

    prefs.codegen.target = "numpy"
    rng = np.random.default_rng(11)
    cases = []
    for _ in range(CASES):
        case = draw(rng)
        cases.append(case | {"timesteps": TIMESTEPS, "spikes": run(case)[0]})
    Path(__file__).with_name("spikes.json").write_text(json.dumps(cases))
    cases = []
    for _ in range(CASES):
        case = draw_decays(rng)
        spikes, voltages = run(case)
        cases.append(case | {"timesteps": TIMESTEPS, "spikes": spikes, "voltage": voltages})
    Path(__file__).with_name("decays.json").write_text(json.dumps(cases))


if __name__ == "__main__":
    main()
