"""The frozen spec of a campaign's folder: it is read, and another is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evosnn.campaign._spec import CampaignSpec, parse_spec
from evosnn.campaign._store import SPEC, Store
from evosnn.errors import StoreError

__all__ = ["begun_with", "load_spec", "refuse_gone", "refuse_other"]

_STOP_FIELDS = {"stop", "trials"}  # what a continued campaign may have changed
_GONE = ("adapt", "merge")  # what earlier versions had of variation, off unless asked for
_GONE_RATES = ("move-synapse",)  # and of its rates


def load_spec(folder: Path) -> CampaignSpec:
    """Return the frozen spec of the campaign in ``folder``.

    Raises:
        StoreError: If there is none, or it cannot be read.
        SpecError: If it is damaged.
    """
    return parse_spec(_without_gone(_frozen(folder)), folder, f"'{folder / SPEC}'", begun=True)


def _frozen(folder: Path) -> dict[str, Any]:
    """The frozen spec as it lies on the disk."""
    path = folder / SPEC
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError(
            f"'{folder}' holds no {SPEC}, as a campaign does; 'evosnn run SPEC.toml --out "
            f"{folder}' makes it"
        ) from None
    except OSError as error:
        raise StoreError(f"'{path}' cannot be read: {error.strerror}") from None
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise StoreError(
            f"'{path}' is damaged; restore it from a copy, or remove it and run the campaign's own "
            f"file again, as in 'evosnn run SPEC.toml --out {folder}': the rest is still there"
        )
    return data


def begun_with(store: Store) -> CampaignSpec | None:
    """Return the spec that a campaign was last run with; none if an earlier version did."""
    text = store.meta("spec")
    if text is None:
        return None
    try:
        return CampaignSpec.model_validate_json(text, context={"begun": True})
    except ValidationError:  # of a version whose specs were others
        return None


def refuse_other(before: CampaignSpec, now: CampaignSpec, folder: Path) -> None:
    """Refuse to go on with another campaign than the folder's.

    Raises:
        StoreError: If what is asked for now differs, and how.
    """
    changed = _differences(before, now)
    if changed:
        raise StoreError(
            f"'{folder}' holds another campaign: {'; '.join(changed)}. Choose another folder with "
            f"--out, or go on as it was begun: 'evosnn run {folder}'"
        )


def refuse_gone(folder: Path) -> None:
    """Refuse to go on with a campaign that asked by name for what is gone.

    Raises:
        StoreError: If it did.
    """
    variation = _frozen(folder).get("variation") or {}
    used = [key for key in _GONE if variation.get(key)]
    used += [f"rates.{name}" for name in _GONE_RATES if variation.get("rates", {}).get(name)]
    if used:
        raise StoreError(
            f"the campaign in '{folder}' was begun with variation.{used[0]}, which this version no "
            "longer has; it can be read, not gone on with: start again without it, in another "
            "folder with --out"
        )


def _without_gone(data: dict[str, Any]) -> dict[str, Any]:
    """A frozen spec without the keys that are gone."""
    variation = data.get("variation")
    rates = variation.get("rates", {}) if isinstance(variation, dict) else None
    if not isinstance(variation, dict) or not isinstance(rates, dict):
        return data
    kept = {k: v for k, v in variation.items() if k not in _GONE}
    kept["rates"] = {name: rate for name, rate in rates.items() if name not in _GONE_RATES}
    return {**data, "variation": kept}


def _differences(before: CampaignSpec, now: CampaignSpec) -> list[str]:
    old, new = before.model_dump(mode="json"), now.model_dump(mode="json")
    return [
        f"{key} is {_text(old[key])} there and {_text(new[key])} here"
        for key in old
        if _unplaced(old[key]) != _unplaced(new[key]) and key not in _STOP_FIELDS
    ]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _unplaced(value: Any) -> Any:
    """A value without the folders of its paths: files may move, what is in them may not."""
    if isinstance(value, dict):
        return {key: _unplaced(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_unplaced(part) for part in value]
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value
