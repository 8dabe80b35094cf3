"""Resumes a campaign: loads its frozen spec, and refuses to continue if the result would differ.

Beside the spec the store holds what the result depends on: digests of the data and of a user's
chip file, the shares and rates of variation, and the neurons whose spikes its records count.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from evosnn.campaign._store import SPEC, Store
from evosnn.campaign.spec.file import parse_spec
from evosnn.campaign.spec.model import RENAMED_KEYS, CampaignSpec
from evosnn.errors import StoreError
from evosnn.renamed_keys import rename_keys

if TYPE_CHECKING:
    from evosnn.campaign._problem import Problem
    from evosnn.campaign._search import Search
    from evosnn.chips import Chip

__all__ = [
    "check_resumable",
    "load_spec",
    "refuse_different_spec",
    "refuse_removed_options",
    "require_same_chip",
    "require_unchanged",
    "stored_spec",
]

_MAY_CHANGE = {"stop", "trials"}  # keys of a spec that a continued campaign may change
_REMOVED = ("adapt", "merge")  # keys of [variation] in earlier versions, off by default
_REMOVED_RATES = ("move-synapse",)  # operators of earlier versions, off by default
_COUNTED = "neurons in use"  # the neurons whose spikes a record counts
_FROM_SPIKES = ("spikes", "energy", "activation-sparsity")  # objectives computed from that count
_CHIP_TEXTS = {"description", "source", "sources", "not_simulated"}  # change no simulation
_REMOVED_OPERATORS = ("merge", "move-synapse")  # of earlier versions, as records name them


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
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise StoreError(
            f"'{folder}' holds no {SPEC}, as a campaign does; 'evosnn run SPEC.toml --out "
            f"{folder}' makes it"
        ) from None
    except OSError as error:
        raise StoreError(f"'{path}' cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
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


def check_resumable(spec: CampaignSpec, problem: Problem, search: Search, store: Store) -> None:
    """Record what a new campaign depends on; of a stored one, check that all of it is the same.

    Raises:
        StoreError: If the data or the chip has changed, an earlier version bred the networks in
            another way, or an objective uses spike counts that such a version defined otherwise.
    """
    require_unchanged(spec, problem, store, "start again in another folder with --out")
    for what, digest in _digests(spec, problem).items():
        store.set_meta(what, digest)
    _check_variation(search, store)
    _check_counts(spec, store)
    store.set_meta("spec", spec.model_dump_json())


def require_unchanged(spec: CampaignSpec, problem: Problem, store: Store, remedy: str) -> None:
    """Refuse data or a chip that has changed since the campaign started.

    Args:
        spec: The campaign's spec.
        problem: Its problem, built from the present files.
        store: Holds the digests from the start.
        remedy: What the user can do, as the end of the sentence.

    Raises:
        StoreError: If its data or its chip has changed.
    """
    for what, digest in _digests(spec, problem).items():
        _require_same(what, digest, store, remedy)


def require_same_chip(spec: CampaignSpec, chip: Chip, store: Store, remedy: str) -> None:
    """Refuse a chip that has changed since the campaign started.

    Args:
        spec: The campaign's spec.
        chip: Its chip, read from the present file.
        store: Holds the digest from the start.
        remedy: What the user can do, as the end of the sentence.

    Raises:
        StoreError: If the chip has changed.
    """
    _require_same("chip", _chip_digest(spec, chip), store, remedy)


def _require_same(what: str, digest: str, store: Store, remedy: str) -> None:
    if store.meta(what) not in (None, digest):
        raise StoreError(
            f"the {what} of the campaign in '{store.folder}' has changed since it began; {remedy}"
        )


def _digests(spec: CampaignSpec, problem: Problem) -> dict[str, str]:
    return {"data": problem.data_digest, "chip": _chip_digest(spec, problem.chip)}


def _chip_digest(spec: CampaignSpec, chip: Chip) -> str:
    """Return a digest of a user's chip file; of a chip in the catalogue, its name."""
    if not spec.chip.endswith(".toml"):
        return spec.chip
    # Without defaults: options that later versions add to chips do not change the digest.
    text = chip.model_dump_json(exclude=_CHIP_TEXTS, exclude_defaults=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _check_variation(search: Search, store: Store) -> None:
    """Refuse other shares and rates; a way to breed that an earlier version lacked must be off."""
    from evosnn.evolution import Variation

    now, off = asdict(search.breeder.variation), asdict(Variation())
    begun = store.meta("variation")
    if begun is not None:
        before = {**off, **_with_current_names(json.loads(begun))}
    elif store.last_generation() < 0:
        before = now
    else:  # a version that stored none: its shares and rates were the present defaults
        before = {**now, "local_search": off["local_search"]}
    removed = [name for name in _REMOVED_OPERATORS if begun is None and store.has_made(name)]
    if removed or before != now:
        which = f"mutation '{removed[0]}'" if removed else "other ways to vary networks"
        raise StoreError(
            f"the campaign in '{store.folder}' was started by a version with {which}, which "
            "this one no longer has; it can be read but not continued: start again in another "
            "folder with --out"
        )
    store.set_meta("variation", json.dumps(now))


def _with_current_names(variation: dict[str, Any]) -> dict[str, Any]:
    """Return a store's shares and rates by the present names of their keys."""
    named: dict[str, Any] = rename_keys({"variation": variation}, RENAMED_KEYS, notify=False)
    return dict(named["variation"])


def _check_counts(spec: CampaignSpec, store: Store) -> None:
    """Refuse to pool spike counts with those of an earlier version, which counted idle inputs."""
    if store.last_generation() < 0:
        store.set_meta("spikes", _COUNTED)
    counted = [name for name in spec.objectives if name in _FROM_SPIKES]
    if counted and store.meta("spikes") != _COUNTED:
        raise StoreError(
            f"the campaign in '{store.folder}' has objective '{counted[0]}' and was started by a "
            "version that also counted spikes of inputs without a synapse; it can be read but not "
            "continued: start again in another folder with --out"
        )
