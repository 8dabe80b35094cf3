"""A decoder: the output with the most spikes must lead by a margin."""

from typing import Literal

import numpy as np
from pydantic import Field

from evosnn.tasks import Decoder


class MarginDecoder(Decoder):
    """The output with the most spikes wins if it leads the next one by ``margin`` spikes.

    Attributes:
        margin: Smallest lead, in spikes.
    """

    kind: Literal["margin"] = "margin"
    margin: int = Field(default=2, ge=1)

    def decide(self, response):
        ranked = np.sort(response.counts, axis=1)
        lead = ranked[:, -1] - ranked[:, -2]
        winner = response.counts.argmax(axis=1)
        return np.where(lead >= self.margin, winner, -1).astype(np.int16)

    def describe(self):
        return f"The output with the most spikes wins if it leads by {self.margin}."
