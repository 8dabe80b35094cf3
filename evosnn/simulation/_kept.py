"""Many arrays as one argument of compiled code.

An array takes about a seventh of a microsecond to hand to compiled code: a network and its state
together more than a short window runs. So they are handed over once and kept.
"""

from __future__ import annotations

from typing import Any

from numba import njit, types
from numba.experimental import structref

__all__ = ["keep"]


@structref.register
class _KeptType(types.StructRef):  # type: ignore[misc]
    """A value on the heap that counts references, as do the arrays in it."""


class _Kept(structref.StructRefProxy):  # type: ignore[misc]
    """In Python a handle, which keeps the value and its arrays alive."""


structref.define_proxy(_Kept, _KeptType, ["value"])


@njit(nogil=True, cache=True)
def keep(value: Any) -> Any:
    """Return a handle of a (named) tuple of arrays; compiled code finds it as its ``value``."""
    return _Kept(value)
