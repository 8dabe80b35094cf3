"""A simulation session: a network that keeps its state from window to window."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ascontiguousarray, empty, zeros
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.errors import SpecError
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation._check_instances import check_instances
from evosnn.simulation._types import NEVER, Window
from evosnn.simulation.any_chip.session_lanes import GeneralPart, session_needs_general
from evosnn.simulation.dense.session_lanes import Part
from evosnn.simulation.dense.session_window import within
from evosnn.simulation.layout.fixed_point import FLOAT64, NUMBERS, plan_numbers
from evosnn.simulation.layout.lanes import group_sizes
from evosnn.simulation.layout.population import firing_threshold, pack_networks
from evosnn.simulation.layout.stimulus import writable
from evosnn.simulation.layout.wiring import Group, wire

__all__ = ["Session", "Window"]

_ENDLESS = 2**20  # timesteps that an unbounded potential is given room for
_INT16, _INT64, _FLOAT64 = np.dtype(np.int16), np.dtype(np.int64), np.dtype(np.float64)


class Session:
    """One network, many episodes at once, each with a state that goes on between windows.

    Args:
        network: The network.
        chip: The rules.
        n_episodes: How many episodes run side by side on every instance.
        instances: The network's parameters on chip instances; one nominal chip if
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
        if instances is not None:
            check_instances([network], instances)
        self.n_instances = instances.n_instances if instances else 1
        self._instances = instances
        self._population = pack_networks([network], chip)
        self._floor = -np.inf if chip.neuron.min_potential is None else chip.neuron.min_potential
        self._low = np.zeros(network.inputs.size)
        self._high = np.zeros(network.inputs.size)
        self._shape = (network.inputs.size, self.n_instances, n_episodes)
        self._told = (network.outputs.size, self.n_instances, n_episodes)
        self._n_neurons = network.n_neurons
        self._general = session_needs_general(network, chip, instances)
        self._known: tuple[int, ...] = ()  # the shape of the last window's charges
        self._longest = 0  # timesteps that there is room for
        self._parts = self._build()

    def _build(self) -> list[Any]:
        population, instances = self._population, self._instances
        if self._general:
            return [GeneralPart(self.network, population, self.chip, instances, self.n_episodes)]
        weight = instances.weight if instances else population.weight[None]
        threshold = population.threshold[None]
        if instances:
            threshold = firing_threshold(instances.threshold, self.chip)
        code, shift = FLOAT64, -1
        if self.chip.integer and max(self._high.max(initial=0), -self._low.min(initial=0)) < 2**15:
            codes, shifts = plan_numbers(
                population, weight, threshold, self._floor, self._low,
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
            wiring = wire(population, 0, group, amount, False, self._floor, shift, number, False)
            parts.append(
                Part(
                    wiring, number, at, size, arrival, self.n_episodes,
                    self.network.outputs.size, self._low, self._high, self.chip.integer,
                    self._longest,
                )
            )  # fmt: skip
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

        A window costs about two microseconds beside its timesteps, where all charges
        are spikes of one charge an input; the first of its length, and one with charges beyond
        those of the windows before, cost more.

        Args:
            charge: ``(timesteps, n_inputs, n_instances, n_episodes)``, input charges.
            event: Same shape, where a spike arrives; where the charge is not 0 if not given.
            record: Whether to return all spikes.
            potentials: Whether to return all potentials.

        Raises:
            SpecError: If a shape is wrong, or a charge not whole on an integer chip.
        """
        charge = ascontiguousarray(charge, _FLOAT64)
        if not charge.flags.writeable:
            charge = writable(charge)
        if charge.shape != self._known:
            self._prepare(charge.shape)
        if event is not None:
            event = writable(ascontiguousarray(event, np.bool_))
            if event.shape != charge.shape:
                raise SpecError(f"event has shape {event.shape}; it takes charge's, {charge.shape}")
        if self._general or len(self._parts) > 1:  # none may run before there is room for all
            if not within(charge, self._low, self._high, self.chip.integer):
                self._widen(charge)
            if self._general:
                return self._parts[0].run(charge, event, record, potentials)  # type: ignore[no-any-return]
        raster = trace = None
        if record or potentials:
            everywhere = (len(charge), self._n_neurons, self.n_instances, self.n_episodes)
            raster = empty(everywhere, np.bool_) if record else None
            trace = empty(everywhere) if potentials else None
        window = Window(
            empty(self._told, _INT16), empty(self._told, _INT16), zeros(self._n_neurons, _INT64),
            raster, trace,
        )  # fmt: skip
        for part in self._parts:
            if not part.run(charge, event, window):  # the only one, and it did nothing
                self._widen(charge)
                return self.run(charge, event, record=record, potentials=potentials)
        return window

    def _prepare(self, shape: tuple[int, ...]) -> None:
        """Make room for a window whose charges have this shape."""
        if shape[1:] != self._shape or shape[0] >= NEVER:
            raise SpecError(
                f"charge has shape {shape}; it takes (timesteps, inputs, instances, "
                f"episodes) = (up to {NEVER - 1}, {', '.join(map(str, self._shape))})"
            )
        if shape[0] > self._longest and not self._general:
            self._longest = shape[0]
            for part in self._parts:
                part.make_room(shape[0])
        self._known = shape

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
