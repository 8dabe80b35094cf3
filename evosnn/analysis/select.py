"""Selects networks of a front by weights and limits; without either, the knee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evosnn.errors import SpecError, unknown_name
from evosnn.evolution import OBJECTIVES

__all__ = ["choose_network", "value_of", "within_limits"]

_SIZES = ("synapses", "neurons", "hidden")


def within_limits(report: Mapping[str, Any], limits: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return the networks of a front within limits.

    Args:
        report: What :func:`~evosnn.campaign.front_report` returns.
        limits: By name of an objective of the campaign, or of ``synapses``, ``neurons`` and
            ``hidden``: the least value if more is better, else the most. Accuracy and resilience
            are the expected ones: held-out figures decide nothing.

    Raises:
        SpecError: If a name is none of these, or no network keeps the limits.
    """
    networks: list[dict[str, Any]] = list(report["networks"])
    for name, bound in limits.items():
        more = _is_more(name, report)
        sign = 1 if more else -1
        kept = [n for n in networks if sign * value_of(n, name) >= sign * bound]
        if networks and not kept:
            best = (max if more else min)(value_of(n, name) for n in networks)
            which = " within the other limits" if len(networks) < len(report["networks"]) else ""
            raise SpecError(
                f"no network{which} has {name} {'at least' if more else 'at most'} {bound:g}; the "
                f"nearest has {best:g}"
            )
        networks = kept
    return networks


def choose_network(
    report: Mapping[str, Any],
    weights: Mapping[str, float] | None = None,
    limits: Mapping[str, float] | None = None,
) -> str:
    """Return the id of the network of a front that weights and limits choose.

    Each objective is scaled to its range over the networks within the limits, 1 for the best.
    With weights the largest weighted sum wins; without, the network nearest to the ideal, which
    is the knee if there are no limits either. Of equals it is the smallest network.

    Args:
        report: What :func:`~evosnn.campaign.front_report` returns.
        weights: What a step over an objective's whole range is worth, by name, 0 or more.
        limits: As for :func:`within_limits`.

    Raises:
        SpecError: If a name or a weight is wrong, or there is no such network.
    """
    networks = within_limits(report, limits or {})
    if not networks:
        raise SpecError(f"the campaign in '{report['campaign']}' has no front yet")
    if not weights and not limits:
        return str(next(n["id"] for n in networks if n["knee"]))
    names = list(weights or report["objectives"])
    good = np.column_stack([_scaled(networks, name, report) for name in names])
    if not weights:
        worth = -((1 - good) ** 2).sum(axis=1)
    else:
        share = np.array([weights[name] for name in names])
        if (share < 0).any() or not share.any():
            raise SpecError(f"weights take numbers of 0 or more, one above 0; got {dict(weights)}")
        worth = good @ share
    return str(networks[int(np.argmax(np.round(worth, 12)))]["id"])


def _scaled(networks: Sequence[dict[str, Any]], name: str, report: Mapping[str, Any]) -> Any:
    """``(n_networks,)``, 0 for the worst and 1 for the best; 1 for all if they are equal."""
    more = _is_more(name, report)
    values = np.array([value_of(n, name) for n in networks]) * (1 if more else -1)
    span = np.ptp(values)
    return (values - values.min()) / span if span else np.ones(len(values))


def _is_more(name: str, report: Mapping[str, Any]) -> bool:
    """Whether more of it is better; refuse a name that the report does not know."""
    known = {*report["objectives"], *_SIZES}
    if name not in known:
        raise SpecError(unknown_name("objective of this campaign", name, known))
    return name not in _SIZES and OBJECTIVES[name].maximise


def value_of(item: Mapping[str, Any], name: str) -> float:
    """Return the value of an objective or a size of a network on a front.

    Args:
        item: A network of what :func:`~evosnn.campaign.front_report` returns.
        name: The objective, or ``synapses``, ``neurons`` or ``hidden``.
    """
    return float(item[name] if name in _SIZES else {**item["search"], **item["expected"]}[name])
