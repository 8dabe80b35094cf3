"""Writes a network as Verilog-2001: a core, its test bench, and UART and SPI wrappers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export.common.export import Export, check_name
from evosnn.export.common.golden_run import run_golden
from evosnn.export.common.plan import HORIZON, Plan, make_plan
from evosnn.export.common.quoting import comment
from evosnn.export.verilog.host_wrappers import HOSTS, conversation, host_bench, host_wrapper
from evosnn.export.verilog.number_types import charge_bits, port_range, signed_bits
from evosnn.export.verilog.parallel_core import parallel_core, parallel_probes
from evosnn.export.verilog.streamed_core import make_stream
from evosnn.export.verilog.testbench import bench, vectors
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.version import __version__

__all__ = ["UNROLLED_SYNAPSES", "to_verilog"]

UNROLLED_SYNAPSES = 400
"""Most synapses of a parallel core: that many of 8 bits fill 70 % of an iCE40 HX8K's cells."""


def to_verilog(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    core: Literal["auto", "parallel", "streamed"] = "auto",
    stimulus: Stimulus | None = None,
) -> Export:
    """Write a network of an integer chip as synthesisable Verilog-2001.

    The files are ``name.v``, the core; ``name_tb.v``, a test bench that checks itself against
    ``name_vectors.hex``, the simulator's spikes; ``name_uart.v`` and ``name_spi.v``, wrappers
    for hosts whose heads describe their protocol, and ``name_uart_tb.v`` and ``name_spi_tb.v``
    with ``name_packets.hex``, their benches.

    Args:
        network: The network.
        chip: The rules.
        name: Name of the core's module and prefix of the files.
        charge: ``(least, largest)`` charge that an input must accept in a timestep; plus and minus
            the chip's spike value if not given. The ports accept all charges of that width.
        core: ``"parallel"`` computes all neurons at once, one timestep per clock cycle;
            ``"streamed"`` one synapse per clock cycle, with its state in block RAM; ``"auto"`` is
            parallel up to
            ``UNROLLED_SYNAPSES`` synapses.
        stimulus: The test bench's input; 1,000 random timesteps if not given.

    Raises:
        ExportError: If the chip computes with real numbers, the network does not fit it, or the
            name is not an identifier.
    """
    check_name(name)
    if not chip.integer:
        raise ExportError(
            f"chip '{chip.name}' computes with real numbers; Verilog takes an integer chip"
        )
    plan = make_plan(network, chip, port_range(make_plan(network, chip, charge)))
    golden = run_golden(plan, stimulus)
    header = _header(plan, name)
    parallel, reason = _choose(network, core)
    probes: Sequence[str | None] = parallel_probes(plan)
    if parallel:
        text, clocks = parallel_core(plan, header), 1
    else:
        stream = make_stream(plan, header, reason)
        text, clocks, probes = stream.text, stream.clocks, stream.probes
    script = conversation(plan, golden)
    hosts = {f"{name}_{host}.v": host_wrapper(plan, name, host) for host in HOSTS}
    benches = {f"{name}_{host}_tb.v": host_bench(script, name, clocks, host) for host in HOSTS}
    return Export(
        target="verilog",
        name=name,
        files={
            f"{name}.v": text,
            f"{name}_tb.v": bench(plan, golden, name, clocks, probes),
            f"{name}_vectors.hex": vectors(plan, golden),
            **hosts,
            **benches,
            f"{name}_packets.hex": script,
        },
        notes=_notes(plan, parallel, reason, clocks),
        network=network,
        chip=chip,
        golden_run=golden,
        facts={"clocks_per_timestep": clocks, "pins": _pins(plan)},
    )


def _choose(network: Network, core: str) -> tuple[bool, str]:
    """Return whether to unroll, and the reason."""
    if core == "auto":
        n = network.n_synapses
        if n <= UNROLLED_SYNAPSES:
            return True, f"{n} synapses, at most {UNROLLED_SYNAPSES}, are unrolled"
        return False, f"{n} synapses, more than {UNROLLED_SYNAPSES}, are too many to unroll"
    if core not in ("parallel", "streamed"):
        raise ExportError(f"core is '{core}'; it takes auto, parallel or streamed")
    return core == "parallel", "this core was asked for"


def _pins(plan: Plan) -> int:
    """Return the core's pins: the ports' bits, and clk, rst, step and done."""
    network = plan.network
    return int(network.inputs.size * (1 + charge_bits(plan.charge)) + network.outputs.size + 4)


def _header(plan: Plan, name: str) -> dict[str, object]:
    network = plan.network
    return {
        "name": name,
        "version": __version__,
        "chip": comment(plan.chip.name),
        "key": network.key,
        "summary": f"{network.n_neurons} neurons, {network.n_synapses} synapses",
    }


def _notes(plan: Plan, parallel: bool, reason: str, clocks: int) -> tuple[str, ...]:
    low, high = plan.peak
    core = "parallel: a timestep a clock" if parallel else f"streamed: {clocks} clocks a timestep"
    notes = [
        f"The core is {core} ({reason}).",
        "The heads of the wrappers for UART and SPI describe what a host sends and hears.",
        f"Inputs take charges of {plan.charge[0]:g} to {plan.charge[1]:g}; no sum leaves "
        f"{low:g} to {high:g}, which takes {signed_bits(low, high)} bits.",
    ]
    if plan.chip.neuron.min_potential is None:
        notes.append(
            f"Chip '{plan.chip.name}' has no floor: the core holds potentials at "
            f"{plan.floor:g}, which none reaches within {HORIZON:,} timesteps of a reset."
        )
    return tuple(notes)
