"""TENNLab's processor interface: load a network, apply spikes, run, read output spikes.

For people who know ``processor_tool_risp`` or the ``neuro`` module, and for running their
recorded cases. Runs go on where the last one stopped: potentials stay, spikes in flight and
spikes applied beyond the end arrive in the next run.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import chip_from_risp
from evosnn.errors import NetworkError, SpecError
from evosnn.simulation._session import Session
from evosnn.tennlab import NetworkFile

__all__ = ["Processor"]


class Processor:
    """A RISP processor with one network loaded.

    All times are relative to the start of the current run.

    Args:
        file: A network file whose parameters are RISP's.

    Raises:
        NetworkError: If the parameters are not RISP's, or ask for what is not simulated.
    """

    def __init__(self, file: NetworkFile) -> None:
        self.network = file.network
        self.parameters = file.parameters
        self.chip = chip_from_risp(file.parameters)
        self.clear_activity()

    def clear_activity(self) -> None:
        """Return to rest: potentials 0, nothing pending, nothing in flight."""
        self._session = Session(self.network, self.chip, n_episodes=1)
        self._pending: list[tuple[int, int, float]] = []
        self._past: NDArray[np.bool_ | np.uint8] = np.zeros((0, self.network.n_neurons), np.bool_)
        self._spikes: NDArray[np.bool_ | np.uint8] = self._past
        self._arrivals = 0

    def apply_spikes(
        self, spikes: Iterable[tuple[int, int, float]], *, normalized: bool = True
    ) -> None:
        """Apply spikes ``(input index, time, value)`` to the next run.

        Args:
            spikes: The spikes.
            normalized: Whether a value is a share (0 to 1) of the chip's spike value, or else
                a charge. With ``inputs_from_weights`` it is a share of, or an index into,
                the weight table.

        Raises:
            SpecError: If an input does not exist, a time is negative or a share not in 0..1.
        """
        for index, time, value in spikes:
            if not 0 <= index < self.network.inputs.size:
                raise SpecError(
                    f"input {index} does not exist; inputs are 0..{self.network.inputs.size - 1}"
                )
            if time < 0:
                raise SpecError(f"spike time {time} is negative")
            if normalized and not 0 <= value <= 1:
                raise SpecError(f"spike value {value} is outside 0..1")
            self._pending.append((int(index), int(time), self._charge(value, normalized)))

    def _charge(self, value: float, normalized: bool) -> float:
        if self.parameters.get("inputs_from_weights"):
            table = sorted(self.parameters["weights"])
            last = len(table) - 1
            return float(table[min(int(value * len(table)), last) if normalized else int(value)])
        if not normalized:
            return float(value)
        charge = value * self.chip.spike_value
        return float(math.floor(charge)) if self.chip.integer else charge

    def run(self, timesteps: int) -> None:
        """Run ``timesteps`` timesteps (one more if the network says ``run_time_inclusive``).

        Raises:
            SpecError: If ``timesteps`` is below 1.
        """
        if timesteps < 1:
            raise SpecError(f"timesteps is {timesteps}; a run takes at least 1")
        steps = timesteps + bool(self.parameters.get("run_time_inclusive"))
        charge = np.zeros((steps, self.network.inputs.size, 1, 1))
        event = np.zeros(charge.shape, np.bool_)
        now = [spike for spike in self._pending if spike[1] < steps]
        self._pending = [(i, t - steps, v) for i, t, v in self._pending if t >= steps]
        for index, time, value in now:
            charge[time, index] += value
            event[time, index] = True
        spikes = self._session.run(charge, event, record=True).spikes
        if spikes is None:
            raise NetworkError("the run recorded nothing")
        self._arrivals = len(now)
        self._spikes = spikes[:, :, 0, 0]
        self._count_deliveries()

    def _count_deliveries(self) -> None:
        history = np.concatenate([self._past, self._spikes])
        start = len(self._past)
        for pre, delay in zip(self.network.pre, self.network.delay, strict=True):
            sent = history[max(start - delay, 0) : max(len(history) - delay, 0), pre]
            self._arrivals += int(sent.sum())
        longest = int(self.network.delay.max(initial=1))
        self._past = history[-longest:]

    @property
    def neuron_ids(self) -> list[int]:
        """The neurons' ids, ascending: the order of :attr:`fires` and :attr:`charges`."""
        return [int(i) for i in self.network.ids]

    @property
    def fires(self) -> list[list[int]]:
        """Fire times of every neuron in the last run, once for each spike."""
        times = np.arange(len(self._spikes))
        return [np.repeat(times, row).tolist() for row in self._spikes.T]

    @property
    def output_fires(self) -> list[list[int]]:
        """Fire times of every output in the last run."""
        return [self.fires[i] for i in self.network.outputs.tolist()]

    @property
    def charges(self) -> NDArray[np.float64]:
        """``(n_neurons,)``, membrane potentials."""
        return self._session.potential[:, 0, 0]

    @property
    def total_fires(self) -> int:
        """Spikes of all neurons in the last run."""
        return int(self._spikes.sum())

    @property
    def total_accumulates(self) -> int:
        """Charges added to a potential in the last run, from inputs and from synapses."""
        return self._arrivals
