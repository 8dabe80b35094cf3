"""The exceptions of EvoSNN, and the "did you mean" sentence for an unknown name.

::

    EvosnnError
    ├── SpecError         a campaign file, an option or a name is wrong
    ├── NetworkError      a network or its file is malformed, or does not fit its chip
    ├── DataError         a data set cannot be read or used
    ├── StoreError        a campaign folder cannot be read, written or continued
    ├── ExportError       a network cannot be written for a target
    └── PluginError       a part that an installed package adds is broken, or its name is taken

Every message is one sentence for a person: what is wrong, what was found, what is
taken instead.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from evosnn.text import printable, shortened

__all__ = [
    "DataError",
    "EvosnnError",
    "ExportError",
    "NetworkError",
    "PluginError",
    "SpecError",
    "StoreError",
    "number_text",
    "unknown_name",
]


_LONGEST = 1_500  # characters of a message


class EvosnnError(Exception):
    """Base of every error that EvoSNN raises on purpose.

    Its message is one line of bounded length, whatever names it repeats.
    """

    def __str__(self) -> str:
        """Return the message, with control characters as escapes."""
        text = shortened(super().__str__(), _LONGEST)
        return printable(text).replace("\n", "\\n")


class SpecError(EvosnnError, ValueError):
    """A campaign file, an option or a name is wrong."""


class NetworkError(EvosnnError, ValueError):
    """A network or its file is malformed, or does not fit its chip."""


class DataError(EvosnnError, ValueError):
    """A data set cannot be read or used."""


class StoreError(EvosnnError, RuntimeError):
    """A campaign folder cannot be read, written or continued."""


class ExportError(EvosnnError, ValueError):
    """A network cannot be written for a target."""


class PluginError(EvosnnError, ImportError):
    """A part that an installed package adds is broken, or its name is taken."""


def number_text(value: float) -> str:
    """Write a number so that it reads back the same: in six digits where they are enough."""
    short = f"{value:g}"
    if float(short) == value or value != value:
        return short
    whole = float(value).is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(float(value))


def unknown_name(kind: str, got: str, valid: Iterable[str]) -> str:
    """Return a sentence for a name that is not known, with the nearest one that is.

    Args:
        kind: What the name should have named, as in ``"chip"``.
        got: The name that was given.
        valid: The names that exist.
    """
    got = shortened(str(got), 200)
    names = sorted(valid)
    by_lower = {name.lower(): name for name in names}
    near = difflib.get_close_matches(got.lower(), by_lower, n=1, cutoff=0.5)
    hint = f"did you mean '{by_lower[near[0]]}'?" if near else f"known: {', '.join(names)}."
    return f"unknown {kind} '{got}'; {hint}"
