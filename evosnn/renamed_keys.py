"""Keys of a user's tables that were renamed: old names keep working, with a notice in the log."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

__all__ = ["current_key", "rename_keys"]

_LOGGER = logging.getLogger("evosnn")


def current_key(key: str, renamed: Mapping[str, str], *, notify: bool = True) -> str:
    """Return the current name of a key.

    Args:
        key: Dotted path of the key, as in ``"variation.follow"``.
        renamed: Current path by old path; a key stays in its table.
        notify: Whether the log gets a notice if the key was renamed.
    """
    new = renamed.get(key, key)
    if new != key and notify:
        _LOGGER.warning("key '%s' is now named '%s'; the old name still works", key, new)
    return new


def rename_keys(
    data: Mapping[str, Any], renamed: Mapping[str, str], *, notify: bool = True
) -> dict[str, Any]:
    """Return a copy of nested tables, with current names for renamed keys.

    Args:
        data: The tables, as a file has them.
        renamed: Current path by old path, both dotted; a key stays in its table.
        notify: Whether the log gets a notice for each renamed key.

    Raises:
        ValueError: If both names of one key are given.
    """
    return _rename_in(data, "", renamed, notify)


def _rename_in(
    table: Mapping[str, Any], prefix: str, renamed: Mapping[str, str], notify: bool
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            value = _rename_in(value, f"{prefix}{key}.", renamed, notify)
        new = current_key(f"{prefix}{key}", renamed, notify=notify).removeprefix(prefix)
        if new != key and table.get(new) is not None:
            raise ValueError(
                f"'{prefix}{key}' is the old name of '{prefix}{new}', and both are given; "
                f"keep '{prefix}{new}'"
            )
        result[new] = value
    return result
