"""The option ``--synthesize``: cells and clock of networks on an FPGA."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evosnn.errors import ExportError

if TYPE_CHECKING:
    from rich.table import Table

    from evosnn.chips import Chip
    from evosnn.export import SynthesisReport
    from evosnn.network import Network
    from evosnn.tasks import ClassificationTask
    from evosnn.tasks.control import ControlTask

__all__ = ["Device", "synthesis_data", "synthesis_table", "synthesize_networks"]

Device = Annotated[
    str | None,
    typer.Option("--synthesize", help="Also synthesise for an FPGA: ice40-hx8k, ..."),
]


def synthesize_networks(
    networks: Sequence[Network], chip: Chip, task: ClassificationTask | ControlTask, device: str
) -> dict[str, SynthesisReport | str]:
    """Synthesise networks of one task for an FPGA, with progress on standard error.

    Returns:
        The report by network id, or a sentence on why the network does not fit the FPGA.

    Raises:
        SpecError: If there is no such device.
        ExportError: If a tool is not installed, or this chip's networks cannot be written as
            Verilog.
    """
    from rich.console import Console
    from rich.progress import track

    from evosnn.export import Subject, export_subject, require_synthesis, synthesize
    from evosnn.tasks import ClassificationTask

    require_synthesis(chip, device)
    samples = task if isinstance(task, ClassificationTask) else None
    found: dict[str, SynthesisReport | str] = {}
    screen = Console(stderr=True)
    hidden = len(networks) < 2 or not sys.stderr.isatty()
    for network in track(networks, f"synthesising for {device}", console=screen, disable=hidden):
        subject = Subject(network, chip, network.key, samples)
        try:
            export = export_subject(subject, "verilog")
            found[network.key] = synthesize(export, device, timesteps=task.timesteps)
        except ExportError as error:
            found[network.key] = str(error)
    return found


def synthesis_data(report: SynthesisReport | str, device: str) -> dict[str, Any]:
    """Return a report, or the reason for its absence, as JSON data."""
    if isinstance(report, str):
        return {"device": device, "refused": report}
    return report.as_data()


def synthesis_table(found: Mapping[str, SynthesisReport | str], device: str) -> Table:
    """Return a table of the reports: area, clock and speed."""
    from rich import box
    from rich.table import Table

    reports = [r for r in found.values() if not isinstance(r, str)]
    title = f"Synthesised for {device}" + (f" ({', '.join(reports[0].tools)})" if reports else "")
    said = [f"{key[:8]}: {r}." for key, r in found.items() if isinstance(r, str)]
    if any(r.top == "uart" for r in reports):
        said.insert(0, "uart: in the serial wrapper, because the package has too few pins; the "
                    "speed is the core's.")  # fmt: skip
    if reports:
        said.insert(0, f"Without the encoder; {reports[0].timesteps} timesteps an inference.")
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False,
        caption="\n".join(said), caption_justify="left",
    )  # fmt: skip
    table.add_column("id", no_wrap=True)
    headers = ("top", "logic\ncells", "LUTs", "flip-\nflops", "block\nRAMs", "MHz",
               "inferences\na second")  # fmt: skip
    for header in headers:
        table.add_column(header, justify="right", no_wrap=True)
    for key, r in found.items():
        if isinstance(r, str):
            table.add_row(key[:8], *["-"] * len(headers))
            continue
        table.add_row(
            key[:8], r.top, str(r.logic_cells), str(r.luts), str(r.flip_flops), str(r.brams),
            f"{r.fmax_mhz:.1f}", f"{r.inferences_per_second:,.0f}",
        )  # fmt: skip
    return table
