r"""A run of a network whose weights are known only to within a bound: spikes that must, may.

Every potential is an interval. Let each weight be anywhere in ``w - e|w| .. w + e|w|``, the
same throughout the run. Then, in the order of :mod:`evosnn.simulation.reference`:

1. An arrival that must come adds ``w - e|w|`` to the lower end and ``w + e|w|`` to the upper;
   one that may come adds these only where they widen the interval. Input charge is exact.
2. A neuron *must* fire if something must arrive and its lower end has reached the threshold;
   it *may* fire if something may arrive and its upper end has. One that must fire is reset to
   exactly 0. One that may fire is afterwards at 0 or where it was, and there below threshold
   if something did arrive.
3. Both ends are raised to the floor: what lay below it is forgotten, errors included.
4. Both ends leak. An integer chip rounds what is left towards zero; how finely depends on
   what its perturbed weights are stored in, so each end is rounded outwards.

Steps 1 to 4 never decrease when a potential, a weight or a set of arrivals grows, so the
intervals hold every run that the bound allows. While no spike is in doubt, the ends are even
reached: by moving all weights into one neuron down, or all up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.chips import Chip, special_rules
from evosnn.errors import SpecError
from evosnn.network import Network
from evosnn.simulation import NEVER

__all__ = ["Wires", "decision_bound", "run_intervals", "spike_bound", "wires_of"]

_STEPS = 30  # halvings: the bound is found to 1e-9
_GUARD = 1e-9  # taken from a bound, far above the rounding of sums in float64


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
        floor: Lowest potential; minus infinity if there is none.
        rounds: Whether the chip rounds what a leak leaves.
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
    floor: float
    rounds: bool

    @property
    def arrays(self) -> tuple[object, ...]:
        """What the compiled functions take."""
        return (
            self.start, self.pre, self.weight, self.delay, self.input_of, self.threshold,
            self.leak, self.floor, self.rounds,
        )  # fmt: skip


def wires_of(network: Network, chip: Chip) -> Wires:
    """Return a network as the interval run reads it.

    Raises:
        SpecError: If the network meets rules of the chip that the interval run does not have.
    """
    from evosnn.simulation._pack import firing_threshold

    rules = special_rules(chip, network)
    if rules:
        raise SpecError(f"chip '{chip.name}' {rules[0]}, for which no certificate is known")

    order = np.argsort(network.post, kind="stable")
    input_of = np.full(network.n_neurons, -1, np.int64)
    input_of[network.inputs] = np.arange(network.inputs.size)
    counts = np.bincount(network.post, minlength=network.n_neurons)
    floor = chip.neuron.min_potential
    return Wires(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        pre=network.pre[order].astype(np.int64),
        weight=network.weight[order].astype(np.float64),
        delay=network.delay[order].astype(np.int64),
        order=order.astype(np.int64),
        input_of=input_of,
        outputs=network.outputs.astype(np.int64),
        threshold=firing_threshold(network.threshold.astype(np.float64), chip),
        leak=network.leak.astype(np.float64),
        floor=-math.inf if floor is None else float(floor),
        rounds=chip.integer,
    )


@njit(nogil=True, cache=True)
def run_intervals(  # type: ignore[no-untyped-def]  # compiled by numba
    start, pre, weight, delay, input_of, threshold, leak, floor, rounds, charge, event, epsilon,
    to_the_end, must, may,
):  # fmt: skip
    """Run from rest; fill ``must`` and ``may``, ``(timesteps, n_neurons)`` bool.

    Returns:
        Whether a spike is in doubt; the run stops at the first one unless ``to_the_end``, and
        then gives its timestep and neuron.
    """
    n = threshold.size
    low = np.zeros(n)
    high = np.zeros(n)
    for t in range(charge.shape[0]):
        for i in range(n):
            a, b = low[i], high[i]
            sure, perhaps = False, False
            k = input_of[i]
            if k >= 0 and event[t, k]:
                a += charge[t, k]
                b += charge[t, k]
                sure = True
            for s in range(start[i], start[i + 1]):
                sent = t - delay[s]
                if sent < 0 or not may[sent, pre[s]]:
                    continue
                least = weight[s] - epsilon * abs(weight[s])
                most = weight[s] + epsilon * abs(weight[s])
                if must[sent, pre[s]]:
                    a += least
                    b += most
                    sure = True
                else:
                    a += min(least, 0.0)
                    b += max(most, 0.0)
                    perhaps = True
            surely = sure and a >= threshold[i]
            possibly = (sure or perhaps) and b >= threshold[i]
            must[t, i] = surely
            may[t, i] = possibly
            if surely:
                a, b = 0.0, 0.0
            elif possibly:
                if not to_the_end:
                    return True, t, i
                if sure:
                    b = min(b, threshold[i])
                a, b = min(a, 0.0), max(b, 0.0)
            a, b = max(a, floor), max(b, floor)
            if leak[i] > 0:
                a, b = a * (1.0 - leak[i]), b * (1.0 - leak[i])
                if rounds:  # towards zero, or not at all
                    a = math.floor(a) if a > 0 else a
                    b = math.ceil(b) if b < 0 else b
            low[i], high[i] = a, b
    return False, -1, -1


@njit(nogil=True, cache=True)
def spike_bound(  # type: ignore[no-untyped-def]
    start, pre, weight, delay, input_of, threshold, leak, floor, rounds, charge, event
):
    """Return the largest error, up to 1, that puts no spike of a sample in doubt."""
    shape = (charge.shape[0], threshold.size)
    must, may = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    wires = (start, pre, weight, delay, input_of, threshold, leak, floor, rounds)
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
    start, pre, weight, delay, input_of, threshold, leak, floor, rounds, charge, event, outputs,
    first, spikes_hold,
):  # fmt: skip
    """Return the largest error, up to 1, under which a sample's answer cannot change.

    At least ``spikes_hold``, the bound under which not even a spike does.
    """
    shape = (charge.shape[0], threshold.size)
    must, may = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    wires = (start, pre, weight, delay, input_of, threshold, leak, floor, rounds)
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
