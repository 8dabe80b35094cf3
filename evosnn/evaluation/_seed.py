"""Seeds of a campaign's random streams, and the names of a task's parts."""

from __future__ import annotations

import zlib
from typing import Literal

import numpy as np

__all__ = ["PartName", "derive_seed"]

PartName = Literal["train", "validation", "test"]
"""A part of a task's samples or episodes."""


def derive_seed(seed: int, purpose: str, *index: int) -> np.random.SeedSequence:
    """Return the seed of one random stream of a campaign; each purpose has its own."""
    return np.random.SeedSequence(seed, spawn_key=(zlib.crc32(purpose.encode()), *index))
