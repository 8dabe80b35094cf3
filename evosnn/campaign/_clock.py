"""A clock of search time, which excludes the compilation of kernels.

A new installation compiles its kernels in the first generation, for longer than a short search
takes; a limit of time is meant for the search.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from numba.core import event

__all__ = ["Clock"]

_COMPILE = "numba:compile"


class Clock(event.Listener):  # type: ignore[misc]
    """A clock to use in a ``with`` block, in which it notices what any thread compiles.

    Args:
        timer: Returns the seconds since some moment.
    """

    def __init__(self, timer: Callable[[], float] = time.perf_counter) -> None:
        self._timer = timer
        self._depth = 0  # what is compiled asks for others to be compiled first
        # Seconds of compiling that has ended, and when that which goes on began. They change
        # together, and another thread may ask meanwhile.
        self._stood: tuple[float, float | None] = (0.0, None)

    def __enter__(self) -> Self:
        event.register(_COMPILE, self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        event.unregister(_COMPILE, self)

    def on_start(self, note: event.Event) -> None:
        """Something begins to be compiled."""
        del note
        if not self._depth:
            self._stood = self._stood[0], self._timer()
        self._depth += 1

    def on_end(self, note: event.Event) -> None:
        """Something has been compiled; it may have begun before the clock was there."""
        del note
        self._depth = max(self._depth - 1, 0)
        compiled, began = self._stood
        if began is not None and not self._depth:
            self._stood = compiled + self._timer() - began, None

    def now(self) -> float:
        """Return the seconds since some moment, those of compiling left out."""
        compiled, began = self._stood
        return (self._timer() if began is None else began) - compiled
