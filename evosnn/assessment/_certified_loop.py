"""Certified tolerance in closed loop: the largest weight error that provably changes no action.

An episode is one long run in which the network keeps its state. Take what it is shown on the
nominal chip for given. If no weight error within a bound can change the action at the end of
the first window, then what the network sees next is the same, and so are its inputs in the
second window; and so on to the end. So a bound under which all actions of an episode are
certain, on the inputs as recorded, keeps the episode as it was, and its return.

The environment itself is taken to answer the same action in the same state alike.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.assessment._intervals import Wires, run_intervals, spike_bound
from evosnn.evaluation import ControlTrial
from evosnn.network import Network
from evosnn.simulation import NEVER
from evosnn.tasks.control import record
from evosnn.threads import map_in_threads

__all__ = ["loop_bounds"]

_STEPS = 24  # halvings: the bound is found to 1e-7
_GUARD = 1e-7


def loop_bounds(
    network: Network, trial: ControlTrial, wires: Wires
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return how far all weights may be off in each episode.

    Returns:
        ``(n_episodes,)`` each: largest error under which no spike changes, one under which no
        action does, and the returns on the nominal chip.
    """
    task, chip = trial.task, trial.chip
    seen = record(task, network, trial.samples, chip)
    lengths = (seen.windows * task.timesteps).tolist()
    graded = task.setting.graded
    read = (
        wires.outputs, task.timesteps, task.first_spike, graded,
        float(task.graded_spikes),
    )  # fmt: skip

    def one(k: int) -> tuple[float, float]:
        event = np.ascontiguousarray(seen.event[: lengths[k], :, k])
        charge = event * float(chip.spike_value)
        spikes = spike_bound(*wires.arrays, charge, event)
        return spikes, _action_bound(*wires.arrays, charge, event, *read, spikes)

    found: NDArray[np.float64] = np.array(map_in_threads(one, range(len(lengths)), trial.threads))
    return found[:, 0], found[:, 1], seen.returns


@njit(nogil=True, cache=True)
def _steady(must, may, outputs, timesteps, first, graded, max_spikes):  # type: ignore[no-untyped-def]  # compiled by numba
    """Return whether every action of an episode is certain."""
    n = outputs.size
    least, most = np.zeros(n), np.zeros(n)
    for start in range(0, must.shape[0], timesteps):
        for k in range(n):
            least[k] = most[k] = -NEVER if first else 0
            for t in range(timesteps - 1, -1, -1):
                sure, perhaps = must[start + t, outputs[k]], may[start + t, outputs[k]]
                if first:
                    least[k] = -t if sure else least[k]
                    most[k] = -t if perhaps else most[k]
                else:
                    least[k] += sure
                    most[k] += perhaps
        if graded:
            for k in range(0, n, 2):
                low = max((least[k + 1] - most[k]) / max_spikes, -1.0)
                high = min((most[k + 1] - least[k]) / max_spikes, 1.0)
                if low < high and low < 1.0 and high > -1.0:
                    return False
            continue
        certain = False
        for k in range(n):  # of a tie, what the first output does
            leads = True
            for j in range(n):
                if j != k:
                    leads = leads and (least[k] > most[j] or (j > k and least[k] == most[j]))
            certain = certain or leads
        if not certain:
            return False
    return True


@njit(nogil=True, cache=True)
def _action_bound(  # type: ignore[no-untyped-def]
    start, pre, weight, delay, input_of, threshold, leak, taken, times, rules, charge, event,
    outputs, timesteps, first, graded, max_spikes, spikes_hold,
):  # fmt: skip
    """Return an error, up to 1 and at least ``spikes_hold``, under which no action changes."""
    shape = (charge.shape[0], threshold.size)
    must, may = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    wires = (start, pre, weight, delay, input_of, threshold, leak, taken, times, rules)
    read = (outputs, timesteps, first, graded, max_spikes)
    run_intervals(*wires, charge, event, 1.0, True, must, may)
    if _steady(must, may, *read):
        return 1.0
    sound, broken = spikes_hold, 1.0
    for _ in range(_STEPS):
        middle = 0.5 * (sound + broken)
        run_intervals(*wires, charge, event, middle, True, must, may)
        if _steady(must, may, *read):
            sound = middle
        else:
            broken = middle
    return max(sound - _GUARD, spikes_hold)
