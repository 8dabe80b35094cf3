"""Finds a key of a campaign file that has no effect beside the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evosnn.tasks.control import is_control

if TYPE_CHECKING:
    from evosnn.campaign.spec.model import CampaignSpec

__all__ = ["find_unused_key"]

_OF_CHILDREN = ("crossover", "extra_mutation", "rates", "error_guided", "local_search")
_OF_CLASSES = ("error_guided", "class_means")


def find_unused_key(spec: CampaignSpec) -> str | None:
    """Return a sentence for a key that has no effect in this campaign; ``None`` if all have one.

    Keys set to their default are accepted.
    """
    engine, control = spec.engine, is_control(spec.task)
    given = [key for key, value in spec.variation if value]
    for key in given:
        if not engine.has_children and key in _OF_CHILDREN:
            return (
                f"variation.{key} does nothing with engine '{engine.kind}', which makes no children"
            )
        if control and key in _OF_CLASSES:
            return f"variation.{key} does nothing in a control task; it belongs to classifications"
    if spec.racing_instances >= spec.instances:
        return (
            f"racing_instances is {spec.racing_instances}; it takes fewer than the instances, "
            f"{spec.instances}"
        )
    for key in ("split", "jitter") if control else ("episodes",):
        if getattr(spec, key) != type(spec).model_fields[key].default:
            here, there = "a control task", "classifications"
            if not control:
                here, there = "a classification", "control tasks"
            return f"{key} does nothing in {here}; it belongs to {there}"
    return None
