"""Noise on every delivery: a synapse's charge is off by a fresh amount each time it arrives.

RISP's ``noisy_stddev`` is the precedent. A draw is a function of a key and of who asks (the
synapse's ends, timestep, sample, chip instance), so neither lanes nor threads nor company
change it. Potentials are floating point here, one run after another: noise is for measuring a
few networks, not for a search.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from evosnn.hardware._random import philox

__all__ = ["run_noisy_networks"]

_NEVER = np.iinfo(np.int16).max


@njit(nogil=True, cache=True)
def _normal(t: int, instance: int, sample: int, pre: int, post: int, key: Any) -> float:
    """The standard normal number of one delivery."""
    a, b, _, _ = philox(
        np.uint32(t | instance << 15), np.uint32(sample), np.uint32(pre), np.uint32(post),
        key[0], key[1],
    )  # fmt: skip
    radius = math.sqrt(-2.0 * math.log((a + 0.5) / 2.0**32))
    return radius * math.cos(2.0 * math.pi * (b + 0.5) / 2.0**32)


@njit(nogil=True, cache=True)
def run_noisy_networks(
    which: Any, population: Any, weight: Any, threshold: Any, firing: Any, charge: Any,
    event: Any, floor: float, sigma: float, key: Any, counts_out: Any, first_out: Any,
    spikes_out: Any, deliveries_out: Any,
) -> None:  # fmt: skip
    """Run the networks ``which`` of a population from rest, each delivery with its own noise.

    Args:
        which: Indices of the networks to run.
        population: The population.
        weight: ``(instances, all synapses)``, charges delivered, noise apart.
        threshold: ``(instances, all neurons)``, potentials at which neurons fire.
        firing: ``(instances, all neurons)``, as in :class:`~evosnn.hardware.Instances`.
        charge: ``(timesteps, inputs, samples)``, input charges, without noise.
        event: Same shape, where a spike arrives.
        floor: Lowest membrane potential.
        sigma: Standard deviation of the noise, in weight units.
        key: ``(2,)`` uint32, the stream of the draws.
        counts_out: ``(networks, outputs, instances, samples)`` int16, written.
        first_out: Same shape, int16, timestep of the first output spike, written.
        spikes_out: ``(networks,)`` int64, added to.
        deliveries_out: ``(networks,)`` int64, added to.
    """
    timesteps, n_inputs, n_samples = charge.shape
    for network in which:
        start, stop = population.neuron_start[network], population.neuron_start[network + 1]
        n = stop - start
        synapses = range(population.synapse_start[network], population.synapse_start[network + 1])
        for k in range(weight.shape[0]):
            for sample in range(n_samples):
                potential = np.zeros(n)
                fired = np.zeros((timesteps, n), np.bool_)
                arrived = np.zeros(n, np.bool_)
                for t in range(timesteps):
                    arrived[:] = False
                    for i in range(n_inputs):
                        if event[t, i, sample]:
                            neuron = population.inputs[network, i]
                            potential[neuron] += charge[t, i, sample]
                            arrived[neuron] = True
                    for s in synapses:
                        pre, post = population.pre[s], population.post[s]
                        sent = t - population.delay[s]
                        if sent >= 0 and fired[sent, pre]:
                            noise = sigma * _normal(t, k, sample, pre, post, key)
                            potential[post] += weight[k, s] + noise
                            arrived[post] = True
                            deliveries_out[network] += 1
                    for i in range(n):
                        fires = arrived[i] and potential[i] >= threshold[k, start + i]
                        if firing[k, start + i] != 0:
                            fires = firing[k, start + i] > 0
                        if fires:
                            potential[i] = 0.0
                        fired[t, i] = fires
                        spikes_out[network] += fires
                        potential[i] = max(potential[i], floor)
                        potential[i] *= 1.0 - population.leak[start + i]
                for output in range(population.outputs.shape[1]):
                    times = np.flatnonzero(fired[:, population.outputs[network, output]])
                    counts_out[network, output, k, sample] = times.size
                    first_out[network, output, k, sample] = times[0] if times.size else _NEVER
