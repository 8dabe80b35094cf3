"""Checks that a campaign can resume: its data, chip and ways to breed must give the same result.

The store holds digests of the data and of a user's chip file, the shares and rates of variation,
and the neurons whose spikes its records count.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from evosnn.campaign._spec import RENAMED_KEYS, CampaignSpec
from evosnn.campaign._store import Store
from evosnn.errors import StoreError
from evosnn.evolution import Variation
from evosnn.renamed_keys import rename_keys

if TYPE_CHECKING:
    from evosnn.campaign._problem import Problem
    from evosnn.campaign._search import Search
    from evosnn.chips import Chip

__all__ = ["check_resumable", "require_same_chip", "require_unchanged"]

_COUNTED = "neurons in use"  # the neurons whose spikes a record counts
_FROM_SPIKES = ("spikes", "energy", "activation-sparsity")  # objectives computed from that count
_CHIP_TEXTS = {"description", "source", "sources", "not_simulated"}  # change no simulation
_REMOVED_OPERATORS = ("merge", "move-synapse")  # of earlier versions, as records name them


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
