"""One sentence for the first thing that is wrong with a user's data.

pydantic finds what is wrong; this module says it so that a person can mend it: the field,
what it got, what it takes and, for an unknown key, the nearest valid one.
"""

from __future__ import annotations

import difflib
import typing

from pydantic import BaseModel, ValidationError

__all__ = ["first_problem"]


def first_problem(error: ValidationError, model: type[BaseModel]) -> str:
    """Return one sentence for the first problem in ``error``, found while reading ``model``."""
    problem = error.errors(include_url=False)[0]
    place = [part for part in problem["loc"] if not _is_union_tag(part)]
    field = ".".join(str(part) for part in place) or "the whole"
    if problem["type"] == "extra_forbidden":
        return _unknown_key(field, place, model)
    if problem["type"] == "missing":
        return f"'{field}' is missing"
    message = problem["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    got = problem["input"]
    if isinstance(got, dict | list | BaseModel):
        return f"{field}: {message}"
    return f"{field}: {message}, got {got!r}"


def _is_union_tag(part: int | str) -> bool:
    """Whether a location part names a branch of a union and no key of the user's."""
    return isinstance(part, str) and ("[" in part or part.startswith("function-"))


def _unknown_key(field: str, place: list[int | str], model: type[BaseModel]) -> str:
    keys = sorted(_keys(model, place[:-1]))
    near = difflib.get_close_matches(str(place[-1]), keys, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"it takes {', '.join(keys)}."
    return f"unknown key '{field}'; {hint}"


def _keys(model: type[BaseModel], place: list[int | str]) -> set[str]:
    """Keys that the table at ``place`` of a ``model`` may have."""
    models: set[type[BaseModel]] = {model}
    for part in place:
        if isinstance(part, int):
            continue
        annotations = [m.model_fields[part].annotation for m in models if part in m.model_fields]
        tagged = {m for m in models if part in _tags(m)}
        models = tagged or set().union(*(_models_in(a) for a in annotations))
    return set().union(*(m.model_fields for m in models))


def _tags(model: type[BaseModel]) -> set[str]:
    kind = model.model_fields.get("kind")
    return set(typing.get_args(kind.annotation)) if kind else set()


def _models_in(annotation: object) -> set[type[BaseModel]]:
    """Every model that an annotation mentions."""
    arguments = typing.get_args(annotation)
    if not arguments and isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return set().union(*(_models_in(a) for a in arguments))
