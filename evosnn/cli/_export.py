"""The command ``evosnn export``: files for chips, compilers and simulators."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evosnn.cli._choice import Limits, Weights, chosen
from evosnn.cli.terminal.measuring import on_terminal
from evosnn.cli.terminal.output import say
from evosnn.errors import ExportError, SpecError, unknown_name
from evosnn.export import TARGETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evosnn.export import Agreement, Export, Subject, SynthesisReport

__all__ = ["export"]

_SHOWN = 100  # changed values


def export(
    place: Annotated[
        Path,
        typer.Argument(help="A campaign's folder, or a network file: RISP's, Caspian's or NIR."),
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", help="File or, for several files, folder to write."),
    ],
    target: Annotated[
        str,
        typer.Option(
            "--to",
            help=f"Targets, separated by commas: {', '.join(TARGETS)}.",
        ),
    ] = "risp",
    wanted: Annotated[str, typer.Option("--id", help="Network: an id or 'knee'.")] = "knee",
    weights: Weights = None,
    limits: Limits = None,
    chip: Annotated[
        str | None, typer.Option("--chip", help="Chip of a network file that names none.")
    ] = None,
    device: Annotated[
        str | None,
        typer.Option("--synthesize", help="Also build the Verilog for an FPGA: ice40-hx8k, ..."),
    ] = None,
    snap: Annotated[
        bool,
        typer.Option("--snap", help="Move a file's values to the nearest that the chip holds."),
    ] = False,
    dt: Annotated[
        float | None, typer.Option("--dt", help="Timestep of a NIR file, in its unit of time.")
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--verify/--no-verify", help="Run the exported files, and compare their spikes."
        ),
    ] = True,
) -> None:
    """Write a network for one target, or a deployment folder for several targets.

    A target of one file is written to that file, one of several files (c, verilog) into that
    folder. Several targets make a deployment folder, with golden vectors, the encoder and
    decoder, and a README. What was written is run in the tools that are installed; a tool that
    fails has its own line, and the files are written all the same.
    """
    from dataclasses import replace

    from evosnn.export import (
        DEVICES,
        deployment_files,
        export_subject,
        parse_targets,
        read_subject,
        verify,
        write_files,
    )
    from evosnn.files import write_bytes

    names = parse_targets(target)
    if device is not None and "verilog" not in names:
        raise SpecError("--synthesize builds Verilog for an FPGA; add verilog to --to")
    if device is not None and device not in DEVICES:
        raise SpecError(unknown_name("device", device, DEVICES))
    network = chosen(place, wanted, weights, limits)
    several = len(names) > 1  # a guide then gives the figures
    subject = read_subject(
        place, network, chip, figures=several, on_measured=on_terminal(), snap=snap, dt=dt
    )
    exports = [export_subject(subject, name) for name in names]
    agreements = [a for export in exports for a in (verify(export) if check else [])]
    report, unbuilt = None, None
    if device is not None:
        k = names.index("verilog")
        try:
            report = _build(exports[k], subject, device)
        except ExportError as error:  # the files are whole without a bitstream
            unbuilt = error
        else:
            bitstream = {f"{exports[k].name}_{device}.bin": report.bitstream}
            exports[k] = replace(exports[k], files={**exports[k].files, **bitstream})
    if len(exports) > 1:
        files = deployment_files(subject, exports, agreements=agreements, report=report)
        paths = write_files(files, output)
    elif len(exports[0].files) > 1:
        paths = exports[0].write(output)
    else:
        (content,) = exports[0].files.values()
        write_bytes(output, content.encode("utf-8") if isinstance(content, str) else content)
        paths = [output]
    for path in paths:
        say(path)
    _say_changes(subject.changes)
    _say(exports, agreements, report)
    if unbuilt is not None:
        raise unbuilt


def _say_changes(changes: Sequence[str]) -> None:
    """Print what was changed so that the chip holds the network, in full up to a length."""
    for change in changes[:_SHOWN]:
        say(f"snapped: {change}")
    if len(changes) > _SHOWN:
        say(f"snapped: {len(changes) - _SHOWN} more values")


def _build(export: Export, subject: Subject, device: str) -> SynthesisReport:
    from evosnn.export import synthesize

    task = subject.task or subject.control
    return synthesize(export, device, timesteps=task.timesteps if task else 1)


def _say(
    exports: Sequence[Export], agreements: Sequence[Agreement], report: SynthesisReport | None
) -> None:
    """Print the exports' notes, sizes and verification results."""
    for export in exports:
        for note in export.notes:
            say(f"{export.target}: {note}")
        if export.target == "c":
            say(f"c: {_c_size(export)}")
    if report is not None:
        say(
            f"verilog on {report.device} ({report.top}): {report.logic_cells} logic cells, "
            f"{report.luts} look-up tables, {report.flip_flops} flip-flops, {report.brams} block "
            f"RAMs, {report.fmax_mhz:.1f} MHz, {report.inferences_per_second:,.0f} inferences of "
            f"{report.timesteps} timesteps a second"
        )
    for agreement in agreements:
        say(agreement)


def _c_size(export: Export) -> str:
    from evosnn.export import c_size

    try:
        size = c_size(export)
    except (ExportError, ValueError, IndexError) as error:
        return f"sizes not measured; {error}"
    return f"{size.code} bytes of code and tables, {size.state} bytes of RAM ({size.compiler} -Os)"
