"""Writes C for a control task: observations to charges, output spikes to an action."""

from __future__ import annotations

from typing import Any

from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export.c.encoder import encoder_c, full_spike
from evosnn.export.c.number_types import CNumber, literal
from evosnn.export.common.encoder_text import action_text, encoder_words
from evosnn.export.common.export import render
from evosnn.export.common.quoting import comment
from evosnn.network import Network
from evosnn.tasks.control import ControlTask
from evosnn.version import __version__

__all__ = ["control_files", "has_control"]


def has_control(task: ControlTask) -> bool:
    """Return whether the task has C code: a built-in one, not a Gymnasium environment."""
    code = task.encoder.c_code(task.timesteps, 1.0, True)
    return code is not None and not task.setting.environment.is_interpreted


def control_files(
    task: ControlTask, network: Network, chip: Chip, name: str = "snn"
) -> dict[str, str]:
    """Return C files that encode observations and decode actions for :func:`~evosnn.export.to_c`.

    Args:
        task: The task with the encoder, limits, actions and decoder.
        network: The network.
        chip: The rules that the task was encoded for.
        name: Prefix of the files and of their identifiers, the same as the network's.

    Returns:
        Text by file name: ``name_control.h``, ``name_control.c`` and ``name_control_main.c``,
        an example program.
    """
    code = task.encoder.c_code(task.timesteps, chip.spike_value, chip.integer)
    if code is None:
        raise ExportError(f"encoder '{task.encoder.kind}' has no C code")
    first = task.decoder.compares == "first"
    values = {
        **_names(task, network, chip),
        "name": name,
        "NAME": name.upper(),
        "unread": "    (void)counts;" if first else "    (void)first;",
        "leads": "first[k] < first[best]" if first else "counts[k] > counts[best]",
        "max_spikes": f"{float(task.graded_spikes)!r}",
    }
    decide = "control_graded.c.in" if task.setting.graded else "control_choose.c.in"
    values["encode"] = encoder_c(code, name)
    values["decide"] = render(decide, values)
    return {
        f"{name}_control.h": render("control.h.in", values),
        f"{name}_control.c": render("control.c.in", values),
        f"{name}_control_main.c": render("control_main.c.in", values),
    }


def _names(task: ControlTask, network: Network, chip: Chip) -> dict[str, Any]:
    setting, number = task.setting, CNumber("double", 0, (0.0, 0.0), "")
    limits = [setting.environment.limits[k] for k in setting.seen]

    def rows(values: list[float]) -> str:
        return "\n".join(f"    {literal(v, number)}," for v in values)

    return {
        "version": __version__,
        "key": network.key,
        "task": comment(task.name),
        "encoder": comment(encoder_words(task.encoder)),
        "decoder": "graded" if setting.graded else comment(task.decoder.kind),
        "rule": comment(action_text(task)),
        "features": len(limits),
        "timesteps": task.timesteps,
        "per_feature": task.n_inputs // len(limits),
        "spike": full_spike(chip),
        "feature_list": "\n".join(
            f" *   {k}  {comment(feature)}" for k, feature in enumerate(setting.feature_names)
        ),
        "low": rows([low for low, _ in limits]),
        "scale": rows([1 / (high - low) for low, high in limits]),
        "actions": ", ".join(comment(action) for action, _ in setting.actions),
        "values": rows([force for _, force in setting.actions]),
    }
