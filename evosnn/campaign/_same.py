"""What must be as it was for a campaign to go on to the same result.

The store keeps a digest of the data and of a user's own chip, how networks were varied, and whose
spikes its records count.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from evosnn.campaign._spec import CampaignSpec
from evosnn.campaign._store import Store
from evosnn.campaign._world import World
from evosnn.errors import StoreError
from evosnn.evolution import Variation

__all__ = ["check_same", "require_unchanged"]

_COUNTED = "neurons in use"  # whose spikes a record counts
_OF_SPIKES = ("spikes", "energy", "activation-sparsity")  # objectives that follow from them
_CHIP_TEXTS = {"description", "source", "sources", "not_simulated"}  # nothing follows from them
_GONE_OPERATORS = ("merge", "move-synapse")  # that only earlier versions have, as records name them


def check_same(spec: CampaignSpec, world: World, store: Store) -> None:
    """Keep what a campaign begins with, or refuse to go on with anything else.

    Raises:
        StoreError: If its data or its chip has changed, an earlier version made its networks in
            other ways, or its objectives follow from spikes that such a version counted otherwise.
    """
    require_unchanged(spec, world, store, "start again in another folder with --out")
    for what, digest in _digests(spec, world).items():
        store.set_meta(what, digest)
    _check_operators(world, store)
    _check_counts(spec, store)
    store.set_meta("spec", spec.model_dump_json())


def require_unchanged(spec: CampaignSpec, world: World, store: Store, mend: str) -> None:
    """Refuse data or a chip that is not what the campaign began with.

    Args:
        spec: The campaign's spec.
        world: What it stands for now.
        store: What it began with.
        mend: What can be done, as a sentence's end.

    Raises:
        StoreError: If its data or its chip has changed.
    """
    for what, digest in _digests(spec, world).items():
        if store.meta(what) not in (None, digest):
            raise StoreError(
                f"the {what} of the campaign in '{store.folder}' has changed since it began; {mend}"
            )


def _digests(spec: CampaignSpec, world: World) -> dict[str, str]:
    return {"data": world.data_digest, "chip": _chip_digest(spec, world)}


def _chip_digest(spec: CampaignSpec, world: World) -> str:
    """What tells whether a user's own chip has changed; of the catalogue its name does."""
    if not spec.chip.endswith(".toml"):
        return spec.chip
    # Without what is as usual: what later versions know of chips does not change this one.
    text = world.chip.model_dump_json(exclude=_CHIP_TEXTS, exclude_defaults=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _check_operators(world: World, store: Store) -> None:
    """Refuse other ways to make networks; one that an earlier version lacked must be off."""
    now, off = asdict(world.breeder.variation), asdict(Variation())
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
