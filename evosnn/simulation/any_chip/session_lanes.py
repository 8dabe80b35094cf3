"""The lanes of a session on the general kernel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation._types import NEVER, Window
from evosnn.simulation.any_chip.kernel import run_general_window
from evosnn.simulation.any_chip.rules import State
from evosnn.simulation.any_chip.run import (
    feed_of,
    needs_general,
    require_countable,
    rules_of,
    values_of,
)
from evosnn.simulation.layout.wiring import Population

__all__ = ["GeneralPart", "session_needs_general"]


def session_needs_general(network: Network, chip: Chip, instances: Instances | None) -> bool:
    """Whether a session of a network runs on the general kernel."""
    return chip.neuron.integration_delay or bool(needs_general([network], chip, instances)[0])


class GeneralPart:
    """All lanes of a session: ``size`` chip instances, each with ``episodes`` episodes.

    Faults within a window of timesteps count these from the session's start, whatever is
    reset.
    """

    def __init__(
        self,
        network: Network,
        population: Population,
        chip: Chip,
        instances: Instances | None,
        episodes: int,
    ) -> None:
        self.size = instances.n_instances if instances else 1
        self._population = population
        self._outputs = network.outputs
        self._chip = chip
        self._late = chip.neuron.integration_delay
        self._rules = rules_of(chip)
        self._values = values_of([network], population, chip, instances)
        shape = (self.size, network.n_neurons, episodes)
        self._state = State(
            np.zeros(shape), np.zeros(shape), np.zeros(shape, np.int64), np.zeros(shape, np.int32)
        )
        reach = int(self._values.delay.max(initial=1))
        self._past = np.zeros((self.size, reach, *shape[1:]), np.uint8)
        self._clock = 0

    def run(
        self, charge: NDArray[Any], event: NDArray[np.bool_] | None, record: bool,
        potentials: bool,
    ) -> Window:  # fmt: skip
        """Run a window; arguments as those of :meth:`Session.run`."""
        require_countable(self._chip, len(charge))
        fed, input_active, row_has_spike = feed_of(
            charge.transpose(2, 0, 1, 3), None if event is None else event.transpose(2, 0, 1, 3)
        )
        timesteps, reach = len(charge), self._past.shape[1]
        size, _, n, episodes = self._past.shape
        fired = np.concatenate(
            [self._past, np.zeros((size, timesteps, n, episodes), np.uint8)], axis=1
        )
        trace = np.zeros((size, timesteps if potentials else 0, n, episodes))
        run_general_window(
            self._rules, self._population, self._values, fed, input_active, row_has_spike,
            self._clock, self._state, fired, reach, trace,
        )  # fmt: skip
        self._past = fired[:, timesteps:].copy()
        self._clock += timesteps
        seen = fired[:, reach - self._late : reach - self._late + timesteps]
        if not self._rules.several:
            seen = seen.view(np.bool_)
        out = seen[:, :, self._outputs]
        first = np.where(out.any(axis=1), (out > 0).argmax(axis=1), NEVER)
        return Window(
            counts=out.sum(axis=1).transpose(1, 0, 2).astype(np.int16),
            first=first.transpose(1, 0, 2).astype(np.int16),
            fires=seen.sum(axis=(0, 1, 3)).astype(np.int64),
            spikes=seen.transpose(1, 2, 0, 3).copy() if record else None,
            potentials=trace.transpose(1, 2, 0, 3).copy() if potentials else None,
        )

    def take_state(self, other: GeneralPart) -> None:
        """Go on where another part of the same network stands."""
        self._state, self._past, self._clock = other._state, other._past, other._clock

    def reset(self, episodes: NDArray[np.bool_] | None) -> None:
        """Return episodes to rest, all if not given."""
        which = slice(None) if episodes is None else episodes
        for values in (*self._state, self._past):
            values[..., which] = 0
        self._state.input_active[..., which] = self._clock

    def potentials(self) -> NDArray[np.float64]:
        """``(n_neurons, n_instances, n_episodes)``, membrane potentials."""
        return self._state.potential.transpose(1, 0, 2).copy()
