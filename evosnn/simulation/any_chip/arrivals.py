"""Sums the charge that arrives at a neuron in a timestep, for the general kernel.

Idea: input charge and the spikes that each synapse sent ``delay`` timesteps ago are added into one
row; rows without a spike are skipped. Layout: one chip instance, samples as lanes. Cost: one
multiply-add a lane for each synapse whose presynaptic row holds a spike.
"""

from __future__ import annotations

from typing import Any

from numba import njit

from evosnn.hardware import DRIVES_ALWAYS
from evosnn.simulation.any_chip.row_operations import (
    add_counts,
    add_noisy,
    add_spikes,
    add_to,
    clamp,
    mark,
)

__all__ = ["add_arrivals", "list_due", "mark_arrivals"]

_ALWAYS = -1  # row of spikes of a synapse that delivers at every timestep


@njit(nogil=True, cache=True)
def _sent(values: Any, q: int, k: int, s: int, t: int, at: int, past: int) -> int:
    """Row of the spikes that arrive now, if they were sent in phase ``q``; or -1.

    A spike travels as long as its synapse's delay said when it was sent.
    """
    sent, begin = t - values.delay[q, k, s], values.begin
    if sent + past < 0 or at + sent < begin[q]:
        return -1
    if q + 1 < begin.size and at + sent >= begin[q + 1]:
        return -1
    return int(sent + past)


@njit(nogil=True, cache=True)
def list_due(
    net: Any, values: Any, spikes: Any, due: Any, p: int, k: int, i: int, t: int, at: int
) -> Any:
    """List the synapses through which something arrives; return their number, and charges'."""
    n = deliveries = 0
    for j in range(net.begin[i], net.begin[i + 1]):
        s, pre = net.into[j], net.pre[j]
        if values.broken[p, k, net.first + pre] & DRIVES_ALWAYS:
            due[n, 0], due[n, 1] = j, _ALWAYS
            deliveries += spikes.fired.shape[2]
            n += 1
            continue
        for q in range(p + 1):
            row = _sent(values, q, k, s, t, at, spikes.past)
            if row >= 0 and spikes.totals[row, pre] > 0:
                due[n, 0], due[n, 1] = j, row
                deliveries += spikes.totals[row, pre]
                n += 1
    return n, deliveries


@njit(nogil=True, cache=True)
def mark_arrivals(net: Any, feed: Any, spikes: Any, room: Any, i: int, t: int, n_due: int) -> None:
    """Mark the lanes in which anything arrives at a neuron."""
    room.marks[:] = 0
    port = net.input_of[i]
    if port >= 0 and feed.row_has_spike[t, port]:
        mark(room.marks, feed.event[t, port])
    for d in range(n_due):
        j, row = room.due[d, 0], room.due[d, 1]
        mark(room.marks, room.always if row == _ALWAYS else spikes.fired[row, net.pre[j]])


@njit(nogil=True, cache=True)
def add_arrivals(
    rules: Any, net: Any, values: Any, feed: Any, spikes: Any, room: Any, row: Any, read: Any,
    p: int, k: int, i: int, t: int, n_due: int,
) -> None:  # fmt: skip
    """Add an input's charge to ``row`` and what synapses deliver to ``read``, in their order."""
    port = net.input_of[i]
    if port >= 0 and feed.row_has_spike[t, port]:
        add_to(row, feed.charge[t, port])
        if rules.bounded:
            clamp(row, rules.min_current, rules.max_current)
    sigma, bounded = values.sigma[k], rules.bounded and values.adc[k, 0] <= 0
    for d in range(n_due):
        j, sent = room.due[d, 0], room.due[d, 1]
        pre, weight = net.pre[j], values.weight[p, k, net.into[j]]
        fired = room.always if sent == _ALWAYS else spikes.fired[sent, pre]
        if sigma > 0:
            add_noisy(
                read, fired, weight, sigma, feed.at + t, values.chip[k], feed.sample, pre, i,
                values.key[k],
            )  # fmt: skip
        elif rules.several:
            add_counts(read, fired, weight)
        else:
            add_spikes(read, fired, weight)
        if bounded:
            clamp(read, rules.min_current, rules.max_current)
