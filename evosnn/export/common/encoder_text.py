"""Describes a task's encoder and decoder as text and as JSON data."""

from __future__ import annotations

from typing import Any

from evosnn.tasks import ClassificationTask, Encoder
from evosnn.tasks.control import ControlTask

__all__ = [
    "action_text", "control_numbers", "encoder_words", "task_numbers",
]  # fmt: skip


def encoder_words(encoder: Encoder) -> str:
    """Return the encoder's name and constants, as in ``"argyle (neurons 4, max_spikes 8)"``."""
    constants = encoder.model_dump(exclude={"kind"})
    listed = ", ".join(f"{k} {v}" for k, v in constants.items() if v is not None)
    return f"{encoder.kind} ({listed})" if listed else encoder.kind


def task_numbers(task: ClassificationTask) -> dict[str, Any]:
    """Return a task's encoder, scaling and decoder as JSON data."""
    each = task.n_inputs // len(task.feature_names)
    scaling, instant = task.scaling, task.timesteps // task.length
    return {
        "name": task.name,
        "timesteps": task.timesteps,
        "instants": task.length,
        "encoder": {
            **task.encoder.model_dump(),
            "inputs_a_feature": each,
            "recipe": task.encoder.describe(instant),
        },
        "scaling": {
            "recipe": "x = clip((value - low) / (high - low), 0, 1); 0 where low equals high; "
            "mean stands in for a missing value",
            "features": [
                {"name": name, "low": low, "high": high, "mean": mean,
                 "inputs": list(range(i * each, i * each + each))}
                for i, (name, low, high, mean) in enumerate(
                    zip(task.feature_names, scaling.low.tolist(), scaling.high.tolist(),
                        scaling.mean.tolist(), strict=True)
                )
            ],
        },
        "decoder": {**task.decoder.model_dump(), "rule": task.decoder.describe()},
        "classes": list(task.class_names),
    }  # fmt: skip


def action_text(task: ControlTask) -> str:
    """Describe how the outputs' spikes in a window select an action."""
    if task.setting.graded:
        return (
            "Outputs come in pairs, pull and push: the action is the pair's reach times "
            f"clip((spikes of push - spikes of pull) / {task.graded_spikes}, -1, 1), from "
            "the middle between them."
        )
    leads = "spikes first" if task.decoder.compares == "first" else "spikes most"
    return f"The output that {leads} in the window acts; of a tie or silence, the first of them."


def control_numbers(task: ControlTask) -> dict[str, Any]:
    """Return a control task's encoder, limits, actions and decoder as JSON data."""
    setting = task.setting
    each = task.n_inputs // len(setting.seen)
    return {
        "name": task.name,
        "timesteps": task.timesteps,
        "encoder": {
            **task.encoder.model_dump(),
            "inputs_a_feature": each,
            "recipe": task.encoder.describe(task.timesteps),
        },
        "scaling": {
            "recipe": "x = clip((value - low) / (high - low), 0, 1)",
            "features": [
                {"name": name, "observation": k, "low": setting.environment.limits[k][0],
                 "high": setting.environment.limits[k][1],
                 "inputs": list(range(i * each, i * each + each))}
                for i, (name, k) in enumerate(
                    zip(setting.feature_names, setting.seen, strict=True)
                )
            ],
        },
        "decoder": {**task.decoder.model_dump(), "rule": action_text(task)},
        "actions": [{"name": name, "value": value} for name, value in setting.actions],
    }  # fmt: skip
