"""The target ``graphml``: the whole network as a graph for networkx, Gephi, igraph and yEd."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export.common.agreement import Agreement
from evosnn.export.common.export import Export, check_name
from evosnn.export.common.golden_run import run_golden
from evosnn.export.common.plan import make_plan
from evosnn.export.common.quoting import xml_text
from evosnn.export.common.target import Target, Verifier, with_suffix
from evosnn.network import Network
from evosnn.simulation import Stimulus

__all__ = ["GRAPHML", "run_graphml", "to_graphml"]


def to_graphml(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    """Write a network as a directed graph.

    Nodes are neuron ids with ``threshold``, ``leak`` and, for input and output neurons, the index
    of the ``input`` and ``output``; edges have ``weight`` and ``delay``.

    Args:
        network: The network.
        chip: The rules; the graph names the chip.
        name: Name of the file.
        charge: ``(least, largest)`` charge of an input in the golden run.
        stimulus: The golden stimulus; 1,000 random timesteps if not given.

    Raises:
        ExportError: If the network does not fit the chip.
    """
    import networkx as nx

    check_name(name)
    plan = make_plan(network, chip, charge, own=True)
    graph = network.to_networkx()
    ids = network.ids.tolist()
    for role, ports in (("input", network.inputs), ("output", network.outputs)):
        for k, i in enumerate(ports.tolist()):
            graph.nodes[ids[i]][role] = k
    graph.graph.update(chip=xml_text(chip.name), network=network.key)
    stream = BytesIO()
    nx.write_graphml(graph, stream)
    return Export(
        target="graphml",
        name=name,
        files={f"{name}.graphml": stream.getvalue().decode("utf-8")},
        notes=("A graph to look at and to measure; the rules of its neurons are the chip's.",),
        network=network,
        chip=chip,
        golden_run=run_golden(plan, stimulus),
    )


def run_graphml(export: Export) -> Agreement:
    """Read a graph back, simulate it and compare.

    Raises:
        ExportError: If the file does not hold such a graph.
    """
    network = _read(export.text(f"{export.name}.graphml"))
    golden = export.golden
    low, high = golden.charge.min(initial=0.0), golden.charge.max(initial=0.0)
    fed = Stimulus(golden.charge[:, :, None], golden.event[:, :, None])
    found = run_golden(make_plan(network, export.chip, (float(low), float(high)), own=True), fed)
    return Agreement(
        target="graphml",
        tool="EvoSNN, as read back",
        timesteps=golden.timesteps,
        compared=int(golden.spikes.sum()),
        different=int((found.spikes != golden.spikes).sum()),
        potentials_different=int((found.potential != golden.potential).sum()),
    )


def _read(text: str) -> Network:
    import networkx as nx

    try:
        graph: Any = nx.parse_graphml(text, node_type=int)
        nodes = sorted(graph.nodes(data=True))
        ports = {
            role: [n for _, n in sorted((d[role], n) for n, d in nodes if role in d)]
            for role in ("input", "output")
        }
        return Network.create(
            ids=[n for n, _ in nodes],
            threshold=[d["threshold"] for _, d in nodes],
            leak=[d["leak"] for _, d in nodes],
            inputs=ports["input"],
            outputs=ports["output"],
            synapses=[(a, b, d["weight"], d["delay"]) for a, b, d in graph.edges(data=True)],
        )
    except (KeyError, ValueError, SyntaxError, nx.NetworkXError) as error:
        raise ExportError(
            f"the GraphML file does not contain an EvoSNN network ({error})"
        ) from None


GRAPHML = Target(
    to_graphml,
    "graph for networkx, Gephi and others",
    verifiers=lambda: (Verifier("EvoSNN", run_graphml),),
    recognise=with_suffix(".graphml"),
)
