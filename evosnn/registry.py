"""Registries of parts: the built-in ones, and those that installed packages add.

A package adds a part by an entry point in its ``pyproject.toml``::

    [project.entry-points."evosnn.mechanisms"]
    radiation = "my_package.radiation:Radiation"

Names are known without importing anything; a part is imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

from evosnn.errors import PluginError, unknown_name

__all__ = ["Registry"]

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """Parts of one kind, by name.

    Args:
        kind: What a part is, in the singular, as in ``"mechanism"``; used in messages.
        builtin: Where each built-in part is defined, ``"module:attribute"`` by name.
        check: Returns why an object of another package is no such part, as the end of a
            sentence (``"has no method 'apply'"``); ``None`` if it is one.
        group: Group of entry points; ``"evosnn." + kind + "s"`` if not given.
    """

    def __init__(
        self,
        kind: str,
        builtin: Mapping[str, str],
        check: Callable[[str, object], str | None] | None = None,
        group: str | None = None,
    ) -> None:
        self.kind = kind
        self.group = group or f"evosnn.{kind}s"
        self._builtin = dict(builtin)
        self._check = check
        self._loaded: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        """Return the part of this name, imported on first use.

        Raises:
            KeyError: If there is none; :meth:`find` raises a sentence instead.
            PluginError: If a package's part cannot be imported or is no such part.
        """
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._builtin
        yield from self._added

    def __len__(self) -> int:
        return len(self._builtin) + len(self._added)

    def __contains__(self, name: object) -> bool:
        return name in self._builtin or name in self._added

    def load_all(self) -> tuple[dict[str, T], dict[str, PluginError]]:
        """Return all parts that can be imported, and the errors of those that cannot."""
        parts: dict[str, T] = {}
        broken: dict[str, PluginError] = {}
        for name in self:
            try:
                parts[name] = self[name]
            except PluginError as error:
                broken[name] = error
        return parts, broken

    def unknown(self, name: object) -> str:
        """Return the sentence for a name that is none of these, with the nearest that is."""
        return unknown_name(self.kind, str(name), list(self))

    def package_of(self, name: str) -> str:
        """Return the package that a part comes from; ``"evosnn"`` for the built-in ones."""
        return "evosnn" if name in self._builtin else _package(self._added[name])

    @cached_property
    def _added(self) -> dict[str, EntryPoint]:
        """The entry points of installed packages, by name."""
        found: dict[str, EntryPoint] = {}
        for point in sorted(entry_points(group=self.group), key=lambda p: (p.name, _package(p))):
            taken = "evosnn" if point.name in self._builtin else None
            if point.name in found:
                taken = _package(found[point.name])
            if taken is not None:
                raise PluginError(
                    f"package '{_package(point)}' adds {self.kind} '{point.name}', a name that "
                    f"'{taken}' already has; uninstall one of them or rename the part"
                )
            found[point.name] = point
        return found

    def _load(self, name: str) -> T:
        if name in self._builtin:
            module, _, attribute = self._builtin[name].partition(":")
            part: T = getattr(import_module(module), attribute)
            return part
        point = self._added[name]
        whose = f"{self.kind} '{name}' of package '{_package(point)}'"
        try:
            loaded: T = point.load()
        except Exception as error:  # whatever importing another package's module raises
            reason = f"{type(error).__name__}: {error}"
            raise PluginError(f"{whose} cannot be imported: {reason}") from None
        problem = self._check(name, loaded) if self._check else None
        if problem:
            raise PluginError(f"{whose} {problem}")
        return loaded


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.value.partition(".")[0]
