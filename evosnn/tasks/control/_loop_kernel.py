"""Runs control tasks in closed loop in compiled code: encode, simulate a window, act, observe.

Idea: the environment's dynamics, the encoder and the dense kernel are called from one compiled
loop, so a step costs no Python. Layout: episodes and chip instances are lanes, lane ``episode *
size + instance`` of a group of ``size`` instances; a block runs until all of its episodes are
over, and a network keeps its state from window to window. Cost: for each step and block the dense
kernel's window, and some hundred instructions of dynamics and encoding a lane.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.simulation.kernels import (
    SPIKE_INPUT,
    VECTOR,
    Feed,
    aligned,
    borrowed,
    clear_tally,
    new_tally,
    read_tally,
    run_block,
    wire,
)
from evosnn.tasks.control._dynamics import advance, observe
from evosnn.tasks.encoders.base import SLACK

__all__ = [
    "ARGYLE",
    "FLIP_FLOP",
    "Rules",
    "act",
    "count_spikes_of",
    "features_of",
    "run_episodes",
]

FLIP_FLOP, ARGYLE = 0, 1
"""Codes of the encoders."""


class Rules(NamedTuple):
    """A control task as the loop reads it.

    Attributes:
        code: Which environment.
        n_seen: Number of observations that the environment shows.
        seen: ``(features,)`` int64, which of them a network sees.
        low: ``(features,)``, value that is encoded as 0.
        scale: ``(features,)``, 1 over the distance from there to the value that is encoded as 1.
        encoder: ``FLIP_FLOP`` or ``ARGYLE``.
        each: Inputs a feature.
        max_spikes: Most spikes of an input in a window.
        interval: Timesteps from one input spike to the next.
        timesteps: Length of the window.
        steps: Steps after which an episode ends.
        actions: ``(outputs,)`` float64, what each output does.
        graded: Whether two outputs pull and push in proportion to their spikes.
        first_spike: Whether the first spike wins, not the most spikes.
    """

    code: int
    n_seen: int
    seen: NDArray[np.int64]
    low: NDArray[np.float64]
    scale: NDArray[np.float64]
    encoder: int
    each: int
    max_spikes: int
    interval: int
    timesteps: int
    steps: int
    actions: NDArray[np.float64]
    graded: bool
    first_spike: bool


@njit(nogil=True, cache=True)
def features_of(rules: Any, state: Any, lane: int, seen: Any, x: Any) -> None:
    """Write to ``x`` what a network sees of one lane, 0 to 1; ``seen`` is room."""
    observe(rules.code, state, lane, seen)
    for f in range(x.size):
        value = (seen[rules.seen[f]] - rules.low[f]) * rules.scale[f]
        x[f] = min(max(value, 0.0), 1.0)


@njit(nogil=True, cache=True)
def count_spikes_of(rules: Any, x: float, count: Any) -> int:
    """Write the spikes of two neighbouring inputs of a feature, and return the first's place."""
    each, max_spikes = rules.each, rules.max_spikes
    if rules.encoder == FLIP_FLOP:
        place = x * each
        own = min(int(place), each - 1)
        height = place - own if own % 2 else 1 - (place - own)
        count[0], count[1] = math.ceil(max_spikes * height - SLACK), 0
    else:
        place = x * (each - 1)
        own = min(int(place + SLACK), each - 2)
        upper = min(1 + int(max_spikes * (place - own) + SLACK), max_spikes)
        count[0], count[1] = max_spikes + 1 - upper, upper
    return int(own)


@njit(nogil=True, cache=True)
def _look(rules: Any, going: Any, state: Any, used: Any, words: Any, most: Any) -> None:
    """Encode what is seen in every lane; see the encoders for how.

    Args:
        rules: The task.
        going: ``(lanes,)``, lanes whose episode goes on.
        state: ``(lanes, n_state)``, states of the environment.
        used: ``(inputs,)``, inputs in use; the others are left out.
        words: ``(timesteps, inputs, words)``, flat, where spikes arrive, written.
        most: ``(inputs,)``, most spikes of each input in any lane, written.
    """
    n_inputs = used.size
    in_row = going.size // VECTOR
    stride = rules.interval * n_inputs * in_row
    seen, x = np.empty(rules.n_seen), np.empty(rules.seen.size)
    count = np.empty(2, np.int64)
    words[:] = 0
    most[:] = 0
    for lane in range(going.size):
        if not going[lane]:
            continue
        features_of(rules, state, lane, seen, x)
        bit = np.uint32(1) << np.uint32(lane % VECTOR)
        for f in range(x.size):
            own = count_spikes_of(rules, x[f], count)
            for k in range(2):
                i = f * rules.each + own + k
                if count[k] == 0 or not used[i]:
                    continue
                most[i] = max(most[i], count[k])
                at = i * in_row + lane // VECTOR
                for _ in range(count[k]):
                    words[at] |= bit
                    at += stride


@njit(nogil=True, cache=True)
def _listen(rules: Any, most: Any, input_active: Any) -> None:
    """Note in which timesteps each input, with so many spikes at most, is heard at all."""
    input_active[:] = False
    for i in range(most.size):
        for j in range(most[i]):
            input_active[j * rules.interval * most.size + i] = True


@njit(nogil=True, cache=True)
def act(
    rules: Any, counts: Any, first: Any, going: Any, state: Any, size: int, returns: Any
) -> int:
    """Do in every lane what the outputs call for; of a tie, what the first output does.

    Args:
        rules: The task.
        counts: ``(outputs, lanes)``, spikes of each output.
        first: ``(outputs, lanes)``, timestep of the first one.
        going: ``(lanes,)``, lanes whose episode goes on, read and written.
        state: ``(lanes, n_state)``, states of the environment, read and written.
        size: Chip instances in the group.
        returns: ``(size, episodes)``, sums of rewards, added to.

    Returns:
        The number of episodes that ended.
    """
    n_outputs, ended = counts.shape[0], 0
    for lane in range(going.size):
        if not going[lane]:
            continue
        if rules.graded:
            lead = (counts[1, lane] - counts[0, lane]) / rules.max_spikes
            action = rules.actions[1] * min(max(lead, -1.0), 1.0)
        else:
            best = 0
            for k in range(1, n_outputs):
                if rules.first_spike:
                    leads = first[k, lane] < first[best, lane]
                else:
                    leads = counts[k, lane] > counts[best, lane]
                if leads:
                    best = k
            action = rules.actions[best]
        reward, over = advance(rules.code, state, lane, action)
        returns[lane % size, lane // size] += reward
        if over:
            going[lane] = False
            ended += 1
    return ended


@njit(nogil=True, cache=True)
def run_episodes(
    which: Any,
    population: Any,
    group: Any,
    size: int,
    instance: int,
    rules: Any,
    starts: Any,
    amount: Any,
    floor: float,
    shifts: Any,
    number: Any,
    width: Any,
    on_arrival: Any,
    returns: Any,
    spikes: Any,
    deliveries: Any,
    windows: Any,
) -> None:
    """Run the networks ``which`` of a population on one group of chip instances.

    Args:
        which: Indices of the networks to run.
        population: The population.
        group: The instances' parameters, or ``None`` for one nominal chip.
        size: Number of instances in the group, a power of two up to 32.
        instance: Place of the group's first instance in the results.
        rules: The task.
        starts: ``(episodes, n_state)``, start states.
        amount: ``(inputs,)``, charge of a spike of each input.
        floor: Lowest membrane potential, in weight units.
        shifts: ``(networks,)``, fixed-point scale of each network (-1: floating point).
        number: An array of the number type to compute in.
        width: Of the blocks.
        on_arrival: ``None``, or ``True`` if a neuron fires only when something arrives.
        returns: ``(networks, instances, episodes)`` float64, sum of rewards, written.
        spikes: ``(networks,)`` int64, spikes of neurons in use, added to.
        deliveries: ``(networks,)`` int64, synaptic deliveries sent off, added to.
        windows: ``(networks,)`` int64, windows run on all instances, added to.
    """
    n_episodes, n_outputs, n_inputs = starts.shape[0], rules.actions.size, amount.size
    in_row, lanes = len(width), len(width) * VECTOR
    part = lanes // size
    unit = np.zeros(1, np.uint32)
    words = aligned(rules.timesteps * n_inputs * in_row, unit)
    input_active = np.zeros(rules.timesteps * n_inputs, np.bool_)
    alive = aligned(in_row, unit)
    sent = np.zeros((rules.timesteps, n_inputs), np.int64)
    feed = Feed(
        SPIKE_INPUT, words, np.zeros(0, number.dtype), 1, input_active, amount, alive, sent, width
    )
    tally = new_tally(n_outputs, rules.timesteps, in_row)
    counts = np.zeros((n_outputs, lanes), np.int16)
    first = np.zeros((n_outputs, lanes), np.int16)
    most = np.zeros(n_inputs, np.int64)
    used = np.empty(n_inputs, np.bool_)
    state = np.empty((lanes, starts.shape[1]))
    going = np.empty(lanes, np.bool_)
    for network in which:
        wiring = wire(
            population, network, group, amount, True, floor, shifts[network], number, False
        )
        unmanaged = borrowed(wiring)
        n = wiring.threshold.shape[0]
        first_neuron = population.neuron_start[network]
        for i in range(n_inputs):
            used[i] = population.used[first_neuron + population.inputs[network, i]]
        potential = aligned(n * lanes, number)
        ring = aligned(wiring.slots * n * in_row, unit)
        row_has_spike = np.empty(wiring.slots * n, np.bool_)
        fires = np.zeros(n, np.int64)
        late = np.zeros((wiring.slots, n), np.int64)
        no_raster = np.zeros((0, 0, 0), np.uint32)
        no_trace = np.zeros((0, 0, 0), number.dtype)
        for start in range(0, n_episodes, part):
            potential[:] = 0
            ring[:] = 0
            row_has_spike[:] = False
            going[:] = False
            stop = min(start + part, n_episodes)
            left = (stop - start) * size
            going[:left] = True
            for episode in range(start, stop):
                for k in range(size):
                    state[(episode - start) * size + k] = starts[episode]
                    returns[network, instance + k, episode] = 0.0
            slot = 0
            for _ in range(rules.steps):
                if left == 0:
                    break
                windows[network] += left
                for word in range(in_row):
                    bits = np.uint32(0)
                    for lane in range(VECTOR):
                        bits |= np.uint32(going[word * VECTOR + lane]) << np.uint32(lane)
                    alive[word] = bits
                _look(rules, going, state, used, words, most)
                _listen(rules, most, input_active)
                clear_tally(tally)
                slot = run_block(
                    unmanaged, borrowed(feed), 0, potential, ring, row_has_spike, slot,
                    rules.timesteps, borrowed(tally), fires, late, on_arrival, False, no_raster,
                    no_trace,
                )  # fmt: skip
                for output in range(n_outputs):
                    read_tally(tally, output, counts[output], first[output])
                left -= act(
                    rules, counts, first, going, state, size,
                    returns[network, instance : instance + size, start:stop],
                )  # fmt: skip
        for i in range(n):
            if population.used[first_neuron + i]:
                spikes[network] += fires[i]
        # What is borrowed of the wiring lives only as long as the wiring is still to be used.
        first_synapse = population.synapse_start[network]
        for s in range(first_synapse, first_synapse + wiring.offset.size):
            deliveries[network] += fires[population.pre[s]]
