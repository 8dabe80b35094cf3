"""Networks shared out among threads while they run: whoever is free takes the next one.

Compiled code takes turns without the interpreter's lock, so that a thread waits for no other
between two networks, and none is left with more to do than the rest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

__all__ = ["new_turns", "next_turn"]


def new_turns() -> NDArray[np.int64]:
    """Return turns that no thread has taken yet."""
    return np.zeros(1, np.int64)


@intrinsic
def next_turn(typing_context: Any, turns: Any) -> Any:
    """Take the next turn, 0, 1, 2, ...: each goes to one thread only."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = context.make_array(signature.args[0])(context, builder, value=args[0]).data
        return builder.atomic_rmw("add", place, ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(turns), generate
