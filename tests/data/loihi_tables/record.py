"""Record what brian2-loihi 0.5.2 (MIT) makes of integer tables that EvoSNN wrote.

    python tests/data/loihi_tables/record.py write
    python -m venv b2 && b2/bin/pip install "numpy<2" brian2==2.7.1 brian2-loihi==0.5.2 setuptools
    b2/bin/python tests/data/loihi_tables/record.py run

The first command writes the tables of some random networks and their input spikes to
vectors.json; the second runs the tables, and nothing else, and adds every compartment's spikes.
"""

import json
import sys
from pathlib import Path

import numpy as np

PLACE = Path(__file__).with_name("vectors.json")
CASES, TIMESTEPS = 10, 60


def write():
    from evosnn.export import to_loihi
    from tests.export.loihi_cases import loihi_case

    vectors = []
    for seed in range(CASES):
        network, chip = loihi_case(seed)
        tables = json.loads(to_loihi(network, chip).text("snn.loihi.json"))
        arrives = np.random.default_rng(seed).random((TIMESTEPS - 1, network.inputs.size)) < 0.4
        spikes = [np.flatnonzero(column).tolist() for column in arrives.T]
        vectors.append({"tables": tables, "timesteps": TIMESTEPS, "input_spikes": spikes})
    PLACE.write_text(json.dumps(vectors))


def run():
    from brian2 import prefs

    prefs.codegen.target = "numpy"
    vectors = json.loads(PLACE.read_text())
    for vector in vectors:
        vector["spikes"] = run_tables(vector)
    PLACE.write_text(json.dumps(vectors))


def run_tables(vector):
    """Return the timesteps of every compartment's spikes."""
    import brian2_loihi as bl

    modes = bl.synapse_sign_mode
    tables, net = vector["tables"], bl.LoihiNetwork()
    groups = [
        bl.LoihiNeuronGroup(
            1,
            refractory=c["refractory"],
            threshold_v_mant=c["threshold_mantissa"],
            decay_v=c["decay_v"],
            decay_I=c["decay_u"],
        )
        for c in tables["compartments"]
    ]
    net.add(*groups)

    def join(source, target, s, delay):
        mode = modes.INHIBITORY if s["mantissa"] < 0 else modes.EXCITATORY
        synapse = bl.LoihiSynapses(source, target, delay=delay, w_exp=s["exponent"], sign_mode=mode)
        synapse.connect()
        synapse.w = [s["mantissa"]]
        net.add(synapse)

    for port, times in zip(tables["inputs"], vector["input_spikes"]):  # noqa: B905
        source = bl.LoihiSpikeGeneratorGroup(1, [0] * len(times), times)
        net.add(source)
        join(source, groups[port["compartment"]], port, 0)
    for s in tables["synapses"]["excitatory"] + tables["synapses"]["inhibitory"]:
        join(groups[s["pre"]], groups[s["post"]], s, s["delay"])
    monitors = [bl.LoihiSpikeMonitor(group) for group in groups]
    net.add(*monitors)
    net.run(vector["timesteps"])
    return [np.array(monitor.t).astype(int).tolist() for monitor in monitors]


if __name__ == "__main__":
    {"write": write, "run": run}[sys.argv[1]]()
