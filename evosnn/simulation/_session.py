"""A network that keeps its state: run a window, look, run the next."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.errors import SpecError
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation._data import NEVER
from evosnn.simulation._general_session import GeneralPart, session_needs_general
from evosnn.simulation._kernel import Feed, Group, run_window, wire
from evosnn.simulation._lanes import from_lanes, from_words, group_sizes, to_lanes, to_words
from evosnn.simulation._numbers import FLOAT64, NUMBERS, plan_numbers
from evosnn.simulation._pack import fill_lanes, firing_threshold, pack_networks
from evosnn.simulation._vector import CHARGE_INPUT, LANES, WORDS
from evosnn.simulation._window import Window

__all__ = ["Session", "Window"]

_ENDLESS = 2**20  # timesteps that an unbounded potential is given room for


@njit(nogil=True, cache=True)
def _fits(charge: Any, low: Any, high: Any, whole: bool) -> bool:
    """Whether all charges lie within the bounds of their input (and are whole, if asked)."""
    outside = 0
    for t in range(charge.shape[0]):
        for i in range(charge.shape[1]):
            least, most = low[i], high[i]
            for k in range(charge.shape[2]):
                row = charge[t, i, k]
                for e in range(row.size):
                    outside += (row[e] < least) | (row[e] > most)
                if whole:
                    for e in range(row.size):
                        outside += row[e] != np.rint(row[e])
        if outside > 0:
            return False
    return True


class Session:
    """One network, many episodes at once, each with a state that goes on between windows.

    Args:
        network: The network.
        chip: The rules.
        n_episodes: How many episodes run side by side on every instance.
        instances: The network's parameters on chip instances; one chip exactly as drawn if
            not given.
        horizon: Timesteps that it will run at most; a potential without a floor is given room
            for so many.
    """

    def __init__(
        self,
        network: Network,
        chip: Chip,
        n_episodes: int,
        instances: Instances | None = None,
        *,
        horizon: int = _ENDLESS,
    ) -> None:
        self._horizon = horizon
        self.network = network
        self.chip = chip
        self.n_episodes = n_episodes
        self.n_instances = instances.n_instances if instances else 1
        self._instances = instances
        self._population = pack_networks([network], chip)
        self._floor = -np.inf if chip.neuron.min_potential is None else chip.neuron.min_potential
        self._low = np.zeros(network.inputs.size)
        self._high = np.zeros(network.inputs.size)
        self._parts = self._build()

    def _build(self) -> list[Any]:
        population, instances = self._population, self._instances
        if session_needs_general(self.network, self.chip, instances):
            return [GeneralPart(self.network, population, self.chip, instances, self.n_episodes)]
        weight = instances.weight if instances else population.weight[None]
        threshold = population.threshold[None]
        if instances:
            threshold = firing_threshold(instances.threshold, self.chip)
        whole = all((values == np.rint(values)).all() for values in (weight, threshold))
        code, shift = FLOAT64, -1
        if self.chip.integer and max(self._high.max(initial=0), -self._low.min(initial=0)) < 2**15:
            codes, shifts = plan_numbers(
                population, weight, threshold, np.array([whole]), self._floor, self._low,
                self._high, self._horizon,
            )  # fmt: skip
            code, shift = int(codes[0]), int(shifts[0])
        arrival = bool((threshold <= 0).any()) or None
        parts = []
        at = 0
        for size in group_sizes(self.n_instances):
            rows = slice(at, at + size)
            group = None
            if instances:
                group = Group(weight[rows], threshold[rows], instances.firing[rows])
            number = NUMBERS[code]
            amount = np.zeros(self.network.inputs.size)
            wiring = wire(population, 0, group, amount, False, self._floor, shift, number)
            parts.append(_Part(wiring, number, size, arrival, self.n_episodes))
            at += size
        return parts

    def run(
        self,
        charge: NDArray[np.float64],
        event: NDArray[np.bool_] | None = None,
        *,
        record: bool = False,
        potentials: bool = False,
    ) -> Window:
        """Run one window and keep the state for the next.

        Args:
            charge: ``(timesteps, n_inputs, n_instances, n_episodes)``, input charges.
            event: Same shape, where a spike arrives; where the charge is not 0 if not given.
            record: Whether to return all spikes.
            potentials: Whether to return all potentials.

        Raises:
            SpecError: If the shape is wrong, or a charge not whole on an integer chip.
        """
        charge = np.ascontiguousarray(charge, dtype=np.float64)
        shape = (self.network.inputs.size, self.n_instances, self.n_episodes)
        if charge.ndim != 4 or charge.shape[1:] != shape or len(charge) >= NEVER:
            raise SpecError(
                f"charge has shape {charge.shape}; it takes (timesteps, inputs, instances, "
                f"episodes) = (up to {NEVER - 1}, {', '.join(map(str, shape))})"
            )
        if not _fits(charge, self._low, self._high, self.chip.integer):
            self._widen(charge)
        windows = []
        at = 0
        for part in self._parts:
            windows.append(part.run(charge, event, at, record, potentials))
            at += part.size
        if len(windows) == 1:
            only: Window = windows[0]
            return only
        return Window(
            counts=np.concatenate([w.counts for w in windows], axis=1),
            first=np.concatenate([w.first for w in windows], axis=1),
            fires=np.sum([w.fires for w in windows], axis=0),
            spikes=np.concatenate([w.spikes for w in windows], axis=2) if record else None,
            potentials=(
                np.concatenate([w.potentials for w in windows], axis=2) if potentials else None
            ),
        )

    def _widen(self, charge: NDArray[np.float64]) -> None:
        """Move to a wider number type if these charges could overflow the present one."""
        if self.chip.integer and (charge != np.rint(charge)).any():
            raise SpecError(f"an input charge is not whole; chip '{self.chip.name}' takes integers")
        low = np.minimum(self._low, charge.min(axis=(0, 2, 3), initial=0.0))
        high = np.maximum(self._high, charge.max(axis=(0, 2, 3), initial=0.0))
        if (low < self._low).any() or (high > self._high).any():
            self._low, self._high = low, high
            old, self._parts = self._parts, self._build()
            for part, before in zip(self._parts, old, strict=True):
                part.take_state(before)

    def reset(self, episodes: NDArray[np.bool_] | None = None) -> None:
        """Return to rest: potentials 0, nothing in flight.

        Args:
            episodes: ``(n_episodes,)`` bool, which episodes; all if not given. Every instance
                of an episode is reset.

        Raises:
            SpecError: If ``episodes`` has another shape.
        """
        if episodes is not None and np.shape(episodes) != (self.n_episodes,):
            raise SpecError(
                f"episodes has shape {np.shape(episodes)}; it takes (n_episodes,) = "
                f"({self.n_episodes},) truth values"
            )
        for part in self._parts:
            part.reset(None if episodes is None else np.asarray(episodes, dtype=np.bool_))

    @property
    def potential(self) -> NDArray[np.float64]:
        """``(n_neurons, n_instances, n_episodes)``, membrane potentials, in weight units."""
        return np.concatenate([part.potentials() for part in self._parts], axis=1)


class _Part:
    """The lanes of one group of chip instances; ``row`` is neurons or outputs, end to end."""

    def __init__(
        self, wiring: Any, number: NDArray[Any], size: int, arrival: bool | None, episodes: int
    ) -> None:
        self.wiring = wiring
        self.size = size
        self.arrival = arrival
        self.episodes = episodes
        self.n = wiring.threshold.shape[0]
        self.blocks = -(-episodes * size // LANES)
        self.potential = np.zeros((self.blocks, self.n * LANES), number.dtype)
        self.ring = np.zeros((self.blocks, wiring.slots * self.n * WORDS), np.uint32)
        self.loud = np.zeros((self.blocks, wiring.slots * self.n), np.bool_)
        self.valid = to_words(to_lanes(np.ones((size, episodes), np.bool_)))
        self.slot = 0

    def run(
        self, charge: NDArray[Any], event: NDArray[np.bool_] | None, at: int, record: bool,
        potentials: bool,
    ) -> Window:  # fmt: skip
        timesteps = len(charge)
        outputs = int((self.wiring.output_of >= 0).sum())
        counts = np.empty((self.blocks, outputs * LANES), np.int16)
        first = np.empty(counts.shape, np.int16)
        fires = np.zeros(self.n, np.int64)
        raster = np.zeros((self.blocks, timesteps, self.n, WORDS), np.uint32) if record else None
        shape = (self.blocks, timesteps, self.n, LANES)
        trace = np.zeros(shape, self.potential.dtype) if potentials else None
        feed = self._feed(charge, event, at)
        self.slot = run_window(
            self.wiring, feed, self.potential, self.ring, self.loud, self.slot, timesteps, counts,
            first, fires, self.arrival, raster, trace,
        )  # fmt: skip
        spikes = None
        if raster is not None:
            lanes = from_words(raster.transpose(1, 2, 0, 3)).reshape(timesteps, self.n, -1)
            spikes = from_lanes(lanes, self.size, self.episodes)
        levels = None
        if trace is not None:
            lanes = trace.transpose(1, 2, 0, 3).reshape(timesteps, self.n, -1)
            levels = from_lanes(lanes, self.size, self.episodes) * self._unit
        return Window(self._by_row(counts), self._by_row(first), fires, spikes, levels)

    @property
    def _unit(self) -> float:
        """One step of the fixed-point scale, in weight units."""
        return float(2.0 ** -int(self.wiring.shift[0]))

    def _feed(self, charge: NDArray[Any], event: NDArray[np.bool_] | None, at: int) -> Feed:
        timesteps, n_inputs = charge.shape[:2]
        rows = self.blocks * timesteps * n_inputs
        floating = self.potential.dtype == np.float64
        feed = Feed(
            kind=CHARGE_INPUT,
            words=np.zeros(rows * WORDS if self.arrival else 0, np.uint32),
            charge=np.zeros(rows * LANES, np.float64 if floating else np.int16),
            charge_steps=timesteps,
            heard=np.zeros(rows, np.bool_),
            amount=np.zeros(n_inputs),
            valid=self.valid,
            sent=np.zeros((timesteps, n_inputs), np.int64),
        )
        fill_lanes(charge, event, at, self.size, feed.words, feed.charge, feed.heard)
        return feed

    def _by_row(self, blocks: NDArray[Any]) -> NDArray[Any]:
        """Turn ``(blocks, rows * LANES)`` into ``(rows, instances, episodes)``."""
        rows = blocks.reshape(self.blocks, -1, LANES).transpose(1, 0, 2)
        return from_lanes(rows.reshape(rows.shape[0], -1), self.size, self.episodes)

    def take_state(self, other: _Part) -> None:
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
        return self._by_row(self.potential) * self._unit
