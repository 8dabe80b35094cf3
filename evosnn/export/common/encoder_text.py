"""A task's encoder and decoder, said in words and in numbers."""

from __future__ import annotations

from typing import Any

from evosnn.tasks import (
    ArgyleEncoder,
    ClassificationTask,
    CrossingEncoder,
    DeltaEncoder,
    DirectEncoder,
    Encoder,
    FirstSpikeEncoder,
    FlipFlopEncoder,
    PoissonEncoder,
    RateEncoder,
)
from evosnn.tasks.control import ControlTask

__all__ = [
    "RULES", "action_text", "control_numbers", "encoder_text", "encoder_words", "task_numbers",
]  # fmt: skip

RULES = {
    "most-spikes": "The output with the most spikes wins; a tie or silence is no answer.",
    "first-spike": "The output that spikes first wins; a tie or silence is no answer.",
}
"""What a decoder's answer is, by its kind."""


def encoder_words(encoder: Encoder) -> str:
    """Name the encoder and its constants, as in ``"argyle (neurons 4, max_spikes 8)"``."""
    constants = encoder.model_dump(exclude={"kind"})
    listed = ", ".join(f"{k} {v}" for k, v in constants.items() if v is not None)
    return f"{encoder.kind} ({listed})" if listed else encoder.kind


def encoder_text(encoder: Encoder, timesteps: int) -> str:
    """Say, as a recipe, what an encoder makes of a feature ``x`` in 0..1."""
    if isinstance(encoder, ArgyleEncoder):
        n, most = encoder.neurons, encoder.max_spikes
        return (
            f"{n} inputs a feature. With p = x * {n - 1}, l = min(floor(p), {n - 2}) and "
            f"k = min(1 + floor({most} * (p - l)), {most}): input l + 1 of the feature gets k "
            f"spikes, input l gets {most + 1} - k, the others none. {_burst(encoder.interval)}"
        )
    if isinstance(encoder, FlipFlopEncoder):
        n, most = encoder.bins, encoder.max_spikes
        return (
            f"{n} inputs a feature. With p = x * {n} and b = min(floor(p), {n - 1}): input b of "
            f"the feature gets ceil({most} * h) spikes, the others none, where h is p - b if b "
            f"is odd, else 1 - (p - b). {_burst(encoder.interval)}"
        )
    if isinstance(encoder, RateEncoder):
        most = timesteps if encoder.max_spikes is None else encoder.max_spikes
        pair = (
            f" A second input of the feature gets round((1 - x) * {most})." if encoder.pair else ""
        )
        return (
            f"An input gets k = round(x * {most}) spikes (halves to even); spike j is in "
            f"timestep floor(j * {timesteps} / k).{pair}"
        )
    if isinstance(encoder, FirstSpikeEncoder):
        last = timesteps - 1 if encoder.last is None else encoder.last
        return (
            f"One spike, in timestep {encoder.first} + round((1 - x) * {last - encoder.first}) "
            f"(halves to even); none if x < {encoder.silent_below:g}."
        )
    if isinstance(encoder, DirectEncoder):
        return f"The same charge in every timestep: x * {encoder.scale:g} full spikes."
    if isinstance(encoder, PoissonEncoder):
        return f"In every timestep a spike with probability x * {encoder.rate:g}."
    if isinstance(encoder, DeltaEncoder):
        return (
            "Two inputs a feature and a reference r that starts at the first x. At each later "
            f"instant k = floor(|x - r| / {encoder.delta:g}) spikes, one a timestep and no more "
            "than an instant has, go to the first input if x rose above r, to the second if it "
            f"fell; r moves towards x by k * {encoder.delta:g}."
        )
    if isinstance(encoder, CrossingEncoder):
        n = encoder.levels
        sides = "one for the way up, one for the way down" if encoder.pair else "one for both ways"
        return (
            f"For each of the levels j / {n + 1}, j from 1 to {n}, {sides}: a spike at the first "
            "timestep of an instant whose x is on the other side of the level than before."
        )
    return f"Encoder '{encoder.kind}'."


def _burst(interval: int) -> str:
    every = "every timestep" if interval == 1 else f"every {interval} timesteps"
    return f"Spikes come {every} from timestep 0 on."


def task_numbers(task: ClassificationTask) -> dict[str, Any]:
    """Return a task's encoder, scaling and decoder as JSON."""
    each = task.n_inputs // len(task.feature_names)
    scaling, instant = task.scaling, task.timesteps // task.length
    return {
        "name": task.name,
        "timesteps": task.timesteps,
        "instants": task.length,
        "encoder": {
            **task.encoder.model_dump(),
            "inputs_a_feature": each,
            "recipe": encoder_text(task.encoder, instant),
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
        "decoder": {**task.decoder.model_dump(), "rule": RULES[task.decoder.kind]},
        "classes": list(task.class_names),
    }  # fmt: skip


def action_text(task: ControlTask) -> str:
    """Say how the outputs' spikes in a window become an action."""
    if task.setting.graded:
        return (
            "Outputs come in pairs, pull and push: the action is the pair's reach times "
            f"clip((spikes of push - spikes of pull) / {task.encoder.max_spikes}, -1, 1), from "
            "the middle between them."
        )
    leads = "spikes first" if task.decoder.kind == "first-spike" else "spikes most"
    return f"The output that {leads} in the window acts; of a tie or silence, the first of them."


def control_numbers(task: ControlTask) -> dict[str, Any]:
    """Return a control task's encoder, limits, actions and decoder as JSON."""
    setting = task.setting
    each = task.n_inputs // len(setting.seen)
    return {
        "name": task.name,
        "timesteps": task.timesteps,
        "encoder": {
            **task.encoder.model_dump(),
            "inputs_a_feature": each,
            "recipe": encoder_text(task.encoder, task.timesteps),
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
