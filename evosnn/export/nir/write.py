"""The target ``nir``: one graph that norse, snnTorch and SpikingJelly run.

The Neuromorphic Intermediate Representation (Pedersen et al., "Neuromorphic intermediate
representation: A unified instruction set for interoperable brain-inspired computing", Nature
Communications 15:8122, 2024) describes neurons by differential equations and does not define
timesteps, so readers discretise it differently. The file uses the subset on which norse 1.1.0,
snnTorch 1.0.0 and SpikingJelly 2.0.0 agree:

- one population of ``CubaLIF`` with ``tau_syn = dt`` and ``w_in = 1``, which integrates its
  input in the timestep in which it arrives; some readers scale ``IF`` and ``LIF`` differently;
- relays instead of ``Delay`` nodes, which norse ignores silently;
- an identity between the population and its recurrent weights: snnTorch rewrites a loop of two
  nodes and fails;
- the output edge last, because norse returns what it computed last;
- no ``v_reset``, which older readers reject; the same parameters for all neurons.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from evosnn.chips import Chip
from evosnn.export.common.export import Export, check_name
from evosnn.export.common.fidelity import Fidelity, fidelity_of
from evosnn.export.common.golden_run import Golden, run_golden
from evosnn.export.common.layer import LEAST_LEAK, Layer, make_layer, run_layer
from evosnn.export.common.plan import Plan, make_plan
from evosnn.export.common.target import Found, Target, Verifier
from evosnn.export.nir.read import DT, require_nir
from evosnn.network import Network
from evosnn.simulation import Stimulus, simulate
from evosnn.tasks import ClassificationTask
from evosnn.version import __version__

if TYPE_CHECKING:
    from evosnn.export.subject import Subject

__all__ = ["NIR", "nir_on_samples", "to_nir"]

_SEMANTICS = (
    "Discrete time, all potentials 0 at first. In each timestep every neuron adds the charges that "
    "arrive: its input's charge of this timestep, and the weight of every synapse whose "
    "presynaptic neuron fired 'delay' timesteps ago. It fires if something arrived and its "
    "potential has reached its firing threshold, and then starts from 0. Its potential is raised "
    "to the chip's min_potential if it lies below, and loses the share 'leak', what is left being "
    "rounded towards zero on an integer chip. 'threshold' is the lowest potential that fires."
)


def to_nir(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    """Write a network as a NIR graph with its exact rules and golden spikes in the metadata.

    The graph's input takes charges in weight units, one value for each input. Its output is the
    spikes of all neurons, the network's first and then relays; ``metadata["evosnn"]["outputs"]``
    are the
    indices of the network's outputs. Run it with ``dt = 1e-4``.

    Args:
        network: The network.
        chip: The rules.
        name: Name of the file.
        charge: ``(least, largest)`` charge of an input; plus and minus the chip's spike value if
            not given. More networks are proven exact without negative charges.
        stimulus: The golden stimulus; 1,000 random timesteps if not given.

    Raises:
        ExportError: If nir is not installed, or no NIR graph reproduces the network.
    """
    check_name(name)
    require_nir()
    plan = make_plan(network, chip, charge)
    layer = make_layer(plan, "NIR")
    fidelity = fidelity_of(plan)
    golden = run_golden(plan, stimulus)
    # NIR has no input spikes without charge: run the stimulus again without them.
    golden = run_golden(plan, Stimulus(golden.charge[:, :, None]))
    different = int(
        (run_layer(layer, golden.charge)[:, : network.n_neurons] != golden.spikes).sum()
    )
    return Export(
        target="nir",
        name=name,
        files={f"{name}.nir": _write(layer, _metadata(plan, fidelity, golden))},
        notes=(
            f"The graph is {fidelity.label}. {fidelity.reason}",
            f"Of {int(golden.spikes.sum())} golden spikes {different} differ in the graph, "
            "computed in double precision.",
            f"Run it with dt = {DT:g}; {layer.n - network.n_neurons} of its {layer.n} neurons are "
            "relays, which stand for delays.",
        ),
        network=network,
        chip=chip,
        golden_run=golden,
        facts={"exact": int(fidelity.label == "exact"), "different": different},
    )


def nir_on_samples(network: Network, chip: Chip, task: ClassificationTask) -> str:
    """Return a sentence on how many held-out samples the graph answers differently."""
    stimulus = task.test.stimulus
    spikes = run_layer(
        make_layer(make_plan(network, chip, (0, chip.spike_value)), "NIR"), stimulus.charge
    )
    expected = simulate([network], stimulus, chip).counts[0, :, 0]
    different = int((spikes[:, network.outputs].sum(axis=0) != expected).any(axis=0).sum())
    return (
        f"Of the task's {task.test.n_samples} held-out samples {different} make an output fire "
        "another number of times in the graph."
    )


def _write(layer: Layer, metadata: dict[str, Any]) -> bytes:
    h5py: Any = import_module("h5py")
    nir: Any = import_module("nir")
    n = layer.n
    leak = layer.leak or LEAST_LEAK
    one, zero = np.ones(n), np.zeros(n)
    nodes = {
        "input": nir.Input(np.array([layer.w_in.shape[1]])),
        "w_in": nir.Affine(layer.w_in, zero),
        "lif": nir.CubaLIF(
            tau_syn=one * DT,
            tau_mem=one * (DT / leak),
            r=one / leak,
            v_leak=zero,
            v_threshold=one,
            w_in=one,
        ),
        "ident": nir.Affine(np.eye(n), zero),
        "w_rec": nir.Affine(layer.w_rec, zero),
        "output": nir.Output(np.array([n])),
    }
    edges = [
        ("input", "w_in"),
        ("w_in", "lif"),
        ("lif", "ident"),
        ("ident", "w_rec"),
        ("w_rec", "lif"),
        ("lif", "output"),
    ]
    graph = nir.NIRGraph(nodes=nodes, edges=edges, metadata={"evosnn": metadata})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "graph.nir"
        nir.write(path, graph, compression=None)
        with h5py.File(path, "a") as file:
            node = file["node/nodes/lif"]
            if "v_reset" in node:
                del node["v_reset"]
        return path.read_bytes()


def _metadata(plan: Plan, fidelity: Fidelity, golden: Golden) -> dict[str, Any]:
    network = plan.network
    fed, fired = np.argwhere(golden.charge), np.argwhere(golden.spikes)
    return {
        "version": __version__,
        "label": fidelity.label,
        "reason": fidelity.reason,
        "semantics": _SEMANTICS,
        "dt": DT,
        "chip": plan.chip.model_dump_json(exclude={"costs", "sources"}),
        "network": np.frombuffer(network.to_bytes(), np.uint8),
        "ids": network.ids.astype(np.int64),
        "threshold": np.array([neuron.threshold for neuron in plan.neurons]),
        "leak": network.leak,
        "inputs": network.inputs,
        "outputs": network.outputs,
        "pre": network.pre,
        "post": network.post,
        "weight": network.weight,
        "delay": network.delay,
        "golden": {
            "timesteps": golden.timesteps,
            "form": "charges: timestep, input; charge: what each feeds; spikes: timestep, neuron",
            "charges": fed.astype(np.int32),
            "charge": golden.charge[fed[:, 0], fed[:, 1]],
            "spikes": fired.astype(np.int32),
        },
    }


def _verifiers() -> tuple[Verifier, ...]:
    from evosnn.export.nir.run import READERS, require_reader, run_nir, run_nir_again

    def reader(name: str) -> Verifier:
        return Verifier(
            name, lambda export: run_nir([export], name)[0], lambda: require_reader(name)
        )

    return (Verifier("EvoSNN", run_nir_again), *(reader(name) for name in READERS))


def _recognise(path: Path) -> Found | None:
    # The file is binary: its metadata hold the network's id, which the run compares.
    return Found("snn", (path,), key="") if path.suffix == ".nir" else None


def _with_task(export: Export, subject: Subject) -> Export:
    if subject.task is None:
        return export
    note = nir_on_samples(export.network, export.chip, subject.task)
    return replace(export, notes=(*export.notes, note))


NIR = Target(
    to_nir,
    "NIR graph for norse, snnTorch and SpikingJelly",
    verifiers=_verifiers,
    recognise=_recognise,
    with_task=_with_task,
)
