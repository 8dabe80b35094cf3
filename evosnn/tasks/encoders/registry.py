"""The registry of encoders, and the type of a campaign file's field that names one.

A package adds an encoder by an entry point of the group ``evosnn.encoders``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evosnn.registry import Registry
from evosnn.tasks.encoders.base import Encoder
from evosnn.validation import table_check, tagged_tables

__all__ = ["ENCODERS", "ENCODER_KINDS", "EncoderSpec"]

_PACKAGE = "evosnn.tasks.encoders"

ENCODERS: Registry[type[Encoder]] = Registry(
    "encoder",
    {
        "argyle": f"{_PACKAGE}.binned:ArgyleEncoder",
        "crossing": f"{_PACKAGE}.delta:CrossingEncoder",
        "delta": f"{_PACKAGE}.delta:DeltaEncoder",
        "direct": f"{_PACKAGE}.rate:DirectEncoder",
        "first-spike": f"{_PACKAGE}.latency:FirstSpikeEncoder",
        "flip-flop": f"{_PACKAGE}.binned:FlipFlopEncoder",
        "poisson": f"{_PACKAGE}.rate:PoissonEncoder",
        "rate": f"{_PACKAGE}.rate:RateEncoder",
    },
    table_check(Encoder, "evosnn.tasks.Encoder"),
)
"""The encoders by kind."""

ENCODER_KINDS = tuple(sorted(ENCODERS))
"""The kinds of encoder, sorted."""

if TYPE_CHECKING:
    EncoderSpec = Encoder
else:
    EncoderSpec = tagged_tables(ENCODERS)
"""Any encoder: the type of a pydantic field that takes a table with its ``kind``, or the kind."""
