"""Loads the frozen spec of a campaign, and refuses to continue with a different one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evosnn.campaign._spec import CampaignSpec
from evosnn.campaign._spec_file import parse_spec
from evosnn.campaign._store import SPEC, Store
from evosnn.errors import StoreError

__all__ = ["load_spec", "refuse_different_spec", "refuse_removed_options", "stored_spec"]

_MAY_CHANGE = {"stop", "trials"}  # keys of a spec that a continued campaign may change
_REMOVED = ("adapt", "merge")  # keys of [variation] in earlier versions, off by default
_REMOVED_RATES = ("move-synapse",)  # operators of earlier versions, off by default


def load_spec(folder: str | Path) -> CampaignSpec:
    """Return the frozen spec of the campaign in ``folder``.

    Raises:
        StoreError: If there is none, or it cannot be read.
        SpecError: If it is damaged.
    """
    folder = Path(folder)
    return parse_spec(_without_removed(_read(folder)), folder, f"'{folder / SPEC}'", begun=True)


def _read(folder: Path) -> dict[str, Any]:
    """Return the data of the frozen spec's file."""
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


def stored_spec(store: Store) -> CampaignSpec | None:
    """Return the spec that the campaign was last run with.

    Returns:
        The copy in the store, which a lost or edited file does not change; ``None`` if an earlier
        version made the store, without a copy or with a spec that this version cannot read.
    """
    text = store.meta("spec")
    if text is None:
        return None
    try:
        return CampaignSpec.model_validate_json(text, context={"begun": True})
    except ValidationError:
        return None


def refuse_different_spec(before: CampaignSpec, now: CampaignSpec, folder: Path) -> None:
    """Refuse to continue a campaign with a spec that differs in more than when to stop.

    Raises:
        StoreError: If it differs; the sentence names each key and both values.
    """
    changed = _differences(before, now)
    if changed:
        raise StoreError(
            f"'{folder}' holds another campaign: {'; '.join(changed)}. Choose another folder with "
            f"--out, or continue this one: 'evosnn run {folder}'"
        )


def refuse_removed_options(folder: Path) -> None:
    """Refuse to continue a campaign whose spec uses an option that was removed since.

    Raises:
        StoreError: If it does; such a campaign can still be read.
    """
    variation = _read(folder).get("variation") or {}
    used = [key for key in _REMOVED if variation.get(key)]
    used += [f"rates.{name}" for name in _REMOVED_RATES if variation.get("rates", {}).get(name)]
    if used:
        raise StoreError(
            f"the campaign in '{folder}' was started with variation.{used[0]}, which this version "
            "no longer has; it can be read but not continued: start again without it, in another "
            "folder with --out"
        )


def _without_removed(data: dict[str, Any]) -> dict[str, Any]:
    """Return a frozen spec's data without the options that were removed."""
    variation = data.get("variation")
    rates = variation.get("rates", {}) if isinstance(variation, dict) else None
    if not isinstance(variation, dict) or not isinstance(rates, dict):
        return data
    left = {k: v for k, v in variation.items() if k not in _REMOVED}
    left["rates"] = {name: rate for name, rate in rates.items() if name not in _REMOVED_RATES}
    return {**data, "variation": left}


def _differences(before: CampaignSpec, now: CampaignSpec) -> list[str]:
    old, new = before.model_dump(mode="json"), now.model_dump(mode="json")
    return [
        f"{key} is {_text(old[key])} there and {_text(new[key])} here"
        for key in old
        if _without_folders(old[key]) != _without_folders(new[key]) and key not in _MAY_CHANGE
    ]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _without_folders(value: Any) -> Any:
    """Return a value with its absolute paths cut to file names: files may move."""
    if isinstance(value, dict):
        return {key: _without_folders(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_without_folders(part) for part in value]
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value
