"""Reports a campaign's front as plain data, and finds networks of a campaign by id."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.campaign import Campaign
from evosnn.errors import StoreError
from evosnn.evolution import Individual, individual

__all__ = ["dominated_values", "find_key", "find_network", "front_report"]


def front_report(campaign: Campaign) -> dict[str, Any]:
    """Return the front: what search believed, what is expected, what held-out samples say.

    Returns:
        ``campaign``, ``objectives`` and ``networks``, the form that ``evosnn front --json``
        prints. Final figures that an interrupted campaign lacks are measured, not stored.
    """
    networks = []
    for key, figures in campaign.figures()[0].items():
        member = _individual(campaign, key)
        networks.append(
            {
                "id": key,
                "neurons": member.network.n_used,
                "hidden": member.network.n_hidden,
                "synapses": member.network.n_synapses,
                "knee": figures["knee"],
                "search": dict(zip(campaign.spec.objectives, member.values, strict=True)),
                "expected": figures["expected"],
                "test": {k: v for k, v in figures.items() if k not in ("knee", "expected")},
            }
        )
    return {
        "campaign": str(campaign.store.folder),
        "objectives": list(campaign.spec.objectives),
        "networks": networks,
    }


def dominated_values(campaign: Campaign) -> NDArray[np.float64]:
    """Return ``(n, n_objectives)``, values of the last population's networks off the front.

    Accuracy and resilience are what is expected of them, as the front's own are.
    """
    figures, expected = campaign.figures()
    names = campaign.spec.objectives
    rows = []
    for member in campaign.population():
        key = member.network.key
        if key not in figures:
            values = dict(zip(names, member.values, strict=True)) | expected[key]
            rows.append([values[name] for name in names])
    return np.array(rows).reshape(-1, len(names))


def find_key(campaign: Campaign, wanted: str) -> str:
    """Return the id of the network of a campaign that ``wanted`` names.

    Args:
        campaign: The campaign.
        wanted: ``"knee"``, or a network's id or the beginning of one.

    Raises:
        StoreError: If there is no such network, or several.
    """
    folder = campaign.store.folder
    if wanted == "knee":
        keys = [key for key, figures in campaign.figures()[0].items() if figures["knee"]]
        if not keys:
            raise StoreError(f"the campaign in '{folder}' has no front yet")
        return keys[0]
    keys = campaign.store.keys_like(wanted.lower()) if wanted else []
    if not keys:
        raise StoreError(
            f"no network '{wanted}' in '{folder}'; 'evosnn front {folder}' lists the ids, and "
            "'knee' names the knee"
        )
    if len(keys) > 1:
        raise StoreError(f"'{wanted}' is the beginning of several ids: {', '.join(keys)}")
    return keys[0]


def find_network(campaign: Campaign, wanted: str) -> Individual:
    """Return the network that :func:`find_key` finds, with its record and objective values.

    Args:
        campaign: The campaign.
        wanted: ``"knee"``, or a network's id or the beginning of one.

    Raises:
        StoreError: If there is no such network, or several.
    """
    return _individual(campaign, find_key(campaign, wanted))


def _individual(campaign: Campaign, key: str) -> Individual:
    network, record = campaign.store.network(key), campaign.store.record(key)
    return individual(network, record, campaign.objectives)
