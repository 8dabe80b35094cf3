"""Makes a deployment folder: exports, golden vectors, the task's numbers and a README."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from evosnn.export.common.agreement import Agreement
from evosnn.export.common.encoder_text import control_numbers, task_numbers
from evosnn.export.common.export import Export
from evosnn.export.deployment.golden_vectors import golden_vectors
from evosnn.export.deployment.readme import guide
from evosnn.export.fpga.synthesize import SynthesisReport
from evosnn.export.registry import TARGETS, export_network
from evosnn.export.subject import Subject
from evosnn.version import __version__

__all__ = ["deployment_files", "export_subject"]


def export_subject(subject: Subject, target: str, *, name: str = "snn") -> Export:
    """Write a network for one target, with parts of its task, such as an encoder in C.

    Args:
        subject: The network with its chip and task.
        target: A name of :data:`~evosnn.export.TARGETS`.
        name: Prefix of the files and of their identifiers.

    Raises:
        SpecError: If there is no such target.
        ExportError: If the target cannot hold the network.
    """
    export = export_network(target, subject.network, subject.chip, name=name, charge=subject.charge)
    return TARGETS[target].with_task(export, subject)


def deployment_files(
    subject: Subject,
    exports: Sequence[Export],
    *,
    agreements: Iterable[Agreement] = (),
    report: SynthesisReport | None = None,
) -> dict[str, str | bytes]:
    """Return a deployment folder: the exports, golden vectors, numbers and a README.

    Args:
        subject: The network.
        exports: The export for each target; one of several files gets its own folder.
        agreements: Results of verifying them, for the README.
        report: Result of synthesising the Verilog, for the README.

    Returns:
        Content by path within the folder.
    """
    files: dict[str, str | bytes] = {}
    for export in exports:
        within = f"{export.target}/" if TARGETS[export.target].several else ""
        files |= {f"{within}{name}": content for name, content in export.files.items()}
    files["deployment.json"] = _json(_numbers(subject))
    files["golden.json"] = json.dumps(golden_vectors(subject)) + "\n"
    files["README.md"] = guide(subject, exports, list(files), list(agreements), report)
    return files


def _numbers(subject: Subject) -> dict[str, Any]:
    network, chip = subject.network, subject.chip
    ids = network.ids.tolist()
    return {
        "evosnn": __version__,
        "origin": subject.origin,
        "network": {
            "id": network.key,
            "neurons": network.n_neurons,
            "synapses": network.n_synapses,
            "inputs": [ids[i] for i in network.inputs.tolist()],
            "outputs": [ids[i] for i in network.outputs.tolist()],
        },
        "chip": chip.model_dump(mode="json", exclude={"costs", "sources"}),
        "figures": subject.figures,
        "task": _task_numbers(subject),
    }


def _task_numbers(subject: Subject) -> dict[str, Any] | None:
    if subject.control is not None:
        return control_numbers(subject.control)
    return None if subject.task is None else task_numbers(subject.task)


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=1, allow_nan=False) + "\n"
