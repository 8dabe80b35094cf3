"""An export target: a text file with a line for each neuron and each synapse."""

import numpy as np

from evosnn.export import Agreement, Export, Found, Target, Verifier, make_plan, run_golden
from evosnn.network import Network
from evosnn.simulation import Stimulus


def write(network, chip, *, name="snn", charge=None, stimulus=None):
    """Write ids, thresholds and leaks of the neurons, then the synapses."""
    ids = network.ids
    lines = [
        f"network {network.key}",
        "inputs " + " ".join(str(ids[i]) for i in network.inputs),
        "outputs " + " ".join(str(ids[i]) for i in network.outputs),
    ]
    lines += [
        f"neuron {i} {t!r} {k!r}"
        for i, t, k in zip(ids, network.threshold.tolist(), network.leak.tolist(), strict=True)
    ]
    lines += [
        f"synapse {ids[a]} {ids[b]} {w!r} {d}"
        for a, b, w, d in zip(
            network.pre, network.post, network.weight.tolist(), network.delay, strict=True
        )
    ]
    golden = run_golden(make_plan(network, chip, charge), stimulus)
    files = {f"{name}.neurons": "\n".join(lines) + "\n"}
    return Export("neuron-list", name, files, (), network, chip, golden)


def read(text):
    """Return the network in such a file."""
    rows = [line.split() for line in text.splitlines()]
    neurons = [row[1:] for row in rows if row[0] == "neuron"]
    return Network.create(
        ids=[int(i) for i, _, _ in neurons],
        threshold=[float(t) for _, t, _ in neurons],
        leak=[float(k) for _, _, k in neurons],
        inputs=next([int(i) for i in row[1:]] for row in rows if row[0] == "inputs"),
        outputs=next([int(i) for i in row[1:]] for row in rows if row[0] == "outputs"),
        synapses=[
            (int(a), int(b), float(w), int(d)) for _, a, b, w, d in
            (row for row in rows if row[0] == "synapse")
        ],
    )  # fmt: skip


def read_back(export):
    """Run the network in the file and compare its spikes with the golden ones."""
    (text,) = export.files.values()
    golden = export.golden
    fed = Stimulus(golden.charge[:, :, None], golden.event[:, :, None])
    again = read(text if isinstance(text, str) else text.decode())
    found = run_golden(make_plan(again, export.chip), fed)
    different = int(np.count_nonzero(found.spikes != golden.spikes))
    return Agreement(
        export.target, "the file", golden.timesteps, int(golden.spikes.sum()), different
    )


NEURON_LIST = Target(
    write,
    "list of neurons and synapses",
    verifiers=lambda: (Verifier("the file", read_back),),
    recognise=lambda path: Found(path.stem, (path,)) if path.suffix == ".neurons" else None,
)
