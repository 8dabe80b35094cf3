"""A cache of figures that were measured while reading a campaign, beside its store.

A campaign that was killed, or that an earlier version ended, lacks final figures. Reading it
measures them; the store itself stays unchanged, since another process may be running it.
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

__all__ = ["figures_state", "load_figures", "remove_figures", "save_figures"]

_FILE = "measured.json"
Figures = tuple[dict[str, dict[str, Any]], dict[str, dict[str, float]]]


def figures_state(store: Store, spec: CampaignSpec) -> str:
    """Return a digest of what the figures depend on: the last generation and how to measure."""
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


def load_figures(store: Store, state: str) -> Figures | None:
    """Return the cached figures of this state; ``None`` if there are none."""
    try:
        data = json.loads((store.folder / _FILE).read_text(encoding="utf-8"))
        return (data["final"], data["expected"]) if data["state"] == state else None
    except (OSError, ValueError, KeyError, TypeError):  # it can be measured again
        return None


def save_figures(store: Store, state: str, figures: Figures) -> None:
    """Cache figures, if the folder can be written to."""
    data = {"state": state, "final": figures[0], "expected": figures[1]}
    with contextlib.suppress(ExportError):
        write_text(store.folder / _FILE, json.dumps(data) + "\n")


def remove_figures(folder: Path) -> None:
    """Remove the cache; the store holds the figures now."""
    (folder / _FILE).unlink(missing_ok=True)
