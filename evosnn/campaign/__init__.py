"""Campaigns: from a spec through the search loop to a store that can be read and continued.

What measures and breeds networks loads on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from evosnn.campaign._campaign import Campaign
    from evosnn.campaign._problem import Problem, build_problem, task_of
    from evosnn.campaign._progress import OnMeasured, Progress, StopReason, ignore_progress
    from evosnn.campaign._resume import load_spec
    from evosnn.campaign._search import Search, build_search
    from evosnn.campaign._status import campaign_status
    from evosnn.campaign._store import Lineage, Store
    from evosnn.campaign._task_summary import TaskSummary
    from evosnn.campaign.figures.front import front_of, hypervolume, knee_of, reference_point
    from evosnn.campaign.spec.file import change_spec, parse_spec, read_spec
    from evosnn.campaign.spec.model import CampaignSpec, StopSpec, score_name, task_name

__all__ = [
    "Campaign",
    "CampaignSpec",
    "Lineage",
    "OnMeasured",
    "Problem",
    "Progress",
    "Search",
    "StopReason",
    "StopSpec",
    "Store",
    "TaskSummary",
    "build_problem",
    "build_search",
    "campaign_status",
    "change_spec",
    "front_of",
    "hypervolume",
    "ignore_progress",
    "knee_of",
    "load_spec",
    "parse_spec",
    "read_spec",
    "reference_point",
    "score_name",
    "task_name",
    "task_of",
]

__getattr__, _, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "_campaign": ["Campaign"],
        "_progress": ["OnMeasured", "Progress", "StopReason", "ignore_progress"],
        "_resume": ["load_spec"],
        "spec.model": ["CampaignSpec", "StopSpec", "score_name", "task_name"],
        "spec.file": ["change_spec", "parse_spec", "read_spec"],
        "_status": ["campaign_status"],
        "_store": ["Lineage", "Store"],
        "_task_summary": ["TaskSummary"],
        "figures.front": ["front_of", "hypervolume", "knee_of", "reference_point"],
        "_problem": ["Problem", "build_problem", "task_of"],
        "_search": ["Search", "build_search"],
    },
)
