"""Any of the encoders, as a campaign file names it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from evosnn.tasks.encoders.binned import ArgyleEncoder, FlipFlopEncoder
from evosnn.tasks.encoders.delta import CrossingEncoder, DeltaEncoder
from evosnn.tasks.encoders.latency import FirstSpikeEncoder
from evosnn.tasks.encoders.rate import DirectEncoder, PoissonEncoder, RateEncoder
from evosnn.validation import table_of_kind

__all__ = ["ENCODER_KINDS", "EncoderSpec"]

ENCODER_KINDS = (
    "argyle", "crossing", "delta", "direct", "first-spike", "flip-flop", "poisson", "rate",
)  # fmt: skip
"""The kinds of encoder, sorted."""

EncoderSpec = Annotated[
    ArgyleEncoder
    | CrossingEncoder
    | DeltaEncoder
    | DirectEncoder
    | FirstSpikeEncoder
    | FlipFlopEncoder
    | PoissonEncoder
    | RateEncoder,
    Field(discriminator="kind"),
    BeforeValidator(table_of_kind("encoder", ENCODER_KINDS)),
]
"""An encoder, a table with its ``kind``, or the kind alone; for a field of a pydantic model."""
