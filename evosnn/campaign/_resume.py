"""What must be as it was for a campaign to go on to the same result.

The store keeps a digest of the data and of a user's own chip, how networks were varied, and whose
spikes its records count.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from evosnn.campaign._spec import CampaignSpec
from evosnn.campaign._spec_file import parse_spec
from evosnn.campaign._store import SPEC, Store
from evosnn.errors import StoreError

if TYPE_CHECKING:
    from evosnn.campaign._problem import Problem
    from evosnn.campaign._search import Search

__all__ = [
    "begun_with",
    "check_same",
    "load_spec",
    "refuse_gone",
    "refuse_other",
    "require_unchanged",
]


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


_COUNTED = "neurons in use"  # whose spikes a record counts
_OF_SPIKES = ("spikes", "energy", "activation-sparsity")  # objectives that follow from them
_CHIP_TEXTS = {"description", "source", "sources", "not_simulated"}  # nothing follows from them
_GONE_OPERATORS = ("merge", "move-synapse")  # that only earlier versions have, as records name them


def check_same(spec: CampaignSpec, problem: Problem, search: Search, store: Store) -> None:
    """Keep what a campaign begins with, or refuse to go on with anything else.

    Raises:
        StoreError: If its data or its chip has changed, an earlier version made its networks in
            other ways, or its objectives follow from spikes that such a version counted otherwise.
    """
    require_unchanged(spec, problem, store, "start again in another folder with --out")
    for what, digest in _digests(spec, problem).items():
        store.set_meta(what, digest)
    _check_operators(search, store)
    _check_counts(spec, store)
    store.set_meta("spec", spec.model_dump_json())


def require_unchanged(spec: CampaignSpec, problem: Problem, store: Store, mend: str) -> None:
    """Refuse data or a chip that is not what the campaign began with.

    Args:
        spec: The campaign's spec.
        problem: What it stands for now.
        store: What it began with.
        mend: What can be done, as a sentence's end.

    Raises:
        StoreError: If its data or its chip has changed.
    """
    for what, digest in _digests(spec, problem).items():
        if store.meta(what) not in (None, digest):
            raise StoreError(
                f"the {what} of the campaign in '{store.folder}' has changed since it began; {mend}"
            )


def _digests(spec: CampaignSpec, problem: Problem) -> dict[str, str]:
    return {"data": problem.data_digest, "chip": _chip_digest(spec, problem)}


def _chip_digest(spec: CampaignSpec, problem: Problem) -> str:
    """What tells whether a user's own chip has changed; of the catalogue its name does."""
    if not spec.chip.endswith(".toml"):
        return spec.chip
    # Without what is as usual: what later versions know of chips does not change this one.
    text = problem.chip.model_dump_json(exclude=_CHIP_TEXTS, exclude_defaults=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _check_operators(search: Search, store: Store) -> None:
    """Refuse other ways to make networks; one that an earlier version lacked must be off."""
    from evosnn.evolution import Variation

    now, off = asdict(search.breeder.variation), asdict(Variation())
    begun = store.meta("variation")
    if begun is not None:
        before = {**off, **json.loads(begun)}
    elif store.last_generation() < 0:
        before = now
    else:  # a version that did not keep them: those that it had were the same
        before = {**now, "polish": off["polish"]}
    gone = [name for name in _GONE_OPERATORS if begun is None and store.has_made(name)]
    if gone or before != now:
        which = f"mutation '{gone[0]}'" if gone else "other ways to vary networks"
        raise StoreError(
            f"the campaign in '{store.folder}' was begun by a version with {which}, which this "
            "one no longer has; it can be read, not gone on with: start again in another folder "
            "with --out"
        )
    store.set_meta("variation", json.dumps(now))


def _check_counts(spec: CampaignSpec, store: Store) -> None:
    """Refuse to pool counts of spikes with an earlier version's, which counted idle inputs."""
    if store.last_generation() < 0:
        store.set_meta("spikes", _COUNTED)
    told = [name for name in spec.objectives if name in _OF_SPIKES]
    if told and store.meta("spikes") != _COUNTED:
        raise StoreError(
            f"the campaign in '{store.folder}' has objective '{told[0]}' and was begun by a "
            "version that also counted spikes of inputs without a synapse; it can be read, not "
            "gone on with: start again in another folder with --out"
        )
