"""Keys of a campaign file that do nothing beside the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evosnn.tasks.control import is_control

if TYPE_CHECKING:
    from evosnn.campaign._spec import CampaignSpec

__all__ = ["find_unused_key"]

_OF_ENGINE = {
    "islands": ("islands", "interval"),
    "eons": ("neuron_cost", "synapse_cost", "elites", "strangers", "tournament", "winner"),
}
_OF_CHILDREN = ("crossover", "more", "rates", "follow", "polish")  # keys of variation
_OF_CLASSES = ("follow", "means")


def find_unused_key(spec: CampaignSpec) -> str | None:
    """Return a sentence for a key that does nothing in this campaign; none if all do something.

    Keys set to their default are accepted.
    """
    engine, control = spec.engine.kind, is_control(spec.task)
    usual = type(spec.engine)()
    for owner, keys in _OF_ENGINE.items():
        for key in keys if engine != owner else ():
            if getattr(spec.engine, key) != getattr(usual, key):
                return f"engine.{key} does nothing in '{engine}'; it belongs to '{owner}'"
    asked = [key for key, value in spec.variation if value]
    for key in asked:
        if engine == "random" and key in _OF_CHILDREN:
            return f"variation.{key} does nothing with engine 'random', which makes no children"
        if control and key in _OF_CLASSES:
            return f"variation.{key} does nothing in a control task; it belongs to classifications"
    if spec.screen >= spec.instances:
        return f"screen is {spec.screen}; it takes fewer than the instances, {spec.instances}"
    for key in ("split", "jitter") if control else ("episodes",):
        if getattr(spec, key) != type(spec).model_fields[key].default:
            here, there = "a control task", "classifications"
            if not control:
                here, there = "a classification", "control tasks"
            return f"{key} does nothing in {here}; it belongs to {there}"
    return None
