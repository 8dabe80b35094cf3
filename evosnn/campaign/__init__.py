"""Campaigns: from a spec through the search loop to a store that can be read and continued."""

from evosnn.campaign._campaign import Campaign, Progress, StopReason
from evosnn.campaign._choice import choose_network, value_of, within_limits
from evosnn.campaign._compare import Arm, compare_campaigns, merged_front
from evosnn.campaign._expected import OnMeasured, in_silence
from evosnn.campaign._front import front_of, hypervolume, knee_of, reference_point
from evosnn.campaign._frozen import load_spec
from evosnn.campaign._report import dominated_values, find_network, front_report
from evosnn.campaign._sensitivity import AS_EVOLVED, Condition, Sensitivity, front_sensitivity
from evosnn.campaign._spec import (
    CampaignSpec,
    EngineSpec,
    StopSpec,
    change_spec,
    parse_spec,
    read_spec,
    score_name,
    task_name,
)
from evosnn.campaign._store import Lineage, Store
from evosnn.campaign._world import World, build_world, task_of

__all__ = [
    "AS_EVOLVED",
    "Arm",
    "Campaign",
    "CampaignSpec",
    "Condition",
    "EngineSpec",
    "Lineage",
    "OnMeasured",
    "Progress",
    "Sensitivity",
    "StopReason",
    "StopSpec",
    "Store",
    "World",
    "build_world",
    "change_spec",
    "choose_network",
    "compare_campaigns",
    "dominated_values",
    "find_network",
    "front_of",
    "front_report",
    "front_sensitivity",
    "hypervolume",
    "in_silence",
    "knee_of",
    "load_spec",
    "merged_front",
    "parse_spec",
    "read_spec",
    "reference_point",
    "score_name",
    "task_name",
    "task_of",
    "value_of",
    "within_limits",
]
