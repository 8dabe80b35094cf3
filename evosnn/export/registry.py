"""The export targets by name: the built-in ones, and those that installed packages add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evosnn.errors import SpecError
from evosnn.export.common.target import Target
from evosnn.registry import Registry

if TYPE_CHECKING:
    from evosnn.chips import Chip
    from evosnn.export.common.agreement import Agreement
    from evosnn.export.common.export import Export
    from evosnn.network import Network
    from evosnn.simulation import Stimulus

__all__ = ["TARGETS", "export_network", "parse_targets", "verify"]


def _problem(name: str, part: object) -> str | None:
    del name
    return None if isinstance(part, Target) else "is no evosnn.export.Target"


TARGETS: Registry[Target] = Registry(
    "target",
    {
        "risp": "evosnn.export.tennlab.risp:RISP",
        "caspian": "evosnn.export.tennlab.caspian:CASPIAN",
        "ucaspian": "evosnn.export.tennlab.caspian:UCASPIAN",
        "loihi": "evosnn.export.loihi.write:LOIHI",
        "c": "evosnn.export.c.target:C",
        "verilog": "evosnn.export.verilog.target:VERILOG",
        "nir": "evosnn.export.nir.write:NIR",
        "superneuromat": "evosnn.export.simulators.superneuromat:SUPERNEUROMAT",
        "brian2": "evosnn.export.simulators.pynn_brian2:BRIAN2",
        "pynn": "evosnn.export.simulators.pynn_brian2:PYNN",
        "spinnaker": "evosnn.export.simulators.spinnaker:SPINNAKER",
        "graphml": "evosnn.export.graphml:GRAPHML",
    },
    _problem,
)
"""The targets by their names, as in ``evosnn export --to``."""


def parse_targets(listed: str) -> list[str]:
    """Read names of targets, separated by commas.

    Raises:
        SpecError: If a target does not exist or is named twice.
    """
    names = [name.strip() for name in listed.split(",")]
    for name in names:
        if name not in TARGETS:
            raise SpecError(TARGETS.unknown(name))
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
        chip: The chip whose rules the network follows.
        name: Prefix of the files and of their identifiers.
        charge: ``(least, largest)`` charge that an input must accept.
        stimulus: The input that the export is verified with; 1,000 random timesteps if not given.

    Raises:
        SpecError: If there is no such target.
        ExportError: If the target cannot hold the network.
        PluginError: If the package that provides the target is broken.
    """
    (known,) = parse_targets(target)
    return TARGETS[known].write(network, chip, name=name, charge=charge, stimulus=stimulus)


def verify(export: Export) -> list[Agreement]:
    """Run an export in every tool that is installed and compare it with the simulator.

    Files of RISP, NIR and GraphML are read back; Caspian's and Loihi's are run by those chips'
    rules; NIR's is also run in norse, snnTorch and SpikingJelly, SuperNeuroMAT's in
    SuperNeuroMAT, scripts in Brian2 and NEST (SpiNNaker's takes a board and is not run). C is
    compiled with gcc, and every neuron compared. Verilog is run in Icarus Verilog and Verilator,
    every neuron compared, then behind UART and SPI, and where the ports are as the netlist that
    Yosys makes for iCE40 and as the bitstream, unpacked again.

    Returns:
        One for each tool; those of tools that are not installed say so, as do those of tools
        that are broken or refuse a file (``failed``), which end no other tool's run.

    Raises:
        ExportError: If EvoSNN's own reader finds that a file is another network's.
    """
    return TARGETS[export.target].verify(export)
