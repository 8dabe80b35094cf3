"""What evolved networks become: FPGA cells and clock, bytes of C; every front run in every tool.

    evosnn run experiments/iris.toml --out iris --generations 200
    python -m experiments.checks.exports iris [FOLDER ...] [--device ice40-hx8k]

For each campaign: the knee synthesised and compiled; then all networks of the front as C in gcc,
as Verilog in Icarus Verilog and as NIR, on random spikes and on every held-out sample. Needs gcc,
iverilog, yosys and nextpnr-ice40.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from evosnn.analysis import front_report
from evosnn.campaign import Campaign
from evosnn.export import (
    Agreement,
    Export,
    Subject,
    c_size,
    export_subject,
    read_subject,
    synthesize,
    to_c,
    to_nir,
    to_verilog,
)
from evosnn.export.c.run import run_c
from evosnn.export.nir.run import run_nir_again
from evosnn.export.verilog.run import run_iverilog
from evosnn.simulation import Stimulus


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("campaigns", type=Path, nargs="+")
    arguments.add_argument("--device", default="ice40-hx8k")
    asked = arguments.parse_args()
    print(
        "| knee of | synapses | held-out | logic cells | LUTs | flip-flops | clock | "
        "inferences a second | C code | C state |\n|---|---|---|---|---|---|---|---|---|---|"
    )
    tools = [_knee(folder, asked.device) for folder in asked.campaigns]
    print(f"\n{asked.device}; {tools[0]}\n")
    print("| front of | networks | export | tool | runs | spikes | different |")
    print("|---|---|---|---|---|---|---|")
    for folder in asked.campaigns:
        _front(folder)


def _knee(folder: Path, device: str) -> str:
    subject = read_subject(folder)
    size = c_size(export_subject(subject, "c"))
    verilog = export_subject(subject, "verilog")
    r = synthesize(verilog, device, timesteps=subject.task.timesteps)
    print(
        f"| {folder.name} | {subject.network.n_synapses} | "
        f"{subject.figures['test']['accuracy']:.3f} | {r.logic_cells} | {r.luts} | "
        f"{r.flip_flops} | {r.fmax_mhz:.1f} MHz | {r.inferences_per_second:,.0f} | "
        f"{size.code} B | {size.state} B |",
        flush=True,
    )
    return ", ".join((*r.tools, size.compiler))


def _front(folder: Path) -> None:
    items = front_report(Campaign.load(folder))["networks"]
    subjects = [read_subject(folder, item["id"]) for item in items]
    for what, tool, write, run in (
        ("C", "gcc", to_c, run_c),
        ("Verilog", "iverilog", to_verilog, run_iverilog),
        ("NIR", "as read back", to_nir, lambda exports: [run_nir_again(e) for e in exports]),
    ):
        found = [
            *_run(subjects, write, run, None),
            *_run(subjects, write, run, _held_out(subjects[0])),
        ]
        for label in ("exact", "approximate"):
            chosen = [a for e, a in found if e.facts.get("exact", 1) == (label == "exact")]
            if chosen:
                print(
                    f"| {folder.name} | {len(subjects)} | {what}, {label} | {tool} | "
                    f"{len(chosen)} | {sum(a.compared for a in chosen):,} | "
                    f"{sum(a.different for a in chosen)} |",
                    flush=True,
                )


def _held_out(subject: Subject) -> Stimulus:
    """All held-out samples one after the other, for one long run."""
    charge = subject.task.test.stimulus.charge
    return Stimulus(np.concatenate([charge[:, :, k] for k in range(charge.shape[2])])[:, :, None])


def _run(
    subjects: Sequence[Subject],
    write: Callable[..., Export],
    run: Callable[[Sequence[Export]], list[Agreement]],
    stimulus: Stimulus | None,
) -> list[tuple[Export, Agreement]]:
    exports = [
        write(s.network, s.chip, name=f"net{k}", charge=s.charge, stimulus=stimulus)
        for k, s in enumerate(subjects)
    ]
    return list(zip(exports, run(exports), strict=True))


if __name__ == "__main__":
    main()
