"""Maps a function over items on several threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["map_in_threads", "thread_count"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def thread_count(threads: int | None) -> int:
    """Return ``threads``, or the number of processor cores if it is ``None``."""
    return threads or os.cpu_count() or 1


def map_in_threads(
    function: Callable[[_Item], _Result], items: Iterable[_Item], threads: int | None
) -> list[_Result]:
    """Return the results of a function for all items, in their order.

    Threads help where the function releases the interpreter lock, as compiled kernels do. With
    one thread or one item no thread is started.

    Args:
        function: Called once for each item; its first exception is raised again here.
        items: The items.
        threads: Threads to use; one for each processor core if ``None``.
    """
    items = list(items)
    workers = min(thread_count(threads), len(items))
    if workers <= 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(function, items))
