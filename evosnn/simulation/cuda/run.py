"""Runs populations on an NVIDIA GPU, with results equal to the processor's bit for bit.

Idea: see :mod:`evosnn.simulation.cuda.kernel`; networks are copied to the card packed end to end.

Layout::

    grid   blocks of lanes x networks          potential  [neuron][lane]      int32
    block  64 lanes, two warps                 ring       [slot][neuron]      a word a warp

Numbers are the fixed point that :mod:`evosnn.simulation.layout.fixed_point` proves sufficient, in
32 bits; networks that need floating point run on the processor. Cost: one launch a population,
and copying the stimulus once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import SpecError
from evosnn.simulation._types import NEVER
from evosnn.simulation.layout.wiring import Population

__all__ = ["require_cuda", "run_cuda_networks"]

_BLOCK = 64  # threads, a whole number of warps
_WARP = 32
_STATE_BYTES = 2**31  # of potentials and rings at once


def require_cuda() -> Any:
    """Return numba's CUDA module.

    Raises:
        SpecError: If it is not installed, or there is no GPU that it can use.
    """
    try:
        from numba import cuda
    except ImportError:
        raise SpecError(
            "device 'cuda' needs the extra: pip install 'evosnn[gpu]'; 'cpu' needs nothing more"
        ) from None
    if not cuda.is_available():
        raise SpecError(
            "device 'cuda' finds no CUDA GPU and driver here, or the extra is missing (pip install "
            "'evosnn[gpu]'); 'cpu' runs everywhere"
        )
    return cuda


class _Nets(NamedTuple):
    """Networks end to end, in fixed point, synapses sorted by network and postsynaptic neuron.

    ``begin[i]`` to ``begin[i + 1]`` are the synapses into neuron ``i`` of all; ``pre`` counts
    within its network; ``within[i, k]`` are the synapses out of neuron ``i`` with delays up to
    ``k``; ``state`` and ``ring`` say where each network's potentials and words begin.
    """

    start: NDArray[np.int64]
    begin: NDArray[np.int64]
    pre: NDArray[np.int32]
    delay: NDArray[np.int32]
    weight: NDArray[np.int32]
    threshold: NDArray[np.int32]
    firing: NDArray[np.int8]
    leak: NDArray[np.int32]
    floor: NDArray[np.int32]
    shift: NDArray[np.int32]
    input_of: NDArray[np.int32]
    output_of: NDArray[np.int32]
    within: NDArray[np.int32]
    slots: NDArray[np.int32]
    state: NDArray[np.int64]
    ring: NDArray[np.int64]


def _fixed(values: NDArray[np.float64], scale: Any) -> NDArray[np.int32]:
    return np.asarray(np.rint(values * scale), dtype=np.int32)


def _pack(
    which: NDArray[np.int64],
    population: Population,
    weight: NDArray[np.float64],
    threshold: NDArray[np.float64],
    firing: NDArray[np.int8],
    floor: float,
    shifts: NDArray[np.int64],
    lanes: int,
) -> _Nets:
    """Return some of a population's networks as the kernel reads them."""
    sizes = np.diff(population.neuron_start)[which]
    start = np.concatenate([[0], np.cumsum(sizes)])
    shift = shifts[which].astype(np.int32)
    neurons = np.concatenate(
        [np.arange(*population.neuron_start[i : i + 2]) for i in which], dtype=np.int64
    )
    parts, posts = [], []
    slots = np.ones(which.size, np.int32)
    for k, i in enumerate(which):
        part = np.arange(*population.synapse_start[i : i + 2])
        part = part[np.argsort(population.post[part], kind="stable")]
        parts.append(part)
        posts.append(population.post[part] + start[k])
        slots[k] += population.delay[part].max(initial=0)
    order = np.concatenate(parts, dtype=np.int64)
    post, pre, delay = np.concatenate(posts), population.pre[order], population.delay[order]
    owner = np.repeat(np.arange(which.size), [part.size for part in parts])
    begin = np.concatenate([[0], np.cumsum(np.bincount(post, minlength=start[-1]))])
    within = np.zeros((start[-1], slots.max(initial=1)), np.int32)
    np.add.at(within, (pre + start[owner], delay), 1)
    input_of, output_of = (np.full(start[-1], -1, np.int32) for _ in range(2))
    for place, ports in ((input_of, population.inputs), (output_of, population.outputs)):
        place[ports[which] + start[:-1, None]] = np.arange(ports.shape[1])
    leak = population.leak[neurons]
    with np.errstate(divide="ignore"):
        leaks = np.where(leak == 0, -1, np.rint(-np.log2(leak))).clip(-1, 31)
    scale = 2.0**shift
    lowest = np.maximum(np.rint(floor * scale), -(2.0**31))
    words = -(-lanes // _WARP)
    return _Nets(
        start=start, begin=begin, pre=pre, delay=delay,
        weight=_fixed(weight[:, order], scale[owner]),
        threshold=_fixed(threshold[:, neurons], np.repeat(scale, sizes)),
        firing=np.ascontiguousarray(firing[:, neurons]), leak=leaks.astype(np.int32),
        floor=lowest.astype(np.int64).astype(np.int32), shift=shift, input_of=input_of,
        output_of=output_of, within=np.cumsum(within, axis=1, dtype=np.int32), slots=slots,
        state=start[:-1] * lanes,
        ring=np.concatenate([[0], np.cumsum(sizes * slots)[:-1]]) * words,
    )  # fmt: skip


def run_cuda_networks(
    which: NDArray[np.int64],
    population: Population,
    weight: NDArray[np.float64],
    threshold: NDArray[np.float64],
    firing: NDArray[np.int8],
    charge: NDArray[np.float64],
    event: NDArray[np.bool_],
    floor: float,
    shifts: NDArray[np.int64],
    on_arrival: bool,
    counts_out: NDArray[np.int16],
    first_out: NDArray[np.int16],
    spikes_out: NDArray[np.int64],
    deliveries_out: NDArray[np.int64],
) -> None:
    """Run the networks ``which`` of a population from rest, on all chip instances.

    Args:
        which: Indices of the networks to run.
        population: The population.
        weight: ``(instances, all synapses)``.
        threshold: ``(instances, all neurons)``, the lowest potentials that fire.
        firing: ``(instances, all neurons)``.
        charge: ``(timesteps, inputs, samples)``, whole numbers.
        event: Same shape, where a spike arrives.
        floor: Lowest membrane potential, in weight units.
        shifts: ``(networks,)``, fixed-point scale of each network.
        on_arrival: Whether a neuron fires only when something arrives.
        counts_out: ``(networks, outputs, instances, samples)`` int16, output spikes, written.
        first_out: Same shape, int16, timestep of the first output spike, written.
        spikes_out: ``(networks,)`` int64, spikes of all neurons, added to.
        deliveries_out: ``(networks,)`` int64, synaptic deliveries, added to.
    """
    cuda = require_cuda()
    from evosnn.simulation.cuda.kernel import run_lanes

    n_instances, n_samples = weight.shape[0], charge.shape[2]
    padded = -(-n_samples // _WARP) * _WARP
    blocks = -(-padded * n_instances // _BLOCK)
    lanes = blocks * _BLOCK
    charges = cuda.to_device(charge.astype(np.int32))
    events = cuda.to_device(np.ascontiguousarray(event))
    for some in _shares(which, population, lanes):
        nets = _pack(some, population, weight, threshold, firing, floor, shifts, lanes)
        shape = (some.size, counts_out.shape[1], n_instances, n_samples)
        counts = cuda.to_device(np.zeros(shape, np.int16))
        first = cuda.to_device(np.full(shape, NEVER, np.int16))
        totals = [cuda.to_device(np.zeros((some.size, lanes), np.int32)) for _ in range(2)]
        n_words = int((np.diff(nets.start) * nets.slots).sum()) * lanes // _WARP
        run_lanes[(blocks, some.size), _BLOCK](
            _Nets(*[cuda.to_device(np.ascontiguousarray(part)) for part in nets]), charges,
            events, padded, on_arrival,
            cuda.to_device(np.zeros(nets.start[-1] * lanes, np.int32)),
            cuda.to_device(np.zeros(n_words, np.uint32)), counts, first, *totals,
        )  # fmt: skip
        counts_out[some] = counts.copy_to_host()
        first_out[some] = first.copy_to_host()
        spikes_out[some] += totals[0].copy_to_host().sum(axis=1, dtype=np.int64)
        deliveries_out[some] += totals[1].copy_to_host().sum(axis=1, dtype=np.int64)


def _shares(
    which: NDArray[np.int64], population: Population, lanes: int
) -> list[NDArray[np.int64]]:
    """Split networks so that the state of each share fits the memory set aside for it."""
    each = np.diff(population.neuron_start)[which] * lanes * 4 * 2
    return np.split(which, np.flatnonzero(np.diff(np.cumsum(each) // _STATE_BYTES)) + 1)
