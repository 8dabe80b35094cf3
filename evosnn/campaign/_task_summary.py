"""A summary of a campaign's task that its store holds, so that reading needs no data set."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evosnn.campaign._problem import Problem

__all__ = ["TaskSummary", "dump_summary", "parse_summary", "summarise"]


@dataclass(frozen=True)
class TaskSummary:
    """What tables and reports say of a task.

    Attributes:
        name: The task's name.
        unit: What a network is tried on, ``"samples"`` or ``"episodes"``.
        measure: Unit of the held-out score: ``"share of samples"``, or what a return counts.
        input_names: Name of each input neuron.
        output_names: Name of each output neuron: a class or an action.
        n_samples: Samples or episodes of the parts ``train``, ``validation`` and ``test``.
        requirements: Bounds that a network must reach, by objective.
        returns: Of a control task, the returns that count as a score of 0 and of 1 in each part;
            empty for samples.
    """

    name: str
    unit: str
    measure: str
    input_names: list[str]
    output_names: list[str]
    n_samples: dict[str, int]
    requirements: dict[str, float]
    returns: dict[str, list[float]]


def summarise(problem: Problem) -> TaskSummary:
    """Return the summary of a problem's task."""
    task = problem.task
    parts = {"train": task.train, "validation": task.validation, "test": task.test}
    spans = {name: task.reported_span(name) for name in parts}
    return TaskSummary(
        name=task.name,
        unit=task.unit,
        measure=task.measure,
        input_names=list(task.input_names),
        output_names=list(task.class_names),
        n_samples={name: part.n_samples for name, part in parts.items()},
        requirements={r.objective.name: r.bound for r in problem.requirements},
        returns={name: list(span) for name, span in spans.items() if span is not None},
    )


def dump_summary(summary: TaskSummary) -> str:
    """Return a summary as JSON."""
    return json.dumps(asdict(summary), ensure_ascii=False)


def parse_summary(text: str | None) -> TaskSummary | None:
    """Return the summary in a JSON text; ``None`` if there is none, or of another version."""
    try:
        data = json.loads(text or "null")
    except ValueError:
        return None
    names = {field.name for field in fields(TaskSummary)}
    return TaskSummary(**data) if isinstance(data, dict) and set(data) == names else None
