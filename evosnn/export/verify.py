"""Proof of an export: what was written is run in other people's tools, and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from evosnn.chips import Chip, chip_from_risp
from evosnn.errors import ExportError
from evosnn.export.c.run import run_c
from evosnn.export.common.agreement import Agreement
from evosnn.export.common.export import Export
from evosnn.export.common.external_tools import require_tool
from evosnn.export.common.golden_run import run_golden
from evosnn.export.common.plan import make_plan
from evosnn.export.fpga.bitstream import run_bitstream
from evosnn.export.fpga.netlist import run_netlist
from evosnn.export.graphml import run_graphml
from evosnn.export.loihi.run import run_loihi
from evosnn.export.nir.run import READERS, require_reader, run_nir, run_nir_again
from evosnn.export.simulators.run import require_modules, run_script, run_superneuromat
from evosnn.export.tennlab.caspian_run import run_caspian
from evosnn.export.verilog.run import run_host, run_iverilog, run_verilator
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.tennlab import loads_network

__all__ = ["verify", "verify_risp"]


def _run_risp(export: Export) -> Agreement:
    golden = export.golden
    fed = Stimulus(golden.charge[:, :, None], golden.event[:, :, None])
    text = export.text(f"{export.name}.risp.json")
    return verify_risp(text, export.network, export.chip, fed)


_Run = tuple[Callable[[], None], Callable[[Export], Agreement]]


def _reader(reader: str) -> _Run:
    return lambda: require_reader(reader), lambda export: run_nir([export], reader)[0]


def _programs(*names: str) -> Callable[[], None]:
    def require() -> None:
        for name in names:
            require_tool(name)

    return require


def _need_board() -> None:
    raise ExportError("it takes a SpiNNaker board; run the script on one and compare its spikes")


_RUNS: dict[str, dict[str, _Run]] = {
    "risp": {"EvoSNN": (_programs(), _run_risp)},
    "caspian": {"Caspian's rules": (_programs(), run_caspian)},
    "ucaspian": {"Caspian's rules": (_programs(), run_caspian)},
    "loihi": {"the tables": (_programs(), run_loihi)},
    "nir": {"EvoSNN": (_programs(), run_nir_again), **{r: _reader(r) for r in READERS}},
    "superneuromat": {
        "SuperNeuroMAT": (require_modules("superneuromat"), run_superneuromat),
    },
    "brian2": {"Brian2": (require_modules("brian2"), run_script)},
    "pynn": {"NEST": (require_modules("pyNN", "nest"), run_script)},
    "spinnaker": {"SpiNNaker": (_need_board, run_script)},
    "graphml": {"EvoSNN": (_programs(), run_graphml)},
    "c": {"gcc": (_programs("gcc"), lambda export: run_c([export])[0])},
    "verilog": {
        "iverilog": (_programs("iverilog", "vvp"), lambda export: run_iverilog([export])[0]),
        "iverilog (uart)": (_programs("iverilog", "vvp"), lambda e: run_host([e], "uart")[0]),
        "iverilog (spi)": (_programs("iverilog", "vvp"), lambda e: run_host([e], "spi")[0]),
        "verilator": (_programs("verilator"), lambda export: run_verilator([export])[0]),
        "netlist": (
            _programs("yosys", "iverilog", "vvp"),
            lambda export: run_netlist([export])[0],
        ),
        "bitstream": (
            _programs("yosys", "nextpnr-ice40", "icepack", "iceunpack", "icebox_vlog", "iverilog"),
            lambda export: run_bitstream([export])[0],
        ),
    },
}


def verify(export: Export) -> list[Agreement]:
    """Run an export in every tool that is installed and compare it with the simulator.

    Files of RISP, NIR and GraphML are read back; Caspian's and Loihi's are run by those chips'
    rules; NIR's is also run in norse, snnTorch and SpikingJelly, SuperNeuroMAT's in
    SuperNeuroMAT, scripts in Brian2 and NEST (SpiNNaker's takes a board and is not run). C is
    compiled with gcc, and every neuron compared. Verilog is run in Icarus Verilog and Verilator,
    every neuron compared, then behind UART and SPI, and where the ports are as the netlist that
    Yosys makes for iCE40 and as the bitstream, unpacked again.

    Returns:
        One for each tool; those of tools that are not installed say so.

    Raises:
        ExportError: If a tool refuses a file, which would be a fault of the export.
    """
    return [_run(export, tool, *run) for tool, run in _RUNS[export.target].items()]


def _run(
    export: Export, tool: str, require: Callable[[], None], run: Callable[[Export], Agreement]
) -> Agreement:
    try:
        require()
    except ExportError as error:
        return Agreement(export.target, tool, skipped=str(error))
    found = run(export)
    return replace(found, announced=export.approximate and not found.exact)


def verify_risp(
    text: str, network: Network, chip: Chip, stimulus: Stimulus | None = None
) -> Agreement:
    """Read a RISP file back, run it by the parameters that it carries and compare.

    Args:
        text: What :func:`~evosnn.export.to_risp` gave.
        network: The network that was written.
        chip: The rules that it was written by.
        stimulus: What to feed; 1,000 random timesteps if not given.
    """
    file = loads_network(text)
    expected = run_golden(make_plan(network, chip), stimulus)
    fed = Stimulus(expected.charge[:, :, None], expected.event[:, :, None])
    plan = make_plan(file.network, chip_from_risp(file.parameters), make_plan(network, chip).charge)
    found = run_golden(plan, fed)
    return Agreement(
        target="risp",
        tool="EvoSNN, as read back",
        timesteps=expected.timesteps,
        compared=int(expected.spikes.sum()),
        different=int((found.spikes != expected.spikes).sum()),
        potentials_different=int((found.potential != expected.potential).sum()),
    )
