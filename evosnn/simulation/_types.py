"""The data types of the simulator: stimulus, response, recording, window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import SpecError

__all__ = ["NEVER", "Recording", "Response", "Stimulus", "Window", "joined"]


NEVER = int(np.iinfo(np.int16).max)
"""First-spike time of an output that did not spike: later than any timestep."""


@dataclass(frozen=True, eq=False)
class Stimulus:
    """The charge that every sample feeds to every input, timestep by timestep.

    Attributes:
        charge: ``(timesteps, n_inputs, n_samples)`` float64, in weight units. Input charge
            acts in its own timestep.
        event: ``(timesteps, n_inputs, n_samples)`` bool, where a spike arrives, whatever
            its charge; where the charge is not 0 if absent. It matters only to neurons of
            threshold 0 or below, which fire on any arrival.
    """

    charge: NDArray[np.float64]
    event: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        """Check the shapes, by which compiled code finds its way.

        Raises:
            SpecError: If charge has no three axes, or event another shape.
        """
        if np.ndim(self.charge) != 3:
            raise SpecError(
                f"charge has shape {np.shape(self.charge)}; it takes (timesteps, inputs, samples)"
            )
        if self.event is not None and np.shape(self.event) != np.shape(self.charge):
            raise SpecError(
                f"event has shape {np.shape(self.event)}; it takes charge's, "
                f"{np.shape(self.charge)}"
            )

    @classmethod
    def from_spikes(
        cls,
        spikes: Iterable[tuple[int, int, int, float]],
        *,
        timesteps: int,
        n_inputs: int,
        n_samples: int,
    ) -> Stimulus:
        """Return the stimulus of spikes ``(sample, input, timestep, charge)``.

        Spikes on one input in one timestep add up; a spike of charge 0 still arrives.

        Raises:
            SpecError: If a sample, an input or a timestep is out of range.
        """
        charge = np.zeros((timesteps, n_inputs, n_samples))
        event = np.zeros(charge.shape, np.bool_)
        for sample, index, time, value in spikes:
            for name, got, most in (
                ("sample", sample, n_samples),
                ("input", index, n_inputs),
                ("timestep", time, timesteps),
            ):
                if not 0 <= got < most:
                    raise SpecError(f"a spike's {name} is {got}; it takes 0..{most - 1}")
            charge[time, index, sample] += value
            event[time, index, sample] = True
        return cls(charge, event)

    @property
    def timesteps(self) -> int:
        """Number of timesteps."""
        return int(self.charge.shape[0])

    @property
    def n_inputs(self) -> int:
        """Number of inputs."""
        return int(self.charge.shape[1])

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return int(self.charge.shape[2])


@dataclass(frozen=True, eq=False)
class Recording:
    """All that the neurons of one network did.

    Attributes:
        spikes: ``(timesteps, n_neurons, n_instances, n_samples)``: bool, or uint8, how often, on a
            chip whose neurons fire several times in one timestep.
        potential: Same shape, float64, membrane potentials after each timestep, in weight
            units. That of a dead or stuck neuron means nothing.
    """

    spikes: NDArray[np.bool_ | np.uint8]
    potential: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Response:
    """What the outputs of networks did, for every chip instance and sample.

    Attributes:
        counts: ``(n_networks, n_outputs, n_instances, n_samples)`` int16, output spikes.
        first: Same shape, int16, timestep of the first output spike, or ``NEVER``.
        spikes: ``(n_networks,)`` float64, spikes of all neurons in use (outputs, and those
            that have a synapse), mean over instances and samples.
        deliveries: ``(n_networks,)`` float64, synaptic deliveries within the window, mean
            over instances and samples.
        recordings: One for each network that was to be recorded, in the order asked for.
        right: ``(n_networks, n_instances)`` int32, right answers in the race; ``(0, 0)`` if
            there was none, and else ``counts`` and ``first`` are empty.
    """

    counts: NDArray[np.int16]
    first: NDArray[np.int16]
    spikes: NDArray[np.float64]
    deliveries: NDArray[np.float64]
    recordings: tuple[Recording, ...] = ()
    right: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 0), np.int32))


def joined(parts: Sequence[Response], spans: Sequence[tuple[int, int]]) -> Response:
    """Put responses to the samples ``span[0]`` to ``span[1]`` each side by side."""
    runs = np.array(
        [part.counts.shape[2] * (b - a) for part, (a, b) in zip(parts, spans, strict=True)]
    )

    def mean(values: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        totals = np.rint(np.array(values) * runs[:, None])  # whole, so the order is nothing
        return np.asarray(totals.sum(axis=0) / runs.sum())

    return Response(
        np.concatenate([part.counts for part in parts], axis=3),
        np.concatenate([part.first for part in parts], axis=3),
        mean([part.spikes for part in parts]),
        mean([part.deliveries for part in parts]),
        right=np.sum([part.right for part in parts], axis=0, dtype=np.int32),
    )


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
