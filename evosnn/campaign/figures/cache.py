"""A cache of figures that were measured while reading a campaign, beside its store.

A campaign that was killed, or that an earlier version ended, lacks the figures that a run ends
with. Who reads it measures them; the store itself is left as it is, since it may be running.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

from evosnn.campaign._store import Store
from evosnn.campaign.spec.model import CampaignSpec
from evosnn.errors import ExportError
from evosnn.files import write_text
from evosnn.version import __version__

__all__ = ["forget", "keep", "kept", "state_of"]

_FILE = "measured.json"
Figures = tuple[dict[str, dict[str, Any]], dict[str, dict[str, float]]]


def state_of(store: Store, spec: CampaignSpec) -> str:
    """Return a name of all that the figures follow from: the last generation and how to measure."""
    last = (
        store.last_generation(),
        store.random_state(),
        [network.key for network, _ in store.population()],
        store.meta("data"),
        store.meta("chip"),
        spec.model_dump_json(exclude={"stop"}),
        __version__,
    )
    return hashlib.blake2b(json.dumps(last).encode(), digest_size=16).hexdigest()


def kept(store: Store, state: str) -> Figures | None:
    """Return the figures that were kept of this state; none if there are none."""
    try:
        data = json.loads((store.folder / _FILE).read_text(encoding="utf-8"))
        return (data["final"], data["expected"]) if data["state"] == state else None
    except (OSError, ValueError, KeyError, TypeError):  # it can be measured again
        return None


def keep(store: Store, state: str, figures: Figures) -> None:
    """Keep figures, if the folder can be written to."""
    data = {"state": state, "final": figures[0], "expected": figures[1]}
    with contextlib.suppress(ExportError):
        write_text(store.folder / _FILE, json.dumps(data) + "\n")


def forget(folder: Path) -> None:
    """Remove what was kept: the store has its own figures now."""
    (folder / _FILE).unlink(missing_ok=True)
