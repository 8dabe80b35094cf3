"""The registry of encoders.

A package adds an encoder by an entry point of the group ``evosnn.encoders``.
"""

from __future__ import annotations

from evosnn.registry import Registry
from evosnn.tasks.encoders.base import Encoder
from evosnn.validation import table_check

__all__ = ["ENCODERS", "ENCODER_KINDS"]

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
