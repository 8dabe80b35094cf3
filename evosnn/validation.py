"""Tables of a campaign or chip file, and one sentence for the first error in one.

pydantic finds the error; this module writes the sentence: the field, the value, what the field
takes and, for an unknown key, the nearest valid one.
"""

from __future__ import annotations

import difflib
import functools
import operator
import types
import typing
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from evosnn.registry import Registry
from evosnn.text import shortened

__all__ = ["BrokenPartError", "Table", "first_problem", "table_check", "tagged_tables"]


class BrokenPartError(ValueError):
    """A campaign file names a part of a broken package; the message is the whole sentence."""


class Table(BaseModel):
    """Base class of all tables that a user writes: frozen, without unknown keys, strictly typed.

    pydantic by itself accepts ``true`` and ``"1"`` for 1, and 1 for ``true``, which are mostly
    mistakes. Its strict mode refuses them, but also refuses a list for a tuple, as TOML and JSON
    have them, and names one type only where a field takes several.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _of_its_types(cls, data: object) -> object:
        given = data if isinstance(data, dict) else {}
        for name, field in cls.model_fields.items():
            taken, key = _leaves(field.annotation), field.alias if field.alias in given else name
            value = given.get(key)
            for part in _parts(value) if _alike(value, field.annotation) else ():
                if not _fits(part, taken):
                    kinds = " or ".join(text for kind, text in _WHAT.items() if kind in taken)
                    raise ValueError(f"'{key}' takes {kinds}, got {_shown(part)}")
        return data


_WHAT = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


def _fits(part: object, taken: set[object]) -> bool:
    """Return whether a value of a basic type is one of the basic types that a field takes."""
    if not taken & {bool, int, float} or taken - {*_WHAT, types.NoneType}:
        return True
    if isinstance(part, bool):
        return bool in taken
    if isinstance(part, str):
        return str in taken
    return bool(taken & {int, float}) or not isinstance(part, int | float)


def _parts(value: object) -> list[object]:
    """Return the single values in nested lists and tables."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [part for item in value for part in _parts(item)]
    return [value]


def _alike(value: object, annotation: object) -> bool:
    """Return whether a value is a list or table exactly where the annotation is one."""
    several = typing.get_origin(annotation) in (dict, list, tuple)
    inside = typing.get_origin(annotation) in (typing.Union, types.UnionType, typing.Annotated)
    if inside:
        return any(_alike(value, argument) for argument in typing.get_args(annotation))
    return isinstance(value, dict | list | tuple) == several


def _leaves(annotation: object) -> set[object]:
    """Return the types of the single values that an annotation allows; of a table, its values."""
    arguments = typing.get_args(annotation)
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return {type(value) for value in arguments}
    if origin is typing.Annotated:
        arguments = arguments[:1]
    elif origin is dict:
        arguments = arguments[1:]
    if not arguments:
        return {annotation}
    return set().union(*(_leaves(argument) for argument in arguments if argument is not ...))


def first_problem(error: ValidationError, model: type[BaseModel]) -> str:
    """Return one sentence for the first problem in ``error``, found while reading ``model``.

    An unknown key is reported before a missing one, because it often is that key, misspelt.
    """
    problems = error.errors(include_url=False)
    problem = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
    unknown = problem["type"] == "extra_forbidden"
    place, models = _walk(problem["loc"], model)
    if unknown and place[-1:] != [problem["loc"][-1]]:  # a user's key that looks like a tag
        place.append(problem["loc"][-1])
    field = ".".join(str(part) for part in place)
    if unknown:
        return _unknown_key(field, str(place[-1]), models)
    if problem["type"] == "missing":
        return f"'{field}' is missing"
    message = problem["msg"].removeprefix("Value error, ")
    message = _PLAIN.get(problem["type"], message[:1].lower() + message[1:])
    got = problem["input"]
    if isinstance(problem.get("ctx", {}).get("error"), BrokenPartError) or not field:
        return message
    if isinstance(got, dict | list | tuple | BaseModel) or message.startswith("unknown "):
        return f"{field}: {message}"
    return f"{field}: {message}, got {_shown(got)}"


def _shown(value: object) -> str:
    """Return a single value as it is written in a campaign file."""
    return str(value).lower() if isinstance(value, bool) else shortened(repr(value), 100)


_PLAIN = {
    "string_type": "it takes text",
    "int_from_float": "it takes a whole number",
    "finite_number": "it takes a finite number",
    "tuple_type": "it takes a list ([...], or [[...]] above each table)",
    "list_type": "it takes a list ([...])",
    "dict_type": "it takes a table",
    "model_type": "it takes a table",
    "model_attributes_type": "it takes a table",
    "union_tag_not_found": "its 'kind' is missing",
}
"""Messages that replace those of pydantic, by its type of error."""


def _unknown_key(field: str, key: str, models: set[type[BaseModel]]) -> str:
    keys = sorted({f.alias or name for m in models for name, f in m.model_fields.items()})
    near = difflib.get_close_matches(key, keys, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"it takes {', '.join(keys)}."
    return f"unknown key '{field}'; {hint}"


def _walk(
    location: tuple[int | str, ...], model: type[BaseModel]
) -> tuple[list[int | str], set[type[BaseModel]]]:
    """Return a location as a user would write it, and the models that have its last part as a key.

    pydantic's locations also name the chosen branch of a union; those parts are left out.
    """
    place: list[int | str] = []
    models: set[type[BaseModel]] = {model}
    holders = models
    for part in location:
        fields = [m.model_fields[part].annotation for m in models if part in m.model_fields]
        tagged = {m for m in models if part in _tags(m)}
        if isinstance(part, int):
            place.append(part)
        elif tagged and len(models) > 1:
            models = tagged
        elif fields:
            place.append(part)
            holders, models = models, set().union(*(_models_in(a) for a in fields))
        elif not ("[" in part or part.startswith("function-")):
            place.append(part)
            holders = models
    return place, holders


def _tags(model: type[BaseModel]) -> set[object]:
    kind = model.model_fields.get("kind")
    return set(typing.get_args(kind.annotation)) if kind else set()


def _models_in(annotation: object) -> set[type[BaseModel]]:
    """Return all models that an annotation names."""
    arguments = typing.get_args(annotation)
    if not arguments and isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return set().union(*(_models_in(a) for a in arguments))


def tagged_tables(registry: Registry[type[Table]]) -> Any:
    """Return the type of a pydantic field that takes a table of any kind in a registry.

    A bare name stands for a table with no other key. A kind that is unknown, or whose package is
    broken, is answered with one sentence; a broken package that no field names does no harm.

    Args:
        registry: Tables by the value of their ``kind``.
    """
    tables, broken = registry.load_all()
    article = "an" if registry.kind[0] in "aeiou" else "a"

    def read(value: object) -> object:
        table = {"kind": value} if isinstance(value, str) else value
        if not isinstance(table, dict):
            return table
        if "kind" not in table:
            known = ", ".join(sorted(registry))
            raise ValueError(f"{article} {registry.kind} has a 'kind', one of {known}")
        kind = table["kind"]
        if not isinstance(kind, str) or kind not in registry:
            raise ValueError(registry.unknown(kind))
        if kind in broken:
            raise BrokenPartError(str(broken[kind]))
        return table

    union: Any = functools.reduce(operator.or_, tables.values())
    return Annotated[union, Field(discriminator="kind"), BeforeValidator(read)]


def table_check(base: type[Table], public: str) -> Callable[[str, object], str | None]:
    """Return a registry's check of the tables that packages add.

    Args:
        base: Abstract class that a part must derive from.
        public: Where a user imports it from, as in ``"evosnn.tasks.Encoder"``.

    Returns:
        A function of a part's name and the part. It returns what is wrong, as the end of a
        sentence, or ``None`` for a concrete class whose ``kind`` is its name.
    """

    def check(name: str, part: object) -> str | None:
        if not (isinstance(part, type) and issubclass(part, base)):
            return f"is no subclass of {public}"
        missing = sorted(getattr(part, "__abstractmethods__", ()))
        if missing:
            return f"does not define {', '.join(missing)}"
        part.model_rebuild(raise_errors=False)
        if not part.__pydantic_complete__:
            return "has a field whose type cannot be found"
        if _tags(part) != {name} or part.model_fields["kind"].default != name:
            return f'takes \'kind: Literal["{name}"] = "{name}"\', the name of its entry point'
        return None

    return check
