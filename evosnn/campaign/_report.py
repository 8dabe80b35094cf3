"""A campaign's front as data that people and scripts read."""

from __future__ import annotations

from typing import Any

from evosnn.campaign._campaign import Campaign
from evosnn.campaign._final import final_figures
from evosnn.campaign._front import front_of, knee_of
from evosnn.errors import StoreError
from evosnn.evolution import Individual

__all__ = ["find_network", "front_report"]


def front_report(campaign: Campaign) -> dict[str, Any]:
    """Return the front with what search believed and what held-out samples say.

    Returns:
        ``campaign``, ``objectives`` and ``networks``, the form that ``evosnn front --json``
        prints. Final figures that an interrupted campaign lacks are measured, not stored.
    """
    population = campaign.population()
    front = front_of(population)
    knee = knee_of(front)
    final = campaign.store.final()
    if any(member.network.key not in final for member in front):
        final = final_figures(campaign.world, population, campaign.spec.trials)
    return {
        "campaign": str(campaign.store.folder),
        "objectives": list(campaign.spec.objectives),
        "networks": [
            {
                "id": member.network.key,
                "neurons": member.network.n_used,
                "hidden": member.network.n_hidden,
                "synapses": member.network.n_synapses,
                "knee": member is knee,
                "search": dict(zip(campaign.spec.objectives, member.values, strict=True)),
                "test": final[member.network.key],
            }
            for member in front
        ],
    }


def find_network(campaign: Campaign, wanted: str) -> Individual:
    """Return the network of a campaign that ``wanted`` names.

    Args:
        campaign: The campaign.
        wanted: ``"knee"``, or a network's id or the beginning of one.

    Raises:
        StoreError: If there is no such network, or several.
    """
    from evosnn.evolution import individual

    if wanted == "knee":
        knee = knee_of(front_of(campaign.population()))
        if knee is None:
            raise StoreError(f"the campaign in '{campaign.store.folder}' has no front yet")
        return knee
    keys = campaign.store.keys_like(wanted.lower()) if wanted else []
    if not keys:
        raise StoreError(
            f"no network '{wanted}' in '{campaign.store.folder}'; "
            f"'evosnn front {campaign.store.folder}' lists the ids, and 'knee' names the knee"
        )
    if len(keys) > 1:
        raise StoreError(f"'{wanted}' is the beginning of several ids: {', '.join(keys)}")
    network, record = campaign.store.network(keys[0]), campaign.store.record(keys[0])
    return individual(network, record, campaign.world.objectives)
