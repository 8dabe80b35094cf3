"""From mechanisms and a seed to physical chips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from evosnn.chips import Chip
from evosnn.hardware._instances import Instances, as_drawn, joined
from evosnn.hardware._mechanism import AbstractMechanism, parts_of
from evosnn.hardware._random import stream_key
from evosnn.network import Network
from evosnn.packed_networks import join_networks

__all__ = ["draw_instances"]


def draw_instances(
    networks: Sequence[Network],
    chip: Chip,
    mechanisms: Sequence[AbstractMechanism],
    n_instances: int,
    seed: np.random.SeedSequence,
    *,
    nominal: bool = False,
) -> Instances:
    """Draw ``n_instances`` physical chips and put every network on each.

    The same seed gives the same chips: networks that share a synapse (its two neurons' ids)
    find it equally off on the same chip, and a mechanism's draws depend on nothing but its
    kind and how many of that kind stand before it.

    Args:
        networks: The networks.
        chip: The chip as drawn.
        mechanisms: What makes physical chips differ, applied in this order.
        n_instances: How many chips.
        seed: Where all draws come from.
        nominal: Whether to add one chip exactly as drawn, at the end.
    """
    all_of = join_networks(networks)
    parts = parts_of(all_of, chip)
    seen: Counter[str] = Counter()
    keys = []
    for mechanism in mechanisms:
        keys.append(stream_key(seed, f"{mechanism.kind} {seen[mechanism.kind]}"))
        seen[mechanism.kind] += 1

    def at(timestep: int) -> Instances:
        instances = as_drawn(all_of, n_instances)
        for mechanism, key in zip(mechanisms, keys, strict=True):
            if mechanism.acts_at(timestep):
                instances = mechanism.apply(instances, parts, key)
        return instances

    instances = at(0)
    changes = sorted({t for mechanism in mechanisms for t in mechanism.changes_at})
    if changes:
        instances = replace(instances, later=tuple((t, at(t)) for t in changes))
    if not nominal:
        return instances
    return joined(all_of, [instances, as_drawn(all_of, 1)])
