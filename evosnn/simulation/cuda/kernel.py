"""The dense kernel for an NVIDIA GPU, compiled by numba's CUDA target.

Idea: a thread is a lane, 32 lanes of one chip instance to a warp, so the threads of a warp share
every weight. Layout: potentials are ``(neurons, lanes)`` int32, spikes one word a warp in a ring
of past timesteps, set by an atomic "or"; one barrier a timestep. Cost: one load of a word and one
conditional add for each synapse, timestep and lane. :mod:`evosnn.simulation.cuda.run` prepares
its arguments.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import cuda

__all__ = ["run_lanes"]


@cuda.jit
def run_lanes(
    nets: Any, charge: Any, event: Any, padded: int, on_arrival: bool, potential: Any, ring: Any,
    counts: Any, first: Any, fired_out: Any, delivered_out: Any,
) -> None:  # fmt: skip
    """One lane of one network, from rest; ``charge`` and ``event`` are (timesteps, inputs, n)."""
    lane = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    net = cuda.blockIdx.y
    lanes = cuda.gridDim.x * cuda.blockDim.x
    instance, sample = lane // padded, lane % padded
    n_instances, n_samples, timesteps = nets.weight.shape[0], charge.shape[2], charge.shape[0]
    used = instance < n_instances and sample < n_samples
    row = min(instance, n_instances - 1)
    first_neuron, n = nets.start[net], nets.start[net + 1] - nets.start[net]
    slots = nets.slots[net]
    mine = nets.state[net] + lane
    past = nets.ring[net] + lane // 32 * slots * n
    bit = np.uint32(1) << np.uint32(lane % 32)
    fired_all, delivered = 0, 0
    for t in range(timesteps):
        now = past + t % slots * n
        for i in range(lane % 32, n, 32):  # the slot of this timestep, left from the last round
            ring[now + i] = 0
        cuda.syncthreads()
        for i in range(n):
            at = first_neuron + i
            total = potential[mine + i * lanes]
            arrived = False
            port = nets.input_of[at]
            if port >= 0 and used:
                total += charge[t, port, sample] << nets.shift[net]
                arrived = event[t, port, sample]
            for s in range(nets.begin[at], nets.begin[at + 1]):
                ago = t - nets.delay[s]
                if ago >= 0 and ring[past + ago % slots * n + nets.pre[s]] & bit:
                    total += nets.weight[row, s]
                    arrived = True
            spikes = total >= nets.threshold[row, at] and (arrived or not on_arrival)
            total = 0 if spikes else total
            total = max(total, nets.floor[net])
            leak = nets.leak[at]
            if leak >= 0:
                bias = (1 << leak) - 1 if total > 0 else 0
                total -= (total + bias) >> leak
            potential[mine + i * lanes] = total
            if nets.firing[row, at] != 0:
                spikes = nets.firing[row, at] > 0
            if spikes and used:
                cuda.atomic.or_(ring, now + i, bit)
                fired_all += 1
                delivered += nets.within[at, min(timesteps - 1 - t, slots - 1)]
                output = nets.output_of[at]
                if output >= 0:
                    if counts[net, output, row, sample] == 0:
                        first[net, output, row, sample] = t
                    counts[net, output, row, sample] += 1
        cuda.syncthreads()
    fired_out[net, lane] = fired_all
    delivered_out[net, lane] = delivered
