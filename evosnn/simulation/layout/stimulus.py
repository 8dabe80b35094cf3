"""Prepares a stimulus for the kernels: bits or charges in blocks of lanes."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from evosnn.simulation._types import Stimulus
from evosnn.simulation.layout.feed import Feed
from evosnn.simulation.layout.lanes import to_lanes, to_words
from evosnn.simulation.llvm.bitset import BITS_LANES, BITS_WORDS, aligned
from evosnn.simulation.llvm.neuron_step import CHARGE_INPUT, SPIKE_INPUT, VECTOR

__all__ = ["PreparedStimulus", "fill_lanes", "writable"]

_WORD = np.zeros(1, np.uint32)
_NO_EVENT = np.zeros((0, 0, 0), np.bool_)


@njit(nogil=True, cache=True)
def fill_lanes(
    charge: Any,
    event: Any,
    at: int,
    size: int,
    in_row: int,
    words: Any,
    lanes: Any,
    input_active: Any,
) -> None:
    """Write the charges of instances ``at`` to ``at + size`` as a feed of such blocks has them.

    ``in_row`` is the number of words in a block. ``charge`` is ``(timesteps, inputs, instances,
    samples)``, ``event`` like it, or empty if a spike arrives where the charge is not 0.
    ``words``, ``lanes`` and ``input_active`` are those of a
    :class:`~evosnn.simulation.layout.feed.Feed`, cleared; those that are not needed are empty.
    """
    timesteps, n_inputs = charge.shape[:2]
    n_lanes = in_row * VECTOR
    part = n_lanes // size
    for t in range(timesteps):
        for i in range(n_inputs):
            for start in range(0, charge.shape[3], part):
                row = (start // part * timesteps + t) * n_inputs + i
                place = lanes[row * n_lanes : row * n_lanes + n_lanes]
                for k in range(size):
                    values = charge[t, i, at + k, start : start + part]
                    sounds = 0
                    for e in range(values.size):
                        sounds += values[e] != 0
                    input_active[row] |= sounds > 0
                    if lanes.size > 0:
                        for e in range(values.size):
                            place[e * size + k] = values[e]
                    if words.size > 0:
                        for e in range(values.size):
                            arrives = values[e] != 0
                            if event.size > 0:
                                arrives = event[t, i, at + k, start + e]
                            input_active[row] |= arrives
                            lane = e * size + k
                            bit = np.uint32(arrives) << np.uint32(lane % VECTOR)
                            words[row * in_row + lane // VECTOR] |= bit


@njit(nogil=True, cache=True)
def _survey(charge: Any, event: Any) -> Any:
    """Return the properties of a stimulus; ``event`` is empty if spikes are charges other than 0.

    Returns:
        ``(inputs,)`` least and largest charge of each input (at most and at least 0), whether
        all charges are whole, whether an input's spikes all have one charge, and whether all
        timesteps are alike.
    """
    low, high = np.zeros(charge.shape[1]), np.zeros(charge.shape[1])
    whole, spikes, constant = True, True, charge.shape[0] > 0
    for t in range(charge.shape[0]):
        for i in range(charge.shape[1]):
            for k in range(charge.shape[2]):
                value = charge[t, i, k]
                low[i], high[i] = min(low[i], value), max(high[i], value)
                whole &= value == np.rint(value)
                constant &= value == charge[0, i, k]
    for t in range(charge.shape[0]):
        for i in range(charge.shape[1]):
            for k in range(charge.shape[2]):
                arrives = charge[t, i, k] != 0
                if event.size > 0:
                    arrives = event[t, i, k]
                spikes &= charge[t, i, k] == (low[i] + high[i] if arrives else 0.0)
    whole &= max(high.max(), -low.min()) < 2**15 if high.size else True
    return low, high, whole, spikes, constant


class PreparedStimulus:
    """A stimulus with the arrays that the kernel reads, packed on first use and kept.

    Preparing a stimulus once and using it for many calls of
    :func:`~evosnn.simulation.simulate` saves the packing.
    """

    def __init__(self, stimulus: Stimulus) -> None:
        self.charge = np.asarray(stimulus.charge, dtype=np.float64)
        self.event = stimulus.event
        self.timesteps, self.n_inputs, self.n_samples = self.charge.shape
        found = _survey(writable(self.charge), self._writable_event())
        self.low, self.high, self.whole, self.is_spikes, self._constant = found
        self._clear()

    def _clear(self) -> None:
        self._sent: NDArray[np.int64] | None = None
        self._rows: NDArray[np.int64] | None = None
        self._bits: tuple[NDArray[Any], NDArray[np.float64], NDArray[Any]] | None = None
        self._feeds: dict[tuple[tuple[int, ...], bool, bool, tuple[int, ...]], Feed] = {}
        self._sooner: PreparedStimulus | None = None

    def feed(
        self, sizes: tuple[int, ...], floating: bool, on_arrival: bool, width: tuple[int, ...]
    ) -> Feed:
        """Return the arrays for groups of some sizes, the blocks of one size after another's.

        Args:
            sizes: Instances in a group, powers of two up to 32.
            floating: Whether the kernel computes in floating point.
            on_arrival: Whether the kernel needs to know where a spike of no charge arrives.
            width: Of the blocks.
        """
        key = (sizes, floating, on_arrival, width)
        if key not in self._feeds:
            self._feeds[key] = self._pack(*key)
        return self._feeds[key]

    def part(self, start: int, stop: int) -> PreparedStimulus:
        """Return the samples ``start`` to ``stop``, computed with exactly as all are."""
        part = copy(self)
        part.charge = self.charge[:, :, start:stop]
        part.event = None if self.event is None else self.event[:, :, start:stop]
        part.n_samples = part.charge.shape[2]
        part._clear()
        return part

    def sooner(self) -> PreparedStimulus:
        """Return the stimulus without its last timestep, kept like the rest."""
        if self._sooner is None:
            event = None if self.event is None else self.event[:-1]
            self._sooner = PreparedStimulus(Stimulus(self.charge[:-1], event))
        return self._sooner

    def bits(self) -> tuple[NDArray[np.uint32], NDArray[np.float64], NDArray[np.uint32]]:
        """Return what full adders read: spikes in blocks of 512 lanes, charges, lanes in use."""
        if self._bits is None:
            n_blocks = -(-self.n_samples // BITS_LANES)
            words = aligned(n_blocks * self.timesteps * self.n_inputs * BITS_WORDS, _WORD)
            _fill_bits(writable(self.charge), self._writable_event(), words)
            valid = aligned(n_blocks * BITS_WORDS, _WORD)
            valid[:] = to_words(np.arange(n_blocks * BITS_LANES) < self.n_samples)
            self._bits = (words, self.low + self.high, valid)
        return self._bits

    def _pack(
        self, sizes: tuple[int, ...], floating: bool, on_arrival: bool, width: tuple[int, ...]
    ) -> Feed:
        in_row = len(width)
        blocks = [-(-self.n_samples * size // (in_row * VECTOR)) for size in sizes]
        rows = sum(blocks) * self.timesteps * self.n_inputs
        steps = 1 if self._constant and not self.is_spikes else self.timesteps
        lanes = 0 if self.is_spikes else sum(blocks) * steps * self.n_inputs * in_row * VECTOR
        feed = Feed(
            kind=SPIKE_INPUT if self.is_spikes else CHARGE_INPUT,
            words=np.zeros(rows * in_row if self.is_spikes or on_arrival else 0, np.uint32),
            charge=np.zeros(lanes, np.float64 if floating else np.int16),
            charge_steps=steps,
            input_active=np.zeros(rows, np.bool_),
            amount=self.low + self.high,
            valid=np.concatenate(
                [
                    to_words(to_lanes(np.ones((size, self.n_samples), np.bool_), in_row))
                    for size in sizes
                ]
            ),
            sent=self.sent,
            width=width,
        )
        at = 0
        for size, n_blocks in zip(sizes, blocks, strict=True):
            self._fill(feed, size, at, n_blocks)
            at += n_blocks
        return feed

    def _fill(self, feed: Feed, size: int, at: int, n_blocks: int) -> None:
        """Write the blocks ``at`` to ``at + n_blocks`` of a feed, for groups of ``size``."""
        charge = self._on_each(self.charge, size)
        event = no_event = _NO_EVENT[:, :, :, None]
        if self.event is not None:
            event = self._on_each(self.event, size)

        def own(values: NDArray[Any], each: int) -> NDArray[Any]:
            return values[at * each :][: n_blocks * each]  # empty if nobody asks for them

        rows, in_row = self.timesteps * self.n_inputs, len(feed.width)
        words, input_active = own(feed.words, rows * in_row), own(feed.input_active, rows)
        lanes = own(feed.charge, feed.charge_steps * self.n_inputs * in_row * VECTOR)
        if lanes.size and feed.charge_steps == self.timesteps:
            fill_lanes(charge, event, 0, size, in_row, words, lanes, input_active)
        else:
            fill_lanes(charge, event, 0, size, in_row, words, lanes[:0], input_active)
            if lanes.size:
                once = np.zeros(n_blocks * self.n_inputs, np.bool_)
                fill_lanes(charge[:1], no_event, 0, size, in_row, words[:0], lanes, once)

    @property
    def sent(self) -> NDArray[np.int64]:
        """``(timesteps, inputs)``, in how many samples a spike arrives."""
        if self._sent is None:
            self._sent = np.asarray(np.count_nonzero(self._arrives(), axis=2), dtype=np.int64)
        return self._sent

    @property
    def rows(self) -> NDArray[np.int64]:
        """``(inputs,)``, words of 32 samples in which a spike arrives, in all timesteps."""
        if self._rows is None:
            words = np.arange(0, self.n_samples, VECTOR)
            spikes = np.logical_or.reduceat(self._arrives(), words, axis=2)
            self._rows = np.asarray(np.count_nonzero(spikes, axis=(0, 2)), dtype=np.int64)
        return self._rows

    def _arrives(self) -> NDArray[np.bool_]:
        """``(timesteps, inputs, samples)``, where a spike arrives."""
        return self.charge != 0 if self.event is None else self.event

    def _on_each(self, values: NDArray[Any], size: int) -> Any:
        """Give every instance of a group the same samples."""
        shape = (*values.shape[:2], size, self.n_samples)
        return writable(np.broadcast_to(values[:, :, None], shape))

    def _writable_event(self) -> NDArray[np.bool_]:
        """Where a spike arrives, empty if it arrives where the charge is not 0."""
        return _NO_EVENT if self.event is None else writable(self.event)


@njit(nogil=True, cache=True)
def _fill_bits(charge: Any, event: Any, words: Any) -> None:
    """Write ``(blocks, timesteps, inputs, 16)`` words, cleared before, of where spikes arrive."""
    timesteps, n_inputs, n_samples = charge.shape
    for t in range(timesteps):
        for i in range(n_inputs):
            for sample in range(n_samples):
                arrives = charge[t, i, sample] != 0
                if event.size > 0:
                    arrives = event[t, i, sample]
                block, lane = sample // BITS_LANES, sample % BITS_LANES
                row = (block * timesteps + t) * n_inputs + i
                words[row * BITS_WORDS + lane // 32] |= np.uint32(arrives) << np.uint32(lane % 32)


def writable(values: NDArray[Any]) -> NDArray[Any]:
    """Return a writable view of an array, so that numba compiles no variant for read-only ones.

    The compiled functions that take it only read it.
    """
    return as_strided(values, values.shape, values.strides)
