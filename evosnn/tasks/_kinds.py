"""Tables of a campaign file that are told apart by their ``kind``."""

from __future__ import annotations

from collections.abc import Callable

from evosnn.errors import unknown_name

__all__ = ["table_of_kind"]


def table_of_kind(what: str, kinds: tuple[str, ...]) -> Callable[[object], object]:
    """Return a validator that runs before pydantic reads such a table.

    It lets a bare name stand for a table that says nothing else, and names the nearest kind
    where pydantic would list them all.

    Args:
        what: What a table describes, as in ``"encoder"``.
        kinds: The kinds there are.
    """

    def read(value: object) -> object:
        table = {"kind": value} if isinstance(value, str) else value
        if not isinstance(table, dict):
            return table
        if "kind" not in table:
            raise ValueError(f"'kind' is missing; it takes one of {', '.join(kinds)}")
        if table["kind"] not in kinds:
            raise ValueError(unknown_name(what, table["kind"], kinds))
        return table

    return read
