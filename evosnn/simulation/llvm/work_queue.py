"""A queue of networks that threads share while they run compiled code.

Idea: each thread takes the next network with an atomic add, without the interpreter lock, so no
thread waits for another. Layout: one counter of 64 bits. Cost: one atomic instruction a network.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

__all__ = ["new_queue", "pop"]


def new_queue() -> NDArray[np.int64]:
    """Return turns that no thread has taken yet."""
    return np.zeros(1, np.int64)


@intrinsic
def pop(typing_context: Any, queue: Any) -> Any:
    """Take the next turn, 0, 1, 2, ...: each goes to one thread only."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = context.make_array(signature.args[0])(context, builder, value=args[0]).data
        return builder.atomic_rmw("add", place, ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(queue), generate
