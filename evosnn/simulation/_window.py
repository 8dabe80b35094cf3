"""What happened in one window of a session."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Window"]


class Window(NamedTuple):  # a frozen dataclass takes longer to make than a timestep to run
    """What happened in one window, for every chip instance and episode.

    Attributes:
        counts: ``(n_outputs, n_instances, n_episodes)`` int16, output spikes.
        first: Same shape, int16, timestep of the first output spike, or ``NEVER``.
        fires: ``(n_neurons,)`` int64, spikes of each neuron in all episodes.
        spikes: ``(timesteps, n_neurons, n_instances, n_episodes)``, if asked for: bool, or uint8,
            how often, on a chip whose neurons fire several times in one timestep.
        potentials: Same shape, float64, after each timestep, in weight units, if asked for.
    """

    counts: NDArray[np.int16]
    first: NDArray[np.int16]
    fires: NDArray[np.int64]
    spikes: NDArray[np.bool_ | np.uint8] | None = None
    potentials: NDArray[np.float64] | None = None
