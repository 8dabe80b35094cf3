"""The lanes of a session on the dense kernel: their state, and a window of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.simulation._types import Window
from evosnn.simulation.dense.session_window import SessionLanes, new_room, run_window
from evosnn.simulation.layout.lanes import from_lanes, from_words, to_lanes, to_words
from evosnn.simulation.llvm.bitset import aligned
from evosnn.simulation.llvm.handles import compiled_for, keep
from evosnn.simulation.llvm.neuron_step import VECTOR, width_for

__all__ = ["Part"]

_CHARGE = np.zeros((0, 0, 0, 0))  # of these types are the arguments of run_window
_NO_EVENT = np.zeros((0, 0, 0, 0), np.bool_)
_COUNTS = np.zeros((0, 0, 0), np.int16)
_FIRES = np.zeros(0, np.int64)


class Part:
    """The lanes of one group of chip instances, those from ``at`` on."""

    def __init__(
        self, wiring: Any, number: NDArray[Any], at: int, size: int, arrival: bool | None,
        episodes: int, n_outputs: int, low: NDArray[np.float64], high: NDArray[np.float64],
        whole: bool, longest: int,
    ) -> None:  # fmt: skip
        self.size = size
        self.instances = slice(at, at + size)
        self.arrival = arrival
        self.episodes = episodes
        self.n = wiring.threshold.shape[0]
        self.width = width_for(episodes * size)
        self.words = len(self.width)
        self.in_block = self.words * VECTOR
        self.blocks = -(-episodes * size // self.in_block)
        self.shift = int(wiring.shift[0])
        unit = np.zeros(1, np.uint32)
        row, past = self.n * self.in_block, wiring.slots * self.n * self.words
        self.potential = aligned(self.blocks * row, number).reshape(self.blocks, row)
        self.ring = aligned(self.blocks * past, unit).reshape(self.blocks, past)
        self.no_raster = np.zeros((self.blocks, 0, 0, 0), np.uint32)
        self.no_trace = np.zeros((self.blocks, 0, 0, 0), number.dtype)
        self.row_has_spike = np.zeros((self.blocks, wiring.slots * self.n), np.bool_)
        self.slot = np.zeros(1, np.int64)
        valid = to_words(to_lanes(np.ones((size, episodes), np.bool_), self.words))
        self.ports = low.size, n_outputs
        self.lanes = (
            wiring, at, size, low, high, whole, valid, self.potential, self.ring,
            self.row_has_spike, self.slot,
        )  # fmt: skip
        self.run_plain: Callable[..., bool] | None = None  # without a record
        self.make_room(longest)

    def make_room(self, timesteps: int) -> None:
        """Make room for windows of up to so many timesteps."""
        room = new_room(timesteps, self.blocks, self.width, *self.ports, self.potential)
        self.kept = keep(SessionLanes(*self.lanes, room))

    def run(
        self, charge: NDArray[np.float64], event: NDArray[np.bool_] | None, window: Window
    ) -> bool:
        """Run a window and write what happened; whether it ran: all charges within bounds."""
        if not self.arrival:
            event = None  # a spike without charge has no effect
        if event is None and window.spikes is None and window.potentials is None:
            if self.run_plain is None:
                self.run_plain = compiled_for(
                    run_window, self.kept, _CHARGE, _NO_EVENT, _COUNTS, _COUNTS, _FIRES,
                    self.arrival, self.no_raster, self.no_trace,
                )  # fmt: skip
            return self.run_plain(
                self.kept, charge, _NO_EVENT, window.counts, window.first, window.fires,
                self.arrival, self.no_raster, self.no_trace,
            )  # fmt: skip
        return self._run_recorded(charge, event, window)

    def _run_recorded(
        self, charge: NDArray[np.float64], event: NDArray[np.bool_] | None, window: Window
    ) -> bool:
        shape = (self.blocks, len(charge), self.n)
        raster, trace = self.no_raster, self.no_trace
        n_lanes = self.blocks * self.in_block
        if window.spikes is not None:
            raster = np.zeros((*shape, self.words), np.uint32)
        if window.potentials is not None:
            trace = np.zeros((*shape, self.in_block), self.potential.dtype)
        if not run_window(
            self.kept, charge, _NO_EVENT if event is None else event, window.counts, window.first,
            window.fires, self.arrival, raster, trace,
        ):  # fmt: skip
            return False
        if window.spikes is not None:
            lanes = from_words(raster.transpose(1, 2, 0, 3)).reshape(*shape[1:], n_lanes)
            window.spikes[:, :, self.instances] = self._by_instance(lanes)
        if window.potentials is not None:
            levels = trace.transpose(1, 2, 0, 3).reshape(*shape[1:], n_lanes)
            window.potentials[:, :, self.instances] = self._by_instance(levels) * self._unit
        return True

    @property
    def _unit(self) -> float:
        """One step of the fixed-point scale, in weight units."""
        return 2.0**-self.shift

    def _by_instance(self, lanes: NDArray[Any]) -> NDArray[Any]:
        """Turn ``(..., lanes)`` into ``(..., instances, episodes)``."""
        return from_lanes(lanes, self.size, self.episodes)

    def take_state(self, other: Part) -> None:
        """Copy the state of another part, in whatever fixed point it is."""
        scale = 2.0 ** (self.shift - other.shift)
        self.potential[:] = (other.potential * scale).astype(self.potential.dtype)
        self.ring[:] = other.ring
        self.row_has_spike[:] = other.row_has_spike
        self.slot[:] = other.slot

    def reset(self, episodes: NDArray[np.bool_] | None) -> None:
        """Return some episodes to rest, ``(n_episodes,)`` bool; all if ``None``."""
        if episodes is None:
            self.potential[:] = 0
            self.ring[:] = 0
            self.row_has_spike[:] = False
            return
        gone = to_lanes(np.broadcast_to(episodes, (self.size, self.episodes)), self.words)
        self.potential.reshape(self.blocks, self.n, self.in_block).swapaxes(1, 2)[
            gone.reshape(self.blocks, self.in_block)
        ] = 0
        kept = ~to_words(gone).reshape(self.blocks, 1, self.words)
        self.ring.reshape(self.blocks, -1, self.words)[:] &= kept

    def potentials(self) -> NDArray[np.float64]:
        """Return ``(n_neurons, size, n_episodes)``, membrane potentials in weight units."""
        rows = self.potential.reshape(self.blocks, self.n, self.in_block).transpose(1, 0, 2)
        return self._by_instance(rows.reshape(self.n, -1)) * self._unit
