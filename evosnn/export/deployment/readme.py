"""Writes the README of a deployment folder."""

from __future__ import annotations

from collections.abc import Sequence

from evosnn.export.common.agreement import Agreement
from evosnn.export.common.encoder_text import action_text
from evosnn.export.common.export import Export
from evosnn.export.common.quoting import code_span, markdown
from evosnn.export.common.rules_text import rules_text
from evosnn.export.fpga.synthesize import SynthesisReport
from evosnn.export.registry import TARGETS
from evosnn.export.subject import Subject
from evosnn.tasks import ClassificationTask, Encoder
from evosnn.tasks.control import ControlTask
from evosnn.version import __version__

__all__ = ["guide"]


def guide(
    subject: Subject,
    exports: Sequence[Export],
    files: Sequence[str],
    agreements: Sequence[Agreement],
    report: SynthesisReport | None,
) -> str:
    """Return the README.

    Args:
        subject: The network.
        exports: The export for each target.
        files: Paths of the folder's other files.
        agreements: Results of verifying the exports.
        report: Result of the synthesis, if there was one.
    """
    network = subject.network
    parts = [
        f"# Spiking neural network {network.key}\n\n"
        f"From {markdown(subject.origin)}, written by EvoSNN {__version__}: "
        f"{network.inputs.size} inputs, {network.outputs.size} outputs, "
        f"{network.n_hidden} hidden neurons, {network.n_synapses} synapses; "
        f"{network.n_used} neurons are in use.",
        _figures(subject),
        _rules(subject),
        *_use(subject),
        _files(exports, files),
        _checked(agreements),
        _synthesis(report),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _figures(subject: Subject) -> str:
    if not subject.figures:
        return ""
    rows = [
        f"| {name}, as search believed | {v:.4g} |" for name, v in subject.figures["search"].items()
    ]
    expected = subject.figures.get("expected", {})
    rows += [
        f"| {name}, as expected of unseen samples | {v:.4g} |"
        for name, v in expected.items()
        if name != "interval"
    ]
    test = subject.figures.get("test")
    if test:
        low, high = test["interval"]
        what = (
            "mean return from held-out starts"
            if "score" in test
            else "accuracy on held-out samples"
        )
        value = test["score"] if "score" in test else test["accuracy"]
        rows.append(f"| {what} (95 % interval) | {value:.4f} ({low:.4f} to {high:.4f}) |")
        chips = test["perturbed"]
        if chips["trials"]:
            rows.append(
                f"| ... on {chips['trials']} faulty chips: mean, 5th percentile, worst "
                f"| {chips['mean']:.4f}, {chips['p05']:.4f}, {chips['worst']:.4f} |"
            )
    return "\n".join(["## Figures\n", "| figure | value |", "|---|---|", *rows])


def _rules(subject: Subject) -> str:
    chip = subject.chip
    numbers = "whole numbers" if chip.integer else "real numbers"
    clauses = rules_text(subject.network, chip)
    ends = [";"] * (len(clauses) - 1) + ["."]
    return "\n".join(
        [
            "## Rules of the neurons\n",
            f"Chip {code_span(chip.name)}: {markdown(chip.description)}. Weights "
            f"{chip.synapse.weight}, delays {chip.synapse.delay}, "
            f"thresholds {chip.neuron.threshold}; {numbers}.",
            "",
            "All potentials start at 0. In each timestep, every neuron",
            "",
            *(f"{k}. {clause}{end}" for k, (clause, end) in
              enumerate(zip(clauses, ends, strict=True), 1)),
            *(["", "The chip itself does otherwise in these:", ""] if chip.not_simulated else []),
            *(f"- {markdown(sentence)}" for sentence in chip.not_simulated),
        ]
    )  # fmt: skip


def _use(subject: Subject) -> list[str]:
    """Return the sections on the network's input and output."""
    if subject.control is not None:
        return [_looking(subject, subject.control), _acting(subject.control)]
    if subject.task is not None:
        return [_feeding(subject, subject.task), _reading(subject.task)]
    return [_ports(subject)]


def _looking(subject: Subject, task: ControlTask) -> str:
    setting = task.setting
    each = task.n_inputs // len(setting.seen)
    rows = [
        f"| {markdown(name)} | {low!r} | {high!r} | {i * each} to {i * each + each - 1} |"
        for i, (name, (low, high)) in enumerate(
            zip(
                setting.feature_names,
                (setting.environment.limits[k] for k in setting.seen),
                strict=True,
            )
        )
    ]
    return "\n".join(
        [
            "## How to feed it\n",
            f"Control task {code_span(task.name)}: {markdown(setting.description)} "
            "Reset the network when an episode begins and never within one. "
            "At each step of the environment, show what is seen for "
            f"{task.timesteps} timesteps. Bring each observation `v` to "
            "`x = clip((v - low) / (high - low), 0, 1)`:",
            "",
            "| observation | low | high | inputs |",
            "|---|---|---|---|",
            *rows,
            "",
            _encoder(subject, task.encoder, task.timesteps),
        ]
    )


def _acting(task: ControlTask) -> str:
    named = ", ".join(
        f"{k} = {markdown(name)} ({v:g})" for k, (name, v) in enumerate(task.setting.actions)
    )
    return f"## How to read the action\n\nOne output an action: {named}. {action_text(task)}"


def _feeding(subject: Subject, task: ClassificationTask) -> str:
    each = task.n_inputs // len(task.feature_names)
    instant = task.timesteps // task.length
    parts = ""
    if task.length > 1:
        timesteps = "1 timestep" if instant == 1 else f"{instant} timesteps"
        parts = f" It has {task.length} instants, each of which is encoded for {timesteps}."
    rows = []
    for i, name in enumerate(task.feature_names):
        low, high, mean = (float(getattr(task.scaling, end)[i]) for end in ("low", "high", "mean"))
        ports = f"{i * each}" if each == 1 else f"{i * each} to {i * each + each - 1}"
        rows.append(f"| {markdown(name)} | {low!r} | {high!r} | {mean!r} | {ports} |")
    return "\n".join(
        [
            "## How to feed it\n",
            f"Show a sample for {task.timesteps} timesteps, from rest.{parts} Bring each feature "
            "`v` to `x = clip((v - low) / (high - low), 0, 1)` (0 where low equals high; a missing "
            "value is the mean):",
            "",
            "| feature | low | high | mean | inputs |",
            "|---|---|---|---|---|",
            *rows,
            "",
            _encoder(subject, task.encoder, instant),
        ]
    )


def _encoder(subject: Subject, encoder: Encoder, timesteps: int) -> str:
    return (
        f"Encoder `{encoder.kind}`: {encoder.describe(timesteps)} A spike at an input is a "
        f"charge of {subject.chip.spike_value:g}. What is rounded up or down forgives 1e-9."
    )


def _reading(task: ClassificationTask) -> str:
    named = ", ".join(f"{k} = {markdown(name)}" for k, name in enumerate(task.class_names))
    outputs = "One output a class" if task.one_output_per_class else "Classes"
    return (
        "## How to read the answer\n\n"
        f"{outputs}: {named}. {task.decoder.describe()} No answer counts as wrong in "
        "the figures above."
    )


def _ports(subject: Subject) -> str:
    return (
        "## How to feed it\n\n"
        f"The network came from a file, which does not say what its inputs mean. A full input "
        f"spike has charge {subject.chip.spike_value:g}."
    )


def _files(exports: Sequence[Export], files: Sequence[str]) -> str:
    lines = ["## Files\n"]
    for export in exports:
        target = TARGETS[export.target]
        own = [f"`{f}`" for f in files if f.rpartition("/")[2] in export.files]
        lines.append(f"- **{export.target}**, {target.summary}: {', '.join(own)}.")
        lines += [f"  {markdown(note)}" for note in export.notes]
    lines += [
        "- `deployment.json`: the encoder, the scaling and the decoder as numbers.",
        "- `golden.json`: held-out samples and a random run, as fed and as answered; what you "
        "build must answer the same.",
    ]
    return "\n".join(lines)


def _checked(agreements: Sequence[Agreement]) -> str:
    if not agreements:
        return ""
    lines = [f"- {markdown(str(agreement))}." for agreement in agreements]
    return "\n".join(["## Checked when this was written\n", *lines])


def _synthesis(report: SynthesisReport | None) -> str:
    if report is None:
        return ""
    return (
        f"## On {report.device}\n\n"
        f"{report.logic_cells} logic cells, {report.flip_flops} flip-flops, {report.brams} block "
        f"RAMs, {report.fmax_mhz:.1f} MHz: {report.inferences_per_second:,.0f} inferences of "
        f"{report.timesteps} timesteps a second ({report.top}; {', '.join(report.tools)})."
    )
