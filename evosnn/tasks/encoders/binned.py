"""TENNLab's flip-flop and argyle encoders: bursts of spikes on one or two inputs of a feature.

Both are those of Plank, Rizzo, White and Schuman, "The Cart-Pole Application as a Benchmark
for Neuromorphic Computing", JLPEA 15(1):5, 2025. A feature of limits ``-limit..limit`` is
``x = (v + limit) / (2 * limit)`` here.
"""

from __future__ import annotations

from typing import ClassVar, Literal, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from evosnn.tasks.encoders.base import SLACK, Encoder, EncoderC, burst

__all__ = ["ArgyleEncoder", "FlipFlopEncoder"]


_BURST_C = """
/* A burst of as many spikes, one every INTERVAL timesteps from 0 on. */
#define INTERVAL {interval}u

static ${{name}}_charge charge_of(${{name}}_amount amount, uint32_t timestep)
{{
    const uint32_t spike = timestep / INTERVAL;

    return (((timestep % INTERVAL) == 0u) && (spike < (uint32_t)amount)) ? FULL_SPIKE : 0;
}}

"""

_FLIP_FLOP_C = """
/* Spikes on the input of the bin that the value is in, by its distance from the bin's edge. */
static void encode_feature(double x, ${{name}}_amount *amount)
{{
    const double place = x * {bins};
    const double own = fmin(floor(place), {last_bin});
    const double within = place - own;
    const double height = (fmod(own, 2.0) == 0.0) ? (1.0 - within) : within;
    const double spikes = ceil(({max_spikes} * height) - 1e-9);
    uint32_t bin;

    for (bin = 0u; bin < PER_FEATURE; ++bin) {{
        amount[bin] = ((uint32_t)own == bin) ? (${{name}}_amount)spikes : 0;
    }}
}}
"""

_ARGYLE_C = """
/* Spikes shared by the two inputs that the value lies between. */
static void encode_feature(double x, ${{name}}_amount *amount)
{{
    const double place = x * {gaps};
    const double left = fmin(floor(place + 1e-9), {last_left});
    const double share = floor(({max_spikes} * (place - left)) + 1e-9);
    const double upper = fmin(1.0 + share, {max_spikes});
    uint32_t neuron;

    for (neuron = 0u; neuron < PER_FEATURE; ++neuron) {{
        amount[neuron] = 0;
    }}
    amount[(uint32_t)left] = (${{name}}_amount)(({max_spikes} + 1.0) - upper);
    amount[(uint32_t)left + 1u] = (${{name}}_amount)upper;
}}
"""


class _BurstEncoder(Encoder):
    """Bursts of at most ``max_spikes`` spikes, one every ``interval`` timesteps from 0 on."""

    closed_loop: ClassVar[bool] = True

    max_spikes: int = Field(default=8, ge=1)
    interval: int = Field(default=3, ge=1)

    def shortest_window(self) -> tuple[int, str]:
        """Return the shortest window in timesteps, and what needs it."""
        every = "every timestep" if self.interval == 1 else f"every {self.interval} timesteps"
        needed = (self.max_spikes - 1) * self.interval + 1
        return needed, f"max_spikes {self.max_spikes}, one {every},"

    @property
    def _when(self) -> str:
        every = "every timestep" if self.interval == 1 else f"every {self.interval} timesteps"
        return f"Spikes come {every} from timestep 0 on."


@final
class FlipFlopEncoder(_BurstEncoder):
    """The input of the bin that a value lies in spikes, the more the farther from the bin's edge.

    With ``p = x * bins`` and ``b = min(floor(p), bins - 1)``, input ``b`` of the feature gets
    ``ceil(max_spikes * h)`` spikes and the others none, where ``h = p - b`` for odd ``b``, else
    ``1 - (p - b)``. With two bins this is the published encoder: ``v = 2 * x - 1`` sends
    ``ceil(max_spikes * |v|)`` spikes to the first input if ``v < 0``, else to the second. More bins
    are our generalisation: the count is the same on both sides of a bin's edge. ``bins`` inputs
    for each feature.

    Attributes:
        max_spikes: Number of spikes of the value farthest from the edge.
        interval: Timesteps from one spike to the next; the first is in timestep 0.
        bins: Number of bins of equal width.
    """

    kind: Literal["flip-flop"] = "flip-flop"
    bins: int = Field(default=2, ge=2)

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: ``bins`` for each feature."""
        return self.bins * n_features

    def drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.bool_]:
        """Return the input of each timestep, ``(timesteps, n_inputs, n_samples)``."""
        del rng
        place = x * self.bins
        own = np.minimum(np.floor(place), self.bins - 1)
        within = place - own
        height = np.where(own % 2 == 0, 1 - within, within)
        spikes = np.ceil(self.max_spikes * height - SLACK).astype(np.int64)
        count = np.where(own[:, None] == np.arange(self.bins)[:, None], spikes[:, None], 0)
        return burst(count.reshape(self.bins * len(x), x.shape[1]), self.interval, timesteps)

    def describe(self, timesteps: int) -> str:
        """Return sentences from which a reader could encode a feature by hand."""
        del timesteps
        n, most = self.bins, self.max_spikes
        return (
            f"{n} inputs a feature. With p = x * {n} and b = min(floor(p), {n - 1}): input b of "
            f"the feature gets ceil({most} * h) spikes, the others none, where h is p - b if b "
            f"is odd, else 1 - (p - b). {self._when}"
        )

    def c_code(self, timesteps: int, spike_value: float, integer: bool) -> EncoderC:
        """Return the encoder as C99."""
        del timesteps, spike_value, integer
        values = {"bins": float(self.bins), "last_bin": float(self.bins - 1)}
        feature = _FLIP_FLOP_C.format(**values, max_spikes=float(self.max_spikes))
        return EncoderC(feature + _BURST_C.format(interval=self.interval))


@final
class ArgyleEncoder(_BurstEncoder):
    """The two inputs that a value lies between share ``max_spikes + 1`` spikes.

    The inputs of a feature are at equal distances from 0 to 1. With ``p = x * (neurons - 1)``,
    ``i = min(floor(p), neurons - 2)`` and ``k = min(1 + floor(max_spikes * (p - i)), max_spikes)``,
    input ``i + 1`` of the feature gets ``k`` spikes, input ``i`` gets ``max_spikes + 1 - k``, and
    the others get none. ``neurons`` inputs for each feature.

    Attributes:
        max_spikes: Largest number of spikes of one input.
        interval: Timesteps from one spike to the next; the first is in timestep 0.
        neurons: Number of inputs for each feature.
    """

    kind: Literal["argyle"] = "argyle"
    neurons: int = Field(default=4, ge=2)

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: ``neurons`` for each feature."""
        return self.neurons * n_features

    def drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.bool_]:
        """Return the input of each timestep, ``(timesteps, n_inputs, n_samples)``."""
        del rng
        place = x * (self.neurons - 1)
        left = np.minimum(np.floor(place + SLACK), self.neurons - 2)
        share = np.floor(self.max_spikes * (place - left) + SLACK)
        upper = np.minimum(1 + share, self.max_spikes).astype(np.int64)
        neuron = np.arange(self.neurons)[:, None]
        count = np.where(neuron == left[:, None], self.max_spikes + 1 - upper[:, None], 0)
        count += np.where(neuron == left[:, None] + 1, upper[:, None], 0)
        return burst(count.reshape(self.neurons * len(x), x.shape[1]), self.interval, timesteps)

    def describe(self, timesteps: int) -> str:
        """Return sentences from which a reader could encode a feature by hand."""
        del timesteps
        n, most = self.neurons, self.max_spikes
        return (
            f"{n} inputs a feature. With p = x * {n - 1}, l = min(floor(p), {n - 2}) and "
            f"k = min(1 + floor({most} * (p - l)), {most}): input l + 1 of the feature gets k "
            f"spikes, input l gets {most + 1} - k, the others none. {self._when}"
        )

    def c_code(self, timesteps: int, spike_value: float, integer: bool) -> EncoderC:
        """Return the encoder as C99."""
        del timesteps, spike_value, integer
        values = {"gaps": float(self.neurons - 1), "last_left": float(self.neurons - 2)}
        feature = _ARGYLE_C.format(**values, max_spikes=float(self.max_spikes))
        return EncoderC(feature + _BURST_C.format(interval=self.interval))
