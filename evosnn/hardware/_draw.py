"""Draws chip instances: the mechanisms of a campaign, applied with random streams of a seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from evosnn.chips import Chip
from evosnn.hardware._instances import Instances, join_packed, nominal_packed
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
    """Draw ``n_instances`` chip instances, and return the parameters of every network on each.

    The same seed gives the same chips: a synapse, identified by the ids of its two neurons, has the
    same deviation on a chip in every network, and a mechanism's draws depend only on the seed, its
    kind and the number of earlier mechanisms of that kind.

    Args:
        networks: The networks.
        chip: The nominal chip.
        mechanisms: The mechanisms, applied in this order.
        n_instances: Number of chip instances.
        seed: Seed of all draws.
        nominal: Whether to add one nominal chip at the end.
    """
    all_of = join_networks(networks)
    parts = parts_of(all_of, chip)
    seen: Counter[str] = Counter()
    keys = []
    for mechanism in mechanisms:
        keys.append(stream_key(seed, f"{mechanism.kind} {seen[mechanism.kind]}"))
        seen[mechanism.kind] += 1

    def at(timestep: int) -> Instances:
        instances = nominal_packed(all_of, n_instances)
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
    return join_packed(all_of, [instances, nominal_packed(all_of, 1)])
