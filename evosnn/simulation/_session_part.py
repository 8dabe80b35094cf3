"""A session's lanes on the vector kernel: their state, and a window of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.simulation._lanes import from_lanes, from_words, to_lanes, to_words
from evosnn.simulation._session_kernel import run_window
from evosnn.simulation._vector import LANES, WORDS
from evosnn.simulation._window import Window

__all__ = ["Part"]


class Part:
    """The lanes of one group of chip instances, those from ``at`` on."""

    def __init__(
        self, wiring: Any, number: NDArray[Any], at: int, size: int, arrival: bool | None,
        episodes: int,
    ) -> None:  # fmt: skip
        self.wiring = wiring
        self.at = at
        self.size = size
        self.arrival = arrival
        self.episodes = episodes
        self.n = wiring.threshold.shape[0]
        self.outputs = int((wiring.output_of >= 0).sum())
        self.blocks = -(-episodes * size // LANES)
        self.potential = np.zeros((self.blocks, self.n * LANES), number.dtype)
        self.ring = np.zeros((self.blocks, wiring.slots * self.n * WORDS), np.uint32)
        self.loud = np.zeros((self.blocks, wiring.slots * self.n), np.bool_)
        self.valid = to_words(to_lanes(np.ones((size, episodes), np.bool_)))
        self.slot = 0

    def run(
        self, charge: NDArray[Any], event: NDArray[np.bool_] | None, low: NDArray[np.float64],
        high: NDArray[np.float64], whole: bool, record: bool, potentials: bool,
    ) -> Window | None:  # fmt: skip
        """Run a window; ``None``, and nothing has run, if a charge is out of bounds."""
        timesteps = len(charge)
        if not self.arrival:
            event = None  # a spike of no charge does nothing
        told = np.empty((2, self.outputs, self.blocks, LANES), np.int16)
        fires = np.zeros(self.n, np.int64)
        raster = np.zeros((self.blocks, timesteps, self.n, WORDS), np.uint32) if record else None
        shape = (self.blocks, timesteps, self.n, LANES)
        trace = np.zeros(shape, self.potential.dtype) if potentials else None
        slot = run_window(
            self.wiring, charge, event, self.at, self.size, low, high, whole, self.valid,
            self.potential, self.ring, self.loud, self.slot, told, fires, self.arrival, raster,
            trace,
        )  # fmt: skip
        if slot < 0:
            return None
        self.slot = slot
        counts, first = self._by_instance(told.reshape(2, self.outputs, -1))
        spikes = levels = None
        if raster is not None:
            lanes = from_words(raster.transpose(1, 2, 0, 3)).reshape(timesteps, self.n, -1)
            spikes = self._by_instance(lanes)
        if trace is not None:
            lanes = trace.transpose(1, 2, 0, 3).reshape(timesteps, self.n, -1)
            levels = self._by_instance(lanes) * self._unit
        return Window(counts, first, fires, spikes, levels)

    @property
    def _unit(self) -> float:
        """One step of the fixed-point scale, in weight units."""
        return float(2.0 ** -int(self.wiring.shift[0]))

    def _by_instance(self, lanes: NDArray[Any]) -> NDArray[Any]:
        """Turn ``(..., lanes)`` into ``(..., instances, episodes)``."""
        return from_lanes(lanes, self.size, self.episodes)

    def take_state(self, other: Part) -> None:
        scale = 2.0 ** (int(self.wiring.shift[0]) - int(other.wiring.shift[0]))
        self.potential[:] = (other.potential * scale).astype(self.potential.dtype)
        self.ring[:] = other.ring
        self.loud[:] = other.loud
        self.slot = other.slot

    def reset(self, episodes: NDArray[np.bool_] | None) -> None:
        if episodes is None:
            self.potential[:] = 0
            self.ring[:] = 0
            self.loud[:] = False
            return
        gone = to_lanes(np.broadcast_to(episodes, (self.size, self.episodes)))
        self.potential.reshape(self.blocks, self.n, LANES).swapaxes(1, 2)[
            gone.reshape(self.blocks, LANES)
        ] = 0
        kept = ~to_words(gone).reshape(self.blocks, 1, WORDS)
        self.ring.reshape(self.blocks, -1, WORDS)[:] &= kept

    def potentials(self) -> NDArray[np.float64]:
        rows = self.potential.reshape(self.blocks, self.n, LANES).transpose(1, 0, 2)
        return self._by_instance(rows.reshape(self.n, -1)) * self._unit
