"""An encoder: a spike in every timestep while a feature is large."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from evosnn.tasks import Encoder, EncoderC

C = """
static void encode_feature(double x, ${{name}}_amount *amount)
{{
    amount[0] = (x >= {level}) ? 1 : 0;
    amount[1] = (x >= {level}) ? 0 : 1;
}}

static ${{name}}_charge charge_of(${{name}}_amount amount, uint32_t timestep)
{{
    (void)timestep;
    return (amount != 0) ? FULL_SPIKE : 0;
}}

"""


class ThresholdEncoder(Encoder):
    """The first of two inputs spikes in every timestep if ``x >= level``, else the second.

    Attributes:
        level: Where a feature begins to be large, 0 to 1.
    """

    closed_loop: ClassVar[bool] = True

    kind: Literal["threshold"] = "threshold"
    level: float = Field(default=0.5, ge=0, le=1)

    def n_inputs(self, n_features):
        return 2 * n_features

    def shortest_window(self):
        return 1, "a spike"

    def drive(self, x, timesteps, rng):
        large = x >= self.level
        both = np.stack([large, ~large], axis=1).reshape(2 * len(x), x.shape[1])
        return np.broadcast_to(both, (timesteps, *both.shape))

    def describe(self, timesteps):
        level = f"{self.level:g}"
        return f"Two inputs a feature: the first spikes always if x >= {level}, else the second."

    def c_code(self, timesteps, spike_value, integer):
        return EncoderC(C.format(level=self.level))
