"""Bundles many arrays into one argument of compiled code, for calls of a few microseconds.

Idea: passing a network and its state array by array takes longer than a short window runs. A
bundle is passed instead; its type is looked up once, which saves half a microsecond a call.
Layout: a named tuple of arrays, kept alive by the caller. Cost: one unpacking a call, without
reference counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit, typeof, types
from numba.experimental import structref

__all__ = ["compiled_for", "keep"]


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


def compiled_for(function: Any, *examples: Any) -> Callable[..., Any]:
    """Return what ``function`` is compiled to for arguments of these types, to be called directly.

    It takes each argument to be of its type: an array of other dimensions is refused, one that
    is not as contiguous is misread.
    """
    return function.compile(tuple(map(typeof, examples)))  # type: ignore[no-any-return]
