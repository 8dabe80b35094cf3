"""A session's lanes on the general kernel: the same face as those on the vector kernel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation._data import NEVER
from evosnn.simulation._general import State, run_general_window
from evosnn.simulation._general_run import needs_general, rules_of, values_of
from evosnn.simulation._kernel import Population
from evosnn.simulation._window import Window

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
        self._late = chip.neuron.integration_delay
        self._rules = rules_of(chip)
        self._values = values_of([network], population, chip, instances)
        shape = (self.size, episodes, network.n_neurons)
        self._state = State(
            np.zeros(shape), np.zeros(shape), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        )
        reach = int(self._values.delay.max(initial=1))
        self._past = np.zeros((*shape[:2], reach, shape[2]), np.bool_)
        self._clock = 0

    def run(
        self, charge: NDArray[Any], event: NDArray[np.bool_] | None, at: int, record: bool,
        potentials: bool,
    ) -> Window:  # fmt: skip
        """Run a window; arguments as those of :meth:`Session.run`, ``at`` the first instance."""
        here = slice(at, at + self.size)
        arrives = charge != 0 if event is None else event
        fed, heard = (
            np.ascontiguousarray(x[:, :, here].transpose(2, 3, 0, 1)) for x in (charge, arrives)
        )
        timesteps, reach = len(charge), self._past.shape[2]
        n = self._past.shape[3]
        fired = np.concatenate(
            [self._past, np.zeros((*self._past.shape[:2], timesteps, n), np.bool_)], axis=2
        )
        trace = np.zeros((*fired.shape[:2], timesteps if potentials else 0, n))
        run_general_window(
            self._rules, self._population, self._values, fed, heard, self._clock, self._state,
            fired, trace,
        )  # fmt: skip
        self._past = fired[:, :, timesteps:]
        self._clock += timesteps
        seen = fired[:, :, reach - self._late : reach - self._late + timesteps]
        out = seen[..., self._outputs]
        first = np.where(out.any(axis=2), out.argmax(axis=2), NEVER)
        return Window(
            counts=out.sum(axis=2).transpose(2, 0, 1).astype(np.int16),
            first=first.transpose(2, 0, 1).astype(np.int16),
            fires=seen.sum(axis=(0, 1, 2)).astype(np.int64),
            spikes=seen.transpose(2, 3, 0, 1).copy() if record else None,
            potentials=trace.transpose(2, 3, 0, 1).copy() if potentials else None,
        )

    def take_state(self, other: GeneralPart) -> None:
        """Go on where another part of the same network stands."""
        self._state, self._past, self._clock = other._state, other._past, other._clock

    def reset(self, episodes: NDArray[np.bool_] | None) -> None:
        """Return episodes to rest, all if not given."""
        which = slice(None) if episodes is None else episodes
        for values in (*self._state, self._past):
            values[:, which] = 0

    def potentials(self) -> NDArray[np.float64]:
        """``(n_neurons, n_instances, n_episodes)``, membrane potentials."""
        return self._state.potential.transpose(2, 0, 1).copy()
