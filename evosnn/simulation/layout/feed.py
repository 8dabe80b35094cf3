"""A stimulus as the dense kernels read it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Feed"]


class Feed(NamedTuple):
    """A stimulus as the kernel reads it, in blocks of lanes for groups of instances.

    All are flat. ``words`` is ``(blocks, timesteps, inputs, words)``, where a spike arrives;
    ``charge`` is ``(blocks, timesteps or 1, inputs, lanes)``; ``input_active`` is ``(blocks,
    timesteps, inputs)``, whether anything arrives in any lane; ``amount`` is ``(inputs,)``,
    the charge of a spike; ``valid`` is ``(blocks, words)``, the lanes that hold a sample;
    ``sent`` is ``(timesteps, inputs)``, in how many samples a spike arrives; ``width`` is that of
    the blocks, ``WIDE`` or ``NARROW``.
    ``kind`` says which of ``words`` and ``charge`` carries the charge; ``charge_steps`` is the
    number of timesteps that ``charge`` holds.
    """

    kind: int
    words: NDArray[np.uint32]
    charge: NDArray[Any]
    charge_steps: int
    input_active: NDArray[np.bool_]
    amount: NDArray[np.float64]
    valid: NDArray[np.uint32]
    sent: NDArray[np.int64]
    width: tuple[int, ...]
