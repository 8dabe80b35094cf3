"""Every target by its name: who writes it, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from evosnn.chips import Chip
from evosnn.errors import SpecError, unknown_name
from evosnn.export.c.write import to_c
from evosnn.export.common.export import Export, check_name
from evosnn.export.common.golden_run import run_golden
from evosnn.export.common.plan import make_plan
from evosnn.export.graphml import to_graphml
from evosnn.export.loihi.write import to_loihi
from evosnn.export.nir.write import to_nir
from evosnn.export.simulators.pynn_brian2 import to_brian2, to_pynn
from evosnn.export.simulators.spinnaker import to_spinnaker
from evosnn.export.simulators.superneuromat import to_superneuromat
from evosnn.export.tennlab.caspian import to_caspian, to_ucaspian
from evosnn.export.tennlab.risp import to_risp
from evosnn.export.verilog.write import to_verilog
from evosnn.network import Network
from evosnn.simulation import Stimulus

__all__ = ["TARGETS", "Target", "export_network", "parse_targets"]


class _Writer(Protocol):
    def __call__(
        self,
        network: Network,
        chip: Chip,
        *,
        name: str = ...,
        charge: tuple[float, float] | None = ...,
        stimulus: Stimulus | None = ...,
    ) -> Export: ...


@dataclass(frozen=True)
class Target:
    """One kind of export.

    Attributes:
        write: Writes a network.
        summary: What it is, in a few words.
        several: Whether it is several files, which take a folder of their own.
    """

    write: _Writer
    summary: str
    several: bool = False


def _risp(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    check_name(name)
    text = to_risp(network, chip)
    return Export(
        target="risp",
        name=name,
        files={f"{name}.risp.json": text},
        notes=("RISP and EvoSNN read it with the processor's parameters that it carries.",),
        network=network,
        chip=chip,
        golden=run_golden(make_plan(network, chip, charge), stimulus),
    )


TARGETS: dict[str, Target] = {
    "risp": Target(_risp, "TENNLab network JSON with RISP's parameters"),
    "caspian": Target(to_caspian, "TENNLab network JSON for Caspian"),
    "ucaspian": Target(to_ucaspian, "TENNLab network JSON for uCaspian"),
    "loihi": Target(to_loihi, "integer tables for Loihi 1"),
    "c": Target(to_c, "C99 source, header and example program", several=True),
    "verilog": Target(to_verilog, "synthesisable Verilog with test benches", several=True),
    "nir": Target(to_nir, "NIR graph for norse, snnTorch and SpikingJelly"),
    "superneuromat": Target(to_superneuromat, "SuperNeuroMAT's JSON"),
    "brian2": Target(to_brian2, "Python script for Brian2"),
    "pynn": Target(to_pynn, "Python script for PyNN on NEST"),
    "spinnaker": Target(to_spinnaker, "Python script for PyNN on SpiNNaker, not run on a board"),
    "graphml": Target(to_graphml, "graph for networkx, Gephi and others"),
}
"""The targets, by the name that ``evosnn export --to`` takes."""


def parse_targets(listed: str) -> list[str]:
    """Read names of targets, separated by commas.

    Raises:
        SpecError: If there is no such target, or it is named twice.
    """
    names = [name.strip() for name in listed.split(",")]
    for name in names:
        if name not in TARGETS:
            raise SpecError(unknown_name("target", name, TARGETS))
        if names.count(name) > 1:
            raise SpecError(f"target '{name}' is named twice")
    return names


def export_network(
    target: str,
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    """Write a network for the target of this name.

    Args:
        target: A name of :data:`TARGETS`.
        network: The network.
        chip: The rules that it was evolved under.
        name: Prefix of the files and of what they define.
        charge: ``(least, largest)`` charge that an input must be able to take.
        stimulus: What the export is verified with; 1,000 random timesteps if not given.

    Raises:
        SpecError: If there is no such target.
        ExportError: If the target cannot hold the network.
    """
    (known,) = parse_targets(target)
    return TARGETS[known].write(network, chip, name=name, charge=charge, stimulus=stimulus)
