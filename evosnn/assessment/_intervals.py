r"""Interval simulation: spikes that must or may occur when weights are known to within a bound.

Every potential is an interval. Let each weight be anywhere in ``w - e|w| .. w + e|w|``, the
same throughout the run. Then, in the order of :mod:`evosnn.simulation.reference`:

1. An arrival that must come adds ``w - e|w|`` to the lower end and ``w + e|w|`` to the upper;
   one that may come adds these only where they widen the interval. Input charge is exact.
2. A neuron *must* fire if something must arrive and its lower end has reached the threshold;
   it *may* fire if something may arrive and its upper end has. One that must fire is reset.
   One that may fire is afterwards where a spike leaves it or where it was, and there below
   threshold if something did arrive.
3. Both ends are raised to the floor: what lay below it is forgotten, errors included.
4. Both ends leak. An integer chip rounds what is left towards zero; how finely depends on
   what its perturbed weights are stored in, so each end is rounded outwards.

Steps 1 to 4 never decrease when a potential, a weight or a set of arrivals grows, so the
intervals hold every run that the bound allows. While no spike is in doubt, the ends are even
reached where leaks are 0 or 1: by moving all weights into one neuron down, or all up.

Rules of a chip's own fit in: a current is an interval too; a neuron that may be refractory takes
what arrives or does not; one that halves its potential by the time since the last arrival, and
may have had one since, has kept anything from nothing to all (:mod:`._interval_leaks`); a neuron
that fires several times in a timestep does so at least as often as from the lower end and at most
as often as from the upper one, and a synapse delivers between so many times its weight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.assessment._interval_leaks import HALF_LIFE, LEAKS, halve, leak_ends
from evosnn.chips import Chip, spike_limits
from evosnn.network import Network
from evosnn.simulation import NEVER

__all__ = ["Rules", "Wires", "decision_bound", "run_intervals", "spike_bound", "wires_of"]

_STEPS = 30  # halvings: the bound is found to 1e-9
_GUARD = 1e-9  # taken from a bound, far above the rounding of sums in float64


class Rules(NamedTuple):
    """The rules of a chip, as the interval run reads them; see :class:`~evosnn.chips.NeuronModel`.

    Attributes:
        floor: Lowest potential; minus infinity if there is none.
        ceiling: Highest potential; infinity if there is none.
        leak_rule: Place of the leak rule in ``LEAKS``.
        unit: Step that leaks are rounded to, 0 for none.
        leak_unit: What a leak of 1 subtracts.
        leak_first: Whether a neuron leaks before it fires.
        on_arrival: Whether only a neuron that something arrives at fires.
        subtracts: Whether a spike takes the threshold off the potential.
        refractory: Timesteps after a spike without another.
        current_leak: Leak of synaptic currents; -1 if there are none.
        current_first: Whether currents leak before they act.
        least_current: Least current; minus infinity if there is none.
        most_current: Largest current; infinity if there is none.
    """

    floor: float
    ceiling: float
    leak_rule: int
    unit: float
    leak_unit: float
    leak_first: bool
    on_arrival: bool
    subtracts: bool
    refractory: int
    current_leak: float
    current_first: bool
    least_current: float
    most_current: float


@dataclass(frozen=True, eq=False)
class Wires:
    """A network as the interval run reads it: synapses by the neuron they enter.

    Attributes:
        start: ``(n_neurons + 1,)`` int64, where the synapses into each neuron begin.
        pre: ``(n_synapses,)`` int64, index of the presynaptic neuron.
        weight: ``(n_synapses,)`` float64.
        delay: ``(n_synapses,)`` int64.
        order: ``(n_synapses,)`` int64, which synapse of the network each is.
        input_of: ``(n_neurons,)`` int64, input behind each neuron, or -1.
        outputs: ``(n_outputs,)`` int64, index of the neuron behind each output.
        threshold: ``(n_neurons,)`` float64, lowest potentials at which neurons fire.
        leak: ``(n_neurons,)`` float64.
        taken: ``(n_neurons,)`` float64, what a spike takes off the potential, if it does.
        times: ``(n_neurons,)`` int64, how often each fires in a timestep at most.
        rules: The chip's rules.
    """

    start: NDArray[np.int64]
    pre: NDArray[np.int64]
    weight: NDArray[np.float64]
    delay: NDArray[np.int64]
    order: NDArray[np.int64]
    input_of: NDArray[np.int64]
    outputs: NDArray[np.int64]
    threshold: NDArray[np.float64]
    leak: NDArray[np.float64]
    taken: NDArray[np.float64]
    times: NDArray[np.int64]
    rules: Rules

    @property
    def arrays(self) -> tuple[object, ...]:
        """What the compiled functions take."""
        return (
            self.start, self.pre, self.weight, self.delay, self.input_of, self.threshold,
            self.leak, self.taken, self.times, self.rules,
        )  # fmt: skip


def wires_of(network: Network, chip: Chip) -> Wires:
    """Return a network as the interval run reads it."""
    order = np.argsort(network.post, kind="stable")
    input_of = np.full(network.n_neurons, -1, np.int64)
    input_of[network.inputs] = np.arange(network.inputs.size)
    counts = np.bincount(network.post, minlength=network.n_neurons)
    above = 0.0 if chip.neuron.threshold_inclusive else chip.resolution or 1e-7
    return Wires(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        pre=network.pre[order].astype(np.int64),
        weight=network.weight[order].astype(np.float64),
        delay=network.delay[order].astype(np.int64),
        order=order.astype(np.int64),
        input_of=input_of,
        outputs=network.outputs.astype(np.int64),
        threshold=network.threshold + above,
        leak=network.leak.astype(np.float64),
        taken=network.threshold.astype(np.float64),
        times=spike_limits(chip, network),
        rules=_rules_of(chip),
    )


def _rules_of(chip: Chip) -> Rules:
    neuron, synapse = chip.neuron, chip.synapse
    floor, ceiling = neuron.min_potential, neuron.max_potential
    return Rules(
        floor=-math.inf if floor is None else float(floor),
        ceiling=math.inf if ceiling is None else float(ceiling),
        leak_rule=LEAKS.index(neuron.leak_rule),
        unit=float(chip.resolution),
        leak_unit=float(neuron.leak_unit),
        leak_first=neuron.leak_first,
        on_arrival=neuron.fires_on == "arrival",
        subtracts=neuron.reset == "subtract",
        refractory=int(neuron.refractory),
        current_leak=-1.0 if synapse.current_leak is None else float(synapse.current_leak),
        current_first=synapse.current_leak_first,
        least_current=-math.inf if synapse.min_current is None else float(synapse.min_current),
        most_current=math.inf if synapse.max_current is None else float(synapse.max_current),
    )


@njit(nogil=True, cache=True)
def within(current, rules):  # type: ignore[no-untyped-def]  # compiled by numba
    """Return a current kept within its bounds."""
    return min(max(current, rules.least_current), rules.most_current)


@njit(nogil=True, cache=True)
def spikes_of(potential, threshold, taken, times):  # type: ignore[no-untyped-def]
    """Return how often a potential fires that loses ``taken`` each time."""
    count = 0
    while count < times and potential >= threshold:
        potential -= taken
        count += 1
    return count


@njit(nogil=True, cache=True)
def run_intervals(  # type: ignore[no-untyped-def]  # compiled by numba
    start, pre, weight, delay, input_of, threshold, leak, taken, times, rules, charge, event,
    epsilon, to_the_end, must, may,
):  # fmt: skip
    """Run from rest; fill ``must`` and ``may``, ``(timesteps, n_neurons)`` uint8.

    They are the least and the most spikes of each neuron in each timestep.

    Returns:
        Whether a spike is in doubt; the run stops at the first one unless ``to_the_end``, and
        then gives its timestep and neuron.
    """
    n = threshold.size
    low, high = np.zeros(n), np.zeros(n)
    current_low, current_high = np.zeros(n), np.zeros(n)
    never = -(rules.refractory + 1)
    last_must, last_may = np.full(n, never), np.full(n, never)  # timestep of the last spike
    input_active, unsure = np.zeros(n, np.int64), np.zeros(n, np.bool_)
    halves = rules.leak_rule == HALF_LIFE
    bounded = rules.least_current > -np.inf or rules.most_current < np.inf
    for t in range(charge.shape[0]):
        for i in range(n):
            a, b = low[i], high[i]
            least, most, sure, perhaps = 0.0, 0.0, False, False
            if rules.current_leak >= 0:
                least, most = current_low[i], current_high[i]
            k = input_of[i]
            if k >= 0 and event[t, k]:
                sure = True
                least, most = least + charge[t, k], most + charge[t, k]
                if bounded:
                    least, most = within(least, rules), within(most, rules)
            for s in range(start[i], start[i + 1]):
                sent = t - delay[s]
                if sent < 0 or not may[sent, pre[s]]:
                    continue
                few, many = int(must[sent, pre[s]]), int(may[sent, pre[s]])
                small = weight[s] - epsilon * abs(weight[s])
                large = weight[s] + epsilon * abs(weight[s])
                if few > 0:
                    sure = True
                else:
                    small, large = min(small, 0.0), max(large, 0.0)
                    perhaps = True
                if many > 1:
                    small *= few if small >= 0 else many
                    large *= many if large >= 0 else few
                least, most = least + small, most + large
                if bounded:
                    least, most = within(least, rules), within(most, rules)
            if halves and leak[i] > 0 and (sure or perhaps):
                c, d = halve(a, b, leak[i], t - input_active[i], rules.unit, unsure[i])
                c, d = max(c, rules.floor), min(d, rules.ceiling)
                a, b = (c, d) if sure else (min(a, c), max(b, d))
                input_active[i], unsure[i] = t, not sure
            if rules.current_leak >= 0:
                c, d = leak_ends(least, most, rules.current_leak, rules)
                if rules.current_first:
                    least, most = c, d
                current_low[i], current_high[i] = c, d
            rests = t - last_must[i] <= rules.refractory
            may_rest = t - last_may[i] <= rules.refractory
            if may_rest:
                least, most = min(least, 0.0), max(most, 0.0)
            if not rests:
                a, b = a + least, b + most
            a, b = min(a, rules.ceiling), min(b, rules.ceiling)
            if rules.leak_first:
                a, b = leak_ends(a, b, leak[i], rules)
            if not rules.on_arrival:
                sure = True
            few, many = int(a >= threshold[i]), int(b >= threshold[i])
            if times[i] > 1:
                few = spikes_of(a, threshold[i], taken[i], times[i])
                many = spikes_of(b, threshold[i], taken[i], times[i])
            surely = sure and not may_rest and few > 0
            possibly = (sure or perhaps) and not rests and many > 0
            must[t, i] = few if surely else 0
            may[t, i] = many if possibly else 0
            if possibly:
                last_may[i] = t
            if surely:
                last_must[i] = t
            if must[t, i] != may[t, i] and not to_the_end:
                return True, t, i
            if possibly:
                c, d = 0.0, 0.0  # what spikes leave
                if rules.subtracts:
                    c = a - few * taken[i] if few == many else threshold[i] - taken[i]
                    d = b - many * taken[i]
                    if many > max(few, 1):  # as much as is left without one more
                        d = max(d, threshold[i])
                if surely:
                    a, b = c, d
                else:
                    if sure and not may_rest:
                        b = min(b, threshold[i])
                    a, b = min(a, c), max(b, d)
            a, b = max(a, rules.floor), max(b, rules.floor)
            if not rules.leak_first:
                a, b = leak_ends(a, b, leak[i], rules)
            low[i], high[i] = a, b
    return False, -1, -1


@njit(nogil=True, cache=True)
def spike_bound(  # type: ignore[no-untyped-def]
    start, pre, weight, delay, input_of, threshold, leak, taken, times, rules, charge, event
):
    """Return the largest error, up to 1, that puts no spike of a sample in doubt."""
    shape = (charge.shape[0], threshold.size)
    must, may = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    wires = (start, pre, weight, delay, input_of, threshold, leak, taken, times, rules)
    if not run_intervals(*wires, charge, event, 1.0, False, must, may)[0]:
        return 1.0
    sound, broken = 0.0, 1.0
    for _ in range(_STEPS):
        middle = 0.5 * (sound + broken)
        if run_intervals(*wires, charge, event, middle, False, must, may)[0]:
            broken = middle
        else:
            sound = middle
    return max(sound - _GUARD, 0.0)


@njit(nogil=True, cache=True)
def _certain(must, may, outputs, first):  # type: ignore[no-untyped-def]
    """Return the answer that no allowed run changes; -1 no answer, -2 none is certain."""
    n = outputs.size
    least, most = np.zeros(n, np.int64), np.zeros(n, np.int64)
    bar = -NEVER if first else 0
    for k in range(n):
        least[k] = most[k] = bar
        for t in range(must.shape[0] - 1, -1, -1):
            if first:
                least[k] = -t if must[t, outputs[k]] else least[k]
                most[k] = -t if may[t, outputs[k]] else most[k]
            else:
                least[k] += must[t, outputs[k]]
                most[k] += may[t, outputs[k]]
    for k in range(n):
        leads, ties, tops = least[k] > bar, False, True
        for j in range(n):
            if j != k:
                leads = leads and least[k] > most[j]
                tops = tops and least[k] >= most[j]
                ties = ties or (least[j] == least[k] and most[j] == most[k])
        if leads:
            return k
        if least[k] == most[k] and tops and (ties or least[k] == bar):
            return -1
    return -2


@njit(nogil=True, cache=True)
def decision_bound(  # type: ignore[no-untyped-def]
    start, pre, weight, delay, input_of, threshold, leak, taken, times, rules, charge, event,
    outputs, first, spikes_hold,
):  # fmt: skip
    """Return the largest error, up to 1, under which a sample's answer cannot change.

    At least ``spikes_hold``, the bound under which not even a spike does.
    """
    shape = (charge.shape[0], threshold.size)
    must, may = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    wires = (start, pre, weight, delay, input_of, threshold, leak, taken, times, rules)
    run_intervals(*wires, charge, event, 0.0, True, must, may)
    answer = _certain(must, may, outputs, first)
    if answer == -2:
        return spikes_hold
    run_intervals(*wires, charge, event, 1.0, True, must, may)
    if _certain(must, may, outputs, first) == answer:
        return 1.0
    sound, broken = spikes_hold, 1.0
    for _ in range(_STEPS):
        middle = 0.5 * (sound + broken)
        run_intervals(*wires, charge, event, middle, True, must, may)
        if _certain(must, may, outputs, first) == answer:
            sound = middle
        else:
            broken = middle
    return max(sound - _GUARD, spikes_hold)
