"""Rate, Poisson and direct encoders: a feature's value as input throughout the window."""

from __future__ import annotations

from typing import ClassVar, Literal, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from evosnn.tasks.encoders.base import Encoder, EncoderC, nearest, spread

__all__ = ["DirectEncoder", "PoissonEncoder", "RateEncoder"]


_DIRECT_C = """
/* The same charge in every timestep. */
static void encode_feature(double x, ${{name}}_amount *amount)
{{
    amount[0] = (${{name}}_amount){charge};
}}

static ${{name}}_charge charge_of(${{name}}_amount amount, uint32_t timestep)
{{
    (void)timestep;
    return amount;
}}

"""

_RATE_C = """
/* A number of spikes, evenly spread: spike j of k is in timestep floor(j * TIMESTEPS / k). */
static void encode_feature(double x, ${{name}}_amount *amount)
{{
    amount[0] = (${{name}}_amount)nearest(x * {most});
{pair}
}}

static ${{name}}_charge charge_of(${{name}}_amount amount, uint32_t timestep)
{{
    const uint32_t past = (timestep * (uint32_t)amount) % TIMESTEPS;
    const uint32_t left = (past == 0u) ? 0u : (TIMESTEPS - past);

    return (left < (uint32_t)amount) ? FULL_SPIKE : 0;
}}

"""


@final
class DirectEncoder(Encoder):
    """The same charge in every timestep: ``x * scale`` full spikes.

    The input neuron integrates the charge and turns it into spikes. One input for each feature.

    Attributes:
        scale: Charge of the largest value in a timestep, in full spikes.
    """

    kind: Literal["direct"] = "direct"
    scale: float = Field(default=1.0, gt=0, allow_inf_nan=False)

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: one for each feature."""
        return n_features

    def shortest_window(self) -> tuple[int, str]:
        """Return the shortest window in timesteps, and what needs it."""
        return 1, "a charge"

    def drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.float64]:
        """Return the input of each timestep, ``(timesteps, n_inputs, n_samples)``."""
        del rng
        return np.broadcast_to(x * self.scale, (timesteps, *x.shape))

    @property
    def largest_drive(self) -> float:
        """The largest input of a timestep, in full spikes."""
        return self.scale

    def describe(self, timesteps: int) -> str:
        """Return a sentence from which a reader could encode a feature by hand."""
        del timesteps
        return f"The same charge in every timestep: x * {self.scale:g} full spikes."

    def c_code(self, timesteps: int, spike_value: float, integer: bool) -> EncoderC:
        """Return the encoder as C99."""
        del timesteps
        product = f"(x * {self.scale}) * {float(spike_value)}"
        charge = f"nearest({product})" if integer else f"({product})"
        return EncoderC(_DIRECT_C.format(charge=charge), amount="charge")


@final
class RateEncoder(Encoder):
    """``k = round(x * max_spikes)`` spikes (halves to even), evenly spread over the window.

    Spike ``j`` of ``k`` is in timestep ``floor(j * timesteps / k)``, ``j`` from 0. One input for
    each feature, or two with ``pair``.

    Attributes:
        max_spikes: Number of spikes of the largest value; one in every timestep if absent.
        pair: Whether a second input of each feature gets ``round((1 - x) * max_spikes)`` spikes,
            so that small values cause spikes, too.
    """

    kind: Literal["rate"] = "rate"
    max_spikes: int | None = Field(default=None, ge=1)
    pair: bool = False

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: one for each feature, two with ``pair``."""
        return 2 * n_features if self.pair else n_features

    def shortest_window(self) -> tuple[int, str]:
        """Return the shortest window in timesteps, and what needs it."""
        if self.max_spikes is None:
            return 1, "a spike"
        return self.max_spikes, f"max_spikes {self.max_spikes}"

    def drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.bool_]:
        """Return the input of each timestep, ``(timesteps, n_inputs, n_samples)``."""
        del rng
        if self.pair:
            x = np.stack([x, 1 - x], axis=1).reshape(2 * len(x), x.shape[1])
        most = timesteps if self.max_spikes is None else self.max_spikes
        return spread(nearest(x * most).astype(np.int64), timesteps)

    def describe(self, timesteps: int) -> str:
        """Return sentences from which a reader could encode a feature by hand."""
        most = timesteps if self.max_spikes is None else self.max_spikes
        pair = f" A second input of the feature gets round((1 - x) * {most})." if self.pair else ""
        return (
            f"An input gets k = round(x * {most}) spikes (halves to even); spike j is in "
            f"timestep floor(j * {timesteps} / k).{pair}"
        )

    def c_code(self, timesteps: int, spike_value: float, integer: bool) -> EncoderC:
        """Return the encoder as C99."""
        del spike_value, integer
        most = float(timesteps if self.max_spikes is None else self.max_spikes)
        second = f"    amount[1] = (uint32_t)nearest((1.0 - x) * {most});"
        return EncoderC(_RATE_C.format(most=most, pair=second if self.pair else ""))


@final
class PoissonEncoder(Encoder):
    """In every timestep a spike with probability ``x * rate``, independent of all others.

    It is the discrete counterpart of a Poisson process. Spikes are drawn once: in a campaign every
    network gets the same spike trains. One input for each feature.

    Attributes:
        rate: Probability of a spike of the largest value in a timestep.
    """

    draws: ClassVar[bool] = True

    kind: Literal["poisson"] = "poisson"
    rate: float = Field(default=1.0, gt=0, le=1)

    def n_inputs(self, n_features: int) -> int:
        """Return the number of network inputs: one for each feature."""
        return n_features

    def shortest_window(self) -> tuple[int, str]:
        """Return the shortest window in timesteps, and what needs it."""
        return 1, "a spike"

    def drive(self, x: NDArray[np.float64], timesteps: int, rng: Generator) -> NDArray[np.bool_]:
        """Return the input of each timestep, ``(timesteps, n_inputs, n_samples)``."""
        return rng.random((timesteps, *x.shape)) < x * self.rate

    def describe(self, timesteps: int) -> str:
        """Return a sentence from which a reader could encode a feature by hand."""
        del timesteps
        return f"In every timestep a spike with probability x * {self.rate:g}."
