"""The registry of decoders, and the type of a campaign file's field that names one.

A package adds a decoder by an entry point of the group ``evosnn.decoders``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evosnn.registry import Registry
from evosnn.tasks.decoders.base import Decoder
from evosnn.validation import table_check, tagged_tables

__all__ = ["DECODERS", "DECODER_KINDS", "DecoderSpec"]

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

if TYPE_CHECKING:
    DecoderSpec = Decoder
else:
    DecoderSpec = tagged_tables(DECODERS)
"""Any decoder: the type of a pydantic field that takes a table with its ``kind``, or the kind."""
