"""The registry of decoders.

A package adds a decoder by an entry point of the group ``evosnn.decoders``.
"""

from __future__ import annotations

from evosnn.registry import Registry
from evosnn.tasks.decoders.base import Decoder
from evosnn.validation import table_check

__all__ = ["DECODERS", "DECODER_KINDS"]

_PACKAGE = "evosnn.tasks.decoders"

DECODERS: Registry[type[Decoder]] = Registry(
    "decoder",
    {
        "first-spike": f"{_PACKAGE}.decoders:FirstSpikeDecoder",
        "most-spikes": f"{_PACKAGE}.decoders:MostSpikesDecoder",
    },
    table_check(Decoder, "evosnn.tasks.Decoder"),
)
"""The decoders by kind."""

DECODER_KINDS = tuple(sorted(DECODERS))
"""The kinds of decoder, sorted."""
