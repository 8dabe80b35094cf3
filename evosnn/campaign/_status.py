"""The state of a campaign in a few facts, read without building anything of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evosnn.campaign._store import SPEC, Store

__all__ = ["campaign_status"]


def campaign_status(folder: str | Path) -> dict[str, Any]:
    """Return what ``evosnn status --json`` prints.

    Args:
        folder: The campaign's folder.

    Raises:
        StoreError: If there is no campaign, or it cannot be read.
        SpecError: If its spec is damaged.
    """
    folder = Path(folder)
    store = Store(folder)
    spec = _plain_spec(folder)
    rows = store.statistics()
    last = rows[-1] if rows else {}
    return {
        "campaign": str(folder),
        "task": _task_name(folder, spec["task"]),
        "chip": spec["chip"],
        "seed": spec["seed"],
        "engine": spec["engine"]["kind"],
        "objectives": ", ".join(spec["objectives"]),
        "mechanisms": ", ".join(_in_words(m) for m in spec["mechanisms"]) or "none",
        "generation": last.get("generation", -1),
        "networks": store.count(),
        "evaluations": last.get("evaluations", 0),
        "seconds": round(last.get("seconds", 0.0), 3),
        "hypervolume": last.get("hypervolume", 0.0),
        "front": last.get("front_size", 0),
        "best": last.get("best", {}),
        "credit": _credit(rows),
        "stopped": store.meta("stopped"),
    }


def _plain_spec(folder: Path) -> dict[str, Any]:
    """Return the frozen spec as plain data; the checks of a full reading judge a damaged one."""
    try:
        data = json.loads((folder / SPEC).read_text(encoding="utf-8"))
        keys = ("task", "chip", "seed", "objectives", "mechanisms")
        found = {key: data[key] for key in keys}
        found["engine"] = {"kind": data["engine"]["kind"]}
        for mechanism in found["mechanisms"]:
            mechanism["kind"]
        return found
    except (OSError, ValueError, KeyError, TypeError):
        from evosnn.campaign._resume import load_spec

        return load_spec(folder).model_dump(mode="json")


def _task_name(folder: Path, task: Any) -> str:
    if isinstance(task, str):
        return task
    if isinstance(task, dict) and isinstance(task.get("gymnasium"), str):
        return str(task["gymnasium"])
    from evosnn.campaign._resume import load_spec
    from evosnn.campaign.spec.model import task_name

    return task_name(load_spec(folder))


def _in_words(mechanism: dict[str, Any]) -> str:
    """Return a mechanism in a line, as in ``weight-variation (sigma 0.1)``."""
    named = {{"since": "from"}.get(k, k): v for k, v in mechanism.items() if k != "kind"}
    if not named.get("from"):  # from the beginning
        named.pop("from", None)
    shown = ", ".join(f"{k} {v}" for k, v in named.items() if isinstance(v, int | float))
    return f"{mechanism['kind']} ({shown})" if shown else str(mechanism["kind"])


def _credit(rows: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Return for each operator its children in all generations, and how many survived."""
    total: dict[str, list[int]] = {}
    for row in rows[1:]:  # all of the first population survive
        for name, (made, survived) in row.get("credit", {}).items():
            sums = total.setdefault(name, [0, 0])
            sums[0] += made
            sums[1] += survived
    return total
